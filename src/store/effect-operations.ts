/**
 * Effects: what commands leave to the logs, as RESP commands (see native/binding/effects.cc). Their state is in the
 * control words `Effect...`; commands of the chunk that are effects as they are, are noted in `effects`, by their rows, as are the recipes of others.
 */
export interface EffectOperations {
  /** Whether effects are kept from now on. The first one brings its SELECT. */
  effectsOn(on: number): number;
  /** The next effect brings its SELECT, since it will stand first in a log. */
  resetEffects(unused: number): number;
  /** Moves what is noted to where effects gather; to be called before the chunk's memory goes. */
  flushEffects(unused: number): number;
  /** So that rows can be noted: selects the database, and, in a transaction, opens the unit. */
  prepareEffects(database: number): number;
  /** The command has ended that has opened a unit. */
  closeEffects(unused: number): number;
  /** An effect that is `count` arguments from `first` on. */
  copyEffect(database: number, first: number, count: number): number;
  /** An effect by the recipe at `at`; without a count of arguments, what follows of the one before. */
  writeEffect(database: number, at: number): number;
  /**
   * An effect for each `most` things that the command has chosen, which are forgotten then: the word, the key and them; how
   * many effects.
   */
  effectsOfChosen(database: number, word: number, key: number, most: number): number;
  /** Makes a word known; its number, from 0 on. */
  defineEffectWord(bytes: Uint8Array): number;
  /** What has gathered since the last time. For who runs without a log. */
  takeEffects(): Uint8Array;
}

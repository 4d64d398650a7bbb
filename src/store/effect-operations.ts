/**
 * Effects: what commands leave to the logs, as RESP commands (see native/binding/effects.cc). Their state is in the
 * control words `Effect...`; commands of the chunk that are effects as they are, are noted in `effects`, by their rows.
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
  /** Begins an effect of `count` arguments, of which the first is the word; the rest must follow. */
  beginEffect(database: number, word: number, count: number): number;
  /** The same with argument `first` in place of the word. */
  beginCopiedEffect(database: number, first: number, count: number): number;
  /** Arguments of the effect that was begun: of the command, a word, the expiry register. */
  effectArguments(first: number, count: number): number;
  effectWord(word: number): number;
  effectExpiry(unused: number): number;
  /** numbers[A], an integer. */
  effectNumber(unused: number): number;
  /** The bulk string that was replied at position `from` of the arena, behind which nothing was replied. */
  effectReply(from: number): number;
  /** The identifier in a register of streams. */
  effectStreamId(register: number): number;
  /** All that the command has chosen from a collection, an argument each, which is forgotten then. */
  effectChosen(unused: number): number;
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

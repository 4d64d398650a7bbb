// Output for connections that are not the one whose command is being executed: messages, invalidations, replies to
// clients that have waited. It stays in order with their own replies of the turn and leaves with it, in one write.

export interface PushOperations {
  /**
   * What was written into the reply arena from `from` on goes to `connection`, which is not the current one: what is for
   * that is written in its place. The cursor stays, so the same bytes can go to several. O(bytes).
   */
  pushTo(connection: number, from: number): number;
  /** The same for the first `count` connections in `targets` (at most TargetsMax). O(count x bytes). */
  pushToMany(count: number, from: number): number;
  /** The same for bytes that do not lie in the reply arena: what is too large for it. */
  pushBytes(count: number, bytes: Uint8Array): void;
  /** Which output limit holds for a connection: 0 normal, 1 replicas, 2 subscribers. */
  setLimitClass(connection: number, limitClass: number): number;
  /** 1: it is a stranger, one of those who together get a small part of each turn of the loop; 0: it is not. */
  setStranger(connection: number, isStranger: number): number;
  /** Adds the pattern in an argument to those that matchPatterns tries; its number. */
  addPattern(argument: number): number;
  removePattern(number: number): number;
  /**
   * Puts the numbers of the patterns, from `next` on, that match a text in the reply arena into `targets`, at most
   * TargetsMax; how many. numbers[A]: the number to go on with, 0: that were all. O(patterns)
   */
  matchPatterns(at: number, size: number, next: number): number;
  /** 1 if a text in the reply arena matches the pattern in an argument. */
  matchesPattern(argument: number, at: number, size: number): number;
  /**
   * What was replied since control[ReplyTo] was set is that connection's; from now on replies are the current row's again.
   * `goesOn` 1: it has waited, and goes on with what it has sent meanwhile. O(bytes)
   */
  endReplyTo(goesOn: number): number;
  /** The type of a key (Type...), StatusNoKey; neither a hit nor an access. O(1) */
  keyType(database: number, key: Uint8Array): number;
  /** The same for a key whose name lies in the reply arena. */
  keyTypeAt(database: number, at: number, size: number): number;
}

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
  /** What is replied from now on is that of `connection`, until endReplyTo. Does not nest. */
  beginReplyTo(connection: number): number;
  endReplyTo(unused: number): number;
  /** The type of a key (Type...), StatusNoKey; neither a hit nor an access. O(1) */
  keyType(database: number, key: Uint8Array): number;
}

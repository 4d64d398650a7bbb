/** Operations on the longest common subsequence of two strings; an absent key is an empty one. */
export interface LcsOperations {
  /**
   * Puts the size of the problem (pairs of prefixes) into numbers[A]; 0, StatusWrongType. What follows needs
   * it.
   */
  lcsCells(a: number, b: number): number;
  writeLcsLength(a: number, b: number): number;
  writeLcs(a: number, b: number): number;
  /** Writes an array of matches of at least `sizeMin` bytes; numbers[A]: length of the subsequence. */
  writeLcsMatches(a: number, b: number, sizeMin: number, withSizes: number): number;
}

// The store's operations for sorting.

/** Sorting. `by` is an argument or -1; patterns of results are the first `gets` of the argument register. */
export interface SortOperations {
  /** Puts an argument into the argument register, behind the one at the position before; 0. */
  listArgument(position: number, argument: number): number;
  /**
   * Writes numbers[C] results (negative: all) from the numbers[B]-th on, in the order of Sort... flags; 0, StatusDeferred,
   * StatusWrongType, StatusNotFloat: a weight is no number, which a long read tells when it is delivered.
   */
  writeSorted(key: number, flags: number, by: number, gets: number): number;
  /** Stores them as a list; how many, StatusWrongType, StatusNotFloat. */
  storeSorted(target: number, key: number, flags: number, by: number, gets: number): number;
}

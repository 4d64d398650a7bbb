// The store's memory as a whole: its limit, eviction, and what the store removed by itself.

export interface MemoryOperations {
  /**
   * From now on at most numbers[A] bytes count as used (0: any number). Keys are evicted by the policy (Evict...), among
   * those with a time to live if `onlyExpiring` is 1, choosing from `samples` at a time, in steps of numbers[B]
   * microseconds (Infinity: without end).
   */
  limitMemory(policy: number, onlyExpiring: number, samples: number): number;
  /**
   * Evicts as the limit asks, for about the time of a step. Memory..., which is also in control[MemoryState]; `prefetch`
   * does the same for a chunk.
   */
  relieveMemory(unused: number): number;
  /** Bytes of a database's tables in numbers[A], of its indexes of what expires in numbers[B]. */
  databaseMemory(database: number): number;
  /** Gives empty memory back to the system. */
  collectMemory(unused: number): number;
  /**
   * The log of keys that expired or were evicted while control[RemovalLogOn] was 1, and empties it; null: there were
   * none. numbers[A]: how many did not fit the log. See removals.ts for its format.
   */
  takeRemovals(): Uint8Array | null;
}

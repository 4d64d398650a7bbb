/** Values as payloads, as DUMP tells them (see native/rdb/format.h). */
export interface DumpOperations {
  /** Writes the payload of a key's value, null if there is no such key; or StatusDeferred. */
  writeDump(key: number): number;
  /**
   * The payload of a key's value as bytes of their own; null if there is no such key. Neither a hit nor an access.
   * numbers[A]: when it expires, Unix time in ms, or -1. For what is sent elsewhere. O(bytes of the value)
   */
  dumpKey(database: number, key: Uint8Array): Uint8Array | null;
}

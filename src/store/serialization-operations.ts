/** Values as bytes, as DUMP tells them and RESTORE takes them (see native/rdb/format.h). */
export interface SerializationOperations {
  /** Writes the payload of a key's value, null if there is no such key; or StatusDeferred. */
  writeDump(key: number): number;
  /**
   * The payload of a key's value as bytes of their own; null if there is no such key. Neither a hit nor an access.
   * numbers[A]: when it expires, Unix time in ms, or -1. For what is sent elsewhere. O(bytes of the value)
   */
  dumpKey(database: number, key: Uint8Array): Uint8Array | null;
  /**
   * Puts a dumped value under a key, over what it holds. `flags`: SetExpiry for the expiry register. numbers[A]: seconds
   * for which it was not used, numbers[B]: its frequency; negative: not known; numbers[C]: how many bytes a string or an
   * element may have at most. 0, StatusCorrupt (version or checksum are wrong), or StatusInvalid (the value is broken).
   * Affected: 1 it is there, 2 it has expired already and what was there is gone, 0 the same where nothing was.
   */
  restoreKey(key: number, payload: number, flags: number): number;
}

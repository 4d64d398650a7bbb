/** Values as bytes, as DUMP tells them and RESTORE takes them (see native/rdb/format.h). */
export interface SerializationOperations {
  /**
   * Puts a dumped value under a key, over what it holds. `flags`: SetExpiry for the expiry register. numbers[A]: seconds
   * for which it was not used, numbers[B]: its frequency; negative: not known. 0, StatusCorrupt (version or checksum are
   * wrong), or StatusInvalid (the value is broken). Affected: 1 it is there, 2 it has expired already and what was there is
   * gone, 0 the same where nothing was.
   */
  restoreKey(key: number, payload: number, flags: number): number;
}

/** Values as payloads, as DUMP tells them (see native/rdb/format.h). */
export interface DumpOperations {
  /** Writes the payload of a key's value, null if there is no such key; or StatusDeferred. */
  writeDump(key: number): number;
}

/**
 * Operations on HyperLogLogs: StatusWrongType, StatusInvalid (no HyperLogLog), StatusCorrupt (a broken one).
 */
export interface HyperloglogOperations {
  /** 1 changed or created, 0 not, or a status. */
  addToHll(key: number, first: number, count: number, sparseBytesMax: number): number;
  /** Writes the estimate for a key, or for the union of several; 0 or a status. */
  countHll(first: number, count: number): number;
  /** The union of all keys goes into the first; 0 or a status. */
  mergeHlls(first: number, count: number, sparseBytesMax: number): number;
  /** 1 sparse, 0 dense, StatusNoKey or a status. What follows needs a key that passed this. */
  openHll(key: number): number;
  /** 0, StatusCorrupt. */
  makeHllDense(key: number): number;
  /** Writes an array of all registers; 0, StatusCorrupt. */
  writeHllRegisters(key: number): number;
  /** Writes the codes of a sparse one, spelt out, as a bulk; 0, StatusCorrupt. */
  writeHllCodes(key: number): number;
  /**
   * 1 if the implementation agrees with itself and estimates well up to so many elements (0.1 s for a
   * million).
   */
  testHll(elements: number): number;
}

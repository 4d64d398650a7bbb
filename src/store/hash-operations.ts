/** Operations on hashes. Those on whole ones may be long reads: StatusDeferred. */
export interface HashOperations {
  /** For looking ahead; counts as reading if `reads` is 1. 1 a hash, 0 no key, StatusWrongType. */
  findHash(key: number, reads: number): number;
  /** Writes a field's value or a null; 0, StatusWrongType. */
  getHashField(key: number, field: number): number;
  /** The same for a run of keys, each followed by its field; how many went well. */
  getHashFieldRun(first: number, count: number, stride: number): number;
  /** Writes an array of values and nulls; 0, StatusWrongType. */
  getHashFields(key: number, first: number, count: number): number;
  /** Bytes of a field's value, 0 without, StatusWrongType. */
  hashFieldLength(key: number, field: number): number;
  /** 1, 0, StatusWrongType. */
  hasHashField(key: number, field: number): number;
  /** Writes the number of fields; 0, StatusWrongType. */
  writeHashSize(key: number): number;
  /** Sets fields, each followed by its value; how many are new, or StatusWrongType. */
  setHashFields(key: number, first: number, pairs: number): number;
  /** Sets a field for each of a run of keys and writes the replies; how many went well. */
  setHashFieldRun(first: number, count: number, stride: number): number;
  /** 1 set, 0 it is there, StatusWrongType. */
  setHashFieldIfAbsent(key: number, field: number, value: number): number;
  /** How many were there, or StatusWrongType. */
  eraseHashFields(key: number, first: number, count: number): number;
  /** Adds the integer register, writes the sum; 0, StatusWrongType, StatusNotInteger, StatusOverflow. */
  incrementHashField(key: number, field: number): number;
  /**
   * Adds a float, writes the sum; 0, StatusInvalid (the increment is none), StatusOverflow (it is infinite),
   * StatusWrongType, StatusNotFloat (the value is none), StatusTooLong (the sum is infinite).
   */
  incrementHashFieldFloat(key: number, field: number, increment: number): number;
  /** Writes HashNames, HashValues, or both of all fields; 0, StatusDeferred, StatusWrongType. */
  listHash(key: number, parts: number): number;
  /** The same for a run of keys, up to one that fails or takes long; how many went well. */
  listHashRun(first: number, count: number, stride: number, parts: number): number;
  /**
   * Writes a random field or a null (`single` 1), or an array of as many different ones as the integer register says,
   * of draws if it is negative; 0, StatusDeferred, StatusWrongType, StatusOverflow: too many.
   */
  chooseHashFields(key: number, single: number, withValues: number): number;
  /** Scans from cursor numbers[A]; pattern -1: any. 0, StatusDeferred, StatusWrongType. */
  scanHash(key: number, count: number, pattern: number, withValues: number): number;

  // Times to live of fields. The array operations write one item for each field; 0, StatusWrongType.

  /** Sets the expiry register's time under ExpireIf... conditions: -2 missing, 0 not met, 1 set, 2 it has passed. */
  expireHashFields(key: number, first: number, count: number, flags: number): number;
  /** Times in units of 1 or 1000 ms: -2 missing, -1 none. */
  writeHashFieldExpiries(key: number, first: number, count: number, unitMs: number, absolute: number): number;
  /** -2 missing, -1 it had none, 1 taken away. */
  persistHashFields(key: number, first: number, count: number): number;
  /** Values or nulls; the fields are erased. */
  takeHashFields(key: number, first: number, count: number): number;
  /** Values or nulls; `expiry` (FieldExpiry...) says what becomes of the times to live. */
  getHashFieldsEx(key: number, first: number, count: number, expiry: number): number;
  /** Sets fields under SetIfAbsent or SetIfPresent, which must hold for all; 1, 0 it does not, StatusWrongType. */
  setHashFieldsEx(key: number, first: number, pairs: number, flags: number, expiry: number): number;
}

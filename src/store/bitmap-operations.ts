/**
 * Operations on strings as arrays of bits and of integers ("fields"). A field is its width in bits, negative
 * for a signed one, and the argument that holds its offset: in bits, or, behind a '#', in fields of its
 * width.
 */
export interface BitmapOperations {
  /**
   * The old bit; StatusInvalid: the offset is none, StatusNotInteger: the value is not 0 or 1;
   * StatusWrongType.
   */
  setBit(key: number, offset: number, value: number, lengthMax: number): number;
  /** The bit, 0 beyond the end; StatusInvalid, StatusWrongType. */
  getBit(key: number, offset: number, lengthMax: number): number;
  /**
   * Writes how many bits of a range are one; without a range (start -1) of all. StatusNotInteger,
   * StatusWrongType, StatusDeferred.
   */
  countBits(key: number, start: number, end: number, unitBits: number): number;
  /**
   * Writes where the first such bit of a range is, or -1; start and end may be -1. StatusNotInteger,
   * StatusWrongType.
   */
  findBit(key: number, bit: number, start: number, end: number, unitBits: number): number;
  /**
   * Stores the combination (Bit...) of `count` keys, or removes the target if it is empty. Its length,
   * StatusWrongType.
   */
  combineBits(operation: number, target: number, first: number, count: number): number;
  /**
   * Bytes that the string must have for a field; StatusInvalid: its offset is none, StatusNotInteger: its
   * value (or -1).
   */
  checkField(width: number, offset: number, value: number, lengthMax: number): number;
  /** Makes a string of at least so many bytes, filled with zeros; 0: it only looks. StatusWrongType. */
  growString(key: number, bytes: number): number;
  /**
   * Writes a field's value. This and what follows need fields that were checked and a string that was grown.
   */
  getField(key: number, width: number, offset: number): number;
  /** Writes what the field held, or a null if the value does not fit under Overflow... */
  setField(key: number, width: number, offset: number, value: number, overflow: number): number;
  /** Writes the sum, or a null if it does not fit under Overflow... */
  incrementField(key: number, width: number, offset: number, increment: number, overflow: number): number;
}

/** Operations on string values. */
export interface StringOperations {
  /** Writes the value or a null; 1 found, 0 absent, StatusWrongType. */
  getString(key: number): number;
  /** `count` values, `stride` arguments apart; stops before one of another type unless `lenient`. Returns how many. */
  getStrings(first: number, count: number, stride: number, lenient: number): number;
  /** 1 set, 0 a condition failed, StatusWrongType. Flags: Set... */
  setString(key: number, value: number, flags: number): number;
  /** Plain sets of `count` pairs `stride` arguments apart; `prefetch` 1: bring the keys near first. */
  setStrings(first: number, count: number, stride: number, prefetch: number): number;
  /** 1 if any of the keys exists. */
  anyExists(first: number, count: number, stride: number): number;
  /** Length in bytes, 0 if absent, StatusWrongType. */
  stringLength(key: number): number;
  /** The same for looking before a write, which counts as no reading; also StatusNoKey. */
  stringSize(key: number): number;
  /** The new length, StatusWrongType, StatusTooLong. */
  appendString(key: number, value: number, lengthMax: number): number;
  /** Overwrites from `offset`; the new length or StatusWrongType. The value must not be empty. */
  setRange(key: number, offset: number, value: number): number;
  /** Writes bytes numbers[A]..numbers[B] as a bulk; StatusWrongType. */
  getRange(key: number): number;
  /** Parses an int64 into the integer register and numbers[A]; StatusNotInteger. */
  readInteger(argument: number): number;
  /** Adds and writes the sum; 0, StatusWrongType, StatusNotInteger, StatusOverflow. */
  incrementString(key: number, by: number): number;
  /** The same for a run; how many went well. */
  incrementStrings(first: number, count: number, stride: number, by: number): number;
  /** Adds the integer register, or its opposite; also StatusInvalid: it has no opposite. */
  incrementByRegister(key: number, negate: number): number;
  /** Adds a float and writes the sum; 0, StatusWrongType, StatusNotFloat, StatusInvalid. */
  incrementFloat(key: number, increment: number): number;
  /** Parses a time into the expiry register; 0, StatusNotInteger, StatusInvalid. numbers[B]: sign of what was read. */
  readExpiry(argument: number, unitMs: number, relative: number): number;
}

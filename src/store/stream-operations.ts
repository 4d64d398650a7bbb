/**
 * Operations on streams. Identifiers travel in registers of the store, numbered from 0, and, for reading several
 * streams at once, in a list with one for each.
 */
export interface StreamOperations {
  /**
   * Reads an identifier into a register, by StreamId... 0; 1: its sequence was left open; StatusInvalid: it is none;
   * StatusOverflow: there is none before or behind it.
   */
  readStreamId(argument: number, register: number, syntax: number): number;
  /** 1 if a register holds 0-0. */
  isZeroStreamId(register: number): number;
  /** Makes a register 0-0. */
  clearStreamId(register: number): number;
  /** Negative, 0 or positive: how two registers compare. */
  compareStreamIds(a: number, b: number): number;
  /**
   * Appends `count` fields and values in turn, with the id in register 0 or as Append... says, and writes the id; with
   * AppendTrim it trims then, see trimStream. 0, StatusNoKey, StatusWrongType, StatusOverflow: the greatest id is
   * taken, StatusInvalid: the id is not greater than the last, StatusTooLong.
   */
  appendStreamEntry(key: number, first: number, count: number, flags: number): number;
  /** A run of "key * field value ..."; stops before the first of another form, or that fails. Returns how many. */
  appendStreamEntries(first: number, count: number, stride: number): number;
  /** How many entries there are into numbers[A], and the first one's id (the greatest, if none) into register 3. */
  streamBounds(key: number): number;
  /**
   * Trims to numbers[A] entries, or with TrimById to what is not before register 1; takes at most numbers[B] (0: any
   * number). Writes how many, which is in numbers[A] as well. StatusWrongType.
   */
  trimStream(key: number, flags: number): number;
  /** Deletes the entries of `count` ids and writes how many; StatusWrongType, StatusInvalid: one is no id. */
  deleteStreamEntries(key: number, first: number, count: number): number;
  /**
   * Sets the last id to register 0, and by SetStream... the integer register and register 1. 0, StatusNoKey,
   * StatusWrongType; refused because of a deleted entry (StatusInvalid), a live one (StatusOverflow), the length
   * (StatusTooLong).
   */
  setStreamId(key: number, flags: number): number;
  /** Writes the number of entries; StatusWrongType. */
  streamLength(key: number): number;
  /** 0 if the key holds a stream, StatusNoKey, StatusWrongType. */
  typeOfStream(key: number): number;
  /** Writes the entries between registers 0 and 1, at most numbers[A] (negative: all). Ends with finishRead. */
  readStreamRange(key: number, reverse: number): number;
  /** Writes the id behind which the reading of stream `i` begins, as a bulk. */
  writeStreamFrom(i: number): number;
  /** Where the reading of stream `i` begins, by From...; StatusWrongType, StatusInvalid: the argument is no id. */
  readStreamsFrom(key: number, argument: number, i: number, place: number): number;
  /** Writes what is behind these places, at most numbers[A] of each (0: all); StatusNoKey: nothing. finishRead. */
  readStreams(first: number, count: number): number;
}

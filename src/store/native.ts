// The typed face of the addon: the only module that loads it. Everything else imports types and `openStore` from here.
//
// Operations take small integers and return one. An argument of a command is named by its index in the argument table;
// replies are written at the arena's cursor; what does not fit an integer travels in the `numbers` registers (see
// layout.ts). Negative results are `Status...` constants.
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import type { GeoOperations } from './geo-operations.js';
import type { SortOperations } from './sort-operations.js';

/** What CLIENT LIST tells of a connection. */
export interface ConnectionFacts {
  peer: string;
  local: string;
  fd: number;
  isUnix: boolean;
  isLoopback: boolean;
  inputBytes: number;
  inputCapacity: number;
  outputBytes: number;
  outputChunks: number;
}

/** Figures of the store and the transport; bytes and counts. The transport's are absent before it is started. */
export interface StoreStatistics {
  usedBytes: number;
  residentBytes: number;
  tableBytes: number;
  indexBytes: number;
  /** Kept for open views only. */
  retiredBytes: number;
  expiredKeys: number;
  /** Fields of hashes. */
  expiredFields: number;
  openViews: number;
  /** Keys that reading commands found and did not find. */
  hits: number;
  misses: number;
  connections?: number;
  outputBytes?: number;
  bytesRead?: number;
  bytesWritten?: number;
}

/** Shared memory; the layout is in layout.ts. */
interface Buffers {
  input: ArrayBuffer;
  reply: ArrayBuffer;
  control: ArrayBuffer;
  args: ArrayBuffer;
  commands: ArrayBuffer;
  batch: ArrayBuffer;
  numbers: ArrayBuffer;
}

/** Operations on the batch and on frames outside the input arena. */
interface FrameOperations {
  /** Hashes the keys of the chunk's commands and brings their buckets and entries near. */
  prefetch(commands: number): number;
  /** Takes numbers[NowMs] as the time of what follows. */
  startTurn(unused: number): number;
  /** From now on arguments lie in `bytes`, listed in `args`, until leaveFrame. */
  enterFrame(bytes: Uint8Array, args: Int32Array): void;
  leaveFrame(unused: number): number;
  /** Makes the reply arena free: what is in it leaves for its connections. */
  drain(unused: number): number;
  /** Writes an argument as a bulk reply. */
  writeArgument(argument: number): number;
}

/** Operations on string values. */
interface StringOperations {
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

/** Operations on keys of any type, times to live, databases. */
interface KeyOperations {
  /** How many of the keys exist, counting repetitions; leaves access times alone. */
  countExisting(first: number, count: number): number;
  /** The same, and they count as accessed now. */
  touchKeys(first: number, count: number): number;
  eraseKeys(first: number, count: number): number;
  /** Type..., or StatusNoKey. */
  typeOf(key: number): number;
  encodingOf(key: number): number;
  idleSeconds(key: number): number;
  accessFrequency(key: number): number;
  entryBytes(key: number): number;
  /** 1 for an int-encoded 0..9999, 0 otherwise, StatusNoKey. */
  smallInteger(key: number): number;
  /** 1 set, 2 the time has passed and the key is gone, 0 no key or a condition failed. */
  expireKey(key: number, flags: number): number;
  writeExpiry(key: number, unitMs: number, absolute: number): number;
  persistKey(key: number): number;
  /** Puts the expiry register on an existing key. */
  setExpiry(key: number): number;
  /** 1 renamed, 0 the target exists, StatusNoKey. */
  renameKey(from: number, to: number, onlyIfAbsent: number): number;
  copyKey(from: number, to: number, database: number, replace: number): number;
  moveKey(key: number, database: number): number;
  swapDatabases(a: number, b: number): number;
  /** -1: all of them. */
  flushDatabase(database: number): number;
  /** Keys, and the same, exact, in numbers[A]. */
  keyCount(database: number): number;
  /** Keys; numbers[A] the same, numbers[B] those that expire, numbers[C] their mean time to live in
   * ms, numbers[D] those with fields that expire. */
  databaseSize(database: number): number;
  randomKey(unused: number): number;
  /** From cursor numbers[A]; pattern and type -1: any. */
  scanKeys(count: number, pattern: number, type: number): number;
  listKeys(pattern: number): number;
  /** The same on a worker over a view; the number of the long read. */
  beginListKeys(pattern: number): number;
}

/**
 * Operations on strings as arrays of bits and of integers ("fields"). A field is its width in bits, negative
 * for a signed one, and the argument that holds its offset: in bits, or, behind a '#', in fields of its
 * width.
 */
interface BitmapOperations {
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

/**
 * Operations on HyperLogLogs: StatusWrongType, StatusInvalid (no HyperLogLog), StatusCorrupt (a broken one).
 */
interface HyperloglogOperations {
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

/** Operations on sorted sets. Elements are replied as the protocol wants scores: doubles, or bulks in RESP2. */
interface SortedSetOperations {
  /** How many of the pairs of score and member were added; Add... flags. StatusNotFloat, StatusWrongType. */
  addToSortedSet(key: number, first: number, pairs: number, flags: number): number;
  /** Plain additions of one pair each for a run; replies to them, and tells how many went well. */
  addToSortedSets(first: number, count: number, stride: number): number;
  /** Writes the new score, or a null if a condition failed. StatusNotFloat, StatusWrongType, StatusInvalid: NaN. */
  incrementInSortedSet(key: number, score: number, member: number, flags: number): number;
  /** How many were removed, or StatusWrongType. */
  removeFromSortedSet(key: number, first: number, count: number): number;
  writeSortedSetSize(key: number): number;
  /** A score or a null for each of a run of key and member; stops before a wrong type. Returns how many. */
  writeScores(first: number, count: number, stride: number): number;
  /** An array of scores and nulls. */
  writeMemberScores(key: number, first: number, count: number): number;
  /** As writeScores, with ranks; `withScore` 1: as arrays of rank and score. */
  writeRanks(first: number, count: number, stride: number, reverse: number, withScore: number): number;
  /** Writes and removes numbers[A] elements from an end; 0, StatusWrongType. */
  popFromSortedSet(key: number, fromEnd: number): number;
  /** The same from the first key that is there, with its name; 0, StatusWrongType. */
  popFromSortedSets(first: number, count: number, fromEnd: number): number;
  /** One element of each of a run of keys; stops before a wrong type. Returns how many. */
  popEachSortedSet(first: number, count: number, stride: number, fromEnd: number): number;
  /**
   * Writes a range (Range...) without its first numbers[A] elements, at most numbers[B] (negative: all).
   * StatusDeferred, StatusWrongType; for bounds StatusNotInteger, StatusNotFloat, StatusInvalid.
   */
  writeSortedSetRange(key: number, min: number, max: number, by: number, flags: number): number;
  /** Stores it and writes how many elements it has. */
  storeSortedSetRange(
    target: number,
    source: number,
    min: number,
    max: number,
    by: number,
    reverse: number,
  ): number;
  /** Write how many elements are, or were, in a range. */
  countSortedSetRange(key: number, min: number, max: number, by: number): number;
  removeSortedSetRange(key: number, min: number, max: number, by: number): number;
  writeSortedSetRandom(key: number): number;
  /** |numbers[A]| elements, which may repeat if it is negative; StatusDeferred, StatusWrongType. */
  writeSortedSetRandoms(key: number, withScores: number): number;
  /** 0, or StatusWrongType if one of the keys cannot be combined; counts as no reading. */
  checkScoredInputs(first: number, count: number): number;
  /** 0, StatusNotFloat. */
  checkWeights(first: number, count: number): number;
  /** Writes Combine... of `count` keys; weights -1: none. StatusDeferred, StatusWrongType, StatusNotFloat. */
  writeScoredCombination(
    kind: number,
    first: number,
    count: number,
    weights: number,
    aggregate: number,
    withScores: number,
  ): number;
  /** Stores it and writes how many elements it has. */
  storeScoredCombination(
    target: number,
    kind: number,
    first: number,
    count: number,
    weights: number,
    aggregate: number,
  ): number;
  /** Writes how many members all keys have, up to numbers[A] (0: all). StatusDeferred, StatusWrongType. */
  countScoredIntersection(first: number, count: number): number;
  /** From cursor numbers[A]; pattern -1: any. */
  scanSortedSet(key: number, count: number, pattern: number): number;
}

/** Operations on the longest common subsequence of two strings; an absent key is an empty one. */
interface LcsOperations {
  /**
   * Puts the size of the problem (pairs of prefixes) into numbers[A]; 0, StatusWrongType. What follows needs
   * it.
   */
  lcsCells(a: number, b: number): number;
  writeLcsLength(a: number, b: number): number;
  writeLcs(a: number, b: number): number;
  /** Writes an array of matches of at least `sizeMin` bytes; numbers[A]: length of the subsequence. */
  writeLcsMatches(a: number, b: number, sizeMin: number, withSizes: number): number;
}

/** Operations on sets; each also StatusWrongType. */
interface SetOperations {
  /** How many of the members were new. */
  addMembers(key: number, first: number, count: number): number;
  /** `length` times one member behind its key, with its reply; how many went well. */
  addMemberRun(first: number, length: number, stride: number): number;
  /** How many of the members were there. */
  removeMembers(key: number, first: number, count: number): number;
  /** 1 moved, 0 it was not there. */
  moveMember(from: number, to: number, member: number): number;
  /** Writes the number of members. */
  writeSetSize(key: number): number;
  /** 1 or 0. */
  hasMember(key: number, member: number): number;
  hasMemberRun(first: number, length: number, stride: number): number;
  /** Writes an array of 1 and 0. */
  hasMembers(key: number, first: number, count: number): number;
  /** Writes all members; also StatusDeferred. */
  writeMembers(key: number): number;
  /** From cursor numbers[A]; pattern -1: any. Writes [cursor, [members]]. */
  scanMembers(key: number, count: number, pattern: number): number;
  /** Writes a member that it takes out, or a null. */
  popMember(key: number): number;
  popMemberRun(first: number, length: number, stride: number): number;
  /** Writes numbers[A] members that it takes out; how many. */
  popMembers(key: number): number;
  /** Writes a member, or a null. */
  randomMember(key: number): number;
  /** Writes numbers[A] distinct members, or, if that is negative, as many draws; also StatusInvalid: too many. */
  randomMembers(key: number): number;
  /** Writes the members of Set... of the keys; also StatusDeferred. */
  writeCombination(operation: number, first: number, count: number): number;
  /** Writes the size of the intersection, at most numbers[A] unless 0; also StatusDeferred. */
  writeIntersectionSize(first: number, count: number): number;
  /** Stores the members of Set... of the keys; how many. */
  storeCombination(operation: number, target: number, first: number, count: number): number;
}

/**
 * Operations on lists. An end is 0 for the head, 1 for the tail. Unless said otherwise StatusWrongType is a
 * result, for which nothing was written.
 */
interface ListOperations {
  /** Pushes `count` arguments one after the other; the new length, 0: absent, and ifPresent. */
  pushToList(key: number, first: number, count: number, end: number, ifPresent: number): number;
  /** A run of keys, an element behind each: writes the new lengths; how many went well. */
  pushToLists(first: number, count: number, stride: number, end: number): number;
  /** A run of keys: writes the element at an end, which leaves the list, or a null; how many went well. */
  popFromLists(first: number, count: number, stride: number, end: number): number;
  /** Writes an array of at most numbers[A] elements, which leave the list, or the null of an array; 1, 0 absent. */
  popManyFromList(key: number, end: number): number;
  /** The same from the first list that exists, in an array behind its key; the index of the key, or StatusNoKey. */
  popFromFirstList(first: number, count: number, end: number): number;
  /** Takes an element from an end of a list to an end of another and writes it, or a null; 1, 0 no source. */
  moveElement(source: number, destination: number, from: number, to: number): number;
  /** The length, exact in numbers[A]; 0 if absent. */
  listLength(key: number): number;
  /** Writes the element at the index in an argument, or a null; 0, StatusNotInteger. */
  writeListElement(key: number, index: number): number;
  /** Writes the elements between the indexes in the two arguments behind the key; 0, StatusDeferred, StatusNotInteger. */
  writeListRange(key: number): number;
  /** The same for a run of keys, up to one that fails or takes long; how many it wrote. */
  writeListRanges(first: number, count: number, stride: number): number;
  /**
   * Writes indexes of elements equal to `value`: from the numbers[A]-th match on (negative: from the tail), at most
   * numbers[B], among numbers[C] elements (both 0: all). Without `asArray` one, or a null. 0, StatusDeferred.
   */
  writeListPositions(key: number, value: number, asArray: number): number;
  /** The index is in an argument. 1, StatusNoKey, StatusNotInteger, StatusInvalid: no such index. */
  setListElement(key: number, index: number, value: number): number;
  /** Next to the first element equal to `pivot`; the new length, StatusNoKey, StatusInvalid: no such element. */
  insertInList(key: number, pivot: number, value: number, after: number): number;
  /** At most numbers[A] elements (negative: from the tail, 0: all) leave the list; how many. */
  removeFromList(key: number, value: number): number;
  /** What is not between the indexes in the two arguments behind the key leaves; 0, StatusNotInteger. */
  trimList(key: number): number;
}

/** Operations on hashes. Those on whole ones may be long reads: StatusDeferred. */
interface HashOperations {
  /** For looking ahead, which counts as no reading: 1 a hash, 0 no key, StatusWrongType. */
  findHash(key: number): number;
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
   * Writes one field chosen at random or a null (`single` 1), or an array of as many as the integer register
   * says, with repetitions if it is negative; 0, StatusDeferred, StatusWrongType, StatusOverflow (too many).
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

/**
 * Operations on streams. Identifiers travel in registers of the store, numbered from 0, and, for reading several
 * streams at once, in a list with one for each.
 */
interface StreamOperations {
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
  /** Where the reading of stream `i` begins, by From...; StatusWrongType, StatusInvalid: the argument is no id. */
  readStreamsFrom(key: number, argument: number, i: number, place: number): number;
  /** Writes what is behind these places, at most numbers[A] of each (0: all); StatusNoKey: nothing. finishRead. */
  readStreams(first: number, count: number): number;
}

/** Operations on groups of consumers of streams. What is missing: StatusNoKey, StatusNoGroup, StatusWrongType. */
interface StreamGroupOperations {
  /** 0 if there is such a group, or what is missing. */
  findGroup(key: number, group: number): number;
  /**
   * Makes a group that begins behind register 0, or the stream's last entry, and has read what the integer register
   * says, by Group...; an absent key becomes a stream. 1, 0: there is one of this name, StatusWrongType.
   */
  createGroup(key: number, group: number, flags: number): number;
  /** The same for a group that exists; 0, or what is missing. */
  moveGroup(key: number, group: number, flags: number): number;
  /** 1, 0: there was none; StatusNoKey, StatusWrongType. */
  destroyGroup(key: number, group: number): number;
  /** 1, 0: there is one of this name, or what is missing. */
  createConsumer(key: number, group: number, consumer: number): number;
  /** Writes how many entries it had pending; 0, or what is missing. */
  deleteConsumer(key: number, group: number, consumer: number): number;
  /** Where the reading of stream `i` begins: an id, or what is new; StatusInvalid: no id; or what is missing. */
  readGroupFrom(key: number, group: number, argument: number, i: number, isNew: number): number;
  /** Delivers and writes at most numbers[A] entries (0: all) of each stream; StatusNoKey: nothing. */
  readGroups(first: number, count: number, group: number, consumer: number, noAck: number): number;
  /** Ends the pending of `count` ids and writes how many were; StatusWrongType, StatusInvalid: one is no id. */
  acknowledge(key: number, group: number, first: number, count: number): number;
  /**
   * Gives `count` pending entries, if idle for numbers[A] ms, to a consumer and writes them, by Claim... with time
   * numbers[B] and deliveries numbers[C]; the group's last id becomes at least register 0. 0, or what is missing.
   */
  claimEntries(
    key: number,
    group: number,
    consumer: number,
    first: number,
    count: number,
    flags: number,
  ): number;
  /** Claims up to `count` entries from register 0 on, idle for numbers[A] ms, and writes them; or what is missing. */
  claimIdle(key: number, group: number, consumer: number, count: number, onlyIds: number): number;
  /** Writes how much is pending, and for whom; or what is missing. Ends with finishRead, as all that follow. */
  pendingSummary(key: number, group: number): number;
  /** Writes at most numbers[A] pending entries between registers 0 and 1, idle for numbers[B] ms; consumer -1: all. */
  pendingRange(key: number, group: number, consumer: number): number;
  /** Writes facts on a stream. */
  describeStream(key: number): number;
  /** Writes all of a stream, at most numbers[A] entries of each list (0: all). */
  describeStreamInFull(key: number): number;
  describeGroups(key: number): number;
  describeConsumers(key: number, group: number): number;
}

/** The transport and the store's housekeeping. */
interface ServerOperations {
  /** Starts the batch: `onBatch(rows)`, `onConnect(id)`, `onLongRead(job)`. Once per store. */
  startTransport(
    onBatch: (rows: number) => void,
    onConnect: (id: number) => void,
    onLongRead: (job: number) => void,
  ): void;
  /** Null, or the name of the system's error. */
  listenTcp(address: string, port: number, backlog: number, ipv6Only: boolean): string | null;
  listenUnix(path: string, backlog: number): string | null;
  /** Seconds of TCP keep-alive for connections to come; 0: off. */
  setKeepalive(seconds: number): void;
  setOutputLimit(limitClass: number, hardBytes: number, softBytes: number, softSeconds: number): void;
  stopTransport(done: () => void): void;
  send(id: number, bytes: Uint8Array): void;
  closeConnection(id: number, afterOutput: boolean): void;
  resume(id: number): void;
  /** Sends a finished long read's reply to a connection; -1 drops it. 0, or the Status... of one without a reply. */
  deliverLongRead(job: number, id: number): number;
  /** The bytes of a connection's big frame, valid until the batch ends. */
  bigFrame(id: number): ArrayBuffer | null;
  connectionFacts(id: number): ConnectionFacts;
  statistics(): StoreStatistics;
  setAccessPolicy(lfu: boolean, logFactor: number, decayMinutes: number): void;
  expireCycle(budgetUs: number): number;
  storeCron(unused: number): number;
}

/** An open engine: its shared memory and its operations. */
export interface NativeStore
  extends
    Buffers,
    FrameOperations,
    StringOperations,
    KeyOperations,
    BitmapOperations,
    HyperloglogOperations,
    LcsOperations,
    HashOperations,
    SetOperations,
    ListOperations,
    SortedSetOperations,
    StreamOperations,
    StreamGroupOperations,
    GeoOperations,
    SortOperations,
    ServerOperations {}

interface Addon {
  open(databases: number, seed: Uint8Array): NativeStore;
}

const SEED_BYTES = 32;

/**
 * Opens a store with `databases` databases and a random hash seed.
 * It lives until its environment (process or worker) ends.
 */
export function openStore(databases: number): NativeStore {
  const load = createRequire(import.meta.url);
  const addon = load('../../build/Release/redwing.node') as Addon;
  return addon.open(databases, randomBytes(SEED_BYTES));
}

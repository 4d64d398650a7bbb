/** Operations on sets; each also StatusWrongType. */
export interface SetOperations {
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
  /**
   * Writes a random member or a null (`single` 1), or an array of as many different ones as the integer register says,
   * of draws if it is negative; also StatusDeferred, StatusOverflow: too many.
   */
  randomMembers(key: number, single: number): number;
  /** Writes the members of Set... of the keys; also StatusDeferred. */
  writeCombination(operation: number, first: number, count: number): number;
  /** Writes the size of the intersection, at most numbers[A] unless 0; also StatusDeferred. */
  writeIntersectionSize(first: number, count: number): number;
  /** Stores the members of Set... of the keys; how many. */
  storeCombination(operation: number, target: number, first: number, count: number): number;
}

/** Operations on sorted sets. Elements are replied as the protocol wants scores: doubles, or bulks in RESP2. */
export interface SortedSetOperations {
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
  /** The same from the first key that is there, with its name; the index of the key, StatusNoKey, StatusWrongType. */
  popFromSortedSets(first: number, count: number, fromEnd: number): number;
  /** Writes [key, member, score] from the first key that is there, or nothing; as popFromSortedSets. */
  popKeyedFromSortedSets(first: number, count: number, fromEnd: number): number;
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
  /**
   * Writes a random element or a null (`single` 1), or an array of as many different ones as the integer register says,
   * of draws if it is negative; 0, StatusDeferred, StatusWrongType, StatusOverflow: too many.
   */
  writeSortedSetRandom(key: number, single: number, withScores: number): number;
  /** 0, or StatusWrongType if one of the keys, which are read, cannot be combined. */
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

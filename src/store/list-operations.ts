/**
 * Operations on lists. An end is 0 for the head, 1 for the tail. Unless said otherwise StatusWrongType is a
 * result, for which nothing was written.
 */
export interface ListOperations {
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
  /** Writes [key, element] from the first list that exists, or nothing; the index of the key, or StatusNoKey. */
  popKeyedFromLists(first: number, count: number, end: number): number;
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

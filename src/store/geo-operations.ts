// The store's operations on places, which are the scores of sorted sets.

/** Each on a key is also StatusWrongType. Points go into numbers[A] (longitude) and [B] (latitude), in degrees. */
export interface GeoOperations {
  /** A number goes into numbers[A]; 0, StatusNotFloat. */
  readDouble(argument: number): number;
  /** The point in two arguments; 0, StatusNotFloat, StatusInvalid: there is no such place. */
  readPoint(argument: number): number;
  /**
   * `count` times longitude, latitude and member; Add... flags. How many were added; StatusNotFloat and StatusInvalid as
   * readPoint for the first wrong one, and nothing was done.
   */
  addPlaces(key: number, first: number, count: number, flags: number): number;
  /** Writes the points of members, with nulls; 0. */
  writePlaces(key: number, first: number, count: number): number;
  /** Writes their geohashes likewise. */
  writeGeohashes(key: number, first: number, count: number): number;
  /** Writes the distance of two members in units of numbers[A] metres, or a null; 0. */
  writePlaceDistance(key: number, from: number, to: number): number;
  /** The point of a member; 0, StatusNoKey: it is not there. */
  findPlace(key: number, member: number): number;
  /**
   * Writes at most numbers[A] (0: all) members whose points are in a circle, or a box, around the point in numbers[B]
   * and [C]; its radius, or width and height, are numbers[D] and [E], in units of numbers[F] metres. Search... flags say
   * in which order and with what. 0, StatusDeferred.
   */
  writePlacesWithin(key: number, flags: number): number;
  /** Stores them with their points as scores, or with SearchStoreDistance their distances; how many. */
  storePlacesWithin(target: number, key: number, flags: number): number;
}

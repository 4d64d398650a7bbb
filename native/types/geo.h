// Points on the globe as scores of a sorted set.
//
// A point's longitude and latitude are each cut to 26 bits and interleaved, so that points that are near each
// other mostly have scores that are near each other, and every rectangular cell of a grid is one range of
// scores (G. M. Morton, 1966). Latitudes end where the square Web Mercator map does. Terms and layout:
//
//   step    how fine a grid is: 2^step columns by 2^step rows, 1..26
//   cell    one rectangle of a grid, numbered by its interleaved bits b; its points are the scores from
//           b * 4^(26 - step) up to, but not including, (b + 1) * 4^(26 - step)
//
//   score   bit 51                      bit 1   bit 0
//           lon 25, lat 25, lon 24, ... lon 0,  lat 0       (column and row at step 26, from the south-west)
//
// A longitude of exactly 180 degrees belongs to column 2^26, and the greatest latitude to row 2^26: one more
// than the grid has, so bits 53 and 52 of such a score are set. Redis stores them so, and so does geo_encode.
//
// Distances are along the great circle of a sphere, by the haversine formula, in metres. Angles are in
// degrees. All functions are pure and may be called from any thread. Cost: O(1) each; a distance is five
// calls of trigonometric functions, or one where both points have the same longitude.
#pragma once

#include <cstddef>
#include <cstdint>

namespace redwing {

inline constexpr double kGeoLongitudeMax = 180;
inline constexpr double kGeoLatitudeMax = 85.05112878;

/// Bytes that geohash_text writes.
inline constexpr size_t kGeohashTextSize = 11;

struct GeoPoint {
  double longitude;
  double latitude;
};

/// Whether both coordinates are in the range that can be encoded: |longitude| <= kGeoLongitudeMax, |latitude|
/// <= kGeoLatitudeMax. False for NaN.
bool geo_is_valid(GeoPoint point);

/// The score of a valid point (asserted): an integer in [0, 2^54). Beyond 2^53, for a longitude of exactly
/// 180, it has lost its last bit, as everywhere that a score is a double.
double geo_encode(GeoPoint point);

/// The centre of a score's smallest cell, within the valid range. Any score will do, though one that is not
/// geo_encode's means nothing: it gives what the real servers give on 64-bit x86.
GeoPoint geo_decode(double score);

/// Writes the standard geohash of a score's point (base 32, latitudes from -90 to 90; geohash.org) to `out`:
/// always kGeohashTextSize characters, of which the last is '0', for 52 bits are ten and a fraction.
void geohash_text(double score, uint8_t* out);

/// The distance in metres; symmetric but for rounding. NaN is possible for two points that are exactly
/// opposite.
double geo_distance(GeoPoint a, GeoPoint b);

/// What a search looks for: all points at most `radius` metres from the centre, or all in a box. A point is
/// in the box if it is at most height / 2 metres north or south of the centre, and at most width / 2 metres
/// from the centre's meridian, measured from itself along the great circle to its own latitude there.
struct GeoShape {
  enum class Kind : uint8_t { kCircle, kBox };
  Kind kind;
  GeoPoint centre;    // valid
  double radius = 0;  // circle; metres, >= 0, may be infinite
  double width = 0;   // box; likewise
  double height = 0;
};

/// Whether `point` is in the shape; if so, its distance from the centre is stored.
bool geo_contains(const GeoShape& shape, GeoPoint point, double* distance);

/// Scores from `min` up to, but not including, `max`.
struct GeoRange {
  double min;
  double max;
};

/// Disjoint score ranges, in the order in which the members of a shape are to be replied when nobody asks for
/// another.
struct GeoRanges {
  static constexpr size_t kMax = 20;
  GeoRange ranges[kMax];
  /// How many there are, at least 1. All points of the shape are in them (and others: see geo_contains).
  size_t count;
  /// How many of these, from the first, a real server walks: the cell of the centre and its neighbours, at
  /// most 9. Fewer than `count` only where that misses points: shapes that are thousands of kilometres wide,
  /// come near a pole or touch the edge of the grid.
  size_t usual_count;
};

/// The ranges to walk for a shape.
void geo_search_ranges(const GeoShape& shape, GeoRanges* out);

}  // namespace redwing

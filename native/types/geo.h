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

}  // namespace redwing

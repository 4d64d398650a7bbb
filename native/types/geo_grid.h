// The grid of places (see types/geo.h): cells, their numbers, and where they lie. For geo.cc and
// geo_search.cc, where decoding a score is the innermost loop.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "types/geo.h"

namespace redwing::geo {

inline constexpr int kStepMax = 26;
inline constexpr double kEarthRadius = 6372797.560856;  // metres
inline constexpr double kRadiansPerDegree = std::numbers::pi / 180.0;

// The latitudes of a grid; longitudes are always all.
struct LatitudeRange {
  double min;
  double max;
};
inline constexpr LatitudeRange kMercator = {-kGeoLatitudeMax, kGeoLatitudeMax};
inline constexpr LatitudeRange kStandard = {-90, 90};

inline double radians(double degrees) { return degrees * kRadiansPerDegree; }
inline double degrees(double radians) { return radians / kRadiansPerDegree; }

// Bit i goes to bit 2i ("Interleave bits by Binary Magic Numbers", S. E. Anderson, Bit Twiddling Hacks).
inline uint64_t spread_bits(uint32_t value) {
  uint64_t bits = value;
  bits = (bits | (bits << 16)) & 0x0000FFFF0000FFFFull;
  bits = (bits | (bits << 8)) & 0x00FF00FF00FF00FFull;
  bits = (bits | (bits << 4)) & 0x0F0F0F0F0F0F0F0Full;
  bits = (bits | (bits << 2)) & 0x3333333333333333ull;
  return (bits | (bits << 1)) & 0x5555555555555555ull;
}

inline uint32_t gather_bits(uint64_t bits) {
  bits &= 0x5555555555555555ull;
  bits = (bits | (bits >> 1)) & 0x3333333333333333ull;
  bits = (bits | (bits >> 2)) & 0x0F0F0F0F0F0F0F0Full;
  bits = (bits | (bits >> 4)) & 0x00FF00FF00FF00FFull;
  bits = (bits | (bits >> 8)) & 0x0000FFFF0000FFFFull;
  return static_cast<uint32_t>(bits | (bits >> 16));
}

// A place in a grid. Its bits are those of the score, less the ones of finer grids.
struct Cell {
  uint32_t column;
  uint32_t row;

  uint64_t bits() const { return (spread_bits(column) << 1) | spread_bits(row); }
  bool operator==(const Cell&) const = default;
};

inline Cell cell_of_bits(uint64_t bits) { return {gather_bits(bits >> 1), gather_bits(bits)}; }

inline Cell cell_of_point(GeoPoint point, LatitudeRange latitudes, int step) {
  const auto size = static_cast<double>(1u << step);
  const double x = (point.longitude + kGeoLongitudeMax) / (2 * kGeoLongitudeMax);
  const double y = (point.latitude - latitudes.min) / (latitudes.max - latitudes.min);
  return {static_cast<uint32_t>(x * size), static_cast<uint32_t>(y * size)};
}

struct Rectangle {
  double west;
  double south;
  double east;
  double north;
};

inline Rectangle rectangle_of(Cell cell, int step) {
  const auto size = static_cast<double>(1u << step);
  const double longitudes = 2 * kGeoLongitudeMax;
  const double latitudes = kMercator.max - kMercator.min;
  return {-kGeoLongitudeMax + cell.column * 1.0 / size * longitudes,
          kMercator.min + cell.row * 1.0 / size * latitudes,
          -kGeoLongitudeMax + (cell.column + 1) * 1.0 / size * longitudes,
          kMercator.min + (cell.row + 1) * 1.0 / size * latitudes};
}

// What a conversion to an unsigned integer gives on x86-64 for scores outside of its range.
inline uint64_t bits_of_score(double score) {
  constexpr double kTwo63 = 9223372036854775808.0;
  if (score >= kTwo63) {
    return score < 2 * kTwo63 ? static_cast<uint64_t>(score) : 0;
  }
  if (score < -kTwo63 || std::isnan(score)) return uint64_t{1} << 63;
  return static_cast<uint64_t>(static_cast<int64_t>(score));
}

inline double latitude_distance(double a, double b) {
  return kEarthRadius * std::fabs(radians(b) - radians(a));
}

/// The centre of a number's cell, within the valid range.
inline GeoPoint point_of_bits(uint64_t bits) {
  const Rectangle area = rectangle_of(cell_of_bits(bits), kStepMax);
  return {std::clamp((area.west + area.east) / 2, -kGeoLongitudeMax, kGeoLongitudeMax),
          std::clamp((area.south + area.north) / 2, -kGeoLatitudeMax, kGeoLatitudeMax)};
}

}  // namespace redwing::geo

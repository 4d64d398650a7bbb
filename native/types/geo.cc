#include "types/geo.h"

#include <cmath>

#include "memory/assert.h"
#include "types/geo_grid.h"

namespace redwing {

using namespace geo;

bool geo_is_valid(GeoPoint point) {
  return std::fabs(point.longitude) <= kGeoLongitudeMax && std::fabs(point.latitude) <= kGeoLatitudeMax;
}

double geo_encode(GeoPoint point) {
  RW_ASSERT(geo_is_valid(point), "coordinates out of range");
  return static_cast<double>(cell_of_point(point, kMercator, kStepMax).bits());
}

GeoPoint geo_decode(double score) { return geo::point_of_bits(geo::bits_of_score(score)); }

void geohash_text(double score, uint8_t* out) {
  constexpr char kAlphabet[] = "0123456789bcdefghjkmnpqrstuvwxyz";
  const uint64_t bits = cell_of_point(geo_decode(score), kStandard, kStepMax).bits();
  for (size_t i = 0; i + 1 < kGeohashTextSize; i++) {
    out[i] = static_cast<uint8_t>(kAlphabet[(bits >> (2 * kStepMax - 5 * (i + 1))) & 31]);
  }
  out[kGeohashTextSize - 1] = '0';
}

double geo_distance(GeoPoint a, GeoPoint b) {
  const double v = std::sin((radians(b.longitude) - radians(a.longitude)) / 2);
  if (v == 0) return latitude_distance(a.latitude, b.latitude);
  const double a_latitude = radians(a.latitude);
  const double b_latitude = radians(b.latitude);
  const double u = std::sin((b_latitude - a_latitude) / 2);
  return 2.0 * kEarthRadius *
         std::asin(std::sqrt(u * u + std::cos(a_latitude) * std::cos(b_latitude) * v * v));
}

}  // namespace redwing

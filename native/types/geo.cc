#include "types/geo.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "memory/assert.h"

namespace redwing {
namespace {

constexpr int kStepMax = 26;
constexpr double kEarthRadius = 6372797.560856;  // metres
constexpr double kRadiansPerDegree = std::numbers::pi / 180.0;

// The latitudes of a grid; longitudes are always all.
struct LatitudeRange {
  double min;
  double max;
};
constexpr LatitudeRange kMercator = {-kGeoLatitudeMax, kGeoLatitudeMax};
constexpr LatitudeRange kStandard = {-90, 90};

double radians(double degrees) { return degrees * kRadiansPerDegree; }
double degrees(double radians) { return radians / kRadiansPerDegree; }

// Bit i goes to bit 2i ("Interleave bits by Binary Magic Numbers", S. E. Anderson, Bit Twiddling Hacks).
uint64_t spread_bits(uint32_t value) {
  uint64_t bits = value;
  bits = (bits | (bits << 16)) & 0x0000FFFF0000FFFFull;
  bits = (bits | (bits << 8)) & 0x00FF00FF00FF00FFull;
  bits = (bits | (bits << 4)) & 0x0F0F0F0F0F0F0F0Full;
  bits = (bits | (bits << 2)) & 0x3333333333333333ull;
  return (bits | (bits << 1)) & 0x5555555555555555ull;
}

uint32_t gather_bits(uint64_t bits) {
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

Cell cell_of_bits(uint64_t bits) { return {gather_bits(bits >> 1), gather_bits(bits)}; }

Cell cell_of_point(GeoPoint point, LatitudeRange latitudes, int step) {
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

Rectangle rectangle_of(Cell cell, int step) {
  const auto size = static_cast<double>(1u << step);
  const double longitudes = 2 * kGeoLongitudeMax;
  const double latitudes = kMercator.max - kMercator.min;
  return {-kGeoLongitudeMax + cell.column * 1.0 / size * longitudes,
          kMercator.min + cell.row * 1.0 / size * latitudes,
          -kGeoLongitudeMax + (cell.column + 1) * 1.0 / size * longitudes,
          kMercator.min + (cell.row + 1) * 1.0 / size * latitudes};
}

// What a conversion to an unsigned integer gives on x86-64 for scores outside of its range.
uint64_t bits_of_score(double score) {
  constexpr double kTwo63 = 9223372036854775808.0;
  if (score >= kTwo63) {
    return score < 2 * kTwo63 ? static_cast<uint64_t>(score) : 0;
  }
  if (score < -kTwo63 || std::isnan(score)) return uint64_t{1} << 63;
  return static_cast<uint64_t>(static_cast<int64_t>(score));
}

double latitude_distance(double a, double b) { return kEarthRadius * std::fabs(radians(b) - radians(a)); }

// ---- The ranges a real server walks.

// The grid whose cells are about as large as the shape. The thresholds are facts of the servers' replies.
int estimate_step(double radius, double latitude) {
  constexpr double kMercatorMax = 20037726.37;  // half the equator of the map, metres
  if (radius == 0) return kStepMax;
  int step = 1;
  for (double reach = radius; reach < kMercatorMax; reach *= 2) step++;
  step -= 2;  // so that the centre's cell and its neighbours cover the shape near most borders
  const double distance_from_equator = std::fabs(latitude);
  if (distance_from_equator > 66) step--;
  if (distance_from_equator > 80) step--;
  return std::clamp(step, 1, kStepMax);
}

// Half the extent of the shape in each direction, and of the circle around it, in metres.
struct Reach {
  double east;
  double north;
  double radius;
};

Reach reach_of(const GeoShape& shape) {
  if (shape.kind == GeoShape::Kind::kCircle) return {shape.radius, shape.radius, shape.radius};
  const double east = shape.width / 2;
  const double north = shape.height / 2;
  return {east, north, std::sqrt(east * east + north * north)};
}

// The rectangle that a real server takes for the one around the shape. It is too narrow near the poles.
Rectangle usual_bounds(const GeoShape& shape) {
  const Reach reach = reach_of(shape);
  const GeoPoint centre = shape.centre;
  const double latitude_delta = degrees(reach.north / kEarthRadius);
  const double widest =
      centre.latitude < 0 ? centre.latitude - latitude_delta : centre.latitude + latitude_delta;
  const double longitude_delta = degrees(reach.east / kEarthRadius / std::cos(radians(widest)));
  return {centre.longitude - longitude_delta, centre.latitude - latitude_delta,
          centre.longitude + longitude_delta, centre.latitude + latitude_delta};
}

// Some cells of one grid.
struct CellList {
  static constexpr size_t kMax = 9;
  Cell cells[kMax];
  size_t count = 0;
  int step = 0;

  bool contains(Cell cell) const { return std::find(cells, cells + count, cell) != cells + count; }
  void add(Cell cell) {
    if (!contains(cell)) cells[count++] = cell;
  }
};

Cell neighbour(Cell cell, int east, int north, int step) {
  const uint32_t mask = (1u << step) - 1;
  if (east != 0) cell.column = (cell.column + static_cast<uint32_t>(east)) & mask;
  if (north != 0) cell.row = (cell.row + static_cast<uint32_t>(north)) & mask;
  return cell;
}

// Whether the neighbours end before the shape does.
bool is_too_fine(Cell centre, int step, const Rectangle& bounds) {
  return rectangle_of(neighbour(centre, 0, 1, step), step).north < bounds.north ||
         rectangle_of(neighbour(centre, 0, -1, step), step).south > bounds.south ||
         rectangle_of(neighbour(centre, 1, 0, step), step).east < bounds.east ||
         rectangle_of(neighbour(centre, -1, 0, step), step).west > bounds.west;
}

// The centre's cell and those neighbours that the shape reaches, in the order of the servers' replies.
CellList usual_cells(const GeoShape& shape) {
  const Rectangle bounds = usual_bounds(shape);
  CellList list;
  list.step = estimate_step(reach_of(shape).radius, shape.centre.latitude);
  Cell centre = cell_of_point(shape.centre, kMercator, list.step);
  if (list.step > 1 && is_too_fine(centre, list.step, bounds)) {
    list.step--;
    centre = cell_of_point(shape.centre, kMercator, list.step);
  }
  const Rectangle inner = rectangle_of(centre, list.step);
  const bool all = list.step < 2;
  const bool south = all || !(inner.south < bounds.south);
  const bool north = all || !(inner.north > bounds.north);
  const bool west = all || !(inner.west < bounds.west);
  const bool east = all || !(inner.east > bounds.east);
  list.add(centre);
  if (north) list.add(neighbour(centre, 0, 1, list.step));
  if (south) list.add(neighbour(centre, 0, -1, list.step));
  if (east) list.add(neighbour(centre, 1, 0, list.step));
  if (west) list.add(neighbour(centre, -1, 0, list.step));
  if (north && east) list.add(neighbour(centre, 1, 1, list.step));
  if (north && west) list.add(neighbour(centre, -1, 1, list.step));
  if (south && east) list.add(neighbour(centre, 1, -1, list.step));
  if (south && west) list.add(neighbour(centre, -1, -1, list.step));
  return list;
}

// ---- What they miss.

// All latitudes and longitudes a shape can reach, degrees: the true ones, widened a little against rounding.
struct Extent {
  double south;
  double north;
  double longitude_delta;  // on both sides of the centre; 180 is all around
};

// The angle, radians, of a distance in metres, a little more than rounding in geo_distance can take away.
double generous_angle(double distance) { return (distance * (1 + 1e-12) + 2e-8) / kEarthRadius; }

// The angle, degrees, whose sine is `sine`: a right angle if that is nearly one, or more.
double generous_arcsine(double sine) { return sine < 1 - 1e-9 ? degrees(std::asin(sine)) : 90; }

Extent extent_of(const GeoShape& shape) {
  const Reach reach = reach_of(shape);
  const double north_angle = generous_angle(reach.north);
  const double east_angle = generous_angle(reach.east);
  const double latitude = shape.centre.latitude;
  const double delta = degrees(north_angle);
  Extent extent = {latitude - delta, latitude + delta, 180};
  if (shape.kind == GeoShape::Kind::kCircle) {
    // The meridians that touch a circle, unless there is a pole in it.
    const bool pole = std::fabs(latitude) + delta > 90 - 1e-6;
    if (!pole) extent.longitude_delta = generous_arcsine(std::sin(east_angle) / std::cos(radians(latitude)));
    return extent;
  }
  // A box is measured along its own latitudes: it takes most degrees where they are shortest.
  const double widest = std::min(std::max(-extent.south, extent.north), kGeoLatitudeMax);
  if (east_angle < std::numbers::pi) {
    extent.longitude_delta = 2 * generous_arcsine(std::sin(east_angle / 2) / std::cos(radians(widest)));
  }
  return extent;
}

// Whether the cells hold all points of the extent but those on the grid's northern and eastern edges.
bool covers(const CellList& list, GeoPoint centre, const Extent& extent) {
  const int64_t size = int64_t{1} << list.step;
  const auto row_of = [&](double latitude) {
    const double inside = std::clamp(latitude, kMercator.min, kMercator.max);
    const double y = (inside - kMercator.min) / (kMercator.max - kMercator.min);
    return std::min(static_cast<int64_t>(y * static_cast<double>(size)), size - 1);
  };
  // Not reduced to the grid: -size to 2 * size.
  const auto column_of = [&](double longitude) {
    const double x = (longitude + kGeoLongitudeMax) / (2 * kGeoLongitudeMax);
    return static_cast<int64_t>(std::floor(x * static_cast<double>(size)));
  };
  const int64_t south = row_of(extent.south);
  const int64_t north = row_of(extent.north);
  const int64_t west = column_of(centre.longitude - extent.longitude_delta);
  const int64_t east = std::min(column_of(centre.longitude + extent.longitude_delta), west + size - 1);
  if ((north - south + 1) * (east - west + 1) > static_cast<int64_t>(list.count)) return false;
  for (int64_t row = south; row <= north; row++) {
    for (int64_t column = west; column <= east; column++) {
      const Cell cell = {static_cast<uint32_t>(column & (size - 1)), static_cast<uint32_t>(row)};
      if (!list.contains(cell)) return false;
    }
  }
  return true;
}

// Whether points of longitude 180 or of the greatest latitude, which lie beyond the grid, may be in the
// shape.
bool touches_edge(GeoPoint centre, const Extent& extent) {
  return extent.north >= kGeoLatitudeMax ||
         std::fabs(centre.longitude) + extent.longitude_delta >= kGeoLongitudeMax;
}

// Appends what the ranges leave out of [min, max).
void append_gaps(double min, double max, GeoRanges* out) {
  GeoRange sorted[GeoRanges::kMax];
  const size_t count = out->count;
  std::copy(out->ranges, out->ranges + count, sorted);
  std::sort(sorted, sorted + count, [](GeoRange a, GeoRange b) { return a.min < b.min; });
  for (size_t i = 0; i <= count; i++) {
    const double end = i < count ? std::min(sorted[i].min, max) : max;
    if (min < end) {
      RW_ASSERT(out->count < GeoRanges::kMax, "too many ranges");
      out->ranges[out->count++] = {min, end};
    }
    if (i < count) min = std::max(min, sorted[i].max);
  }
}

}  // namespace

bool geo_is_valid(GeoPoint point) {
  return std::fabs(point.longitude) <= kGeoLongitudeMax && std::fabs(point.latitude) <= kGeoLatitudeMax;
}

double geo_encode(GeoPoint point) {
  RW_ASSERT(geo_is_valid(point), "coordinates out of range");
  return static_cast<double>(cell_of_point(point, kMercator, kStepMax).bits());
}

GeoPoint geo_decode(double score) {
  const Rectangle area = rectangle_of(cell_of_bits(bits_of_score(score)), kStepMax);
  return {std::clamp((area.west + area.east) / 2, -kGeoLongitudeMax, kGeoLongitudeMax),
          std::clamp((area.south + area.north) / 2, -kGeoLatitudeMax, kGeoLatitudeMax)};
}

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

bool geo_contains(const GeoShape& shape, GeoPoint point, double* distance) {
  if (shape.kind == GeoShape::Kind::kCircle) {
    // Most points of the ranges that are too far are so by their latitude alone, which costs no sines. The
    // slack is more than rounding can take away.
    const double slack = shape.radius * 1e-9 + 1e-3;
    if (latitude_distance(point.latitude, shape.centre.latitude) > shape.radius + slack) return false;
    const double away = geo_distance(shape.centre, point);
    if (away > shape.radius) return false;
    *distance = away;
    return true;
  }
  if (latitude_distance(point.latitude, shape.centre.latitude) > shape.height / 2) return false;
  const GeoPoint on_meridian = {shape.centre.longitude, point.latitude};
  if (geo_distance(point, on_meridian) > shape.width / 2) return false;
  *distance = geo_distance(shape.centre, point);
  return true;
}

void geo_search_ranges(const GeoShape& shape, GeoRanges* out) {
  RW_ASSERT(geo_is_valid(shape.centre), "coordinates out of range");
  const CellList cells = usual_cells(shape);
  const int shift = 2 * (kStepMax - cells.step);
  out->count = 0;
  for (size_t i = 0; i < cells.count; i++) {
    const uint64_t bits = cells.cells[i].bits();
    out->ranges[out->count++] = {static_cast<double>(bits << shift),
                                 static_cast<double>((bits + 1) << shift)};
  }
  out->usual_count = out->count;
  constexpr double kGridEnd = 4503599627370496.0;    // 2^52
  constexpr double kScoreEnd = 18014398509481984.0;  // 2^54
  const Extent extent = extent_of(shape);
  const bool covered = covers(cells, shape.centre, extent);
  const bool edge = touches_edge(shape.centre, extent);
  if (covered && !edge) return;
  append_gaps(covered ? kGridEnd : 0, edge ? kScoreEnd : kGridEnd, out);
}

}  // namespace redwing

#include "types/geo_search.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "memory/assert.h"
#include "types/geo_grid.h"

namespace redwing {

using namespace geo;

namespace {

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

constexpr uint64_t kColumnBits = 0xAAAAAAAAAAAAAAAAull;
constexpr uint64_t kRowBits = 0x5555555555555555ull;
constexpr uint64_t kGridEnd = uint64_t{1} << (2 * kStepMax);  // behind all cells' numbers

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

// A cell to spare on each side; all columns where the extent crosses the grid's edge.
CellBounds bounds_of(GeoPoint centre, const Extent& extent) {
  constexpr double kCells = 1u << kStepMax;
  const auto spread = [](double at, double spare) {
    return spread_bits(static_cast<uint32_t>(std::clamp(std::floor(at * kCells) + spare, 0.0, kCells - 1)));
  };
  constexpr double kRows = kMercator.max - kMercator.min;
  const uint64_t south = spread((extent.south - kMercator.min) / kRows, -1);
  const uint64_t north = spread((extent.north - kMercator.min) / kRows, 1);
  uint64_t west = 0, east = kColumnBits & (kGridEnd - 1);
  const double left = centre.longitude - extent.longitude_delta;
  const double right = centre.longitude + extent.longitude_delta;
  if (left >= -kGeoLongitudeMax && right < kGeoLongitudeMax) {
    west = spread((left + kGeoLongitudeMax) / (2 * kGeoLongitudeMax), -1) << 1;
    east = spread((right + kGeoLongitudeMax) / (2 * kGeoLongitudeMax), 1) << 1;
  }
  return {west, east - west, south, north - south};
}

// The scores of a cell, from `first` to `last`, that can be within the bounds: from those of the
// south-western corner of what both share to those of the north-eastern one. Empty, if they share nothing.
GeoRange within_bounds(uint64_t first, uint64_t last, const CellBounds& bounds) {
  const uint64_t west = std::max(first & kColumnBits, bounds.west);
  const uint64_t south = std::max(first & kRowBits, bounds.south);
  const uint64_t east = std::min(last & kColumnBits, bounds.west + bounds.columns);
  const uint64_t north = std::min(last & kRowBits, bounds.south + bounds.rows);
  if (west > east || south > north) return {0, 0};
  return {static_cast<double>(west | south), static_cast<double>((east | north) + 1)};
}

// Takes out of the first `usual_count` ranges, which are whole cells, what no point of the shape can lie in.
// Cells beyond the grid stay.
void narrow(const CellBounds& bounds, GeoRanges* out) {
  const GeoRanges whole = *out;
  out->count = out->usual_count = 0;
  for (size_t i = 0; i < whole.count; i++) {
    GeoRange range = whole.ranges[i];
    const bool is_usual = i < whole.usual_count;
    const auto last = static_cast<uint64_t>(range.max) - 1;
    if (is_usual && last < kGridEnd) range = within_bounds(static_cast<uint64_t>(range.min), last, bounds);
    if (range.min >= range.max) continue;
    out->ranges[out->count++] = range;
    out->usual_count += is_usual;
  }
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

// See geo_search_ranges.
void find_ranges(const GeoShape& shape, const Extent& extent, const CellBounds& bounds, GeoRanges* out) {
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
  constexpr double kScoreEnd = 18014398509481984.0;  // 2^54
  const bool covered = covers(cells, shape.centre, extent);
  const bool edge = touches_edge(shape.centre, extent);
  if (!covered || edge) {
    const auto grid_end = static_cast<double>(kGridEnd);
    append_gaps(covered ? grid_end : 0, edge ? kScoreEnd : grid_end, out);
  }
  narrow(bounds, out);
}

// ---- Sines ----

// sin(x) for |x| <= pi / 2: its Taylor series, whose next term is 4.4e-14 of it at most.
double sine_to_right_angle(double x) {
  const double s = x * x;
  double sum = 1.0 / 355687428096000;
  sum = sum * s - 1.0 / 1307674368000;
  sum = sum * s + 1.0 / 6227020800;
  sum = sum * s - 1.0 / 39916800;
  sum = sum * s + 1.0 / 362880;
  sum = sum * s - 1.0 / 5040;
  sum = sum * s + 1.0 / 120;
  sum = sum * s - 1.0 / 6;
  return x + x * (sum * s);
}

// sin(|x|) for |x| <= pi.
double sine_to_half_turn(double x) {
  constexpr double kPiRest = 1.2246467991473532e-16;  // what pi has and the double has not
  const double angle = std::fabs(x);
  if (angle <= std::numbers::pi / 2) return sine_to_right_angle(angle);
  return sine_to_right_angle((std::numbers::pi - angle) + kPiRest);
}

}  // namespace

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
  const Extent extent = extent_of(shape);
  find_ranges(shape, extent, bounds_of(shape.centre, extent), out);
}

// ---- Many points ----

namespace {

// How far the sine of half an angle may be off, relatively and in radians. What is computed here and in
// geo_distance stays ten times nearer; a micrometre is 8e-14.
constexpr double kSineError = 1e-11;
constexpr double kAngleError = 1e-13;

}  // namespace

double geo_haversine_min(double haversine) {
  const double sine = std::max(std::sqrt(haversine) * (1 - kSineError) - kAngleError, 0.0);
  return sine * sine;
}

double geo_haversine_max(double haversine) {
  const double sine = std::sqrt(haversine) * (1 + kSineError) + kAngleError;
  return sine * sine;
}

GeoSearch::GeoSearch(const GeoShape& shape)
    : shape_(shape),
      limit_(limit_of(shape.kind == GeoShape::Kind::kCircle ? shape.radius : shape.width / 2)),
      half_longitude_(radians(shape.centre.longitude) / 2),
      half_latitude_(radians(shape.centre.latitude) / 2),
      cosine_(std::cos(2 * half_latitude_)) {
  const Extent extent = extent_of(shape);
  bounds_ = bounds_of(shape.centre, extent);
  find_ranges(shape, extent, bounds_, &ranges_);
}

GeoSearch::Limit GeoSearch::limit_of(double distance) {
  const double sine = std::sin(std::min(distance / (2 * kEarthRadius), std::numbers::pi / 2));
  return {geo_haversine_min(sine * sine), geo_haversine_max(sine * sine)};
}

// The same without a shortcut.
bool GeoSearch::contains_exactly(double score, double* haversine) const {
  double distance;
  if (!geo_contains(shape_, geo_decode(score), &distance)) return false;
  const double sine = std::sin(distance / (2 * kEarthRadius));
  *haversine = std::isnan(distance) ? 1 : sine * sine;
  return true;
}

// `north` is half the angle between the latitudes, `across` the haversine of that along the point's own.
bool GeoSearch::box_contains(double score, double north, double across) const {
  const double away = 2 * kEarthRadius * std::fabs(north);
  const double slack = shape_.height * kSineError + kAngleError * kEarthRadius;
  if (away - slack > shape_.height / 2 || across > limit_.outside) return false;
  if (away + slack < shape_.height / 2 && across < limit_.inside) return true;
  double haversine;
  return contains_exactly(score, &haversine);
}

bool GeoSearch::contains(double score, double* haversine) const {
  const uint64_t bits = bits_of_score(score);
  if (bits >= kGridEnd) return contains_exactly(score, haversine);
  const bool is_in_bounds = ((bits & kColumnBits) - bounds_.west <= bounds_.columns) &
                            ((bits & kRowBits) - bounds_.south <= bounds_.rows);
  if (!is_in_bounds) return false;
  // Half the angles of a cell's centre are linear in its column and row.
  constexpr double kCells = 1u << kStepMax;
  constexpr double kHalfColumn = std::numbers::pi / kCells;
  constexpr double kHalfRow = kMercator.max * kRadiansPerDegree / kCells;
  const Cell cell = cell_of_bits(bits);
  const double longitude = (cell.column + 0.5) * kHalfColumn - std::numbers::pi / 2;
  const double latitude = (cell.row + 0.5) * kHalfRow - kMercator.max * kRadiansPerDegree / 2;
  const double north = latitude - half_latitude_;
  const double half = sine_to_right_angle(latitude);
  const double cosine = 1 - 2 * half * half;
  const double u = sine_to_right_angle(north);
  const double v = sine_to_half_turn(longitude - half_longitude_);
  *haversine = u * u + cosine_ * cosine * v * v;
  if (shape_.kind == GeoShape::Kind::kBox) return box_contains(score, north, v * v * cosine * cosine);
  if (*haversine < limit_.inside) return true;
  return !(*haversine > limit_.outside) && contains_exactly(score, haversine);
}

}  // namespace redwing

// Points as scores: what the real servers said, and searches against a walk over all points.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "test/check.h"
#include "test/geo_facts.h"
#include "types/double.h"
#include "types/geo_search.h"

namespace redwing {
namespace {

using test::Random;

std::string text_of(double value) {
  uint8_t out[kDoubleTextMax];
  return std::string(reinterpret_cast<char*>(out), format_double(value, out));
}

std::string hash_of(double score) {
  uint8_t out[kGeohashTextSize];
  geohash_text(score, out);
  return std::string(reinterpret_cast<char*>(out), kGeohashTextSize);
}

struct Member {
  double score;
  size_t id;
};

using Members = std::vector<Member>;

// Sorted as a sorted set does; ids of one score stay in order.
Members members_of(const std::vector<GeoPoint>& points) {
  Members members;
  for (size_t i = 0; i < points.size(); i++) members.push_back({geo_encode(points[i]), i});
  std::stable_sort(members.begin(), members.end(),
                   [](const Member& a, const Member& b) { return a.score < b.score; });
  return members;
}

// The members of the shape in the first `range_count` ranges, in order.
std::vector<size_t> walk(const Members& members, const GeoShape& shape, const GeoRanges& ranges,
                         size_t range_count) {
  std::vector<size_t> found;
  for (size_t i = 0; i < range_count; i++) {
    auto at = std::lower_bound(members.begin(), members.end(), ranges.ranges[i].min,
                               [](const Member& member, double score) { return member.score < score; });
    for (; at != members.end() && at->score < ranges.ranges[i].max; ++at) {
      double distance = 0;
      if (geo_contains(shape, geo_decode(at->score), &distance)) found.push_back(at->id);
    }
  }
  return found;
}

void check_ranges(const GeoRanges& ranges) {
  CHECK(ranges.usual_count >= 1 && ranges.usual_count <= 9);
  CHECK(ranges.count >= ranges.usual_count && ranges.count <= GeoRanges::kMax);
  std::vector<GeoRange> sorted(ranges.ranges, ranges.ranges + ranges.count);
  std::sort(sorted.begin(), sorted.end(), [](GeoRange a, GeoRange b) { return a.min < b.min; });
  for (size_t i = 0; i < sorted.size(); i++) {
    CHECK(sorted[i].min >= 0 && sorted[i].min < sorted[i].max);
    CHECK(sorted[i].max <= (i + 1 < sorted.size() ? sorted[i + 1].min : 18014398509481984.0));
  }
}

void test_points() {
  for (const test::PointFact& fact : test::kPointFacts) {
    const double score = geo_encode({fact.longitude, fact.latitude});
    CHECK_EQ(text_of(score), fact.score);
    const GeoPoint found = geo_decode(score);
    CHECK_EQ(text_of(found.longitude), fact.found_longitude);
    CHECK_EQ(text_of(found.latitude), fact.found_latitude);
    CHECK_EQ(hash_of(score), fact.geohash);
  }
  for (const test::OddScoreFact& fact : test::kOddScoreFacts) {
    const double score = std::strtod(fact.score, nullptr);
    CHECK_EQ(text_of(geo_decode(score).longitude), fact.found_longitude);
    CHECK_EQ(text_of(geo_decode(score).latitude), fact.found_latitude);
    CHECK_EQ(hash_of(score), fact.geohash);
  }
}

GeoPoint fact_point(size_t index) {
  return geo_decode(geo_encode({test::kPointFacts[index].longitude, test::kPointFacts[index].latitude}));
}

void test_distances() {
  for (const test::DistanceFact& fact : test::kDistanceFacts) {
    uint8_t out[kDoubleTextMax];
    const size_t size = format_double_fixed(geo_distance(fact_point(fact.a), fact_point(fact.b)), 4, out);
    CHECK_EQ(std::string(reinterpret_cast<char*>(out), size), fact.metres);
  }
}

void test_searches() {
  std::vector<GeoPoint> points;
  for (const test::PointFact& fact : test::kPointFacts) points.push_back({fact.longitude, fact.latitude});
  const Members members = members_of(points);
  for (const test::SearchFact& fact : test::kSearchFacts) {
    GeoShape shape = {GeoShape::Kind::kCircle, {fact.longitude, fact.latitude}};
    shape.radius = shape.width = fact.radius_or_width;
    if (fact.height > 0) shape.kind = GeoShape::Kind::kBox;
    shape.height = fact.height;
    GeoRanges ranges;
    geo_search_ranges(shape, &ranges);
    check_ranges(ranges);
    std::ostringstream found;
    const char* separator = "";
    for (const size_t id : walk(members, shape, ranges, ranges.usual_count)) {
      found << separator << id;
      separator = " ";
    }
    CHECK_EQ(found.str(), fact.members);
  }
}

void test_validity() {
  const double nan = std::nan("");
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(geo_is_valid({180, 85.05112878}) && geo_is_valid({-180, -85.05112878}) && geo_is_valid({-0.0, 0}));
  CHECK(!geo_is_valid({180.0000001, 0}) && !geo_is_valid({0, 85.0511288}) && !geo_is_valid({0, -85.0511288}));
  CHECK(!geo_is_valid({nan, 0}) && !geo_is_valid({0, nan}) && !geo_is_valid({infinity, 0}));
  CHECK(geo_is_valid(geo_decode(nan)));
  const GeoPoint place = {13.5, 38.25};
  CHECK_EQ(geo_distance(place, place), 0.0);
}

double uniform(Random& random, double min, double max) {
  return min + (max - min) * static_cast<double>(random.next() >> 11) / 9007199254740992.0;
}

// Anywhere, but often near what is special: poles, the date line, and the very edges.
GeoPoint random_point(Random& random) {
  GeoPoint point = {uniform(random, -kGeoLongitudeMax, kGeoLongitudeMax),
                    uniform(random, -kGeoLatitudeMax, kGeoLatitudeMax)};
  const double east = random.one_in(2) ? 1 : -1;
  const double north = random.one_in(2) ? 1 : -1;
  if (random.one_in(4)) point.longitude = east * uniform(random, 179, kGeoLongitudeMax);
  if (random.one_in(4)) point.latitude = north * uniform(random, 75, kGeoLatitudeMax);
  if (random.one_in(20)) point.longitude = east * kGeoLongitudeMax;
  if (random.one_in(20)) point.latitude = north * kGeoLatitudeMax;
  if (random.one_in(20)) point.latitude = 0;
  return point;
}

void test_cells(Random& random) {
  for (int i = 0; i < 50000; i++) {
    const GeoPoint point = random_point(random);
    const double score = geo_encode(point);
    CHECK(score >= 0 && score < 18014398509481984.0 && score == std::trunc(score));
    const GeoPoint found = geo_decode(score);
    CHECK(std::fabs(found.longitude - point.longitude) <= 0.5001 * 360 / (1 << 26));
    // Above 2^53 a score loses its last bit, which is a latitude's.
    const double rows = point.longitude < kGeoLongitudeMax ? 0.5001 : 1.5001;
    CHECK(std::fabs(found.latitude - point.latitude) <= rows * 2 * kGeoLatitudeMax / (1 << 26));
    // Inside the grid, a decoded point is where it was: encoding is stable.
    if (point.longitude < kGeoLongitudeMax && point.latitude < kGeoLatitudeMax) {
      CHECK_EQ(geo_encode(found), score);
      CHECK(score < 4503599627370496.0);
    }
    const GeoPoint other = random_point(random);
    CHECK(!(std::fabs(geo_distance(found, other) - geo_distance(other, found)) > 0.2));
  }
}

double random_extent(Random& random) {
  if (random.one_in(20)) return 0;
  if (random.one_in(40)) return std::numeric_limits<double>::infinity();
  return std::pow(10, uniform(random, random.one_in(2) ? 0 : 4, 7.5));
}

// Every member of a shape is in its ranges, and once.
void test_ranges(Random& random) {
  std::vector<GeoPoint> points;
  const GeoPoint town = random_point(random);
  for (int i = 0; i < 1500; i++) {
    GeoPoint point = random_point(random);
    if (random.one_in(3)) {
      point.longitude =
          std::clamp(town.longitude + uniform(random, -1, 1), -kGeoLongitudeMax, kGeoLongitudeMax);
      point.latitude = std::clamp(town.latitude + uniform(random, -1, 1), -kGeoLatitudeMax, kGeoLatitudeMax);
    }
    points.push_back(point);
  }
  const Members members = members_of(points);
  for (int i = 0; i < 1500; i++) {
    GeoShape shape = {random.one_in(2) ? GeoShape::Kind::kCircle : GeoShape::Kind::kBox,
                      random_point(random)};
    if (random.one_in(2)) shape.centre = geo_decode(members[random.below(members.size())].score);
    shape.radius = random_extent(random);
    shape.width = random_extent(random);
    shape.height = random_extent(random);
    GeoRanges ranges;
    geo_search_ranges(shape, &ranges);
    check_ranges(ranges);
    std::vector<size_t> found = walk(members, shape, ranges, ranges.count);
    std::sort(found.begin(), found.end());
    std::vector<size_t> expected;
    for (const Member& member : members) {
      double distance = -1;
      if (!geo_contains(shape, geo_decode(member.score), &distance)) continue;
      CHECK(!(distance < 0));
      expected.push_back(member.id);
    }
    std::sort(expected.begin(), expected.end());
    CHECK(found == expected);
  }
}

// Points as far away as the shape reaches, in all directions: just inside, they must not be missed.
void test_rims(Random& random) {
  for (int i = 0; i < 20000; i++) {
    GeoShape shape = {GeoShape::Kind::kCircle, random_point(random)};
    const double longest = std::pow(10, uniform(random, 0, 7));
    const double turn = uniform(random, -3.1416, 3.1416);
    const GeoPoint point = {shape.centre.longitude + std::cos(turn) * longest / 111000,
                            shape.centre.latitude + std::sin(turn) * longest / 111000};
    if (!geo_is_valid(point)) continue;
    const double score = geo_encode(point);
    const GeoPoint found = geo_decode(score);
    shape.radius = geo_distance(shape.centre, found);
    shape.height = 2 * std::fabs(found.latitude - shape.centre.latitude) * 111226.3003;
    shape.width = 2 * geo_distance(found, {shape.centre.longitude, found.latitude});
    if (random.one_in(2)) shape.kind = GeoShape::Kind::kBox;
    double distance = 0;
    if (!geo_contains(shape, found, &distance)) continue;
    GeoRanges ranges;
    geo_search_ranges(shape, &ranges);
    const auto holds = [&](const GeoRange& range) { return score >= range.min && score < range.max; };
    CHECK_EQ(std::count_if(ranges.ranges, ranges.ranges + ranges.count, holds), 1);
  }
}

// A score near the rim of the shape, or of any kind.
double random_score(Random& random, GeoPoint centre, double reach) {
  if (random.one_in(20)) return static_cast<double>(random.next() >> random.below(64));
  if (random.one_in(40)) return uniform(random, -1e19, 2e19);
  if (random.one_in(2)) return geo_encode(random_point(random));
  const double turn = uniform(random, -3.1416, 3.1416);
  const double away = std::min(reach, 2e7) * uniform(random, 0.98, 1.02) / 111000;
  const GeoPoint point = {centre.longitude + std::cos(turn) * away, centre.latitude + std::sin(turn) * away};
  return geo_encode(geo_is_valid(point) ? point : random_point(random));
}

// Rims that pass through a place, or miss it by the least that there is.
void lay_rim_through(Random& random, GeoPoint place, GeoShape* shape) {
  const double limit = random.one_in(2) ? 0 : std::numeric_limits<double>::infinity();
  const double radius = geo_distance(shape->centre, place);
  shape->radius = std::isnan(radius) ? 0 : radius;
  shape->width = 2 * geo_distance(place, {shape->centre.longitude, place.latitude});
  shape->height = 2 * std::fabs(geo_distance(place, {place.longitude, shape->centre.latitude}));
  if (random.one_in(2)) shape->radius = std::nextafter(shape->radius, limit);
  if (random.one_in(2)) shape->width = std::nextafter(shape->width, limit);
  if (random.one_in(2)) shape->height = std::nextafter(shape->height, limit);
}

// A prepared search finds exactly the points that are in the shape, and knows how far they are.
void test_prepared(Random& random) {
  for (int i = 0; i < 4000; i++) {
    GeoShape shape = {random.one_in(2) ? GeoShape::Kind::kCircle : GeoShape::Kind::kBox,
                      random_point(random)};
    if (random.one_in(2)) shape.centre = geo_decode(geo_encode(shape.centre));
    shape.radius = random_extent(random);
    shape.width = random_extent(random);
    shape.height = random_extent(random);
    const double rim = random_score(random, shape.centre, shape.radius);
    if (random.one_in(2)) lay_rim_through(random, geo_decode(rim), &shape);
    const GeoSearch search(shape);
    for (int j = 0; j < 40; j++) {
      const double score = j == 0 ? rim : random_score(random, shape.centre, shape.radius);
      double distance = 0, haversine = -1;
      const bool is_inside = geo_contains(shape, geo_decode(score), &distance);
      CHECK_EQ(search.contains(score, &haversine), is_inside);
      if (!is_inside || std::isnan(distance)) continue;
      CHECK_EQ(search.distance(score), distance);
      const double sine = std::sin(distance / (2 * 6372797.560856));
      CHECK(std::fabs(std::sqrt(haversine) - sine) <= 1e-12 * sine + 1e-14);
      CHECK(geo_haversine_min(haversine) <= sine * sine && sine * sine <= geo_haversine_max(haversine));
    }
  }
}

// Searches of an ordinary size, away from the edges, walk what a real server walks and no more.
void test_usual_is_enough(Random& random) {
  for (int i = 0; i < 20000; i++) {
    GeoShape shape = {random.one_in(2) ? GeoShape::Kind::kCircle : GeoShape::Kind::kBox,
                      {uniform(random, -175, 175), uniform(random, -70, 70)}};
    shape.radius = std::pow(10, uniform(random, 0, 5));
    shape.width = std::pow(10, uniform(random, 0, 5));
    shape.height = std::pow(10, uniform(random, 0, 5));
    GeoRanges ranges;
    geo_search_ranges(shape, &ranges);
    CHECK_EQ(ranges.count, ranges.usual_count);
  }
}

}  // namespace
}  // namespace redwing

int main(int argc, char** argv) {
  redwing::test::Random random = redwing::test::Random::from(argc, argv);
  redwing::test_points();
  redwing::test_distances();
  redwing::test_searches();
  redwing::test_validity();
  redwing::test_cells(random);
  for (int i = 0; i < 4; i++) redwing::test_ranges(random);
  redwing::test_rims(random);
  redwing::test_usual_is_enough(random);
  redwing::test_prepared(random);
  return 0;
}

// Operations on places: points on the globe that are the scores of a sorted set (see types/geo.h).
//
// A search visits the ranges of scores in which its points can lie, in the order of geo_search_ranges, and
// looks at every score there. Cost: O(log n) for each of at most 20 ranges, and O(1) for each score in them,
// of which an ordinary search has about three times as many as it finds. Exact distances are computed of
// those alone that are replied or may be among the nearest.
#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "binding/sorted_sets.h"
#include "types/double.h"
#include "types/geo_search.h"
#include "types/number.h"

namespace redwing {
namespace {

using Opened = SortedSetWriter::Opened;

bool read_double(const Engine& e, int32_t argument, double* value) {
  const Bytes text = e.arenas.argument(argument);
  return parse_double(text.data, text.size, value);
}

// The point in two arguments, which goes into numbers[A] and [B] as well. 0, kStatusNotFloat, kStatusInvalid:
// there is no such place.
int32_t read_point(Engine& e, int32_t argument, GeoPoint* point) {
  if (!read_double(e, argument, &point->longitude) || !read_double(e, argument + 1, &point->latitude))
    return kStatusNotFloat;
  e.arenas.numbers()[kNumberA] = point->longitude;
  e.arenas.numbers()[kNumberB] = point->latitude;
  return geo_is_valid(*point) ? 0 : kStatusInvalid;
}

// readDouble(argument): puts a number into numbers[A]; 0, kStatusNotFloat.
int32_t read_double_argument(Engine& e, const int32_t (&a)[1]) {
  return read_double(e, a[0], &e.arenas.numbers()[kNumberA]) ? 0 : kStatusNotFloat;
}

// readPoint(argument): see read_point.
int32_t read_point_argument(Engine& e, const int32_t (&a)[1]) {
  GeoPoint point;
  return read_point(e, a[0], &point);
}

// ---- adding and looking up ----

// What was chosen is the scores and members of places, for effects.
void choose_pairs(Engine& e, const std::vector<double>& scores, int32_t first) {
  e.chosen.clear();
  uint8_t digits[kInt64TextMax];
  for (size_t i = 0; i < scores.size(); i++) {
    e.chosen.add({digits, format_int64(static_cast<int64_t>(scores[i]), digits)});
    e.chosen.add(bytes_of(e, first + 3 * static_cast<int32_t>(i) + 2));
  }
}

// addPlaces(key, first, count, flags): `count` times longitude, latitude and member, under kAdd...
// conditions. How many were added, with kAddCountsChanges also those that moved; kStatusWrongType, and for
// the first pair of coordinates that is none kStatusNotFloat or kStatusInvalid: nothing was done.
// Affected: how many were added, or moved.
int32_t add_places(Engine& e, const int32_t (&a)[4]) {
  constexpr int32_t kStride = 3;
  std::vector<double> scores;
  for (int32_t i = 0; i < a[2]; i++) {
    GeoPoint point;
    const int32_t status = read_point(e, a[1] + i * kStride, &point);
    if (status != 0) return status;
    scores.push_back(geo_encode(point));
  }
  SortedSetWriter writer(e.keyspace, e.db(), sorted_set_limits(e));
  if (writer.open(e.key(a[0])) == Opened::kOther) return kStatusWrongType;
  if (e.effects.is_on()) choose_pairs(e, scores, a[1]);
  writer.expect(scores.size(), bytes_of(e, a[1] + 2).size);
  SortedSetAdd how;
  how.if_absent = (a[3] & kAddIfAbsent) != 0;
  how.if_present = (a[3] & kAddIfPresent) != 0;
  int32_t added = 0;
  int32_t affected = 0;
  for (int32_t i = 0; i < a[2]; i++) {
    double result;
    const ByteView member = bytes_of(e, a[1] + i * kStride + 2);
    const SortedSetAdded done = writer.add(member, scores[static_cast<size_t>(i)], how, &result);
    added += done == SortedSetAdded::kAdded ||
             (done == SortedSetAdded::kChanged && (a[3] & kAddCountsChanges) != 0);
    affected += done == SortedSetAdded::kAdded || done == SortedSetAdded::kChanged;
  }
  writer.commit();
  e.set_affected(affected);
  return added;
}

bool find_score(const Entry* entry, ByteView member, double* score) {
  return entry != nullptr && SortedSet(*entry).find(member, score);
}

// A coordinate as a double with up to 17 decimals; in RESP2 a bulk.
template <typename Out>
void write_coordinate(Out& out, double degrees) {
  uint8_t text[kLongDoubleTextMax + 3];
  text[0] = ',';
  const size_t size = format_long_double_human(degrees, text + 1);
  if (!out.resp3()) return out.write_bulk(text + 1, size);
  text[size + 1] = '\r';
  text[size + 2] = '\n';
  out.write(text, size + 3);
}

template <typename Out>
void write_point(Out& out, GeoPoint point) {
  out.write_array_header(2);
  write_coordinate(out, point.longitude);
  write_coordinate(out, point.latitude);
}

// A distance in units of so many metres.
template <typename Out>
void write_distance(Out& out, double distance, double unit) {
  constexpr uint32_t kDecimals = 4;
  uint8_t text[kDoubleTextMax];
  out.write_bulk(text, format_double_fixed(distance / unit, kDecimals, text));
}

// writePlaces(key, first, count): writes the points of the members, and nulls for those that are not there;
// 0, kStatusWrongType.
int32_t write_places(Engine& e, const int32_t (&a)[3]) {
  const Entry* entry = e.read(e.key(a[0]));
  if (entry != nullptr && !is_sorted_set(*entry)) return kStatusWrongType;
  e.arenas.write_array_header(static_cast<size_t>(a[2]));
  for (int32_t i = 0; i < a[2]; i++) {
    double score;
    if (find_score(entry, bytes_of(e, a[1] + i), &score)) {
      write_point(e.arenas, geo_decode(score));
    } else {
      write_null_array(e.arenas);
    }
  }
  return 0;
}

// writeGeohashes(key, first, count): writes the geohashes of the members likewise.
int32_t write_geohashes(Engine& e, const int32_t (&a)[3]) {
  const Entry* entry = e.read(e.key(a[0]));
  if (entry != nullptr && !is_sorted_set(*entry)) return kStatusWrongType;
  e.arenas.write_array_header(static_cast<size_t>(a[2]));
  for (int32_t i = 0; i < a[2]; i++) {
    double score;
    if (find_score(entry, bytes_of(e, a[1] + i), &score)) {
      uint8_t text[kGeohashTextSize];
      geohash_text(score, text);
      e.arenas.write_bulk(text, sizeof text);
    } else {
      e.arenas.write_null();
    }
  }
  return 0;
}

// writePlaceDistance(key, from, to): writes how far two members are from each other, in units of numbers[A]
// metres, or a null if one is not there; 0, kStatusWrongType.
int32_t write_place_distance(Engine& e, const int32_t (&a)[3]) {
  const Entry* entry = e.read(e.key(a[0]));
  if (entry != nullptr && !is_sorted_set(*entry)) return kStatusWrongType;
  double from, to;
  if (find_score(entry, bytes_of(e, a[1]), &from) && find_score(entry, bytes_of(e, a[2]), &to)) {
    const double distance = geo_distance(geo_decode(from), geo_decode(to));
    write_distance(e.arenas, distance, e.arenas.numbers()[kNumberA]);
  } else {
    e.arenas.write_null();
  }
  return 0;
}

// findPlace(key, member): puts a member's point into numbers[A] and [B]; 0, kStatusNoKey: it is not there,
// kStatusWrongType. Counts as no reading: a search follows.
int32_t find_place(Engine& e, const int32_t (&a)[2]) {
  const Entry* entry = e.find(e.key(a[0]));
  if (entry != nullptr && !is_sorted_set(*entry)) return kStatusWrongType;
  double score;
  if (!find_score(entry, bytes_of(e, a[1]), &score)) return kStatusNoKey;
  const GeoPoint point = geo_decode(score);
  e.arenas.numbers()[kNumberA] = point.longitude;
  e.arenas.numbers()[kNumberB] = point.latitude;
  return 0;
}

// ---- searching ----

struct Place {
  SortedSet::Found element;
  double haversine;  // of its angle from the centre, nearly (see GeoSearch)
  double distance;   // from the centre, metres; only where it was asked for
};

// What was found, in the order of the ranges, and which of it is wanted.
struct Found {
  std::vector<Place> places;
  std::vector<uint32_t> order;
};

struct PlaceSearch {
  GeoSearch area;
  double unit;     // metres
  uint64_t count;  // at most so many; 0: all
  int32_t flags;   // kSearch...

  bool has(int32_t flag) const { return (flags & flag) != 0; }

  static ScoreRange scores_of(const GeoRange& range) { return {range.min, range.max, false, true}; }

  template <typename Keys>
  int64_t cost(Keys& keys) const {
    const Entry* entry = keys.find(0);
    if (entry == nullptr) return 0;
    if (!is_sorted_set(*entry)) return kStatusWrongType;
    const SortedSet set(*entry);
    if (set.size() <= static_cast<uint64_t>(keys.short_cost())) return static_cast<int64_t>(set.size());
    const GeoRanges& ranges = area.ranges();
    uint64_t members = 0;
    for (size_t i = 0; i < ranges.count; i++) members += set.ranks(scores_of(ranges.ranges[i])).size();
    return static_cast<int64_t>(members);
  }

  // Members of the shape, in the order of the ranges; with kSearchAny no more than are wanted.
  void gather(const SortedSet& set, Found* found) const {
    const uint64_t most = has(kSearchAny) ? count : std::numeric_limits<uint64_t>::max();
    std::vector<Place>& places = found->places;
    const GeoRanges& ranges = area.ranges();
    for (size_t i = 0; i < ranges.count && places.size() < most; i++) {
      set.visit_scores(scores_of(ranges.ranges[i]), [&](const SortedSet::Found& element) {
        double haversine;
        if (area.contains(element.score, &haversine)) places.push_back({element, haversine, 0});
        return places.size() < most;
      });
    }
  }

  // Of the places in `order`, those that can be among the first `wanted`, as far as haversines tell.
  void prefer(const std::vector<Place>& places, size_t wanted, std::vector<uint32_t>* order) const {
    const bool farthest = has(kSearchDescending);
    const auto before = [&](uint32_t a, uint32_t b) {
      return farthest ? places[a].haversine > places[b].haversine : places[a].haversine < places[b].haversine;
    };
    const auto last = order->begin() + static_cast<ptrdiff_t>(wanted) - 1;
    std::nth_element(order->begin(), last, order->end(), before);
    // Both this haversine and that of a place that belongs before it may err.
    const double at = places[*last].haversine;
    const double border =
        farthest ? geo_haversine_min(geo_haversine_min(at)) : geo_haversine_max(geo_haversine_max(at));
    std::erase_if(*order, [&](uint32_t i) {
      return farthest ? places[i].haversine < border : places[i].haversine > border;
    });
  }

  // The places that are wanted, in the order that is: equal distances keep the order of the ranges.
  void arrange(Found* found) const {
    std::vector<Place>& places = found->places;
    std::vector<uint32_t>& order = found->order;
    order.resize(places.size());
    for (size_t i = 0; i < order.size(); i++) order[i] = static_cast<uint32_t>(i);
    const size_t wanted = count == 0 ? order.size() : std::min<uint64_t>(count, order.size());
    const bool is_sorted = has(kSearchAscending) || has(kSearchDescending);
    if (!is_sorted) order.resize(wanted);
    if (is_sorted && wanted > 0 && wanted < order.size()) prefer(places, wanted, &order);
    if (is_sorted || has(kSearchWithDistance) || has(kSearchStoreDistance)) {
      for (const uint32_t i : order) places[i].distance = area.distance(places[i].element.score);
    }
    if (!is_sorted) return;
    const double sign = has(kSearchDescending) ? -1 : 1;
    const auto key = [&places, sign](uint32_t i) {
      const double distance = places[i].distance;
      return sign * (std::isnan(distance) ? std::numeric_limits<double>::infinity() : distance);
    };
    const auto before = [&key](uint32_t a, uint32_t b) {
      const double x = key(a), y = key(b);
      return x != y ? x < y : a < b;
    };
    std::partial_sort(order.begin(), order.begin() + static_cast<ptrdiff_t>(wanted), order.end(), before);
    order.resize(wanted);
  }

  void find(const SortedSet& set, Found* found) const {
    gather(set, found);
    arrange(found);
  }

  // What is found as elements of a sorted set, in its order.
  void list(const SortedSet& set, ElementList* elements) const {
    Found found;
    find(set, &found);
    elements->reserve(found.order.size());
    for (const uint32_t i : found.order) {
      const Place& place = found.places[i];
      uint8_t digits[kInt64TextMax];
      const ByteView member = set.member_of(place.element, digits);
      const double score = has(kSearchStoreDistance) ? place.distance / unit : place.element.score;
      if (set.is_packed()) {
        elements->add_copy(member, score);
      } else {
        elements->add(member, score);
      }
    }
    elements->sort();
  }

  template <typename Keys, typename Out>
  void write(Keys& keys, Out& out) const {
    const Entry* entry = keys.find(0);
    if (entry == nullptr) return out.write_array_header(0);
    const SortedSet set(*entry);
    Found found;
    find(set, &found);
    const int facts = has(kSearchWithDistance) + has(kSearchWithScore) + has(kSearchWithPoint);
    out.write_array_header(found.order.size());
    for (const uint32_t i : found.order) {
      const Place& place = found.places[i];
      uint8_t digits[kInt64TextMax];
      const ByteView member = set.member_of(place.element, digits);
      if (facts > 0) out.write_array_header(static_cast<size_t>(1 + facts));
      out.write_bulk(member.data, member.size);
      if (has(kSearchWithDistance)) write_distance(out, place.distance, unit);
      if (has(kSearchWithScore)) out.write_integer(static_cast<int64_t>(place.element.score));
      if (has(kSearchWithPoint)) write_point(out, geo_decode(place.element.score));
    }
  }
};

// The search that flags (kSearch...) and registers ask for: numbers[A] count, [B] and [C] the centre, [D] the
// radius or the width and [E] the height, in units of [F] metres.
PlaceSearch place_search(const Engine& e, int32_t flags) {
  const double* numbers = e.arenas.numbers();
  const double unit = numbers[kNumberF];
  const double most = static_cast<double>(std::numeric_limits<int64_t>::max());
  GeoShape shape;
  shape.kind = (flags & kSearchBox) != 0 ? GeoShape::Kind::kBox : GeoShape::Kind::kCircle;
  shape.centre = {numbers[kNumberB], numbers[kNumberC]};
  shape.radius = shape.width = numbers[kNumberD] * unit;
  shape.height = numbers[kNumberE] * unit;
  return {GeoSearch(shape), unit, static_cast<uint64_t>(std::min(numbers[kNumberA], most)), flags};
}

// writePlacesWithin(key, flags): writes what a search finds, see place_search. typeOf has counted as the
// reading of the key, here and below. 0, kStatusDeferred, kStatusWrongType.
int32_t write_places_within(Engine& e, const int32_t (&a)[2]) {
  return run_read(e, a[0], 1, place_search(e, a[1]), Counts::kNothing);
}

// storePlacesWithin(target, key, flags): makes a sorted set of what a search finds, with the points as
// scores, or with kSearchStoreDistance the distances; removes the target if there is nothing. How many;
// kStatusWrongType.
int32_t store_places_within(Engine& e, const int32_t (&a)[3]) {
  const PlaceSearch search = place_search(e, a[2]);
  LoopKeys keys(e, a[1], 1, Counts::kNothing);
  if (search.cost(keys) < 0) return kStatusWrongType;
  ElementList elements;
  if (const Entry* entry = keys.find(0)) search.list(SortedSet(*entry), &elements);
  e.set_affected(
      store_sorted_set(e.keyspace, e.db(), e.key(a[0]), elements.elements(), sorted_set_limits(e)));
  return static_cast<int32_t>(elements.size());
}

constexpr Operation kOperations[] = {
    operation<&read_double_argument>("readDouble"),
    operation<&read_point_argument>("readPoint"),
    operation<&add_places>("addPlaces"),
    operation<&write_places>("writePlaces"),
    operation<&write_geohashes>("writeGeohashes"),
    operation<&write_place_distance>("writePlaceDistance"),
    operation<&find_place>("findPlace"),
    operation<&write_places_within>("writePlacesWithin"),
    operation<&store_places_within>("storePlacesWithin"),
};

}  // namespace

std::span<const Operation> geo_operations() { return kOperations; }

}  // namespace redwing

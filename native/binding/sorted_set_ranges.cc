// Operations on ranges of sorted sets, by rank, by score or by bytes, on random elements, and scanning.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "binding/random_reads.h"
#include "binding/sorted_sets.h"
#include "collections/sorted_set/sorted_set_elements.h"
#include "types/double.h"
#include "types/glob.h"
#include "types/number.h"

namespace redwing {

namespace {

// ---- bounds ----

// The bounds of a range, with what they need of their own.
struct Bounds {
  int32_t by = kRangeByRank;
  int64_t start = 0, stop = 0;  // ranks, negative from the end
  ScoreRange scores;
  LexBound::Kind min_kind{}, max_kind{};
  std::string min, max;

  // The ranks that they mean, counted from the greatest element if `reverse`.
  RankRange ranks_in(const SortedSet& set, bool reverse) const;
};

// The number as C's strtod reads it: as much of the text as is before a zero byte, white space before it,
// nothing at all is 0.
bool read_bound_number(const uint8_t* data, size_t size, double* out) {
  if (parse_double(data, size, out)) [[likely]]
    return true;
  const std::string text(reinterpret_cast<const char*>(data), size);
  char* end = nullptr;
  *out = std::strtod(text.c_str(), &end);
  return *end == '\0' && !std::isnan(*out);
}

bool read_score_bound(ByteView text, double* out, bool* is_open) {
  *is_open = text.size > 0 && text.data[0] == '(';
  const size_t skip = *is_open ? 1 : 0;
  return read_bound_number(text.data + skip, text.size - skip, out);
}

bool read_lex_bound(ByteView text, LexBound::Kind* kind, std::string* bytes) {
  if (text.size == 0) return false;
  const bool is_word = text.size == 1 || text.data[1] == 0;
  switch (text.data[0]) {
    case '-':
      *kind = LexBound::Kind::kLeast;
      return is_word;
    case '+':
      *kind = LexBound::Kind::kGreatest;
      return is_word;
    case '[':
    case '(':
      *kind = text.data[0] == '[' ? LexBound::Kind::kClosed : LexBound::Kind::kOpen;
      bytes->assign(reinterpret_cast<const char*>(text.data + 1), text.size - 1);
      return true;
    default:
      return false;
  }
}

// Reads two arguments; 0 or the status of what is wrong with them.
int32_t read_bounds(const Engine& e, int32_t by, int32_t min, int32_t max, Bounds* bounds) {
  bounds->by = by;
  const ByteView low = bytes_of(e, min), high = bytes_of(e, max);
  if (by == kRangeByRank) {
    const bool good =
        parse_int64(low.data, low.size, &bounds->start) && parse_int64(high.data, high.size, &bounds->stop);
    return good ? 0 : kStatusNotInteger;
  }
  if (by == kRangeByScore) {
    ScoreRange& scores = bounds->scores;
    const bool good = read_score_bound(low, &scores.min, &scores.min_open) &&
                      read_score_bound(high, &scores.max, &scores.max_open);
    return good ? 0 : kStatusNotFloat;
  }
  const bool good = read_lex_bound(low, &bounds->min_kind, &bounds->min) &&
                    read_lex_bound(high, &bounds->max_kind, &bounds->max);
  return good ? 0 : kStatusInvalid;
}

ByteView view_of(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

RankRange Bounds::ranks_in(const SortedSet& set, bool reverse) const {
  if (by == kRangeByScore) return set.ranks(scores);
  if (by == kRangeByLex)
    return set.ranks(LexRange{{min_kind, view_of(min)}, {max_kind, view_of(max)}}, reverse);
  const auto size = static_cast<int64_t>(set.size());
  const int64_t first = std::max<int64_t>(start < 0 ? start + size : start, 0);
  const int64_t last = std::min(stop < 0 ? stop + size : stop, size - 1);
  if (first > last) return {};
  const auto from = static_cast<uint64_t>(first), to = static_cast<uint64_t>(last) + 1;
  return reverse ? RankRange{set.size() - to, set.size() - from} : RankRange{from, to};
}

// A part of a range: what is behind `offset` elements, at most `count` of them (negative: all).
struct Limit {
  double offset = 0;
  double count = -1;

  RankRange within(RankRange ranks, bool reverse) const {
    if (offset < 0 || offset >= static_cast<double>(ranks.size())) return {};
    const auto skipped = static_cast<uint64_t>(offset);
    const uint64_t left = ranks.size() - skipped;
    const uint64_t taken = count < 0 ? left : count_within(count, left);
    if (reverse) return {ranks.to - skipped - taken, ranks.to - skipped};
    return {ranks.from + skipped, ranks.from + skipped + taken};
  }
};

Limit limit_of(const Engine& e) { return {e.arenas.numbers()[kNumberA], e.arenas.numbers()[kNumberB]}; }

// ---- ranges ----

struct RangeRead {
  Bounds bounds;
  Limit limit;
  bool reverse = false, with_scores = false;
  // What cost found: write sees the same instant.
  mutable RankRange ranks{};

  template <typename Keys>
  int64_t cost(Keys& keys) const {
    const Entry* entry = keys.find(0);
    if (entry == nullptr) return 0;
    if (!is_sorted_set(*entry)) return kStatusWrongType;
    const SortedSet set(*entry);
    ranks = limit.within(bounds.ranks_in(set, reverse), reverse);
    return static_cast<int64_t>(ranks.size());
  }
  template <typename Keys, typename Out>
  void write(Keys& keys, Out& out) const {
    if (ranks.size() == 0) return out.write_array_header(0);
    write_elements(out, SortedSet(*keys.find(0)), ranks, reverse, with_scores);
  }
};

// writeSortedSetRange(key, min, max, by, flags): the elements of a range, of which numbers[A] are skipped and
// numbers[B] taken (negative: all); flags kRangeReverse, kRangeWithScores. 0, kStatusDeferred,
// kStatusWrongType, or what is wrong with the bounds: kStatusNotInteger, kStatusNotFloat, kStatusInvalid.
int32_t write_range(Engine& e, const int32_t (&a)[5]) {
  RangeRead read;
  const int32_t status = read_bounds(e, a[3], a[1], a[2], &read.bounds);
  if (status != 0) return status;
  read.limit = limit_of(e);
  read.reverse = (a[4] & kRangeReverse) != 0;
  read.with_scores = (a[4] & kRangeWithScores) != 0;
  return run_read(e, a[0], 1, std::move(read));
}

// Makes scores of -0 plain zeros where Redis does: it stores the elements in the order in which it finds
// them, begins in the packed form, which knows no -0, and leaves it at the first one that does not fit.
void drop_zero_signs(ElementList* list, bool reverse, const SortedSetLimits& limits) {
  const size_t packed = std::min<size_t>(list->size(), limits.packed_elements_max);
  for (size_t i = 0; i < packed; i++) {
    ScoredMember& element = (*list)[reverse ? list->size() - 1 - i : i];
    if (element.member.size > limits.packed_member_bytes_max) return;
    element.score += 0.0;
  }
}

// storeSortedSetRange(target, source, min, max, by, reverse): the same, stored as a sorted set; writes how
// many. 1, 0: none. Affected: unless the target is absent, and was.
int32_t store_range(Engine& e, const int32_t (&a)[6]) {
  Bounds bounds;
  const int32_t status = read_bounds(e, a[4], a[2], a[3], &bounds);
  if (status != 0) return status;
  const Entry* entry = e.read(e.key(a[1]));
  if (entry != nullptr && !is_sorted_set(*entry)) return kStatusWrongType;
  ElementList list;
  if (entry != nullptr) {
    const SortedSet set(*entry);
    const bool reverse = a[5] != 0;
    list.gather(set, limit_of(e).within(bounds.ranks_in(set, reverse), reverse));
  }
  if (a[4] != kRangeByRank) drop_zero_signs(&list, a[5] != 0, sorted_set_limits(e));
  e.set_affected(store_sorted_set(e.keyspace, e.db(), e.key(a[0]), list.elements(), sorted_set_limits(e)));
  e.arenas.write_integer(static_cast<int64_t>(list.size()));
  return list.size() > 0;
}

// countSortedSetRange(key, min, max, by): writes how many elements are in a range; 0 or a status as
// writeSortedSetRange.
int32_t count_range(Engine& e, const int32_t (&a)[4]) {
  Bounds bounds;
  const int32_t status = read_bounds(e, a[3], a[1], a[2], &bounds);
  if (status != 0) return status;
  const Entry* entry = e.read(e.key(a[0]));
  if (entry != nullptr && !is_sorted_set(*entry)) return kStatusWrongType;
  const RankRange ranks = entry == nullptr ? RankRange{} : bounds.ranks_in(SortedSet(*entry), false);
  e.arenas.write_integer(static_cast<int64_t>(ranks.size()));
  return 0;
}

// removeSortedSetRange(key, min, max, by): removes a range and writes how many elements it had; 1, 0: none,
// or a status. Affected: how many.
int32_t remove_range(Engine& e, const int32_t (&a)[4]) {
  Bounds bounds;
  const int32_t status = read_bounds(e, a[3], a[1], a[2], &bounds);
  if (status != 0) return status;
  SortedSetWriter writer(e.keyspace, e.db(), sorted_set_limits(e));
  const auto opened = writer.open(e.key(a[0]));
  if (opened == SortedSetWriter::Opened::kOther) return kStatusWrongType;
  const RankRange ranks = writer.exists() ? bounds.ranks_in(writer.read(), false) : RankRange{};
  writer.remove(ranks);
  writer.commit();
  e.arenas.write_integer(static_cast<int64_t>(ranks.size()));
  e.set_affected(static_cast<int32_t>(std::min<uint64_t>(ranks.size(), INT32_MAX)));
  return ranks.size() > 0;
}

// ---- random elements ----

struct RandomElements {
  static constexpr ValueKind kKind = ValueKind::kSortedSet;
  static SortedSetElements open(const Entry& entry, int64_t) { return SortedSetElements(entry); }
  template <typename Out>
  static void write(Out& out, const ScoredMember& element, bool with_score) {
    write_element(out, element.member, element.score, with_score);
  }
};

// writeSortedSetRandom(key, single, withScores): see write_random.
int32_t write_random_elements(Engine& e, const int32_t (&a)[3]) {
  return write_random<RandomElements>(e, a[0], a[1] != 0, a[2] != 0);
}

// ---- scanning ----

bool matches(const Engine& e, int32_t pattern, ByteView member) {
  if (pattern < 0) return true;
  const Bytes glob = e.arenas.argument(pattern);
  return glob_match(glob.data, glob.size, member.data, member.size, false);
}

// Scanning shows the scores of a tree with 17 digits, as Redis does.
void write_scanned_score(Engine& e, double score, bool is_packed) {
  if (is_packed) return write_bulk_double(e.arenas, score);
  char text[kDoubleTextMax];
  const int size = std::snprintf(text, sizeof text, "%.17g", score);
  e.arenas.write_bulk(reinterpret_cast<const uint8_t*>(text), static_cast<size_t>(size));
}

// scanSortedSet(key, count, pattern or -1): goes on from cursor numbers[A], writes [next cursor, [member,
// score, ...]]; a packed one comes at once. 0, kStatusWrongType. Counts as no reading: typeOf has.
int32_t scan_sorted_set(Engine& e, const int32_t (&a)[3]) {
  const Entry* entry = e.find(e.key(a[0]));
  if (entry != nullptr && !is_sorted_set(*entry)) return kStatusWrongType;
  ElementList found;
  uint64_t next = 0;
  const bool is_packed = entry != nullptr && SortedSet(*entry).is_packed();
  if (is_packed) {
    const SortedSet set(*entry);
    set.visit(set.all(), false, [&](ByteView member, double score) {
      if (matches(e, a[2], member)) found.add_copy(member, score);
    });
  } else if (entry != nullptr) {
    const auto cursor = static_cast<uint64_t>(e.arenas.numbers()[kNumberA]);
    auto visit = [&](const Entry& member) {
      if (matches(e, a[2], member.key())) found.add(member.key(), SortedSetTree::score_of(member));
      return true;
    };
    next = SortedSet(*entry).tree().members.scan(cursor, static_cast<size_t>(a[1]), visit);
  }
  e.arenas.write_array_header(2);
  e.arenas.write_bulk_integer(static_cast<int64_t>(next));
  e.arenas.write_array_header(2 * found.size());
  for (const ScoredMember& element : found.elements()) {
    e.arenas.write_bulk(element.member.data, element.member.size);
    write_scanned_score(e, element.score, is_packed);
  }
  return 0;
}

constexpr Operation kOperations[] = {
    operation<&write_range>("writeSortedSetRange"),
    operation<&store_range>("storeSortedSetRange"),
    operation<&count_range>("countSortedSetRange"),
    operation<&remove_range>("removeSortedSetRange"),
    operation<&write_random_elements>("writeSortedSetRandom"),
    operation<&scan_sorted_set>("scanSortedSet"),
};

}  // namespace

std::span<const Operation> sorted_set_range_operations() { return kOperations; }

}  // namespace redwing

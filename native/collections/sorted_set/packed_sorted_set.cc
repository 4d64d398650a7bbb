#include "collections/sorted_set/packed_sorted_set.h"

#include "types/double.h"

namespace redwing {

namespace {

/// From this magnitude on a score is text.
constexpr double kIntegerEnd = 4611686018427387904.0;

// What a score is stored as; `text` is its room.
PackedValue packed_score(double score, uint8_t* text) {
  if (score > -kIntegerEnd && score < kIntegerEnd) {
    const auto integer = static_cast<int64_t>(score);
    if (static_cast<double>(integer) == score) return PackedValue::of_integer(integer);
  }
  return PackedValue::of({text, format_double(score, text)});
}

}  // namespace

// ---- Reading ----

double PackedSortedSet::score_at(uint32_t position) const {
  const PackedValue value = listpack::get(block_, listpack::next(block_, position));
  if (value.is_integer()) return static_cast<double>(value.integer);
  double score = 0;
  const bool is_score = parse_double(value.data, value.size, &score);
  RW_ASSERT(is_score, "every second element of a packed sorted set is a score");
  return score;
}

uint64_t PackedSortedSet::rank_at(uint32_t position) const {
  uint64_t elements = 0;
  for (uint32_t at = listpack::first(); at < position; at = listpack::next(block_, at)) elements++;
  return elements / 2;
}

uint32_t PackedSortedSet::place_of(const ScoredMember& element) const {
  uint32_t at = listpack::first();
  const uint32_t end = listpack::end(block_);
  while (at < end) {
    uint8_t digits[kInt64TextMax];
    const double score = score_at(at);
    if (score > element.score) break;
    if (score == element.score &&
        compare_members(listpack::get(block_, at).text(digits), element.member) >= 0)
      break;
    at = listpack::next(block_, listpack::next(block_, at));
  }
  return at;
}

RankRange PackedSortedSet::ranks(const ScoreRange& range) const {
  RankRange found;
  visit({0, size()}, false, [&](ByteView, double score) {
    found.from += range.is_below(score);
    found.to += !range.is_above(score);
  });
  return found;
}

RankRange PackedSortedSet::ranks(const LexRange& range, bool reverse) const {
  const uint64_t count = size();
  bool entered = false, left = false, misses = false;
  uint64_t outside = 0, inside = 0, seen = 0;
  visit({0, count}, reverse, [&](ByteView member, double) {
    const bool below = range.is_below(member), above = range.is_above(member);
    const bool is_first = seen == (reverse ? count - 1 : 0), is_last = seen == (reverse ? 0 : count - 1);
    misses = misses || (is_first && above) || (is_last && below);
    seen++;
    entered = entered || !(reverse ? above : below);
    left = left || (entered && (reverse ? below : above));
    outside += !entered;
    inside += entered && !left;
  });
  if (misses) return {};
  return reverse ? RankRange{count - outside - inside, count - outside}
                 : RankRange{outside, outside + inside};
}

// ---- Changing ----

void PackedSortedSetEdit::insert(uint32_t position, const ScoredMember& element) {
  uint8_t text[kDoubleTextMax];
  const PackedValue member = PackedValue::of(element.member), score = packed_score(element.score, text);
  const size_t member_bytes = listpack::encoded_bytes(member);
  uint8_t* block = block_.reserve(static_cast<int64_t>(member_bytes + listpack::encoded_bytes(score)));
  listpack::insert(block, position, member);
  listpack::insert(block, position + static_cast<uint32_t>(member_bytes), score);
}

void PackedSortedSetEdit::erase(RankRange ranks) {
  if (ranks.size() == 0) return;
  const uint32_t from = listpack::seek(block_.data(), static_cast<int64_t>(2 * ranks.from));
  listpack::erase(block_.reserve(), from, 2 * ranks.size());
}

}  // namespace redwing

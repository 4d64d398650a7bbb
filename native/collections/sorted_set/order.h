// The order of a sorted set, and the ranges in it: by score, then by the bytes of the member.
//
// Terms
//   score    a double, infinities included, never NaN; -0 and 0 are the same place.
//   member   any bytes; compared as unsigned bytes, a prefix before what it begins.
//   rank     how many elements come before one.
//   range    of scores or of members; it answers which elements lie below it and which above it, and so
//            becomes an interval of ranks. A range of members means something only among equal scores.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "memory/byte_view.h"

namespace redwing {

/// One element. The bytes are borrowed.
struct ScoredMember {
  ByteView member;
  double score;
};

/// Below 0, 0 or above 0, as a is before, equal to or behind b.
inline int compare_members(ByteView a, ByteView b) {
  const size_t common = std::min(a.size, b.size);
  const int order = common == 0 ? 0 : std::memcmp(a.data, b.data, common);
  return order != 0 ? order : static_cast<int>(a.size > b.size) - static_cast<int>(a.size < b.size);
}

inline bool operator<(const ScoredMember& a, const ScoredMember& b) {
  if (a.score != b.score) return a.score < b.score;
  return compare_members(a.member, b.member) < 0;
}

/// Ranks from `from` up to `to`; there may be none.
struct RankRange {
  uint64_t from = 0;
  uint64_t to = 0;
  uint64_t size() const { return to > from ? to - from : 0; }
};

/// Scores from min to max, each included unless it is `open`.
struct ScoreRange {
  double min = 0;
  double max = 0;
  bool min_open = false;
  bool max_open = false;

  bool is_below(double score) const { return min_open ? score <= min : score < min; }
  bool is_above(double score) const { return max_open ? score >= max : score > max; }
};

/// An end of a range of members: before all, behind all, or a value that is included or not.
struct LexBound {
  enum class Kind : uint8_t { kLeast, kGreatest, kClosed, kOpen };
  Kind kind = Kind::kLeast;
  ByteView bytes{nullptr, 0};
};

struct LexRange {
  LexBound min;
  LexBound max;

  bool is_below(ByteView member) const {
    if (min.kind == LexBound::Kind::kLeast) return false;
    if (min.kind == LexBound::Kind::kGreatest) return true;
    const int order = compare_members(member, min.bytes);
    return min.kind == LexBound::Kind::kOpen ? order <= 0 : order < 0;
  }
  bool is_above(ByteView member) const {
    if (max.kind == LexBound::Kind::kLeast) return true;
    if (max.kind == LexBound::Kind::kGreatest) return false;
    const int order = compare_members(member, max.bytes);
    return max.kind == LexBound::Kind::kOpen ? order >= 0 : order > 0;
  }
};

}  // namespace redwing

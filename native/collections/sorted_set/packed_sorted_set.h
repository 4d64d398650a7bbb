// The packed form of a sorted set: one listpack, member, score, member, score, ... in order.
//
// A score is an integer element if it is one of less than 2^62 (so that a negative zero loses its sign, as it
// does in Redis), otherwise the text of format_double, which reads back as the same double.
//
// The block is a ListpackRoot (collections/packed_root.h).
//
// Cost: everything O(bytes).
#pragma once

#include <cstddef>
#include <cstdint>

#include "collections/packed_root.h"
#include "collections/sorted_set/order.h"
#include "memory/visitor.h"
#include "types/listpack.h"

namespace redwing {

/// Reads a block. Any thread, as long as nobody writes it.
class PackedSortedSet {
 public:
  explicit PackedSortedSet(const void* block) : block_(static_cast<const uint8_t*>(block)) {}

  uint64_t size() const { return listpack::count(block_) / 2; }
  /// The position of a member, 0 if it is absent.
  uint32_t find(ByteView member) const {
    return listpack::find(block_, listpack::first(), PackedValue::of(member), 1);
  }
  /// The score of the member at a position.
  double score_at(uint32_t position) const;
  /// How many elements come before a position.
  uint64_t rank_at(uint32_t position) const;
  /// The position of the first element that does not come before this one.
  uint32_t place_of(const ScoredMember& element) const;
  RankRange ranks(const ScoreRange& range) const;
  /// Where scores differ: from the first member that is not below the range, as long as members are not above
  /// it; if `reverse`, from the last that is not above, back as long as they are not below. None, if the last
  /// member of all is below the range or the first above it.
  RankRange ranks(const LexRange& range, bool reverse) const;

  /// Calls visit(ByteView member, double score) for the ranks, which must exist, from the last on if
  /// `reverse` (see memory/visitor.h). The bytes hold during the call only.
  template <typename Visit>
  void visit(RankRange ranks, bool reverse, Visit&& visit) const {
    if (ranks.size() == 0) return;
    const uint64_t first = reverse ? ranks.to - 1 : ranks.from;
    uint32_t at = listpack::seek(block_, static_cast<int64_t>(2 * first));
    for (uint64_t left = ranks.size();;) {
      uint8_t digits[kInt64TextMax];
      if (!show(visit, listpack::get(block_, at).text(digits), score_at(at)) || --left == 0) return;
      at = reverse ? listpack::prev(block_, listpack::prev(block_, at))
                   : listpack::next(block_, listpack::next(block_, at));
    }
  }
  /// Calls visit(const uint8_t* place, double score) for all elements in order (see memory/visitor.h).
  template <typename Visit>
  void visit_places(Visit&& visit) const {
    const uint32_t end = listpack::end(block_);
    for (uint32_t at = listpack::first(); at != end;) {
      if (!show(visit, block_ + at, score_at(at))) return;
      at = listpack::next(block_, listpack::next(block_, at));
    }
  }
  /// The member at such a place.
  ByteView member_at(const uint8_t* place, uint8_t* digits) const {
    return listpack::get(block_, static_cast<uint32_t>(place - block_)).text(digits);
  }

 private:
  const uint8_t* block_;
};

/// Changes a block: one that the value has, or a new one; `finish` gives the block that the value has from
/// then on.
class PackedSortedSetEdit {
 public:
  explicit PackedSortedSetEdit(const ListpackRoot& block) : block_(block) {}

  PackedSortedSet read() const { return PackedSortedSet(block_.data()); }
  /// Adds an element that is not there at the position that it belongs to.
  void insert(uint32_t position, const ScoredMember& element);
  /// Adds one that comes behind all others.
  void append(const ScoredMember& element) { insert(listpack::end(block_.data()), element); }
  /// Takes out the element at a position.
  void erase(uint32_t position) { listpack::erase(block_.reserve(), position, 2); }
  void erase(RankRange ranks);
  void* finish() { return block_.finish(); }

 private:
  ListpackRoot block_;
};

}  // namespace redwing

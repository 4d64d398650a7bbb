// The large form of a sorted set: its members by name and in order.
//
//   header    birth, bytes of the member entries
//   members   Dictionary: name -> Entry, whose 8 inline bytes are the score
//   order     CountedTree of (score, Entry*): by score, then by the member's bytes
//
// The tree's items repeat the score, so a search in it looks at a member only where scores are equal.
//
// Invariants
//   1. Both structures hold the same entries, and an item's score is its entry's, bit for bit.
//   2. member_bytes is the sum of the entries' allocations.
//
// Copy-on-write (see keyspace/edit.h): whoever changes a tree has made its header changeable. A changed score
// is written into the entry where no view sees it; otherwise a new entry takes the place of the old one in
// both structures.
//
// Cost: O(1) to find a member, O(log n) for everything else. A member of 16 bytes takes about 66 bytes: 32
// its entry, 9.5 its slot, 24 its item in leaves that are two thirds full.
#pragma once

#include <cstdint>
#include <cstring>

#include "collections/counted_tree.h"
#include "collections/dictionary.h"
#include "collections/sorted_set/order.h"

namespace redwing {

struct SortedSetTree {
  struct Item {
    double score;
    const Entry* member;
    ScoredMember element() const { return {member->key(), score}; }
  };
  struct One {
    constexpr uint64_t operator()(const Item&) const { return 1; }
  };
  using Order = CountedTree<Item, One>;

  uint64_t birth;
  uint64_t member_bytes = 0;
  Dictionary members;
  Order order;

  SortedSetTree(Heap& heap, const Hasher& hasher, uint64_t birth)
      : birth(birth), members(heap, hasher, birth) {}
  /// Shares everything below; for the copy of a frozen header.
  SortedSetTree(const SortedSetTree&) = default;
  SortedSetTree& operator=(const SortedSetTree&) = delete;

  /// An empty one.
  static SortedSetTree* create(const Edit& edit, const Hasher& hasher);
  /// An independent copy; `birth` is the stamp of its nodes.
  SortedSetTree* copy(Heap& heap, uint64_t birth) const;
  /// Frees everything, the header included.
  void free_all(const Releaser& releaser);
  /// Bytes of everything, as allocated. O(1).
  size_t bytes() const;

  uint64_t size() const { return order.weight(); }
  static double score_of(const Entry& member) {
    double score;
    std::memcpy(&score, member.inline_data(), sizeof score);
    return score;
  }

  // -- Finding. --

  /// The first element that does not come before this one.
  Order::Cursor place_of(const ScoredMember& element) const;
  /// The item of a member's entry, which must be in the order (asserted).
  Order::Cursor place_of(const Entry& entry) const;
  /// Brings near what place_of a score will touch.
  void prefetch_place(double score) const {
    order.prefetch_leaf([score](const Item& item) { return item.score < score; });
  }
  RankRange ranks(const ScoreRange& range) const;
  /// Takes all scores for equal.
  RankRange ranks(const LexRange& range) const;

  /// Calls visit(ByteView member, double score) for the ranks, which must exist, from the last on if
  /// `reverse` (see memory/visitor.h).
  template <typename Visit>
  void visit(RankRange ranks, bool reverse, Visit&& visit) const;

  // -- Changing; the header is the caller's own. --

  /// Adds a member that is not there.
  void add(const Edit& edit, ByteView member, uint64_t hash, double score) {
    Order::Cursor cursor = place_of({member, score});
    add_at(edit, &cursor, member, hash, score);
  }
  /// The same for one that comes behind all others.
  void append(const Edit& edit, ByteView member, double score) {
    Order::Cursor cursor = order.end();
    add_at(edit, &cursor, member, members.hash(member), score);
  }
  /// Gives a member another score.
  void change_score(const Edit& edit, Slot slot, double score);
  void remove(const Edit& edit, Slot slot, uint64_t hash);
  /// Takes out the element at a cursor, which then stands on what followed.
  void remove_at(const Edit& edit, Order::Cursor* cursor);
  void remove(const Edit& edit, RankRange ranks);

  /// Aborts when an invariant does not hold. O(n log n); for tests.
  void check_invariants() const;

 private:
  void add_at(const Edit& edit, Order::Cursor* cursor, ByteView member, uint64_t hash, double score);
  void move_item(const Edit& edit, Order::Cursor* cursor, const Item& item);
  static bool is_before(const Item& item, const ScoredMember& element) {
    if (item.score != element.score) return item.score < element.score;
    return compare_members(item.member->key(), element.member) < 0;
  }
};

template <typename Visit>
void SortedSetTree::visit(RankRange ranks, bool reverse, Visit&& visit) const {
  // Members lie anywhere in memory: a group of them is on its way while the tree is walked.
  constexpr uint32_t kGroup = 16;
  constexpr size_t kNearBytes = 31;
  if (ranks.size() == 0) return;
  Item group[kGroup];
  Order::Cursor cursor = order.at_rank(reverse ? ranks.to - 1 : ranks.from);
  for (uint64_t left = ranks.size(); left > 0;) {
    uint32_t count = 0;
    while (count < kGroup && left > 0) {
      group[count] = cursor.item();
      platform::prefetch(group[count].member);
      platform::prefetch(reinterpret_cast<const uint8_t*>(group[count].member) + kNearBytes);
      count++;
      if (--left == 0) break;
      if (reverse) {
        order.previous(&cursor);
      } else {
        order.next(&cursor);
      }
    }
    for (uint32_t i = 0; i < count; i++) {
      if (!show(visit, group[i].member->key(), group[i].score)) return;
    }
  }
}

}  // namespace redwing

// SortedSet: a sorted set as readers see it, whatever its form; and the type itself, as the keyspace sees it.
//
// All ranges become intervals of ranks, and elements are visited by rank. So one loop serves every command
// that lists a range, in either direction, and counting one needs no loop at all.
//
// Thread: any, for an entry that nobody changes meanwhile (one found in a view, or on the owner thread).
// Cost, n elements: packed O(n); tree O(1) to find a member, O(log n) for ranks, O(log n + elements) to
// visit.
#pragma once

#include <cstdint>

#include "collections/sorted_set/order.h"
#include "collections/sorted_set/packed_sorted_set.h"
#include "collections/sorted_set/sorted_set_tree.h"
#include "keyspace/entry.h"

namespace redwing {

/// Forms of a sorted set: the encoding nibble of its entry.
enum class SortedSetForm : uint8_t { kPacked = 0, kTree = 1 };

class SortedSet {
 public:
  /// `entry` must hold a sorted set.
  explicit SortedSet(const Entry& entry) : SortedSet(entry.root(), entry.encoding()) {
    RW_ASSERT(entry.kind() == ValueKind::kSortedSet, "the entry holds a sorted set");
  }
  SortedSet(const void* root, uint8_t encoding)
      : root_(root), is_packed_(encoding == static_cast<uint8_t>(SortedSetForm::kPacked)) {}

  uint64_t size() const { return is_packed_ ? packed().size() : tree().size(); }

  /// Whether there is such a member, and its score.
  bool find(ByteView member, double* score) const {
    return is_packed_ ? find_packed(member, score) : find_in_tree(member, tree().members.hash(member), score);
  }
  /// The same, with the rank.
  bool find_rank(ByteView member, uint64_t* rank, double* score) const;

  /// The ranks of a range of scores.
  RankRange ranks(const ScoreRange& range) const {
    return is_packed_ ? packed().ranks(range) : tree().ranks(range);
  }
  /// The ranks of a range of members; all scores should be equal. `reverse` matters only where they are not.
  RankRange ranks(const LexRange& range, bool reverse = false) const {
    return is_packed_ ? packed().ranks(range, reverse) : tree().ranks(range);
  }
  /// All ranks.
  RankRange all() const { return {0, size()}; }

  /// Calls visit(ByteView member, double score) for ranks that exist, in order, or from the last on if
  /// `reverse` (see memory/visitor.h). The bytes hold during the call only.
  template <typename Visit>
  void visit(RankRange ranks, bool reverse, Visit&& visit) const {
    if (is_packed_) {
      packed().visit(ranks, reverse, visit);
    } else {
      tree().visit(ranks, reverse, visit);
    }
  }

  /// An element where it lies, whose member nobody has looked at. Valid while the sorted set is not changed.
  struct Found {
    double score;
    const void* place;
  };
  /// Calls visit(const Found&) for a range of scores, upwards (see memory/visitor.h): for those who want the
  /// members of a few elements only.
  template <typename Visit>
  void visit_scores(const ScoreRange& range, Visit&& visit) const;
  /// The member of what visit_scores found; `digits` has room for kInt64TextMax bytes, which may hold it.
  ByteView member_of(const Found& found, uint8_t* digits) const {
    if (!is_packed_) return static_cast<const Entry*>(found.place)->key();
    return packed().member_at(static_cast<const uint8_t*>(found.place), digits);
  }

  bool is_packed() const { return is_packed_; }
  PackedSortedSet packed() const { return PackedSortedSet(root_); }
  const SortedSetTree& tree() const { return *static_cast<const SortedSetTree*>(root_); }

 private:
  bool find_packed(ByteView member, double* score) const;
  bool find_in_tree(ByteView member, uint64_t hash, double* score) const {
    const Entry* entry = tree().members.find(member, hash);
    if (entry == nullptr) return false;
    *score = SortedSetTree::score_of(*entry);
    return true;
  }

  const void* root_;
  bool is_packed_;
};

template <typename Visit>
void SortedSet::visit_scores(const ScoreRange& range, Visit&& visit) const {
  if (is_packed_) {
    packed().visit_places([&](const uint8_t* place, double score) {
      if (range.is_below(score)) return true;
      return !range.is_above(score) && show(visit, Found{score, place});
    });
    return;
  }
  const SortedSetTree::Order& order = tree().order;
  const auto from =
      order.lower_bound([&range](const SortedSetTree::Item& item) { return range.is_below(item.score); });
  order.visit_from(from, [&](const SortedSetTree::Item& item) {
    return !range.is_above(item.score) && show(visit, Found{item.score, item.member});
  });
}

/// The type that the keyspace registers for ValueKind::kSortedSet.
class SortedSetType final : public ValueType {
 public:
  void free(void* root, uint8_t encoding, const Releaser& releaser) const override;
  bool is_heavy(const void* root, uint8_t encoding) const override;
  size_t memory(const void* root, uint8_t encoding) const override;
  void* copy(const void* root, uint8_t encoding, Heap& heap, uint64_t birth) const override;
};

}  // namespace redwing

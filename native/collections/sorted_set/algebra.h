// Union, intersection and difference of collections with scores.
//
// Terms
//   input       a collection with a weight, by which its scores are multiplied
//   aggregate   what becomes of the scores that a member has in several inputs
//
// A sum that is not a number (of opposite infinities) counts as 0, and so does a product (infinity times
// zero), except that in an intersection such a product of any but the smallest input makes a sum 0, and is
// passed over by minimum and maximum, as in Redis. Inputs are taken from the smallest to the largest, those
// of equal size as given: so a sum of doubles comes out the same as in Redis. The results are in the order of
// a sorted set and borrow the bytes of the inputs where these stay.
//
// Cost, n members in all inputs, m in the result: union O(n + m log m); intersection of k inputs O(s k + m
// log m) with s members in the smallest, if finding is O(1); difference the same with s members in the first,
// or O(n + m log m) if that is less.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "collections/scored_members.h"
#include "collections/set/set_algebra.h"
#include "collections/sorted_set/element_list.h"
#include "collections/sorted_set/sorted_set.h"
#include "keyspace/hash.h"

namespace redwing {

enum class Aggregate : uint8_t { kSum = 0, kMin = 1, kMax = 2 };

struct WeightedMembers {
  const ScoredMembers* members;
  double weight = 1;
};

/// What is in any of the inputs.
ElementList unite(std::vector<WeightedMembers> inputs, Aggregate aggregate, const Hasher& hasher);
/// What is in all of them; there is at least one.
ElementList intersect(std::vector<WeightedMembers> inputs, Aggregate aggregate);
/// How many are in all of them; counts up to `limit`, 0: without limit.
uint64_t count_intersection(std::vector<WeightedMembers> inputs, uint64_t limit);
/// What is in the first and in no other, with its score there; there is at least one.
ElementList subtract(std::span<const WeightedMembers> inputs, const Hasher& hasher);

/// A sorted set as an input.
class SortedSetMembers final : public ScoredMembers {
 public:
  explicit SortedSetMembers(const Entry& entry) : set_(entry) {}
  uint64_t size() const override { return set_.size(); }
  bool find(ByteView member, double* score) const override { return set_.find(member, score); }
  void visit(Visit visit) const override;
  bool bytes_stay() const override { return !set_.is_packed(); }

 private:
  SortedSet set_;
};

/// A plain set as an input.
class SetMembers final : public ScoredMembers {
 public:
  explicit SetMembers(const Entry& entry) : set_(entry) {}
  uint64_t size() const override { return set_.size(); }
  bool find(ByteView member, double* score) const override {
    *score = 1;
    return set_.contains(member);
  }
  void visit(Visit visit) const override;
  bool bytes_stay() const override { return set_.encoding() == SetEncoding::kTable; }

 private:
  SetRef set_;
};

}  // namespace redwing

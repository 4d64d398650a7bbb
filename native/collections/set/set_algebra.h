// Union, intersection and difference of plain sets.
//
// What is found refers to the bytes of the sets it comes from, which must stay meanwhile. Sets of different
// forms may hold the same member as an integer and as a text; what is found has it as PackedValue::of does,
// or as its set has it where nothing had to be compared.
//
// Cost, n members in all of k sets: union O(n); intersection O(k s) with s members in the smallest;
// difference O(min(n, k s)) with s members in the first. Finding in a packed set counts as O(1): it is
// bounded by the settings.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "collections/set/set.h"
#include "keyspace/hash.h"
#include "memory/visitor.h"

namespace redwing {

using FoundMembers = std::vector<PackedValue>;

/// Whether a difference is found by looking for the `first` members of the first set in each of the others,
/// not by going through all `sum` members of all `sets`. As in Redis, the former counts half, for it ends at
/// the first set that has the member.
inline bool difference_is_found(uint64_t first, uint64_t sum, uint64_t sets) {
  return first * sets / 2 <= sum;
}
/// About how many members a difference touches.
inline uint64_t difference_cost(uint64_t first, uint64_t sum, uint64_t sets) {
  return difference_is_found(first, sum, sets) ? first * sets : sum;
}

/// Members of any set: each where it stands first. Integers alone come in order, as they would from one set.
FoundMembers unite(std::span<const SetRef> sets, const Hasher& hasher);

/// Members of the first set that are in none of the others, in its order. There is a first.
FoundMembers subtract(std::span<const SetRef> sets, const Hasher& hasher);

/// Calls visit(PackedValue) for the members of all sets, of which there is one, in the order of the smallest
/// (see memory/visitor.h).
template <typename Visit>
void intersect(std::vector<SetRef> sets, Visit&& visit) {
  std::stable_sort(sets.begin(), sets.end(),
                   [](const SetRef& a, const SetRef& b) { return a.size() < b.size(); });
  sets[0].for_each([&](const PackedValue& member) {
    for (size_t i = 1; i < sets.size(); i++) {
      if (!sets[i].contains(member)) return true;
    }
    return show(visit, member);
  });
}

}  // namespace redwing

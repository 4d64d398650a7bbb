#include "collections/set/set_algebra.h"

#include "collections/member_index.h"

namespace redwing {

namespace {

// A member in the one form that it has wherever it comes from.
PackedValue canonical(const PackedValue& member) {
  return member.is_integer() ? member : PackedValue::of({member.data, member.size});
}

uint64_t hash_of(const PackedValue& member, const Hasher& hasher) {
  if (!member.is_integer()) return hasher(member.data, member.size);
  return hasher(reinterpret_cast<const uint8_t*>(&member.integer), sizeof member.integer);
}

uint64_t sum_of_sizes(std::span<const SetRef> sets) {
  uint64_t sum = 0;
  for (const SetRef& set : sets) sum += set.size();
  return sum;
}

FoundMembers unite_by_index(std::span<const SetRef> sets, const Hasher& hasher) {
  uint64_t largest = 0;
  for (const SetRef& set : sets) largest = std::max(largest, set.size());
  FoundMembers found;
  MemberIndex index(largest);
  for (const SetRef& set : sets) {
    set.for_each([&](const PackedValue& shown) {
      const PackedValue member = canonical(shown);
      const auto is_same = [&](uint32_t place) { return found[place].equals(member); };
      const uint32_t place = index.find_or_claim(hash_of(member, hasher), found.size(), is_same);
      if (place == MemberIndex::kNone) found.push_back(member);
    });
  }
  return found;
}

// Two sets, of which the first finds members quickly, need no index.
FoundMembers unite_two(const SetRef& first, const SetRef& second) {
  FoundMembers found;
  first.for_each([&](const PackedValue& member) { found.push_back(member); });
  second.for_each([&](const PackedValue& member) {
    if (!first.contains(member)) found.push_back(member);
  });
  return found;
}

// Looks for every member of the first set in the others, the largest first.
FoundMembers subtract_by_finding(const SetRef& first, std::vector<SetRef> others) {
  std::stable_sort(others.begin(), others.end(),
                   [](const SetRef& a, const SetRef& b) { return a.size() > b.size(); });
  FoundMembers found;
  first.for_each([&](const PackedValue& member) {
    const auto has_member = [&](const SetRef& set) { return set.contains(member); };
    if (std::none_of(others.begin(), others.end(), has_member)) found.push_back(member);
  });
  return found;
}

// Looks for every member of the others among those of the first set.
FoundMembers subtract_by_index(const SetRef& first, std::span<const SetRef> others, const Hasher& hasher) {
  FoundMembers found;
  MemberIndex index(first.size());
  first.for_each([&](const PackedValue& shown) {
    const PackedValue member = canonical(shown);
    index.find_or_claim(hash_of(member, hasher), found.size(), [](uint32_t) { return false; });
    found.push_back(member);
  });
  std::vector<bool> is_taken(found.size());
  size_t left = found.size();
  for (const SetRef& set : others) {
    if (left == 0) break;
    set.for_each([&](const PackedValue& shown) {
      const PackedValue member = canonical(shown);
      const auto is_same = [&](uint32_t place) { return found[place].equals(member); };
      const uint32_t place = index.find(hash_of(member, hasher), is_same);
      if (place != MemberIndex::kNone && !is_taken[place]) {
        is_taken[place] = true;
        left--;
      }
      return left > 0;
    });
  }
  size_t kept = 0;
  for (size_t i = 0; i < found.size(); i++) {
    if (!is_taken[i]) found[kept++] = found[i];
  }
  found.resize(kept);
  return found;
}

}  // namespace

FoundMembers unite(std::span<const SetRef> sets, const Hasher& hasher) {
  const bool two = sets.size() == 2 && sets[0].encoding() != SetEncoding::kPacked;
  FoundMembers found = two ? unite_two(sets.front(), sets.back()) : unite_by_index(sets, hasher);
  const bool all_integers =
      std::ranges::all_of(sets, [](const SetRef& set) { return set.encoding() == SetEncoding::kIntegers; });
  if (all_integers && sets.size() > 1) {
    std::sort(found.begin(), found.end(),
              [](const PackedValue& a, const PackedValue& b) { return a.integer < b.integer; });
  }
  return found;
}

FoundMembers subtract(std::span<const SetRef> sets, const Hasher& hasher) {
  const std::span<const SetRef> others = sets.subspan(1);
  if (difference_is_found(sets[0].size(), sum_of_sizes(sets), sets.size()))
    return subtract_by_finding(sets[0], {others.begin(), others.end()});
  return subtract_by_index(sets[0], others, hasher);
}

}  // namespace redwing

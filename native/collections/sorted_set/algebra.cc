#include "collections/sorted_set/algebra.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace redwing {

namespace {

double number_or_zero(double value) { return std::isnan(value) ? 0 : value; }

double weighted(double score, double weight) { return number_or_zero(score * weight); }

// Where only b is not a number, the lesser and the greater of both are a.
double aggregated(double a, double b, Aggregate aggregate) {
  if (aggregate == Aggregate::kSum) return number_or_zero(a + b);
  return aggregate == Aggregate::kMin ? std::min(a, b) : std::max(a, b);
}

void order_by_size(std::vector<WeightedMembers>* inputs) {
  std::stable_sort(inputs->begin(), inputs->end(), [](const WeightedMembers& a, const WeightedMembers& b) {
    return a.members->size() < b.members->size();
  });
}

void add(ElementList* list, ByteView member, double score, bool bytes_stay) {
  if (bytes_stay) {
    list->add(member, score);
  } else {
    list->add_copy(member, score);
  }
}

// Where the members of a list are, by name: a hash table with linear probing that is at most half full.
class MemberIndex {
 public:
  MemberIndex(ElementList& list, const Hasher& hasher, uint64_t members_max)
      : list_(list), hasher_(hasher), slots_(std::bit_ceil(2 * members_max + 2)) {}

  // The place of a member, or an empty one, which becomes that of the list's next element.
  bool find_or_claim(ByteView member, uint32_t* at) {
    const uint64_t hash = hasher_(member.data, member.size);
    const auto check = static_cast<uint32_t>(hash >> 32);
    for (uint64_t i = hash & (slots_.size() - 1);; i = (i + 1) & (slots_.size() - 1)) {
      Slot& slot = slots_[i];
      if (slot.next == 0) {
        slot = {check, static_cast<uint32_t>(list_.size()) + 1};
        return false;
      }
      *at = slot.next - 1;
      if (slot.check == check && compare_members(list_[*at].member, member) == 0) return true;
    }
  }

 private:
  struct Slot {
    uint32_t check = 0;
    uint32_t next = 0;  // one more than the place; 0: empty
  };
  ElementList& list_;
  const Hasher& hasher_;
  std::vector<Slot> slots_;
};

// The score of a member of the first input over all of them; false if it is not in all.
bool score_in_all(std::span<const WeightedMembers> inputs, ByteView member, Aggregate aggregate,
                  double* score) {
  for (const WeightedMembers& input : inputs.subspan(1)) {
    double other;
    if (!input.members->find(member, &other)) return false;
    *score = aggregated(*score, other * input.weight, aggregate);
  }
  return true;
}

}  // namespace

ElementList unite(std::vector<WeightedMembers> inputs, Aggregate aggregate, const Hasher& hasher) {
  order_by_size(&inputs);
  uint64_t members_max = 0;
  for (const WeightedMembers& input : inputs) members_max += input.members->size();
  ElementList list;
  MemberIndex index(list, hasher, members_max);
  for (const WeightedMembers& input : inputs) {
    const bool stays = input.members->bytes_stay();
    input.members->visit([&](ByteView member, double score) {
      uint32_t at;
      const double share = weighted(score, input.weight);
      if (index.find_or_claim(member, &at)) {
        list[at].score = aggregated(list[at].score, share, aggregate);
      } else {
        add(&list, member, share, stays);
      }
      return true;
    });
  }
  list.sort();
  return list;
}

ElementList intersect(std::vector<WeightedMembers> inputs, Aggregate aggregate) {
  order_by_size(&inputs);
  ElementList list;
  const WeightedMembers& smallest = inputs.front();
  smallest.members->visit([&](ByteView member, double score) {
    score = weighted(score, smallest.weight);
    if (score_in_all(inputs, member, aggregate, &score))
      add(&list, member, score, smallest.members->bytes_stay());
    return true;
  });
  list.sort();
  return list;
}

uint64_t count_intersection(std::vector<WeightedMembers> inputs, uint64_t limit) {
  order_by_size(&inputs);
  uint64_t count = 0;
  inputs.front().members->visit([&](ByteView member, double score) {
    count += score_in_all(inputs, member, Aggregate::kSum, &score);
    return limit == 0 || count < limit;
  });
  return count;
}

ElementList subtract(std::span<const WeightedMembers> inputs) {
  ElementList list;
  const ScoredMembers& first = *inputs.front().members;
  first.visit([&](ByteView member, double score) {
    double other;
    const bool elsewhere = std::ranges::any_of(
        inputs.subspan(1), [&](const WeightedMembers& input) { return input.members->find(member, &other); });
    if (!elsewhere) add(&list, member, score, first.bytes_stay());
    return true;
  });
  list.sort();
  return list;
}

void SortedSetMembers::visit(Visit visit) const {
  // In groups, as visiting by rank cannot be stopped within one.
  constexpr uint64_t kGroup = 128;
  bool goes_on = true;
  for (uint64_t from = 0; goes_on && from < set_.size(); from += kGroup) {
    const RankRange group{from, std::min(from + kGroup, set_.size())};
    set_.visit(group, false,
               [&](ByteView member, double score) { goes_on = goes_on && visit(member, score); });
  }
}

void SetMembers::visit(Visit visit) const {
  set_.for_each([&visit](const PackedValue& member) {
    uint8_t digits[kInt64TextMax];
    return visit(member.text(digits), 1);
  });
}

}  // namespace redwing

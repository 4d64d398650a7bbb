#include "collections/sorted_set/algebra.h"

#include <algorithm>
#include <cmath>

#include "collections/member_index.h"

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
  ElementList list;
  MemberIndex index(inputs.empty() ? 0 : inputs.back().members->size());
  for (const WeightedMembers& input : inputs) {
    const bool stays = input.members->bytes_stay();
    input.members->visit([&](ByteView member, double score) {
      const double share = weighted(score, input.weight);
      const auto is_same = [&](uint32_t place) { return compare_members(list[place].member, member) == 0; };
      const uint32_t place = index.find_or_claim(hasher(member.data, member.size), list.size(), is_same);
      if (place != MemberIndex::kNone) {
        list[place].score = aggregated(list[place].score, share, aggregate);
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

namespace {

// Looks for every member of the first input in the others, the largest first.
ElementList subtract_by_finding(const ScoredMembers& first, std::vector<WeightedMembers> others) {
  std::stable_sort(others.begin(), others.end(), [](const WeightedMembers& a, const WeightedMembers& b) {
    return a.members->size() > b.members->size();
  });
  ElementList list;
  first.visit([&](ByteView member, double score) {
    double other;
    const bool elsewhere = std::ranges::any_of(
        others, [&](const WeightedMembers& input) { return input.members->find(member, &other); });
    if (!elsewhere) add(&list, member, score, first.bytes_stay());
    return true;
  });
  return list;
}

// Looks for every member of the others among those of the first.
ElementList subtract_by_index(const ScoredMembers& first, std::span<const WeightedMembers> others,
                              const Hasher& hasher) {
  ElementList list;
  MemberIndex index(first.size());
  first.visit([&](ByteView member, double score) {
    index.find_or_claim(hasher(member.data, member.size), list.size(), [](uint32_t) { return false; });
    add(&list, member, score, first.bytes_stay());
    return true;
  });
  std::vector<bool> is_taken(list.size());
  size_t left = list.size();
  for (const WeightedMembers& input : others) {
    if (left == 0) break;
    input.members->visit([&](ByteView member, double) {
      const auto is_same = [&](uint32_t place) { return compare_members(list[place].member, member) == 0; };
      const uint32_t place = index.find(hasher(member.data, member.size), is_same);
      if (place != MemberIndex::kNone && !is_taken[place]) {
        is_taken[place] = true;
        left--;
      }
      return left > 0;
    });
  }
  list.erase_marked(is_taken);
  return list;
}

}  // namespace

ElementList subtract(std::span<const WeightedMembers> inputs, const Hasher& hasher) {
  const ScoredMembers& first = *inputs.front().members;
  uint64_t sum = 0;
  for (const WeightedMembers& input : inputs) sum += input.members->size();
  const std::span<const WeightedMembers> others = inputs.subspan(1);
  ElementList list = difference_is_found(first.size(), sum, inputs.size())
                         ? subtract_by_finding(first, {others.begin(), others.end()})
                         : subtract_by_index(first, others, hasher);
  list.sort();
  return list;
}

void SortedSetMembers::visit(Visit visit) const { set_.visit(set_.all(), false, visit); }

void SetMembers::visit(Visit visit) const {
  set_.for_each([&visit](const PackedValue& member) {
    uint8_t digits[kInt64TextMax];
    return visit(member.text(digits), 1);
  });
}

}  // namespace redwing

// Operations that combine sorted sets and sets: union, intersection, difference.
#include <algorithm>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "binding/sorted_sets.h"
#include "collections/sorted_set/algebra.h"
#include "types/double.h"

namespace redwing {

static_assert(static_cast<int32_t>(Aggregate::kSum) == kAggregateSum);
static_assert(static_cast<int32_t>(Aggregate::kMin) == kAggregateMin);
static_assert(static_cast<int32_t>(Aggregate::kMax) == kAggregateMax);

namespace {

// Whether a key is an input; an absent one is.
bool is_input(const Entry* entry) {
  return entry == nullptr || is_sorted_set(*entry) || entry->kind() == ValueKind::kSet;
}

std::unique_ptr<ScoredMembers> members_of(const Entry* entry) {
  if (entry == nullptr) return std::make_unique<NoMembers>();
  if (entry->kind() == ValueKind::kSet) return std::make_unique<SetMembers>(*entry);
  return std::make_unique<SortedSetMembers>(*entry);
}

// What is to be combined, and how; everything beside the keys.
struct Combination {
  int32_t kind = kCombineUnion;
  Aggregate aggregate = Aggregate::kSum;
  std::vector<double> weights;  // empty: all 1
  const Hasher* hasher = nullptr;

  // The inputs, or their types' fault, and how many members have to be looked at.
  template <typename Keys>
  int64_t cost(Keys& keys) const {
    uint64_t sum = 0, first = 0, smallest = UINT64_MAX;
    for (int32_t i = 0; i < keys.count(); i++) {
      const Entry* entry = keys.find(i);
      if (!is_input(entry)) return kStatusWrongType;
      const uint64_t size = members_of(entry)->size();
      sum += size;
      if (i == 0) first = size;
      smallest = std::min(smallest, size);
    }
    if (kind == kCombineUnion) return static_cast<int64_t>(sum);
    if (kind == kCombineDifference)
      return static_cast<int64_t>(difference_cost(first, sum, static_cast<uint64_t>(keys.count())));
    return static_cast<int64_t>(smallest) * keys.count();
  }

  template <typename Keys>
  std::vector<WeightedMembers> inputs(Keys& keys, std::vector<std::unique_ptr<ScoredMembers>>* owned) const {
    std::vector<WeightedMembers> inputs;
    for (int32_t i = 0; i < keys.count(); i++) {
      owned->push_back(members_of(keys.find(i)));
      const double weight = weights.empty() ? 1 : weights[static_cast<size_t>(i)];
      inputs.push_back({owned->back().get(), weight});
    }
    return inputs;
  }

  template <typename Keys>
  ElementList elements(Keys& keys) const {
    std::vector<std::unique_ptr<ScoredMembers>> owned;
    std::vector<WeightedMembers> from = inputs(keys, &owned);
    if (kind == kCombineUnion) return unite(std::move(from), aggregate, *hasher);
    if (kind == kCombineIntersection) return intersect(std::move(from), aggregate);
    return subtract(from, *hasher);
  }
};

// Reads `count` weights from argument `weights` on (-1: there are none); false if one is no number.
bool read_combination(Engine& e, int32_t kind, int32_t aggregate, int32_t weights, int32_t count,
                      Combination* out) {
  out->kind = kind;
  out->aggregate = static_cast<Aggregate>(aggregate);
  out->hasher = &e.keyspace.hasher();
  for (int32_t i = 0; weights >= 0 && i < count; i++) {
    const Bytes text = e.arenas.argument(weights + i);
    double weight;
    if (!parse_double(text.data, text.size, &weight)) return false;
    out->weights.push_back(weight);
  }
  return true;
}

struct CombinationRead {
  Combination combination;
  bool with_scores = false;

  template <typename Keys>
  int64_t cost(Keys& keys) const {
    return combination.cost(keys);
  }
  template <typename Keys, typename Out>
  void write(Keys& keys, Out& out) const {
    const ElementList list = combination.elements(keys);
    write_elements_header(out, list.size(), with_scores);
    for (const ScoredMember& element : list.elements())
      write_element(out, element.member, element.score, with_scores);
  }
};

struct CountRead {
  Combination combination;
  uint64_t limit = 0;

  template <typename Keys>
  int64_t cost(Keys& keys) const {
    const int64_t cost = combination.cost(keys);
    return limit == 0 ? cost : std::min(cost, static_cast<int64_t>(std::min<uint64_t>(limit, INT64_MAX)));
  }
  template <typename Keys, typename Out>
  void write(Keys& keys, Out& out) const {
    std::vector<std::unique_ptr<ScoredMembers>> owned;
    out.write_integer(static_cast<int64_t>(count_intersection(combination.inputs(keys, &owned), limit)));
  }
};

// checkScoredInputs(first, count): reads the keys; 0, or kStatusWrongType if one holds what cannot be
// combined.
int32_t check_inputs(Engine& e, const int32_t (&a)[2]) {
  for (int32_t i = 0; i < a[1]; i++) {
    if (!is_input(e.read(e.key(a[0] + i)))) return kStatusWrongType;
  }
  return 0;
}

// checkWeights(first, count): 0, kStatusNotFloat.
int32_t check_weights(Engine& e, const int32_t (&a)[2]) {
  Combination combination;
  return read_combination(e, 0, 0, a[0], a[1], &combination) ? 0 : kStatusNotFloat;
}

// writeScoredCombination(kind, first, count, weights or -1, aggregate, withScores): the elements of a union,
// intersection or difference (kCombine...) of `count` keys. 0, kStatusDeferred, kStatusWrongType,
// kStatusNotFloat.
int32_t write_combination(Engine& e, const int32_t (&a)[6]) {
  CombinationRead read;
  read.with_scores = a[5] != 0;
  if (!read_combination(e, a[0], a[4], a[3], a[2], &read.combination)) return kStatusNotFloat;
  return run_read(e, a[1], a[2], std::move(read));
}

// storeScoredCombination(target, kind, first, count, weights or -1, aggregate): the same, stored as a sorted
// set; writes how many elements it has. 1, 0: none. Affected: unless the target is absent, and was.
int32_t store_combination(Engine& e, const int32_t (&a)[6]) {
  Combination combination;
  if (!read_combination(e, a[1], a[5], a[4], a[3], &combination)) return kStatusNotFloat;
  LoopKeys keys(e, a[2], a[3]);
  if (combination.cost(keys) == kStatusWrongType) return kStatusWrongType;
  keys.mark_counted();
  const ElementList list = combination.elements(keys);
  e.set_affected(store_sorted_set(e.keyspace, e.db(), e.key(a[0]), list.elements(), sorted_set_limits(e)));
  e.arenas.write_integer(static_cast<int64_t>(list.size()));
  return list.size() > 0;
}

// countScoredIntersection(first, count): writes how many members are in all of the keys, counting up to
// numbers[A] (0: all). 0, kStatusDeferred, kStatusWrongType.
int32_t count_combination(Engine& e, const int32_t (&a)[2]) {
  CountRead read;
  read.combination.kind = kCombineIntersection;
  read.limit = count_within(e.arenas.numbers()[kNumberA], INT64_MAX);
  return run_read(e, a[0], a[1], std::move(read));
}

constexpr Operation kOperations[] = {
    operation<&check_inputs>("checkScoredInputs"),
    operation<&check_weights>("checkWeights"),
    operation<&write_combination>("writeScoredCombination"),
    operation<&store_combination>("storeScoredCombination"),
    operation<&count_combination>("countScoredIntersection"),
};

}  // namespace

std::span<const Operation> sorted_set_algebra_operations() { return kOperations; }

}  // namespace redwing

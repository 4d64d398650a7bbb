// Operations that combine sets: intersection, union, difference; read, counted or stored.
//
// The members of a result are gathered as references into the sets they come from, so nothing is copied until
// they are written or stored.
#include "collections/set/set_algebra.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "binding/operation.h"
#include "binding/reads.h"
#include "binding/reply.h"
#include "binding/sets.h"

namespace redwing {

namespace {

// The member that decides in which form a new set begins: one that is no integer if there is one.
const PackedValue& first_to_store(const FoundMembers& found) {
  for (const PackedValue& member : found) {
    int64_t value;
    if (!member.is_integer() && !parse_int64(member.data, member.size, &value)) return member;
  }
  return found.front();
}

struct Combination {
  int32_t operation;  // kSetIntersection, ...
  const Hasher* hasher;

  // The sets that count, in the order of the keys; false if one that must be there is absent, so that the
  // result is empty.
  template <typename Keys>
  bool gather(Keys& keys, std::vector<SetRef>* sets) const {
    for (int32_t i = 0; i < keys.count(); i++) {
      const Entry* entry = keys.find(i);
      if (entry != nullptr) {
        sets->emplace_back(*entry);
      } else if (operation == kSetIntersection || (operation == kSetDifference && i == 0)) {
        return false;
      }
    }
    return !sets->empty();
  }
  // Every key is looked at first: a wrong type matters even where the result is known to be empty.
  template <typename Keys>
  int64_t cost(Keys& keys) const {
    uint64_t sum = 0, least = UINT64_MAX;
    for (int32_t i = 0; i < keys.count(); i++) {
      const Entry* entry = keys.find(i);
      if (entry != nullptr && entry->kind() != ValueKind::kSet) return kStatusWrongType;
      const uint64_t size = entry == nullptr ? 0 : SetRef(*entry).size();
      sum += size;
      least = std::min(least, size);
      if (operation == kSetDifference && i == 0) least = size;
    }
    if (operation == kSetUnion) return static_cast<int64_t>(sum);
    const auto sets = static_cast<uint64_t>(keys.count());
    if (operation == kSetDifference) return static_cast<int64_t>(difference_cost(least, sum, sets));
    return static_cast<int64_t>(std::min(least, sum) * sets);
  }
  template <typename Keys>
  FoundMembers collect(Keys& keys) const {
    FoundMembers found;
    std::vector<SetRef> sets;
    if (!gather(keys, &sets)) return found;
    if (operation == kSetUnion) return unite(sets, *hasher);
    if (operation == kSetDifference) return subtract(sets, *hasher);
    intersect(std::move(sets), [&found](const PackedValue& member) { found.push_back(member); });
    return found;
  }
};

struct ReadCombination : Combination {
  template <typename Keys, typename Out>
  void write(Keys& keys, Out& out) const {
    const FoundMembers found = collect(keys);
    write_set_header(out, found.size());
    for (const PackedValue& member : found) write_packed(out, member);
  }
};

struct CountIntersection : Combination {
  uint64_t limit;

  template <typename Keys, typename Out>
  void write(Keys& keys, Out& out) const {
    uint64_t count = 0;
    std::vector<SetRef> sets;
    if (gather(keys, &sets)) intersect(std::move(sets), [&](const PackedValue&) { return ++count < limit; });
    out.write_integer(static_cast<int64_t>(count));
  }
};

// writeCombination(operation, first, count): writes the members, here or later; 0, kStatusDeferred,
// kStatusWrongType.
int32_t write_combination(Engine& e, const int32_t (&a)[3]) {
  return run_read(e, a[1], a[2], ReadCombination{{a[0], &e.keyspace.hasher()}});
}

// writeIntersectionSize(first, count): writes how many members the sets share, at most numbers[A] unless that
// is 0; 0, kStatusDeferred, kStatusWrongType.
int32_t write_intersection_size(Engine& e, const int32_t (&a)[2]) {
  const double limit = e.arenas.numbers()[kNumberA];
  const uint64_t bound = limit == 0 ? UINT64_MAX : static_cast<uint64_t>(limit);
  return run_read(e, a[0], a[1], CountIntersection{{kSetIntersection, &e.keyspace.hasher()}, bound});
}

// storeCombination(operation, target, first, count): puts the members over what the target held, or removes
// it if there are none; how many, or kStatusWrongType.
int32_t store_combination(Engine& e, const int32_t (&a)[4]) {
  LoopKeys keys(e, a[2], a[3]);
  const Combination combination{a[0], &e.keyspace.hasher()};
  if (combination.cost(keys) < 0) return kStatusWrongType;
  keys.mark_counted();
  const FoundMembers found = combination.collect(keys);
  const Key target = e.key(a[1]);
  if (found.empty()) {
    e.set_affected(e.keyspace.erase(e.db(), target));
    return 0;
  }
  const SetLimits limits = set_limits(e);
  const Edit edit = e.keyspace.edit_new(e.db(), target);
  uint8_t digits[kInt64TextMax];
  SetEditor editor(edit, e.keyspace.hasher(), first_to_store(found).text(digits), found.size(), limits);
  for (const PackedValue& member : found) editor.add(member.text(digits), limits);
  e.keyspace.put_root(e.db(), target, ValueKind::kSet, editor.encoding(), editor.root(), Expiry::none());
  return static_cast<int32_t>(found.size());
}

constexpr Operation kOperations[] = {
    operation<&write_combination>("writeCombination"),
    operation<&write_intersection_size>("writeIntersectionSize"),
    operation<&store_combination>("storeCombination"),
};

}  // namespace

std::span<const Operation> set_algebra_operations() { return kOperations; }

}  // namespace redwing

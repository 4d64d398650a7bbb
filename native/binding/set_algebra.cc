// Operations that combine sets: intersection, union, difference; read, counted or stored.
//
// The members of a result are gathered as references into the sets they come from, so nothing is copied until
// they are written or stored.
#include <algorithm>
#include <vector>

#include "binding/operation.h"
#include "binding/reads.h"
#include "binding/reply.h"
#include "binding/sets.h"

namespace redwing {

namespace {

using Members = std::vector<PackedValue>;

bool any_contains(const std::vector<SetRef>& sets, size_t from, size_t to, const PackedValue& member) {
  for (size_t i = from; i < to; i++) {
    if (sets[i].contains(member)) return true;
  }
  return false;
}

// Members of all sets, in the order of the smallest; at most `limit`.
void intersect(std::vector<SetRef>& sets, uint64_t limit, Members* found) {
  std::stable_sort(sets.begin(), sets.end(),
                   [](const SetRef& a, const SetRef& b) { return a.size() < b.size(); });
  sets[0].for_each([&](const PackedValue& member) {
    for (size_t i = 1; i < sets.size(); i++) {
      if (!sets[i].contains(member)) return true;
    }
    found->push_back(member);
    return found->size() < limit;
  });
}

// Members of any set: each where it stands first. Integers alone come in order, as they would from one set.
void unite(const std::vector<SetRef>& sets, Members* found) {
  bool all_integers = true;
  for (size_t i = 0; i < sets.size(); i++) {
    all_integers = all_integers && sets[i].encoding() == SetEncoding::kIntegers;
    sets[i].for_each([&](const PackedValue& member) {
      if (!any_contains(sets, 0, i, member)) found->push_back(member);
      return true;
    });
  }
  if (!all_integers || sets.size() < 2) return;
  std::sort(found->begin(), found->end(),
            [](const PackedValue& a, const PackedValue& b) { return a.integer < b.integer; });
}

// Members of the first set that are in none of the others.
void subtract(const std::vector<SetRef>& sets, Members* found) {
  sets[0].for_each([&](const PackedValue& member) {
    if (!any_contains(sets, 1, sets.size(), member)) found->push_back(member);
    return true;
  });
}

// The member that decides in which form a new set begins: one that is no integer if there is one.
const PackedValue& first_to_store(const Members& found) {
  for (const PackedValue& member : found) {
    int64_t value;
    if (!member.is_integer() && !parse_int64(member.data, member.size, &value)) return member;
  }
  return found.front();
}

struct Combination {
  int32_t operation;  // kSetIntersection, ...
  uint64_t limit = UINT64_MAX;

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
    if (operation == kSetIntersection) least = std::min(least, sum);
    return static_cast<int64_t>(least) * keys.count();
  }
  template <typename Keys>
  void collect(Keys& keys, Members* found) const {
    std::vector<SetRef> sets;
    if (!gather(keys, &sets)) return;
    if (operation == kSetIntersection) {
      intersect(sets, limit, found);
    } else if (operation == kSetUnion) {
      unite(sets, found);
    } else {
      subtract(sets, found);
    }
  }
};

struct ReadCombination : Combination {
  template <typename Keys, typename Out>
  void write(Keys& keys, Out& out) const {
    Members found;
    collect(keys, &found);
    write_set_header(out, found.size());
    for (const PackedValue& member : found) write_packed(out, member);
  }
};

struct CountCombination : Combination {
  template <typename Keys, typename Out>
  void write(Keys& keys, Out& out) const {
    Members found;
    collect(keys, &found);
    out.write_integer(static_cast<int64_t>(found.size()));
  }
};

// writeCombination(operation, first, count): writes the members, here or later; 0, kStatusDeferred,
// kStatusWrongType.
int32_t write_combination(Engine& e, const int32_t (&a)[3]) {
  return run_read(e, a[1], a[2], ReadCombination{{a[0]}});
}

// writeIntersectionSize(first, count): writes how many members the sets share, at most numbers[A] unless that
// is 0; 0, kStatusDeferred, kStatusWrongType.
int32_t write_intersection_size(Engine& e, const int32_t (&a)[2]) {
  const double limit = e.arenas.numbers()[kNumberA];
  const uint64_t bound = limit == 0 ? UINT64_MAX : static_cast<uint64_t>(limit);
  return run_read(e, a[0], a[1], CountCombination{{kSetIntersection, bound}});
}

// storeCombination(operation, target, first, count): puts the members over what the target held, or removes
// it if there are none; how many, or kStatusWrongType.
int32_t store_combination(Engine& e, const int32_t (&a)[4]) {
  LoopKeys keys(e, a[2], a[3]);
  const Combination combination{a[0]};
  if (combination.cost(keys) < 0) return kStatusWrongType;
  Members found;
  keys.mark_counted();
  combination.collect(keys, &found);
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

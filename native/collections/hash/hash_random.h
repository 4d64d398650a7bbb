// Fields of a hash chosen at random, each with the same probability.
//
// With repetitions every draw is of all fields. Without, a few fields of a large hash are drawn until they
// are distinct, so that the cost does not depend on the hash's size; more than a third of it are chosen in
// one pass (selection sampling: Knuth, "The Art of Computer Programming" 2, 3.4.2, algorithm S).
//
// Cost: O(draws) for a table; O(fields) for a packed hash, for a large part of a table, and where fields have
// expired but are still in place.
#pragma once

#include <algorithm>
#include <cstdint>
#include <unordered_set>
#include <vector>

#include "collections/hash/hash.h"

namespace redwing {

/// How many fields random_fields() will choose of `live` ones. A negative count asks for that many draws, a
/// positive one for that many distinct fields.
inline size_t random_field_count(size_t live, int64_t count) {
  if (count < 0) return live == 0 ? 0 : size_t{0} - static_cast<size_t>(count);
  return std::min(live, static_cast<size_t>(count));
}

/// What choosing costs, in fields touched.
inline size_t random_field_cost(const Hash& hash, int64_t now_ms, int64_t count) {
  const size_t chosen = random_field_count(hash.size(), count);
  const bool in_one_pass = hash.is_packed() || (count > 0 && chosen > hash.size() / 3);
  return in_one_pass || hash.has_expired(now_ms) ? std::max(chosen, hash.size()) : chosen;
}

/// Calls visit(name, value) for the fields chosen. `draw()` gives uniform 64-bit numbers.
template <typename Draw, typename Visit>
void random_fields(const Hash& hash, int64_t now_ms, int64_t count, Draw&& draw, Visit&& visit) {
  struct Pair {
    PackedValue name, value;
  };
  const bool has_expired = hash.has_expired(now_ms);
  const size_t live = hash.live_size(now_ms);
  size_t wanted = random_field_count(live, count);
  if (wanted == 0) return;
  if (count > 0 && (hash.is_packed() || has_expired || wanted > live / 3)) {
    size_t left = live;
    hash.for_each(now_ms, [&](const PackedValue& name, const PackedValue& value) {
      if (draw() % left-- >= wanted) return;
      wanted--;
      visit(name, value);
    });
    return;
  }
  if (hash.is_packed() || has_expired) {
    std::vector<Pair> fields;
    fields.reserve(live);
    hash.for_each(now_ms, [&](const PackedValue& name, const PackedValue& value) {
      fields.push_back({name, value});
    });
    for (; wanted > 0; wanted--) {
      const Pair& one = fields[draw() % live];
      visit(one.name, one.value);
    }
    return;
  }
  std::unordered_set<const Entry*> seen;
  while (wanted > 0) {
    const Entry* member = hash.table().members.random(draw);
    if (count > 0 && !seen.insert(member).second) continue;
    wanted--;
    visit(Hash::name_of(*member), Hash::value_of(*member));
  }
}

}  // namespace redwing

// Reading elements of a collection chosen at random (collections/random_choice.h), written once for every
// type.
//
// What a type brings is a form:
//   static constexpr ValueKind kKind
//   static Source open(const Entry&, int64_t now_ms)    the source that its entry is
//   static void write(Out&, const Item&, bool pairs)    an element; with pairs with what belongs to it (a
//                                                       value, a score): as an array of its own in RESP3
#pragma once

#include <cstdint>

#include "binding/reads.h"
#include "collections/random_choice.h"

namespace redwing {

template <typename Form>
struct RandomRead {
  RandomChoice choice;
  bool single;  // one element as such or a null, no array
  bool pairs;
  uint64_t seed;

  template <typename Keys>
  int64_t cost(Keys& keys) const {
    constexpr uint64_t kDrawsMax = uint64_t{1} << 31;  // in one reply
    const Entry* entry = keys.find(0);
    if (entry == nullptr) return 0;
    if (entry->kind() != Form::kKind) return kStatusWrongType;
    if (choice.repeats && choice.count > kDrawsMax) return kStatusOverflow;
    return static_cast<int64_t>(random_choice_cost(Form::open(*entry, keys.now()), choice));
  }

  template <typename Keys, typename Out>
  void write(Keys& keys, Out& out) const {
    const Entry* entry = keys.find(0);
    const uint64_t chosen = entry == nullptr ? 0 : choice.among(Form::open(*entry, keys.now()).size());
    if (!single) {
      out.write_array_header(pairs && !out.resp3() ? 2 * chosen : chosen);
    } else if (chosen == 0) {
      out.write_null();
    }
    if (chosen == 0) return;
    SplitMix64 random(seed);
    choose_at_random(Form::open(*entry, keys.now()), choice, random,
                     [&](const auto& item) { Form::write(out, item, pairs); });
  }
};

/// Writes elements of a key: `single`: one, or a null; otherwise an array of as many different ones as the
/// integer register says, or of that many draws if it is negative; here or later. 0, kStatusDeferred,
/// kStatusWrongType; kStatusOverflow: too many draws, or twice as many are no int64 and `pairs` are wanted.
template <typename Form>
int32_t write_random(Engine& e, int32_t key, bool single, bool pairs) {
  constexpr int64_t kPairsMax = INT64_MAX / 2;
  const int64_t count = single ? 1 : e.integer;
  if (pairs && (count > kPairsMax || count < -kPairsMax)) return kStatusOverflow;
  return run_read(e, key, 1,
                  RandomRead<Form>{RandomChoice::of(count), single, pairs, e.keyspace.next_random()});
}

}  // namespace redwing

// MemberIndex: where in a list its members are, by name, while a union or a difference gathers them.
//
// A hash table of places with linear probing, at most half full. It holds no bytes of members: whoever has
// the list compares. Beside a place stand 32 bits of the hash, so that nearly every comparison succeeds; a
// slot is found by the same bits, so that the table grows without a look at the members.
//
// Cost: O(1) expected for each call, amortised; 16 to 32 bytes a member.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "memory/assert.h"

namespace redwing {

class MemberIndex {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  /// With room for so many members at first; fewer than 2^31 may come.
  explicit MemberIndex(uint64_t expected) : slots_(std::bit_ceil(2 * std::min(expected, kExpectedMax) + 2)) {}

  /// The place of the member that has this hash and for which is_same(place) holds, or kNone.
  template <typename IsSame>
  uint32_t find(uint64_t hash, IsSame&& is_same) const {
    return slots_[slot_of(static_cast<uint32_t>(hash), is_same)].next - 1;  // of an empty slot: kNone
  }
  /// The same, but a member that is not there gets the place `next`, and kNone is returned.
  template <typename IsSame>
  uint32_t find_or_claim(uint64_t hash, uint64_t next, IsSame&& is_same) {
    const auto check = static_cast<uint32_t>(hash);
    Slot& slot = slots_[slot_of(check, is_same)];
    const uint32_t place = slot.next - 1;
    if (place == kNone) {
      RW_ASSERT(next < kExpectedMax, "places of a list fit their index");
      slot = {check, static_cast<uint32_t>(next) + 1};
      if (++members_ * 2 > slots_.size()) grow();
    }
    return place;
  }

 private:
  static constexpr uint64_t kExpectedMax = uint64_t{1} << 31;

  struct Slot {
    uint32_t check = 0;
    uint32_t next = 0;  // one more than the place; 0: empty
  };

  // The slot of such a member, or the empty one where it would be.
  template <typename IsSame>
  uint64_t slot_of(uint32_t check, IsSame&& is_same) const {
    for (uint64_t i = check & (slots_.size() - 1);; i = (i + 1) & (slots_.size() - 1)) {
      const Slot& slot = slots_[i];
      if (slot.next == 0 || (slot.check == check && is_same(slot.next - 1))) return i;
    }
  }
  void grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.next != 0) slots_[slot_of(slot.check, [](uint32_t) { return false; })] = slot;
    }
  }

  std::vector<Slot> slots_;
  uint64_t members_ = 0;
};

}  // namespace redwing

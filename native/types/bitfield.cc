#include "types/bitfield.h"

#include <limits>

#include "memory/assert.h"

namespace redwing {
namespace {

// The low `bits` bits, 0..64.
inline uint64_t low_mask(uint32_t bits) { return bits == 0 ? 0 : ~uint64_t{0} >> (64 - bits); }

inline int64_t field_max(BitfieldType type) {
  return static_cast<int64_t>(low_mask(type.bits - (type.is_signed ? 1u : 0u)));
}

inline int64_t field_min(BitfieldType type) { return type.is_signed ? -field_max(type) - 1 : 0; }

// The value whose low bits these are: what wrapping stores and reading returns.
inline int64_t from_bits(BitfieldType type, uint64_t raw) {
  const uint32_t unused = 64u - type.bits;
  if (!type.is_signed) return static_cast<int64_t>(raw & low_mask(type.bits));
  return static_cast<int64_t>(raw << unused) >> unused;
}

// Settles a value whose bits are `raw` and which is below (-1), inside (0) or above (1) the field.
bool apply_rule(BitfieldType type, BitfieldOverflow rule, int direction, uint64_t raw, int64_t* stored) {
  if (direction == 0 || rule == BitfieldOverflow::kWrap) {
    *stored = from_bits(type, raw);
    return true;
  }
  if (rule == BitfieldOverflow::kFail) return false;
  *stored = direction > 0 ? field_max(type) : field_min(type);
  return true;
}

}  // namespace

int64_t bitfield_get(const uint8_t* data, size_t size, BitfieldType type, uint64_t offset) {
  const uint64_t first = offset >> 3;
  const uint32_t shift = static_cast<uint32_t>(offset & 7);
  uint64_t high = 0;
  for (uint64_t i = first; i < first + 8; i++) high = (high << 8) | (i < size ? data[i] : 0u);
  const uint64_t ninth = first + 8 < size ? data[first + 8] : 0u;
  const uint64_t aligned = (high << shift) | (ninth >> (8 - shift));
  return from_bits(type, aligned >> (64 - type.bits));
}

void bitfield_put(uint8_t* data, size_t size, BitfieldType type, uint64_t offset, int64_t value) {
  RW_ASSERT(bitfield_type_valid(type), "bit field of an impossible width");
  RW_ASSERT(bitfield_bytes_needed(type, offset) <= size, "bit field written beyond its string");
  const uint64_t raw = static_cast<uint64_t>(value);
  uint32_t left = type.bits;
  uint64_t at = offset;
  while (left > 0) {
    const uint32_t room = 8 - static_cast<uint32_t>(at & 7);  // bits of this byte from `at` on
    const uint32_t taken = left < room ? left : room;
    const uint32_t below = room - taken;
    const uint32_t mask = ((1u << taken) - 1) << below;
    const uint32_t bits = static_cast<uint32_t>(raw >> (left - taken)) << below;
    uint8_t& byte = data[at >> 3];
    byte = static_cast<uint8_t>((byte & ~mask) | (bits & mask));
    left -= taken;
    at += taken;
  }
}

bool bitfield_overflow_set(BitfieldType type, BitfieldOverflow rule, int64_t value, int64_t* stored) {
  const int64_t max = field_max(type);
  int direction = 0;
  if (!type.is_signed) {
    direction = value < 0 || value > max ? 1 : 0;
  } else if (type.bits < 64) {
    // The distance to the upper limit is taken modulo 2^64, as Redis does: a value so far below the field
    // that the distance turns negative counts as above it, and saturates to the maximum.
    const int64_t distance = static_cast<int64_t>(static_cast<uint64_t>(max) - static_cast<uint64_t>(value));
    direction = distance < 0 ? 1 : value < field_min(type) ? -1 : 0;
  }
  return apply_rule(type, rule, direction, static_cast<uint64_t>(value), stored);
}

bool bitfield_overflow_add(BitfieldType type, BitfieldOverflow rule, int64_t old_value, int64_t increment,
                           int64_t* stored) {
  const int64_t max = field_max(type);
  const int64_t min = field_min(type);
  RW_ASSERT(old_value >= min && old_value <= max, "bit field holds an impossible value");
  // The distances to the limits are 0..2^64-1: exact when unsigned.
  const uint64_t room_up = static_cast<uint64_t>(max) - static_cast<uint64_t>(old_value);
  const uint64_t room_down = static_cast<uint64_t>(old_value) - static_cast<uint64_t>(min);
  int direction = 0;
  if (increment > 0 && static_cast<uint64_t>(increment) > room_up) direction = 1;
  if (increment < 0 && 0 - static_cast<uint64_t>(increment) > room_down) direction = -1;
  const uint64_t raw = static_cast<uint64_t>(old_value) + static_cast<uint64_t>(increment);
  return apply_rule(type, rule, direction, raw, stored);
}

}  // namespace redwing

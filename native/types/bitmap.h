// Strings seen as arrays of bits.
//
// Bit 0 is the most significant bit of byte 0, bit 8 that of byte 1, and so on: the order of SETBIT and
// GETBIT. Bits beyond the end of a string are zero. Positions and counts are 64-bit; ranges name their first
// and last bit, both included. All functions are pure and may be called from any thread over bytes nobody
// writes meanwhile.
//
// Cost: eight bytes at a time, four words per step; no instruction beyond the platform's baseline.
#pragma once

#include <cstddef>
#include <cstdint>

#include "memory/byte_view.h"

namespace redwing {

enum class BitOp : uint8_t { kAnd = 0, kOr = 1, kXor = 2, kNot = 3 };

/// The bit at `position`, 0 or 1; 0 beyond the end. O(1).
inline uint32_t bit_get(const uint8_t* data, size_t size, uint64_t position) {
  const uint64_t byte = position >> 3;
  return byte < size ? (data[byte] >> (7 - (position & 7))) & 1u : 0;
}

/// Sets the bit at `position`, which must lie within the string, and returns what it was. O(1).
inline uint32_t bit_set(uint8_t* data, uint64_t position, uint32_t bit) {
  uint8_t& byte = data[position >> 3];
  const uint32_t shift = 7 - (position & 7);
  const uint32_t old = (byte >> shift) & 1u;
  byte = static_cast<uint8_t>((byte & ~(1u << shift)) | ((bit & 1u) << shift));
  return old;
}

/// How many bits of the string are one. O(size).
uint64_t bit_count(const uint8_t* data, size_t size);

/// How many bits of first_bit..last_bit are one. The range is clipped to the string; an empty one counts 0.
/// O(range).
uint64_t bit_count_range(const uint8_t* data, size_t size, uint64_t first_bit, uint64_t last_bit);

/// Position (from bit 0 of the string) of the first bit equal to `bit` within first_bit..last_bit, or -1. The
/// range is clipped to the string, so the caller decides what lies beyond its end: with bit 0 and no explicit
/// end, BITPOS replies size * 8 where this says -1. O(range).
int64_t bit_position(const uint8_t* data, size_t size, uint32_t bit, uint64_t first_bit, uint64_t last_bit);

/// Length of the result of bit_operation: the longest source. O(count).
size_t bit_operation_size(const ByteView* sources, size_t count);

/// Combines `count` sources (at least one; exactly one for kNot) bit by bit into `dest`, which has room for
/// bit_operation_size bytes. Sources shorter than that are continued with zeros. `dest` may be the very start
/// of one of the sources (in place) but must not overlap any otherwise. O(count * size).
void bit_operation(BitOp op, const ByteView* sources, size_t count, uint8_t* dest);

}  // namespace redwing

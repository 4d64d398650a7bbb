// Integers of any width at any bit of a string: the arithmetic of BITFIELD.
//
// A field is `bits` wide and starts at bit `offset` of the string, most significant bit first (bit 0 is the
// top bit of byte 0). It is signed (two's complement, 1..64 bits) or unsigned (1..63 bits). Values travel as
// int64_t. Reading beyond the end reads zeros; writing needs the bytes to exist (bitfield_bytes_needed).
//
// A write is two steps: bitfield_overflow_set or bitfield_overflow_add says what would be stored, under an
// overflow rule, and bitfield_put stores it. All functions are pure and O(1).
#pragma once

#include <cstddef>
#include <cstdint>

namespace redwing {

/// What happens to a value that does not fit: reduced modulo 2^bits, clamped to the nearest limit, or not
/// stored.
enum class BitfieldOverflow : uint8_t { kWrap = 0, kSaturate = 1, kFail = 2 };

struct BitfieldType {
  bool is_signed;
  uint8_t bits;  // 1..64 signed, 1..63 unsigned
};

/// Whether `type` is a width this file handles.
inline bool bitfield_type_valid(BitfieldType type) {
  return type.bits >= 1 && type.bits <= (type.is_signed ? 64 : 63);
}

/// Length the string must have for the field to lie within it.
inline uint64_t bitfield_bytes_needed(BitfieldType type, uint64_t offset) {
  return ((offset + type.bits - 1) >> 3) + 1;
}

/// The field's value; bytes beyond `size` read as zero.
int64_t bitfield_get(const uint8_t* data, size_t size, BitfieldType type, uint64_t offset);

/// Stores the low `type.bits` bits of `value`. Asserts that the field lies within the string.
void bitfield_put(uint8_t* data, size_t size, BitfieldType type, uint64_t offset, int64_t value);

/// SET: what is stored when `value` is asked for. Returns false when the rule is kFail and it does not fit
/// (then `*stored` is untouched). A negative value for an unsigned field counts as one beyond its upper
/// limit.
bool bitfield_overflow_set(BitfieldType type, BitfieldOverflow rule, int64_t value, int64_t* stored);

/// INCRBY: what is stored when `increment` is added to `old_value`, which must be a value of the field.
/// Returns false when the rule is kFail and the sum does not fit (then `*stored` is untouched).
bool bitfield_overflow_add(BitfieldType type, BitfieldOverflow rule, int64_t old_value, int64_t increment,
                           int64_t* stored);

}  // namespace redwing

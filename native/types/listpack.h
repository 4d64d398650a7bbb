// Listpack: small values packed into one block of bytes, in the format of Redis, byte for byte.
//
// It is the body of small hashes, sets and sorted sets, of list chunks and of stream blocks. Files and
// replicas carry the same bytes. (Format: S. Sanfilippo, "Listpack specification", 2017; borders below were
// read off what Redis 7.0 and 8.0 write.)
//
//   0             4           6                                                    bytes - 1
//   +-------------+-----------+---------+---------+-- ... --+---------+------+
//   | bytes       | count     | element | element |         | element | 0xFF |
//   | 32 bits     | 16 bits   |         |         |         |         |      |
//   +-------------+-----------+---------+---------+-- ... --+---------+------+
//                   65535: not known, walk        all numbers of the header are little-endian
//
//   element   head, body, back-length
//   head      0xxxxxxx            integer 0..127
//             10llllll            string of 0..63 bytes, the body
//             110xxxxx x          integer -4096..4095, two's complement in 13 bits, high bits first
//             1110llll l          string of up to 4095 bytes, high bits first
//             0xF0 llll           string, its length in 32 bits
//             0xF1 0xF2 0xF3 0xF4 integer of 16, 24, 32, 64 bits, little-endian
//   back-length   bytes of head and body in groups of 7 bits, read backwards from the element's last byte:
//                 low groups come first that way, and the top bit says that another one follows
//   span      bytes of a whole element
//   position  offset of an element's head from the start of the block; the end position is that of the 0xFF
//
// Invariants:
//   1. Elements fill the block exactly, from offset 6 to its last byte, which is 0xFF.
//   2. `count` is the number of elements, or 65535 when there are, or once were, that many.
//   3. Elements are canonical: what is the canonical decimal text of an int64 is an integer (parse_int64),
//      and the shortest head that fits is used. So values are equal exactly when their encoded bytes are.
//   4. A back-length takes one byte for up to 127, then two below 16383, three below 2097151, four below
//      268435455, five beyond: at those three borders a byte more than needed, as Redis does. (Valkey 9 does
//      not. Its form is read, and counts as not canonical.)
//
// The caller owns the memory, makes it large enough before an edit, and passes only blocks that were made
// here or accepted by validate(). Nothing here allocates. Any thread may read a block that nobody writes.
//
// Cost: get, next, prev O(1); edits O(bytes after the place); seek O(elements to the nearer end), find
// O(bytes).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "memory/assert.h"
#include "memory/byte_view.h"
#include "memory/platform.h"
#include "types/number.h"

namespace redwing {

/// An element's value: an integer, or bytes that somebody else owns. A string has a non-null `data`, even
/// when it is empty.
struct PackedValue {
  const uint8_t* data = nullptr;
  uint32_t size = 0;  // of a string; 0 for an integer
  int64_t integer = 0;

  PackedValue() = default;

  /// What this text is stored as: an integer if it is the canonical decimal of one. At most 2^32 - 1 bytes.
  static PackedValue of(ByteView text) {
    PackedValue value;
    // Canonical decimals start with a byte of '0'..'9' or '-'; most text is refused by its first one.
    const bool numeric = text.size - 1 < kInt64TextMax &&
                         (static_cast<uint8_t>(text.data[0] - '0') <= 9 || text.data[0] == '-');
    if (numeric && parse_int64(text.data, text.size, &value.integer)) return value;
    return of_string(text);
  }
  static PackedValue of_integer(int64_t integer) {
    PackedValue value;
    value.integer = integer;
    return value;
  }
  /// A string as it is; the caller knows that it is no canonical integer.
  static PackedValue of_string(ByteView text) {
    static constexpr uint8_t kNoBytes = 0;
    RW_ASSERT(text.size <= UINT32_MAX, "a packed string is too long");
    return of_stored(text.data != nullptr ? text.data : &kNoBytes, static_cast<uint32_t>(text.size));
  }

  /// A string whose bytes are in a block.
  static PackedValue of_stored(const uint8_t* data, uint32_t size) {
    PackedValue value;
    value.data = data;
    value.size = size;
    return value;
  }

  bool is_integer() const { return data == nullptr; }

  /// Whether both are the same text; takes both to be classified (invariant 3).
  bool equals(const PackedValue& other) const {
    if (is_integer() || other.is_integer()) return data == other.data && integer == other.integer;
    return size == other.size && std::memcmp(data, other.data, size) == 0;
  }
  bool equals(ByteView text) const {
    if (is_integer()) return equals(of(text));
    return size == text.size && (size == 0 || std::memcmp(data, text.data, size) == 0);
  }

  /// Length as text.
  size_t text_size() const { return is_integer() ? int64_text_size(integer) : size; }
  /// Writes it as text to `out`, which has room for max(text_size(), kInt64TextMax) bytes. Returns the
  /// length.
  size_t write_text(uint8_t* out) const {
    if (is_integer()) return format_int64(integer, out);
    std::memcpy(out, data, size);
    return size;
  }
  /// It as text: its own bytes, or digits in `digits`, which has room for kInt64TextMax bytes.
  ByteView text(uint8_t* digits) const {
    if (is_integer()) return {digits, format_int64(integer, digits)};
    return {data, size};
  }
};

namespace listpack {

/// Size of a block without elements.
inline constexpr size_t kEmptyBytes = 7;

namespace internal {

constexpr uint32_t kHeaderBytes = 6;
constexpr uint32_t kCountUnknown = 65535;
constexpr uint8_t kEnd = 0xFF;

template <typename T>
RW_INLINE T load(const uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return value;
}

// Spans that the first byte alone tells; 0 for strings of 64 bytes and more (and what is no head at all). A
// load from here costs less than the mispredicted branches of a block that mixes kinds.
constexpr std::array<uint8_t, 256> make_spans() {
  std::array<uint8_t, 256> spans{};
  for (size_t head = 0; head < 0x80; head++) spans[head] = 2;
  for (size_t head = 0x80; head < 0xC0; head++) spans[head] = static_cast<uint8_t>(2 + (head & 63));
  for (size_t head = 0xC0; head < 0xE0; head++) spans[head] = 3;
  spans[0xF1] = 4;
  spans[0xF2] = 5;
  spans[0xF3] = 6;
  spans[0xF4] = 10;
  return spans;
}
inline constexpr std::array<uint8_t, 256> kSpans = make_spans();

/// Bytes of the back-length of a head and body of this size (invariant 4).
constexpr uint32_t back_length_bytes(uint64_t size) {
  return 1u + (size > 127) + (size >= 16383) + (size >= 2097151) + (size >= 268435455);
}
/// Whether Redis spends a byte too many on this size, and Valkey does not.
constexpr bool back_length_disputed(uint64_t size) {
  return size == 16383 || size == 2097151 || size == 268435455;
}

// The span of a string of 64 bytes and more.
inline uint32_t long_span(const uint8_t* at) {
  RW_ASSERT((*at & 0xF0) == 0xE0 || *at == 0xF0, "no listpack element here");
  const uint32_t size = *at < 0xF0 ? 2 + ((*at & 15u) << 8 | at[1]) : 5 + load<uint32_t>(at + 1);
  // The superfluous leading group is zero, the one of the shorter form is not.
  return size + back_length_bytes(size) - (back_length_disputed(size) && at[size] != 0 ? 1 : 0);
}

RW_INLINE uint32_t span(const uint8_t* at) {
  const uint32_t known = kSpans[*at];
  return known != 0 ? known : long_span(at);
}

inline uint32_t step_back_long(const uint8_t* block, uint32_t pos) {
  uint32_t size = 0;
  uint32_t groups = 0;
  uint8_t group;
  do {
    RW_ASSERT(groups < 5, "a listpack back-length is too long");
    group = block[pos - 1 - groups];
    size |= static_cast<uint32_t>(group & 127) << (7 * groups);
    groups++;
  } while (group & 128);
  return pos - groups - size;
}

// The element before `pos`, which is not the first.
RW_INLINE uint32_t step_back(const uint8_t* block, uint32_t pos) {
  const uint32_t size = block[pos - 1];
  return size < 128 ? pos - 1 - size : step_back_long(block, pos);
}

uint32_t count_by_walk(const uint8_t* block);

}  // namespace internal

/// Makes the kEmptyBytes bytes at `block` an empty block.
inline void init(uint8_t* block) {
  constexpr uint8_t kEmpty[kEmptyBytes] = {kEmptyBytes, 0, 0, 0, 0, 0, internal::kEnd};
  std::memcpy(block, kEmpty, kEmptyBytes);
}

/// Size of the whole block.
RW_INLINE uint32_t bytes(const uint8_t* block) { return internal::load<uint32_t>(block); }

/// Number of elements, exact. O(1), or O(elements) when there are 65535 or more.
RW_INLINE uint32_t count(const uint8_t* block) {
  const uint32_t count = internal::load<uint16_t>(block + 4);
  return count != internal::kCountUnknown ? count : internal::count_by_walk(block);
}

/// The position of the first element; the end position when there is none.
constexpr uint32_t first() { return internal::kHeaderBytes; }

/// The end position: where the next element would be appended.
RW_INLINE uint32_t end(const uint8_t* block) { return bytes(block) - 1; }

/// The position after the element at `pos`: the next element, or the end position.
RW_INLINE uint32_t next(const uint8_t* block, uint32_t pos) { return pos + internal::span(block + pos); }

/// The element before `pos` (an element's position or the end position); 0 if there is none.
RW_INLINE uint32_t prev(const uint8_t* block, uint32_t pos) {
  return pos > first() ? internal::step_back(block, pos) : 0;
}

/// The last element; 0 if there is none.
RW_INLINE uint32_t last(const uint8_t* block) { return prev(block, end(block)); }

/// The value of the element at `pos`. A string points into the block.
RW_INLINE PackedValue get(const uint8_t* block, uint32_t pos) {
  const uint8_t* at = block + pos;
  const uint32_t head = *at;
  if (head < 0x80) return PackedValue::of_integer(head);
  if (head < 0xC0) return PackedValue::of_stored(at + 1, head & 63);
  if (head - 0xF1 <= 3) {
    // Eight bytes that end where the integer ends: shifting out the others extends its sign. They start
    // within the block, since the header is before every element.
    const uint32_t width = 0x08040302u >> (8 * (head - 0xF1)) & 15;
    const uint64_t word = internal::load<uint64_t>(at + 1 + width - 8);
    return PackedValue::of_integer(static_cast<int64_t>(word) >> (64 - 8 * width));
  }
  if (head < 0xE0) {
    const uint32_t bits = (head & 31) << 8 | at[1];
    return PackedValue::of_integer(static_cast<int32_t>(bits << 19) >> 19);
  }
  if (head < 0xF0) return PackedValue::of_stored(at + 2, (head & 15) << 8 | at[1]);
  return PackedValue::of_stored(at + 5, internal::load<uint32_t>(at + 1));
}

/// The element at `index` from the first (0, 1, ...) or from the last (-1, -2, ...); 0 if out of range. Walks
/// from the nearer end.
uint32_t seek(const uint8_t* block, int64_t index);

/// The first element at or after `from` that equals `value`, looking at every (skip + 1)-th element only: 1
/// searches the fields of a hash or the members of a sorted set. 0 if there is none. `from` is an element or
/// the end position.
uint32_t find(const uint8_t* block, uint32_t from, const PackedValue& value, uint32_t skip);
inline uint32_t find(const uint8_t* block, uint32_t from, ByteView value, uint32_t skip) {
  return find(block, from, PackedValue::of(value), skip);
}

/// The span that an element of this value takes.
size_t encoded_bytes(const PackedValue& value);
size_t encoded_bytes(int64_t value);
inline size_t encoded_bytes(ByteView value) { return encoded_bytes(PackedValue::of(value)); }

/// Puts a new element before the one at `pos`; at the end position, appends it. The memory has room for
/// encoded_bytes(value) bytes more, and `value` does not lie in the block. The new element is at `pos`.
void insert(uint8_t* block, uint32_t pos, const PackedValue& value);
inline void insert(uint8_t* block, uint32_t pos, ByteView value) {
  insert(block, pos, PackedValue::of(value));
}
inline void insert_integer(uint8_t* block, uint32_t pos, int64_t value) {
  insert(block, pos, PackedValue::of_integer(value));
}

/// By how many bytes replacing the element at `pos` makes the block longer; negative: shorter.
inline int64_t replace_growth(const uint8_t* block, uint32_t pos, const PackedValue& value) {
  return static_cast<int64_t>(encoded_bytes(value)) - internal::span(block + pos);
}
inline int64_t replace_growth(const uint8_t* block, uint32_t pos, ByteView value) {
  return replace_growth(block, pos, PackedValue::of(value));
}

/// Gives the element at `pos` another value, which does not lie in the block. The memory has room for
/// replace_growth bytes more.
void replace(uint8_t* block, uint32_t pos, const PackedValue& value);
inline void replace(uint8_t* block, uint32_t pos, ByteView value) {
  replace(block, pos, PackedValue::of(value));
}
inline void replace_integer(uint8_t* block, uint32_t pos, int64_t value) {
  replace(block, pos, PackedValue::of_integer(value));
}

/// Removes `elements` elements from the one at `pos` on, fewer if the end comes first. Returns how many. What
/// followed them is at `pos` afterwards.
size_t erase(uint8_t* block, uint32_t pos, size_t elements);

/// Removes the bytes from `from` up to `to`, both positions, between which there are `elements` elements.
void erase_range(uint8_t* block, uint32_t from, uint32_t to, size_t elements);

/// Puts a new element before the first by moving the header forward in memory instead of the elements back.
/// The memory in front of the block has room for encoded_bytes(value) bytes. Returns where the block begins
/// now. O(value).
uint8_t* prepend(uint8_t* block, const PackedValue& value);

/// Removes the `elements` elements before the position `to` by moving the header back to them. Returns where
/// the block begins now: to - first() bytes later. O(1).
uint8_t* erase_front(uint8_t* block, uint32_t to, size_t elements);

/// Puts the elements of another block from `from` up to `to`, of which there are `elements`, before the one
/// at `pos`. The memory has room for to - from bytes more.
void insert_from(uint8_t* block, uint32_t pos, const uint8_t* other, uint32_t from, uint32_t to,
                 size_t elements);
inline void append_from(uint8_t* block, const uint8_t* other, uint32_t from, uint32_t to, size_t elements) {
  insert_from(block, end(block), other, from, to, elements);
}

/// Whether `size` bytes from elsewhere are one block: every length, back-length and the count are checked,
/// and no byte beyond `size` is read. It may still not be canonical.
bool validate(const uint8_t* block, size_t size);

/// Whether a valid block is canonical (invariant 3), as blocks that Redis wrote are. One that is not can be
/// walked, but must be rewritten before find and edits are used on it.
bool is_canonical(const uint8_t* block);

/// What rewriting a valid block takes, and the rewriting: `dest` has room for that and is another block.
size_t canonical_bytes(const uint8_t* block);
void write_canonical(uint8_t* dest, const uint8_t* block);

}  // namespace listpack
}  // namespace redwing

#include "binding/packed_reply.h"

namespace redwing {

namespace {

// Strings of the shortest form are copied in steps of 16 bytes; a step may write past the end of what it
// copies.
constexpr size_t kStep = 16;
// "$", up to ten digits, and two line ends.
constexpr size_t kFrameBytes = 15;

RW_INLINE uint8_t* put_end(uint8_t* at) {
  std::memcpy(at, "\r\n", 2);
  return at + 2;
}

RW_INLINE void copy_steps(uint8_t* to, const uint8_t* from, uint32_t size) {
  for (uint32_t i = 0; i < size; i += kStep) std::memcpy(to + i, from + i, kStep);
}

uint8_t* put_integer(uint8_t* at, int64_t value) {
  uint8_t digits[kInt64TextMax];
  const size_t size = format_int64(value, digits);
  at = put_bulk_header(at, static_cast<uint32_t>(size));
  std::memcpy(at, digits, size);
  return put_end(at + size);
}

uint8_t* put_long(uint8_t* at, const PackedValue& value) {
  *at++ = '$';
  at += format_int64(value.size, at);
  at = put_end(at);
  std::memcpy(at, value.data, value.size);
  return put_end(at + value.size);
}

}  // namespace

uint8_t* encode_packed(const uint8_t* block, uint32_t* pos, uint64_t* elements, uint8_t* at, uint8_t* limit) {
  // What a short element, or an integer, may write.
  constexpr ptrdiff_t kShortBytes = kFrameBytes + kShortBulkMax + kStep;
  const uint32_t stop = listpack::end(block);
  uint32_t from = *pos;
  uint64_t left = *elements;
  for (; left > 0 && limit - at > kShortBytes; left--) {
    const uint32_t head = block[from];
    const uint32_t size = head - 0x80;
    if (size <= kShortBulkMax) [[likely]] {
      at = put_bulk_header(at, size);
      const uint8_t* text = block + from + 1;
      // A step may also read past the end, but only within the block.
      if (from + 1 + kShortBulkMax + kStep <= stop) [[likely]] {
        copy_steps(at, text, size);
      } else {
        std::memcpy(at, text, size);
      }
      at = put_end(at + size);
      from += size + 2;
      continue;
    }
    const PackedValue value = listpack::get(block, from);
    if (value.is_integer()) {
      at = put_integer(at, value.integer);
    } else {
      if (value.size + kFrameBytes + kStep > static_cast<size_t>(limit - at)) break;
      at = put_long(at, value);
    }
    from = listpack::next(block, from);
  }
  *pos = from;
  *elements = left;
  return at;
}

}  // namespace redwing

#include "rdb/rdb_input.h"

#include <algorithm>
#include <cstring>

#include "memory/assert.h"
#include "rdb/crc64.h"
#include "rdb/format.h"
#include "rdb/lzf.h"

namespace redwing {

namespace {

constexpr size_t kBufferBytes = size_t{1} << 18;
constexpr const char* kEndsEarly = "it ends too early";
constexpr const char* kNoMemory = "there is no memory for it";

}  // namespace

RdbInput::RdbInput(ByteView memory)
    : total_(memory.size), begin_(memory.data), at_(begin_), end_(begin_ + memory.size), summed_(begin_) {}

RdbInput::RdbInput(std::FILE* file, uint64_t size)
    : file_(file), total_(size), capacity_(kBufferBytes), room_(buffer_.of(kBufferBytes)) {
  RW_ASSERT(room_ != nullptr, "out of memory");
  begin_ = at_ = end_ = summed_ = room_;
}

bool RdbInput::fail(const char* reason) {
  if (error_ == nullptr) {
    error_ = reason;
    error_offset_ = offset();
  }
  return false;
}

void RdbInput::settle_checksum() {
  checksum_ = crc64(checksum_, summed_, static_cast<size_t>(at_ - summed_));
  summed_ = at_;
}

uint64_t RdbInput::checksum() {
  settle_checksum();
  return checksum_;
}

bool RdbInput::read_file(uint8_t* out, size_t size) {
  return std::fread(out, 1, size, file_) == size || fail("it cannot be read");
}

// Moves what is buffered to the front and reads on, until `size` bytes are there.
bool RdbInput::refill(size_t size) {
  if (failed()) return false;
  if (size > left()) return fail(kEndsEarly);
  const auto rest = static_cast<size_t>(end_ - at_);
  const size_t wanted = std::max(size, kBufferBytes);
  settle_checksum();
  const uint64_t base = offset();
  if (wanted != capacity_) {
    ScratchBytes fresh;
    uint8_t* room = fresh.of(wanted);
    if (room == nullptr) return fail(kNoMemory);
    std::memcpy(room, at_, rest);
    buffer_ = std::move(fresh);
    room_ = room;
    capacity_ = wanted;
  } else {
    std::memmove(room_, at_, rest);
  }
  base_ = base;
  begin_ = at_ = summed_ = room_;
  end_ = room_ + rest;
  const uint64_t behind = total_ - base_ - rest;
  const auto more = static_cast<size_t>(std::min<uint64_t>(capacity_ - rest, behind));
  if (!read_file(room_ + rest, more)) return false;
  end_ += more;
  return true;
}

bool RdbInput::take_bytes(uint8_t* out, size_t size) {
  if (failed()) return false;
  if (size > left()) return fail(kEndsEarly);
  const size_t near = std::min(size, static_cast<size_t>(end_ - at_));
  if (near != 0) std::memcpy(out, at_, near);
  at_ += near;
  if (near == size) return true;
  settle_checksum();
  const size_t far = size - near;
  if (!read_file(out + near, far)) return false;
  checksum_ = crc64(checksum_, out + near, far);
  // The buffer is empty, and begins behind what was read past it.
  base_ = offset() + far;
  begin_ = at_ = end_ = summed_ = room_;
  return true;
}

bool RdbInput::take_view(uint64_t size, ByteView* view) {
  if (failed()) return false;
  if (size > left()) return fail(kEndsEarly);
  if (!ensure(static_cast<size_t>(size))) return false;
  *view = {at_, static_cast<size_t>(size)};
  at_ += size;
  return true;
}

bool RdbInput::skip(uint64_t size) {
  if (failed()) return false;
  if (size > left()) return fail(kEndsEarly);
  while (size > 0) {
    if (!ensure(1)) return false;
    const uint64_t step = std::min<uint64_t>(size, static_cast<uint64_t>(end_ - at_));
    at_ += step;
    size -= step;
  }
  return true;
}

uint64_t RdbInput::take_length(uint8_t* encoding) {
  const uint8_t first = take_byte();
  switch (first >> 6) {
    case 0:
      return first & 63;
    case 1:
      return uint64_t{first & 63u} << 8 | take_byte();
    case 3:
      if (encoding == nullptr) {
        fail("a length is none");
      } else {
        *encoding = first & 63;
      }
      return 0;
    default:
      if (first == rdb::kThirtyTwoBits) return __builtin_bswap32(take_u32());
      if (first == rdb::kSixtyFourBits) return __builtin_bswap64(take_u64());
      fail("a length has an unknown form");
      return 0;
  }
}

uint64_t RdbInput::take_count(uint64_t bytes_each) {
  const uint64_t count = take_length();
  if (count > left() / bytes_each) {
    fail("there are fewer elements than it says");
    return 0;
  }
  return failed() ? 0 : count;
}

bool RdbInput::take_integer(uint8_t encoding, int64_t* value) {
  switch (encoding) {
    case rdb::kInt8:
      *value = static_cast<int8_t>(take_byte());
      break;
    case rdb::kInt16:
      *value = static_cast<int16_t>(take_u16());
      break;
    case rdb::kInt32:
      *value = static_cast<int32_t>(take_u32());
      break;
    default:
      return fail("a string has an unknown encoding");
  }
  return !failed();
}

bool RdbInput::may_be_so_long(uint64_t length, uint64_t longest) {
  return length <= std::min(longest, longest_text_) || fail("a text is too long");
}

bool RdbInput::take_compressed(RdbText* text, uint64_t longest) {
  const uint64_t packed = take_length();
  const uint64_t size = take_length();
  // No compressed byte stands for more than this.
  constexpr uint64_t kExpansionMax = 88;
  if (failed()) return false;
  if (packed > left()) return fail(kEndsEarly);
  if (size / kExpansionMax > packed || size == 0) return fail("a compressed string has a wrong length");
  ByteView view;
  if (!may_be_so_long(size, longest) || !take_view(packed, &view)) return false;
  uint8_t* room = text->room.of(static_cast<size_t>(size));
  if (room == nullptr) return fail(kNoMemory);
  text->view = {room, static_cast<size_t>(size)};
  if (!lzf_decompress(view.data, view.size, room, static_cast<size_t>(size)))
    return fail("a compressed string is broken");
  return true;
}

bool RdbInput::take_plain(RdbText* text, uint64_t length, bool copies) {
  if (!take_view(length, &text->view)) return false;
  if (!copies) return true;
  uint8_t* room = text->room.of(text->view.size);
  if (room == nullptr) return fail(kNoMemory);
  if (text->view.size != 0) std::memcpy(room, text->view.data, text->view.size);
  text->view.data = room;
  return true;
}

bool RdbInput::take_text(RdbText* text, uint64_t longest, bool copies) {
  constexpr uint8_t kPlain = 255;
  uint8_t encoding = kPlain;
  const uint64_t length = take_length(&encoding);
  if (encoding == kPlain) return may_be_so_long(length, longest) && take_plain(text, length, copies);
  if (encoding == rdb::kLzf) return take_compressed(text, longest);
  int64_t value;
  if (!take_integer(encoding, &value)) return false;
  uint8_t* digits = text->room.of(kInt64TextMax);
  if (digits == nullptr) return fail(kNoMemory);
  text->view = {digits, format_int64(value, digits)};
  return true;
}

bool RdbInput::skip_text() {
  uint8_t encoding = 255;
  const uint64_t length = take_length(&encoding);
  if (encoding == 255) return skip(length);
  if (encoding == rdb::kLzf) {
    const uint64_t packed = take_length();
    take_length();
    return skip(packed);
  }
  int64_t value;
  return take_integer(encoding, &value);
}

bool RdbInput::take_large_text(RdbText* text, LargeText* large) {
  constexpr uint8_t kPlain = 255;
  uint8_t encoding = kPlain;
  const uint64_t length = take_length(&encoding);
  *large = {};
  if (failed()) return false;
  if (encoding == kPlain) {
    if (length > left()) return fail(kEndsEarly);
    if (!may_be_so_long(length, kTextBytesMax)) return false;
    large->is_plain = true;
    large->length = length;
    return true;
  }
  if (encoding == rdb::kLzf) return take_compressed(text, kTextBytesMax);
  large->is_integer = true;
  return take_integer(encoding, &large->integer);
}

}  // namespace redwing

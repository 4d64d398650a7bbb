#include "rdb/ziplist.h"

#include <cstring>

namespace redwing {

namespace {

constexpr size_t kHeaderBytes = 10;
constexpr uint8_t kEnd = 0xFF;
constexpr uint8_t kBigLength = 0xFE;
constexpr uint32_t kCountUnknown = 65535;

template <typename Number>
Number load(const uint8_t* at) {
  Number number;
  std::memcpy(&number, at, sizeof number);
  return number;
}

// What stands at the head of an entry, or of a text in a zipmap.
struct Head {
  uint64_t back = 0;    // what the entry says of the one before
  size_t head = 0;      // bytes in front of the body
  uint64_t body = 0;    // bytes of it
  uint8_t integer = 0;  // the form of an integer; 0: a string
};

// Bytes of the body of an integer of this form; 9: there is no such form.
size_t integer_bytes(uint8_t form) {
  switch (form) {
    case 0xC0:
      return 2;
    case 0xD0:
      return 4;
    case 0xE0:
      return 8;
    case 0xF0:
      return 3;
    case 0xFE:
      return 1;
    default:
      return form >= 0xF1 && form <= 0xFD ? 0 : 9;
  }
}

// Reads a head within `room` bytes; false if it is none, or it or its body goes beyond.
bool read_head(const uint8_t* at, size_t room, Head* out) {
  if (room < 2) return false;
  size_t size = 1;
  out->back = at[0];
  if (at[0] == kEnd) return false;
  if (at[0] == kBigLength) {
    if (room < 6) return false;
    out->back = load<uint32_t>(at + 1);
    size = 5;
  }
  const uint8_t form = at[size];
  out->integer = 0;
  if (form >> 6 == 0) {
    out->body = form;
    size += 1;
  } else if (form >> 6 == 1) {
    if (room < size + 2) return false;
    out->body = (form & 63u) << 8 | at[size + 1];
    size += 2;
  } else if (form >> 6 == 2) {
    if (form != 0x80 || room < size + 5) return false;
    out->body = __builtin_bswap32(load<uint32_t>(at + size + 1));
    size += 5;
  } else {
    out->integer = form;
    out->body = integer_bytes(form);
    if (out->body > 8) return false;
    size += 1;
  }
  out->head = size;
  return out->body <= room - size;
}

int64_t read_integer(const uint8_t* body, uint8_t form) {
  switch (form) {
    case 0xC0:
      return load<int16_t>(body);
    case 0xD0:
      return load<int32_t>(body);
    case 0xE0:
      return load<int64_t>(body);
    case 0xF0:
      return static_cast<int32_t>(uint32_t{body[0]} << 8 | uint32_t{body[1]} << 16 |
                                  uint32_t{body[2]} << 24) >>
             8;
    case 0xFE:
      return static_cast<int8_t>(body[0]);
    default:
      return (form & 15) - 1;
  }
}

// The length of a text in a zipmap; false if it goes beyond `room` or is the end.
bool read_length(const uint8_t* at, size_t room, size_t* head, uint64_t* length) {
  if (room < 1 || at[0] == kEnd) return false;
  *head = 1;
  *length = at[0];
  if (at[0] != kBigLength) return true;
  if (room < 5) return false;
  *head = 5;
  *length = load<uint32_t>(at + 1);
  return true;
}

}  // namespace

bool ZiplistReader::validate(ByteView block, uint64_t* count) {
  const uint8_t* data = block.data;
  if (block.size < kHeaderBytes + 1 || load<uint32_t>(data) != block.size || data[block.size - 1] != kEnd)
    return false;
  const size_t end = block.size - 1;
  size_t at = kHeaderBytes, last = kHeaderBytes;
  uint64_t before = 0;
  for (*count = 0; at < end; ++*count) {
    Head head;
    if (!read_head(data + at, end - at, &head) || head.back != before) return false;
    before = head.head + head.body;
    last = at;
    at += before;
  }
  const uint32_t counted = load<uint16_t>(data + 8);
  return load<uint32_t>(data + 4) == last && (counted == kCountUnknown || counted == *count);
}

ZiplistReader::ZiplistReader(ByteView block) : at_(block.data + kHeaderBytes) {}

bool ZiplistReader::next(PackedValue* value) {
  if (*at_ == kEnd) return false;
  Head head;
  const bool is_read = read_head(at_, SIZE_MAX, &head);
  RW_ASSERT(is_read, "a ziplist was checked before it is read");
  const uint8_t* body = at_ + head.head;
  if (head.integer != 0) {
    *value = PackedValue::of_integer(read_integer(body, head.integer));
  } else {
    *value = PackedValue::of({body, static_cast<size_t>(head.body)});
  }
  at_ = body + head.body;
  return true;
}

bool ZipmapReader::validate(ByteView block, uint64_t* pairs) {
  const uint8_t* data = block.data;
  if (block.size < 2 || data[block.size - 1] != kEnd) return false;
  const size_t end = block.size - 1;
  size_t at = 1;
  for (*pairs = 0; at < end; ++*pairs) {
    size_t head;
    uint64_t length;
    if (!read_length(data + at, end - at, &head, &length) || length > end - at - head) return false;
    at += head + length;
    if (!read_length(data + at, end - at, &head, &length)) return false;
    at += head;
    if (at >= end) return false;
    const uint64_t body = length + data[at++];
    if (body > end - at) return false;
    at += body;
  }
  return data[0] >= kBigLength || data[0] == *pairs;
}

bool ZipmapReader::next(ByteView* name, ByteView* value) {
  if (*at_ == kEnd) return false;
  size_t head = 0;
  uint64_t length = 0;
  read_length(at_, SIZE_MAX, &head, &length);
  *name = {at_ + head, static_cast<size_t>(length)};
  at_ += head + length;
  read_length(at_, SIZE_MAX, &head, &length);
  *value = {at_ + head + 1, static_cast<size_t>(length)};
  at_ += head + 1 + length + at_[head];
  return true;
}

}  // namespace redwing

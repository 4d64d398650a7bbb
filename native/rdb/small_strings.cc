#include "rdb/small_strings.h"

#include <cstring>

#include "rdb/format.h"

namespace redwing {

namespace {

constexpr uint8_t kSpecial = rdb::kSpecial;

// Reads a plain text of less than 16 KB.
const uint8_t* read_text(const uint8_t* at, const uint8_t* end, ByteView* text) {
  if (end - at < 2) return nullptr;
  size_t size = *at++;
  if (size > rdb::kSixBitsMax) {
    if ((size & rdb::kLengthFormMask) != rdb::kFourteenBits) return nullptr;
    size = (size & rdb::kSixBitsMax) << 8 | *at++;
  }
  *text = {at, size};
  return size <= static_cast<size_t>(end - at) ? at + size : nullptr;
}

template <typename Number>
const uint8_t* read_integer(const uint8_t* at, const uint8_t* end, int64_t* value) {
  Number number;
  if (end - at < static_cast<ptrdiff_t>(sizeof number)) return nullptr;
  std::memcpy(&number, at, sizeof number);
  *value = number;
  return at + sizeof number;
}

// Reads a plain text, or an integer.
const uint8_t* read_value(const uint8_t* at, const uint8_t* end, SmallString* string) {
  if (at == end) return nullptr;
  string->is_integer = true;
  switch (*at) {
    case kSpecial + rdb::kInt8:
      return read_integer<int8_t>(at + 1, end, &string->integer);
    case kSpecial + rdb::kInt16:
      return read_integer<int16_t>(at + 1, end, &string->integer);
    case kSpecial + rdb::kInt32:
      return read_integer<int32_t>(at + 1, end, &string->integer);
    default:
      string->is_integer = false;
      return read_text(at, end, &string->value);
  }
}

}  // namespace

const uint8_t* read_small_string(const uint8_t* at, const uint8_t* end, SmallString* string) {
  string->expiry_ms = kNoExpiry;
  if (at != end && *at == rdb::kExpiryMs) {
    at = read_integer<int64_t>(at + 1, end, &string->expiry_ms);
    if (at == nullptr) return nullptr;
  }
  if (at == end || *at != rdb::kString) return nullptr;
  at = read_text(at + 1, end, &string->key);
  return at == nullptr ? nullptr : read_value(at, end, string);
}

void SmallStrings::flush() {
  for (size_t i = 0; i < count_; i++) {
    const auto& [string, hash] = waiting_[i];
    const Key key{string.key.data, static_cast<uint32_t>(string.key.size), hash};
    const Expiry expiry = string.expiry_ms == kNoExpiry ? Expiry::none() : Expiry::at(string.expiry_ms);
    if (string.is_integer) {
      keyspace_->put_integer(db_, key, string.integer, expiry);
    } else {
      keyspace_->put_string(db_, key, string.value.data, string.value.size, expiry);
    }
  }
  count_ = 0;
}

}  // namespace redwing

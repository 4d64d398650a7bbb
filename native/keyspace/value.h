// What a write stores, before there is an entry: internal to the keyspace's implementation.
#pragma once

#include "keyspace/keyspace.h"

namespace redwing {

/// The bytes that go inside the entry and what they mean. An int64, or the address of a blob or root, counts
/// as its eight bytes.
struct Keyspace::Value {
  ValueKind kind = ValueKind::kString;
  uint8_t encoding = 0;
  bool blob = false;
  size_t size = 0;
  const uint8_t* data = nullptr;  // nullptr: zeros

  static Value of_integer(const int64_t* value) {
    return {ValueKind::kString, static_cast<uint8_t>(StringEncoding::kInt), false, 8,
            reinterpret_cast<const uint8_t*>(value)};
  }
  static Value of_bytes(const uint8_t* data, size_t size, StringEncoding encoding) {
    return {ValueKind::kString, static_cast<uint8_t>(encoding), false, size, data};
  }
  static Value of_blob(Blob* const* blob) {
    return {ValueKind::kString, static_cast<uint8_t>(StringEncoding::kRaw), true, 8,
            reinterpret_cast<const uint8_t*>(blob)};
  }
  static Value of_root(ValueKind kind, uint8_t encoding, void* const* root) {
    return {kind, encoding, false, 8, reinterpret_cast<const uint8_t*>(root)};
  }
  Entry::Shape shape(size_t key_size, bool expires) const {
    return {kind, encoding, blob, expires, key_size, size};
  }
  void write_to(Entry* entry) const {
    if (data == nullptr) {
      std::memset(entry->inline_data(), 0, size);
    } else if (size == 8) {
      std::memcpy(entry->inline_data(), data, 8);
    } else {
      std::memcpy(entry->inline_data(), data, size);
    }
  }
};

/// Whether an entry of one size may become one of the other where it is.
inline bool same_class(size_t a, size_t b) {
  if (a == b) return true;
  if (a <= 128 && b <= 128) return (a + 7) >> 3 == (b + 7) >> 3;
  return Heap::class_size(a) == Heap::class_size(b);
}

}  // namespace redwing

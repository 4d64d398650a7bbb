#include "keyspace/entry.h"

#include <new>

namespace redwing {

namespace {

void write_u32(uint8_t* at, size_t value) {
  auto narrow = static_cast<uint32_t>(value);
  std::memcpy(at, &narrow, 4);
}

}  // namespace

Entry* Entry::create(Heap& heap, const Shape& shape, const uint8_t* key, int64_t at_ms, uint32_t access) {
  RW_ASSERT(shape.key_size <= UINT32_MAX, "a key's length fits 32 bits");
  auto* entry = ::new (heap.alloc(shape.bytes())) Entry;
  entry->access_.store(access, std::memory_order_relaxed);
  entry->flags_ = static_cast<uint8_t>((shape.expiry ? kHasExpiry : 0) | (shape.wide() ? kWide : 0));
  entry->key_len_ = 0;
  if (shape.wide()) {
    write_u32(entry->bytes() + 8, shape.key_size);
  } else {
    entry->key_len_ = static_cast<uint8_t>(shape.key_size);
  }
  entry->reshape(shape);
  if (shape.expiry) entry->set_expiry_ms(at_ms);
  if (shape.key_size != 0) std::memcpy(entry->bytes() + entry->key_offset(), key, shape.key_size);
  return entry;
}

void Entry::reshape(const Shape& shape) {
  kind_ = static_cast<uint8_t>(static_cast<uint8_t>(shape.kind) | shape.encoding << 4);
  flags_ = static_cast<uint8_t>((flags_ & ~kBlob) | (shape.blob ? kBlob : 0));
  if (flags_ & kWide) {
    value_len_ = 0;
    write_u32(bytes() + 12, shape.value_size);
  } else {
    value_len_ = static_cast<uint8_t>(shape.value_size);
  }
}

void free_entry(Entry* entry, const ValueTypes& types, const Releaser& releaser) {
  if (entry->has_blob()) {
    entry->blob()->release(releaser);
  } else if (entry->has_root()) {
    types[static_cast<size_t>(entry->kind())]->free(entry->root(), entry->encoding(), releaser);
  }
  releaser.free(entry, entry->allocation_bytes());
}

}  // namespace redwing

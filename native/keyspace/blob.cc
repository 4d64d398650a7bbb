#include "keyspace/blob.h"

#include <new>

namespace redwing {

Blob* Blob::create(Heap& heap, size_t size, size_t capacity) {
  RW_ASSERT(size <= capacity, "a blob holds its string");
  auto* blob = ::new (heap.alloc(sizeof(Blob) + capacity)) Blob;
  blob->references.store(1, std::memory_order_relaxed);
  blob->reserved = 0;
  blob->size = size;
  blob->capacity = capacity;
  return blob;
}

size_t Blob::grown_capacity(size_t size) {
  constexpr size_t kDoublingMax = size_t{1} << 20;
  return size < kDoublingMax ? size * 2 : size + kDoublingMax;
}

void Blob::release(const Releaser& releaser) {
  if (references.fetch_sub(1, std::memory_order_acq_rel) == 1) releaser.free(this, allocation_bytes());
}

}  // namespace redwing

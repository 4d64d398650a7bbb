// Blob: the bytes of a large string, in an allocation of their own that entries share.
//
// An entry whose string does not fit inside it points to a blob. COPY, RENAME, copy-on-write of the entry and
// replies that are still being sent hold references to the same blob instead of copying its bytes. A blob may
// be modified only by the owner thread of its heap, and only while it has one reference, which is then the
// entry's.
//
//   0        8        16        24
//   | refs   | size   | capacity | data ... capacity bytes
//
// Capacity follows Redis's growth when a string is edited: twice the size up to 1 MB, then 1 MB more.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "memory/heap.h"

namespace redwing {

struct Blob {
  std::atomic<uint32_t> references;
  uint32_t reserved;
  uint64_t size;
  uint64_t capacity;

  uint8_t* data() { return reinterpret_cast<uint8_t*>(this + 1); }
  const uint8_t* data() const { return reinterpret_cast<const uint8_t*>(this + 1); }
  size_t allocation_bytes() const { return sizeof(Blob) + capacity; }

  /// A blob of `size` uninitialised bytes with one reference. capacity >= size.
  static Blob* create(Heap& heap, size_t size, size_t capacity);
  /// The capacity that an edited string of `size` bytes gets.
  static size_t grown_capacity(size_t size);

  /// One more holder. Any thread that already holds a reference (or reads a view that does).
  void acquire() { references.fetch_add(1, std::memory_order_relaxed); }
  /// Whether the caller's reference is the only one, so that the bytes may be changed.
  bool is_unique() const { return references.load(std::memory_order_acquire) == 1; }
  /// One holder less; the last one frees the memory. Any thread, with the releaser of that thread.
  void release(const Releaser& releaser);
};

static_assert(sizeof(Blob) == 24);

}  // namespace redwing

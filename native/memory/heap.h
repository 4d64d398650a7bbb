// Heap: the allocator of everything that is stored. Callers give sizes back, so objects need no header.
//
// Terms
//   class    a size that allocations are rounded up to: every 8 bytes to 128 (least 16), then 8 per doubling
//            to 4096, then the exact sizes of the four largest table segments (64 + 64 n bytes; n = 64, 128,
//            192, 256).
//   span     64 KB (classes to 1024 bytes) or 512 KB, aligned to its size, of objects of one class behind a
//            128-byte header; so the span of an object is found by masking its address.
//   chunk    2 MB of address space that spans are cut from; backed by huge pages once several chunks are in
//            use and most of their memory is, otherwise page by page as it is touched. While a heap grows
//            fast, some of those with huge pages are made ahead by a thread (chunk_supply.h).
//   remote   freed by another thread than the owner: the object waits in its span until the owner collects.
//   large    any other size: from the system allocator, only counted.
//
// Threads. One thread owns a heap and calls everything except free_remote and the two counters, which any
// thread may call.
//
// Invariants
//   1. Objects whose class is a multiple of 64 bytes are aligned to 64, all others to 8.
//   2. span.used counts objects handed out and not yet seen by the owner as freed; a span without any goes
//      back to its chunk, unless it is the one its class allocates from.
//   3. A span is on the dirty stack exactly while its remote word is not zero (collect takes it off before it
//      empties the word).
//
// Cost: alloc and free of a class are about 2 ns; a remote free is one compare-and-swap on its span.
// In builds with sanitizers the heap is malloc with counters, so that lifetimes are seen; REDWING_REAL_HEAP=1
// at compile time keeps the real one.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "memory/assert.h"
#include "memory/chunk_supply.h"
#include "memory/platform.h"

#if defined(RW_SANITIZED) && !defined(REDWING_REAL_HEAP)
#define RW_PLAIN_HEAP 1
#else
#define RW_PLAIN_HEAP 0
#endif

namespace redwing {

class Heap {
 public:
  static constexpr size_t kLargestGeneralClass = 4096;

  Heap();
  /// Gives every chunk back to the system; large objects must have been freed before.
  ~Heap();
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  /// At least `size` bytes, uninitialised, never nullptr (aborts when the system has no memory). size >= 1.
  void* alloc(size_t size);
  /// Gives back an object with the size it was asked for (or any size of the same class). Owner thread only.
  void free(void* object, size_t size);
  /// The same from any thread. The memory is reused after the owner's next collect().
  void free_remote(void* object, size_t size);

  /// Takes over what other threads freed, up to `spans_max` spans, and gives empty memory back. Returns how
  /// many spans were taken. O(spans_max).
  size_t collect(size_t spans_max = 256);

  /// Bytes of live objects, each counted as its class (or large size). Any thread.
  size_t used_bytes() const {
    size_t remote =
        remote_bytes_.load(std::memory_order_acquire);  // first: it never exceeds what is used later
    return used_bytes_.load(std::memory_order_relaxed) - remote;
  }
  /// Bytes of the chunks in use plus the large objects. Any thread.
  size_t resident_bytes() const { return resident_bytes_.load(std::memory_order_relaxed); }

  /// The bytes that an allocation of `size` really takes.
  static size_t class_size(size_t size);

  /// Aborts when an invariant does not hold. O(spans).
  void check_invariants() const;

 private:
  struct Span;
  struct Chunk;
  struct SpanList {
    Span* current = nullptr;  // the span that the class allocates from; never in `partial`
    Span* partial = nullptr;  // others with free objects, doubly linked
  };

  static constexpr size_t kStepClasses = 17;  // index size/8 for sizes to 128; 0 and 1 stay unused
  static constexpr size_t kDoublingClasses = 40;
  static constexpr size_t kSegmentClasses = 4;
  static constexpr size_t kClasses = kStepClasses + kDoublingClasses + kSegmentClasses;
  static constexpr size_t kNoClass = kClasses;

  static size_t class_index(size_t size);
  static size_t class_bytes(size_t index);
  static size_t span_bytes(size_t index);
  static Span* span_of(void* object, size_t index);

  void* alloc_slow(size_t index);
  void* alloc_large(size_t size);
  void free_large(void* object, size_t size);
  void settle_freed(Span* span);
  void release_span(Span* span);
  Span* new_span(size_t index);
  void link_partial(Span* span);
  void unlink_partial(Span* span);
  Chunk* chunk_with_room(size_t units, uint32_t* first_unit);
  bool is_dense() const;
  Chunk* new_chunk();
  void* take_huge_chunk();
  void drop_chunk(Chunk* chunk);
  void collect_span(Span* span);
  void add_used(size_t bytes) {
    used_bytes_.store(used_bytes_.load(std::memory_order_relaxed) + bytes, std::memory_order_relaxed);
  }

  SpanList lists_[kClasses];
  std::vector<std::unique_ptr<Chunk>> chunks_;
  size_t room_hint_[2] = {0, 0};  // no chunk before this index has room for a small / medium span
  size_t empty_chunks_ = 0;
  std::unique_ptr<ChunkSupply> supply_;  // once the heap has grown fast
  int64_t huge_chunk_us_ = 0;            // when the last one was taken
  Span* dirty_pending_ = nullptr;        // taken off the stack, not yet collected
  std::atomic<size_t> used_bytes_{0};    // allocated less freed by the owner; written by the owner only
  std::atomic<size_t> resident_bytes_{0};
  alignas(64) std::atomic<Span*> dirty_{nullptr};
  std::atomic<size_t> remote_bytes_{0};  // freed by other threads, ever
};

/// Frees on behalf of whichever thread runs: the owner directly, any other through the remote path.
class Releaser {
 public:
  Releaser(Heap& heap, bool is_owner) : heap_(heap), is_owner_(is_owner) {}
  void free(void* object, size_t size) const {
    if (is_owner_) {
      heap_.free(object, size);
    } else {
      heap_.free_remote(object, size);
    }
  }

 private:
  Heap& heap_;
  bool is_owner_;
};

}  // namespace redwing

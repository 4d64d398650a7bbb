// Retired: what a table no longer uses but an open view may still read; kept in bins by position.
//
// An item is freed when no view that was opened before its retirement can read its position any more: because
// those views are closed, or because they published progress past the end of the bin. Items are kept in
// chunks, in order of time, and leave by whole chunks, so that letting go of millions costs the owner thread
// a few list operations; the freeing itself is the Reclaimer's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "keyspace/blob.h"
#include "keyspace/entry.h"
#include "memory/heap.h"

namespace redwing {

enum class RetiredKind : uint64_t { kEntry = 0, kSegment = 1, kDirectory = 2, kMemory = 3, kBlob = 4 };

/// A list of retired items. Items are addresses with the kind in their low three bits; kMemory is followed by
/// its size.
struct RetiredChunk {
  RetiredChunk* next;
  uint64_t epoch_max;  // the latest retirement
  uint64_t bytes;      // what the items take, for the accounts
  uint32_t count;
  uint32_t capacity;

  uint64_t* items() { return reinterpret_cast<uint64_t*>(this + 1); }
  size_t allocation_bytes() const { return sizeof(RetiredChunk) + capacity * sizeof(uint64_t); }

  static RetiredChunk* create(Heap& heap, uint32_t capacity);
  /// Whether one more item fits (two words, at most).
  bool has_room() const { return count + 2 <= capacity; }
  void add(RetiredKind kind, void* address, size_t bytes_of_item);
};
static_assert(sizeof(RetiredChunk) == 32);

/// Frees the items of a chunk list and the chunks. Any thread. Returns the bytes of the items.
size_t free_chunks(RetiredChunk* chunks, const ValueTypes& types, const Releaser& releaser);

class RetiredBins {
 public:
  static constexpr uint32_t kBins = 256;
  static constexpr uint32_t bin_of(uint64_t position) { return static_cast<uint32_t>(position >> 40); }
  /// One past the last position of a bin.
  static constexpr uint64_t end_of(uint32_t bin) { return static_cast<uint64_t>(bin + 1) << 40; }

  explicit RetiredBins(Heap& heap) : heap_(heap) {}

  void add(RetiredKind kind, void* address, size_t bytes, uint64_t position, uint64_t epoch);
  bool empty() const { return chunks_ == 0; }
  /// Takes the chunks of a bin from the oldest on, as long as needed(epoch_max) is false; nullptr if none.
  template <typename Needed>
  RetiredChunk* take(uint32_t bin, Needed&& needed);
  /// Takes everything.
  RetiredChunk* take_all();

 private:
  struct Bin {
    RetiredChunk* first = nullptr;
    RetiredChunk* last = nullptr;
  };

  Heap& heap_;
  std::unique_ptr<Bin[]> bins_;  // made when first needed
  size_t chunks_ = 0;
};

template <typename Needed>
RetiredChunk* RetiredBins::take(uint32_t bin, Needed&& needed) {
  if (chunks_ == 0) return nullptr;
  RetiredChunk* taken = bins_[bin].first;
  RetiredChunk* last = nullptr;
  for (RetiredChunk* chunk = taken; chunk != nullptr && !needed(chunk->epoch_max); chunk = chunk->next) {
    last = chunk;
    chunks_--;
  }
  if (last == nullptr) return nullptr;
  bins_[bin].first = last->next;
  if (last->next == nullptr) bins_[bin].last = nullptr;
  last->next = nullptr;
  return taken;
}

}  // namespace redwing

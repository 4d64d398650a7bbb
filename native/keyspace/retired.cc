#include "keyspace/retired.h"

#include <new>

#include "keyspace/segment_map.h"

namespace redwing {

namespace {

constexpr uint64_t kKindMask = 7;
constexpr uint32_t kFirstCapacity = 60;  // a small first chunk per bin, then 4 KB ones
constexpr uint32_t kCapacity = 508;
constexpr uint32_t kPrefetchDistance = 8;

void* address_of(uint64_t item) { return reinterpret_cast<void*>(item & ~kKindMask); }

// Frees items()[at] and returns how many words it took.
uint32_t free_item(const uint64_t* item, const ValueTypes& types, const Releaser& releaser) {
  void* address = address_of(*item);
  switch (static_cast<RetiredKind>(*item & kKindMask)) {
    case RetiredKind::kEntry:
      free_entry(static_cast<Entry*>(address), types, releaser);
      return 1;
    case RetiredKind::kSegment:
      releaser.free(address, static_cast<Segment*>(address)->bytes());
      return 1;
    case RetiredKind::kDirectory:
      releaser.free(address, static_cast<Directory*>(address)->bytes());
      return 1;
    case RetiredKind::kBlob:
      static_cast<Blob*>(address)->release(releaser);
      return 1;
    case RetiredKind::kMemory:
      releaser.free(address, item[1]);
      return 2;
  }
  RW_ASSERT(false, "a retired item has a kind");
  return 1;
}

}  // namespace

RetiredChunk* RetiredChunk::create(Heap& heap, uint32_t capacity) {
  auto* chunk = ::new (heap.alloc(sizeof(RetiredChunk) + capacity * sizeof(uint64_t))) RetiredChunk{};
  chunk->capacity = capacity;
  return chunk;
}

void RetiredChunk::add(RetiredKind kind, void* address, size_t bytes_of_item) {
  items()[count++] = reinterpret_cast<uint64_t>(address) | static_cast<uint64_t>(kind);
  if (kind == RetiredKind::kMemory) items()[count++] = bytes_of_item;
  bytes += bytes_of_item;
}

size_t free_chunks(RetiredChunk* chunks, const ValueTypes& types, const Releaser& releaser) {
  size_t bytes = 0;
  while (chunks != nullptr) {
    RetiredChunk* chunk = chunks;
    chunks = chunk->next;
    for (uint32_t i = 0; i < chunk->count;) {
      if (i + kPrefetchDistance < chunk->count) {
        platform::prefetch(address_of(chunk->items()[i + kPrefetchDistance]));
      }
      i += free_item(chunk->items() + i, types, releaser);
    }
    bytes += chunk->bytes;
    releaser.free(chunk, chunk->allocation_bytes());
  }
  return bytes;
}

void RetiredBins::add(RetiredKind kind, void* address, size_t bytes, uint64_t position, uint64_t epoch) {
  if (bins_ == nullptr) bins_ = std::make_unique<Bin[]>(kBins);
  Bin& bin = bins_[bin_of(position)];
  if (bin.last == nullptr || !bin.last->has_room()) {
    RetiredChunk* chunk = RetiredChunk::create(heap_, bin.first == nullptr ? kFirstCapacity : kCapacity);
    (bin.last == nullptr ? bin.first : bin.last->next) = chunk;
    bin.last = chunk;
    chunks_++;
  }
  bin.last->add(kind, address, bytes);
  bin.last->epoch_max = epoch;
}

RetiredChunk* RetiredBins::take_all() {
  RetiredChunk* all = nullptr;
  if (chunks_ == 0) return all;
  for (uint32_t b = 0; b < kBins; b++) {
    Bin& bin = bins_[b];
    if (bin.first == nullptr) continue;
    bin.last->next = all;
    all = bin.first;
    bin = {};
  }
  chunks_ = 0;
  return all;
}

}  // namespace redwing

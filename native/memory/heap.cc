#include "memory/heap.h"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace redwing {

namespace {

constexpr size_t kChunkBytes = size_t{2} << 20;
constexpr size_t kUnitBytes = size_t{64} << 10;  // of a small span; chunks are divided in these
constexpr size_t kChunkUnits = kChunkBytes / kUnitBytes;
constexpr size_t kMediumUnits = 8;
constexpr size_t kSmallClassMax = 1024;
constexpr size_t kSpanHeaderBytes = 128;
constexpr size_t kPlainChunks = 4;  // the first ones never get huge pages, so that small stores stay small
constexpr size_t kEmptyChunksKept = 2;
// A heap that took two dense chunks within this time has some made ahead: one for each so many that it has.
constexpr int64_t kFastGrowthUs = 1'000'000;
constexpr size_t kChunksPerOneAhead = 32;
constexpr size_t kChunksAheadMax = 4;
constexpr size_t kSegmentSizes[] = {64 + 64 * 64, 64 + 64 * 128, 64 + 64 * 192, 64 + 64 * 256};
constexpr uint32_t kAllUnits = 0xFFFFFFFFu;
static_assert(kChunkUnits == 32, "one bit per unit");

// The words of a free object: the next one, and, in the head of a batch, the next batch.
struct FreeObject {
  FreeObject* next;
  FreeObject* next_batch;
};

constexpr uint64_t remote_word(FreeObject* head, uint64_t count) {
  return reinterpret_cast<uint64_t>(head) << 16 | count;
}

// Large objects are counted as common allocators round them, their header of 8 bytes included, and get all of
// it.
constexpr size_t kLargeHeaderBytes = 8;
size_t large_bytes(size_t size) { return (size + kLargeHeaderBytes + 15) & ~size_t{15}; }

}  // namespace

enum class SpanState : uint8_t { kCurrent, kPartial, kFull };

struct Heap::Span {
  FreeObject* free;  // objects that may be handed out at once
  uint8_t* bump;     // the first object never handed out
  uint8_t* limit;    // end of the last whole object
  uint32_t object_bytes;
  uint32_t used;
  FreeObject* batches;  // collected lists of objects, chained through their heads
  Span* next;           // in the partial list
  Span* previous;
  Chunk* chunk;
  Span* next_dirty;
  uint16_t class_index;
  uint8_t first_unit;
  SpanState state;
  std::atomic<uint64_t> remote;  // 48-bit head of remotely freed objects, 16-bit count
};

struct Heap::Chunk {
  uint8_t* base;
  uint32_t free_units;
  size_t index;
  uint32_t unit_mask(uint32_t first, size_t units) const {
    return (units == kChunkUnits ? kAllUnits : (1u << units) - 1) << first;
  }
};

// ---- Classes ----

RW_INLINE size_t Heap::class_index(size_t size) {
  if (size <= 128) [[likely]]
    return size <= 16 ? 2 : (size + 7) >> 3;
  if (size <= kLargestGeneralClass) {
    auto width = static_cast<size_t>(std::bit_width(size - 1));
    return kStepClasses + (width - 8) * 8 + ((size - 1) >> (width - 4)) - 8;
  }
  for (size_t i = 0; i < kSegmentClasses; i++) {
    if (size == kSegmentSizes[i]) return kStepClasses + kDoublingClasses + i;
  }
  return kNoClass;
}

size_t Heap::class_bytes(size_t index) {
  if (index < kStepClasses) return index * 8;
  index -= kStepClasses;
  if (index < kDoublingClasses) return ((index & 7) + 9) << (4 + index / 8);
  return kSegmentSizes[index - kDoublingClasses];
}

RW_INLINE size_t Heap::span_bytes(size_t index) {
  constexpr size_t kFirstMedium = kStepClasses + 24;  // classes above 1024 bytes
  return index < kFirstMedium ? kUnitBytes : kUnitBytes * kMediumUnits;
}

RW_INLINE Heap::Span* Heap::span_of(void* object, size_t index) {
  return reinterpret_cast<Span*>(reinterpret_cast<uintptr_t>(object) & ~(span_bytes(index) - 1));
}

size_t Heap::class_size(size_t size) {
  size_t index = class_index(size);
  return index == kNoClass ? large_bytes(size) : class_bytes(index);
}

// ---- Large objects, and everything in plain builds ----

void* Heap::alloc_large(size_t size) {
  void* object = std::malloc(large_bytes(size) - kLargeHeaderBytes);
  RW_ASSERT(object != nullptr, "out of memory");
  add_used(large_bytes(size));
  resident_bytes_.fetch_add(large_bytes(size), std::memory_order_relaxed);
  return object;
}

void Heap::free_large(void* object, size_t size) {
  std::free(object);
  resident_bytes_.fetch_sub(large_bytes(size), std::memory_order_relaxed);
}

#if RW_PLAIN_HEAP

Heap::Heap() = default;
Heap::~Heap() = default;

void* Heap::alloc(size_t size) {
  size_t bytes = class_size(size);
  // All of the class, as an object may take another size of its class in place.
  void* object = bytes % 64 == 0 ? ::operator new (bytes, std::align_val_t{64}) : ::operator new(bytes);
  add_used(bytes);
  resident_bytes_.fetch_add(bytes, std::memory_order_relaxed);
  return object;
}

static void plain_free(void* object, size_t bytes) {
  if (bytes % 64 == 0) {
    ::operator delete (object, std::align_val_t{64});
  } else {
    ::operator delete(object);
  }
}

void Heap::free(void* object, size_t size) {
  size_t bytes = class_size(size);
  plain_free(object, bytes);
  add_used(size_t{0} - bytes);
  resident_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
}

void Heap::free_remote(void* object, size_t size) {
  size_t bytes = class_size(size);
  plain_free(object, bytes);
  remote_bytes_.fetch_add(bytes, std::memory_order_release);
  resident_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
}

size_t Heap::collect(size_t) { return 0; }
void Heap::check_invariants() const {}

#else

Heap::Heap() { static_assert(sizeof(Span) <= kSpanHeaderBytes && kSpanHeaderBytes % 64 == 0); }

Heap::~Heap() {
  for (auto& chunk : chunks_) platform::unmap(chunk->base, kChunkBytes);
}

// ---- Owner's path ----

void* Heap::alloc(size_t size) {
  size_t index = class_index(size);
  if (index == kNoClass) [[unlikely]]
    return alloc_large(size);
  Span* span = lists_[index].current;
  if (span != nullptr) [[likely]] {
    if (FreeObject* object = span->free; object != nullptr) {
      span->free = object->next;
      span->used++;
      add_used(span->object_bytes);
      return object;
    }
    if (span->bump < span->limit) {
      void* object = span->bump;
      span->bump += span->object_bytes;
      span->used++;
      add_used(span->object_bytes);
      return object;
    }
  }
  return alloc_slow(index);
}

// The current span has nothing ready: a collected batch, another span of the class, or a new one.
RW_NOINLINE void* Heap::alloc_slow(size_t index) {
  SpanList& list = lists_[index];
  Span* span = list.current;
  if (span == nullptr || span->batches == nullptr) {
    if (span != nullptr) span->state = SpanState::kFull;
    span = list.partial;
    if (span != nullptr) {
      unlink_partial(span);
    } else {
      span = new_span(index);
    }
    span->state = SpanState::kCurrent;
    list.current = span;
  }
  if (span->free == nullptr && span->batches != nullptr) {
    span->free = span->batches;
    span->batches = span->free->next_batch;
  }
  void* object;
  if (span->free != nullptr) {
    object = span->free;
    span->free = span->free->next;
  } else {
    RW_ASSERT(span->bump < span->limit, "a span taken for allocation has room");
    object = span->bump;
    span->bump += span->object_bytes;
  }
  span->used++;
  add_used(span->object_bytes);
  return object;
}

void Heap::free(void* object, size_t size) {
  size_t index = class_index(size);
  if (index == kNoClass) [[unlikely]] {
    free_large(object, size);
    add_used(size_t{0} - large_bytes(size));
    return;
  }
  Span* span = span_of(object, index);
  auto* head = static_cast<FreeObject*>(object);
  head->next = span->free;
  span->free = head;
  span->used--;
  add_used(size_t{0} - span->object_bytes);
  if (span->state != SpanState::kCurrent && (span->used == 0 || span->state == SpanState::kFull))
      [[unlikely]] {
    settle_freed(span);
  }
}

// A span that is not allocated from got objects back: it goes to its list, or, when empty, to its chunk.
RW_NOINLINE void Heap::settle_freed(Span* span) {
  if (span->state == SpanState::kCurrent) return;
  if (span->state == SpanState::kFull) link_partial(span);
  if (span->used == 0) {
    unlink_partial(span);
    release_span(span);
  }
}

void Heap::link_partial(Span* span) {
  Span*& first = lists_[span->class_index].partial;
  span->state = SpanState::kPartial;
  span->previous = nullptr;
  span->next = first;
  if (first != nullptr) first->previous = span;
  first = span;
}

void Heap::unlink_partial(Span* span) {
  if (span->previous != nullptr) {
    span->previous->next = span->next;
  } else {
    lists_[span->class_index].partial = span->next;
  }
  if (span->next != nullptr) span->next->previous = span->previous;
  span->next = span->previous = nullptr;
}

// ---- Spans and chunks ----

Heap::Span* Heap::new_span(size_t index) {
  size_t bytes = span_bytes(index);
  size_t units = bytes / kUnitBytes;
  uint32_t first_unit = 0;
  Chunk* chunk = chunk_with_room(units, &first_unit);
  if (chunk->free_units == kAllUnits) empty_chunks_--;
  chunk->free_units &= ~chunk->unit_mask(first_unit, units);
  uint8_t* start = chunk->base + first_unit * kUnitBytes;
  auto* span = ::new (start) Span{};
  size_t object_bytes = class_bytes(index);
  span->bump = start + kSpanHeaderBytes;
  span->limit = span->bump + (bytes - kSpanHeaderBytes) / object_bytes * object_bytes;
  span->object_bytes = static_cast<uint32_t>(object_bytes);
  span->chunk = chunk;
  span->class_index = static_cast<uint16_t>(index);
  span->first_unit = static_cast<uint8_t>(first_unit);
  return span;
}

Heap::Chunk* Heap::chunk_with_room(size_t units, uint32_t* first_unit) {
  size_t& hint = room_hint_[units == 1 ? 0 : 1];
  for (; hint < chunks_.size(); hint++) {
    Chunk* chunk = chunks_[hint].get();
    for (uint32_t unit = 0; unit < kChunkUnits; unit += static_cast<uint32_t>(units)) {
      uint32_t mask = chunk->unit_mask(unit, units);
      if ((chunk->free_units & mask) != mask) continue;
      *first_unit = unit;
      return chunk;
    }
  }
  *first_unit = 0;
  return new_chunk();
}

// Whether most of the chunks' memory is in use. Where it is not, many classes have a few objects each, as
// values that grow pass through all of them, and spans with one touched page each should take no more.
bool Heap::is_dense() const {
  // Large objects are used and resident alike, so the difference is what lies idle in chunks.
  return resident_bytes() <= used_bytes() + chunks_.size() * kChunkBytes / 2;
}

Heap::Chunk* Heap::new_chunk() {
  auto chunk = std::make_unique<Chunk>();
  const bool is_huge = chunks_.size() >= kPlainChunks && is_dense();
  void* base = is_huge ? take_huge_chunk() : platform::map_aligned(kChunkBytes, kChunkBytes);
  RW_ASSERT(base != nullptr, "out of memory");
  chunk->base = static_cast<uint8_t*>(base);
  chunk->free_units = kAllUnits;
  chunk->index = chunks_.size();
  resident_bytes_.fetch_add(kChunkBytes, std::memory_order_relaxed);
  empty_chunks_++;
  chunks_.push_back(std::move(chunk));
  return chunks_.back().get();
}

// One that was made ahead, if there is one, and a word to the thread that makes them while the heap grows
// fast.
void* Heap::take_huge_chunk() {
  void* base = supply_ == nullptr ? nullptr : supply_->take();
  if (base == nullptr) {
    base = platform::map_aligned(kChunkBytes, kChunkBytes);
    if (base != nullptr) platform::advise_huge(base, kChunkBytes);
  }
  const int64_t now_us = platform::monotonic_us();
  const size_t ahead = std::min(chunks_.size() / kChunksPerOneAhead, kChunksAheadMax);
  if (ahead > 0 && now_us - huge_chunk_us_ < kFastGrowthUs) {
    if (supply_ == nullptr) supply_ = std::make_unique<ChunkSupply>(kChunkBytes);
    supply_->want(ahead);
  }
  huge_chunk_us_ = now_us;
  return base;
}

void Heap::release_span(Span* span) {
  Chunk* chunk = span->chunk;
  size_t units = span_bytes(span->class_index) / kUnitBytes;
  chunk->free_units |= chunk->unit_mask(span->first_unit, units);
  for (size_t& hint : room_hint_) hint = std::min(hint, chunk->index);
  if (chunk->free_units != kAllUnits) return;
  if (++empty_chunks_ > kEmptyChunksKept) drop_chunk(chunk);
}

void Heap::drop_chunk(Chunk* chunk) {
  platform::unmap(chunk->base, kChunkBytes);
  resident_bytes_.fetch_sub(kChunkBytes, std::memory_order_relaxed);
  empty_chunks_--;
  size_t index = chunk->index;
  std::swap(chunks_[index], chunks_.back());
  chunks_[index]->index = index;
  chunks_.pop_back();
  for (size_t& hint : room_hint_) hint = std::min(hint, index);
}

// ---- Objects freed by other threads ----

void Heap::free_remote(void* object, size_t size) {
  size_t index = class_index(size);
  if (index == kNoClass) {
    free_large(object, size);
    remote_bytes_.fetch_add(large_bytes(size), std::memory_order_release);
    return;
  }
  Span* span = span_of(object, index);
  auto* head = static_cast<FreeObject*>(object);
  size_t bytes = span->object_bytes;  // the span may be gone once the object is handed over
  uint64_t seen = span->remote.load(std::memory_order_relaxed);
  do {
    head->next = reinterpret_cast<FreeObject*>(seen >> 16);
  } while (!span->remote.compare_exchange_weak(seen, remote_word(head, (seen & 0xFFFF) + 1),
                                               std::memory_order_acq_rel, std::memory_order_relaxed));
  remote_bytes_.fetch_add(bytes, std::memory_order_release);
  if (seen != 0) return;
  // The first object since the last collection (acquired above, so that the owner is done with next_dirty):
  // nobody but this thread may put the span on the stack now, and the owner cannot release it before it has
  // come off the stack.
  Span* top = dirty_.load(std::memory_order_relaxed);
  do {
    span->next_dirty = top;
  } while (!dirty_.compare_exchange_weak(top, span, std::memory_order_release, std::memory_order_relaxed));
}

size_t Heap::collect(size_t spans_max) {
  size_t taken = 0;
  for (; taken < spans_max; taken++) {
    if (dirty_pending_ == nullptr) {
      if (dirty_.load(std::memory_order_relaxed) == nullptr) break;
      dirty_pending_ = dirty_.exchange(nullptr, std::memory_order_acquire);
    }
    Span* span = dirty_pending_;
    dirty_pending_ = span->next_dirty;  // before its word is emptied: from then on it may be pushed again
    collect_span(span);
  }
  return taken;
}

void Heap::collect_span(Span* span) {
  uint64_t word = span->remote.exchange(0, std::memory_order_acq_rel);
  auto* batch = reinterpret_cast<FreeObject*>(word >> 16);
  auto count = static_cast<uint32_t>(word & 0xFFFF);
  RW_ASSERT(count > 0 && count <= span->used, "a dirty span holds remotely freed objects");
  batch->next_batch = span->batches;
  span->batches = batch;
  span->used -= count;
  settle_freed(span);
}

void Heap::check_invariants() const {
  size_t empty = 0;
  for (size_t i = 0; i < chunks_.size(); i++) {
    RW_ASSERT(chunks_[i]->index == i, "chunks know their index");
    empty += chunks_[i]->free_units == kAllUnits;
  }
  RW_ASSERT(empty == empty_chunks_, "empty chunks are counted");
  for (size_t index = 2; index < kClasses; index++) {
    for (const Span* span = lists_[index].partial; span != nullptr; span = span->next) {
      RW_ASSERT(span->state == SpanState::kPartial, "spans in a list know it");
      RW_ASSERT(span->used > 0, "an empty span goes back to its chunk");
      bool room = span->free != nullptr || span->batches != nullptr || span->bump < span->limit;
      RW_ASSERT(room, "a partial span has room");
    }
  }
}

#endif

}  // namespace redwing

// SegmentMap: extendible hashing (Fagin, Nievergelt, Pippenger, Strong, 1979) over segments: what tables and
// expiry indexes have in common.
//
//   directory   2^depth words, indexed by the high bits of the hash
//      |  |  |  |
//      v  v  v  v        a segment of depth d is named by 2^(depth - d) consecutive words
//     [seg][ seg ]
//
// A segment grows from 1 to 256 buckets by being rebuilt, then splits in two; it shrinks by being rebuilt
// when less than a fifth full. When a segment of the directory's depth splits, the directory doubles.
// Segments are not merged: an emptied one takes 128 bytes.
//
// The owner thread changes the map; views read directory() and the words from other threads. What a rebuilt
// segment inherits, and what becomes of the replaced one, is decided by the derived class (Generation).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "keyspace/hash.h"
#include "keyspace/segment.h"
#include "memory/function_ref.h"
#include "memory/heap.h"
#include "memory/visitor.h"

namespace redwing {

struct Directory {
  uint64_t birth;  // epoch at which this version came to be
  uint32_t depth;
  uint8_t reserved[52];

  std::atomic<uint64_t>* words() { return reinterpret_cast<std::atomic<uint64_t>*>(this + 1); }
  const std::atomic<uint64_t>* words() const {
    return reinterpret_cast<const std::atomic<uint64_t>*>(this + 1);
  }
  size_t size() const { return size_t{1} << depth; }
  size_t bytes() const { return sizeof(Directory) + size() * 8; }
  size_t index_of(uint64_t hash) const { return hash >> 1 >> (63 - depth); }
};
static_assert(sizeof(Directory) == 64);

/// How a new version of a segment relates to the one that it replaces.
struct Generation {
  uint64_t birth = 0;
  Segment* older = nullptr;
  bool keep_private = false;  // private slots stay private
  bool all_private = false;   // no view can see anything of it: every slot becomes private
  bool free_now = true;       // the replaced segment can go at once
};

class SegmentMap {
 public:
  SegmentMap(Heap& heap, const Hasher& hasher, uint64_t birth);
  virtual ~SegmentMap() = default;
  SegmentMap& operator=(const SegmentMap&) = delete;

  size_t size() const { return count_; }
  /// Bytes of the directory and the segments in it.
  size_t bytes() const { return bytes_; }
  size_t segments() const { return segments_; }
  /// The current directory, for readers on other threads.
  const Directory& directory() const { return *directory_.load(std::memory_order_acquire); }

  RW_INLINE SegmentWord word_at(uint64_t hash) const {
    return {words_[hash >> 1 >> shift_].load(std::memory_order_relaxed)};
  }
  RW_INLINE void prefetch_bucket(uint64_t hash) const {
    SegmentWord word = word_at(hash);
    platform::prefetch(word.segment()->bucket(home_bucket(hash, word.depth(), word.buckets())));
  }

  /// Puts the entries that stand from a slot in the home of `hash` on, cyclically, into `out`: up to `max`,
  /// from at most about `buckets_max` buckets. Returns how many. For a uniform hash each entry has about the
  /// same chance.
  size_t sample(uint64_t hash, Entry** out, size_t max, size_t buckets_max) const;

  /// Visits entries from a cursor on, in the order of their hashes; `visit` returns whether the entry counts.
  /// Stops after about `count` that do (or ten times as many buckets) and returns the next cursor, 0 at the
  /// end; start with 0. What is in the map during the whole scan is visited at least once. Cursors are below
  /// 2^48.
  uint64_t scan(uint64_t cursor, size_t count, FunctionRef<bool(Entry&)> visit) const;

  /// One of the entries, each with the same probability as far as `draw` gives uniform 64-bit numbers;
  /// nullptr if there is none. O(1) expected; O(segments) in a map that was filled and then emptied unevenly.
  Entry* random(FunctionRef<uint64_t()> draw) const;
  /// Ahead of `random` with the same numbers: `near` of the places where that looks are near already; if one
  /// of them has an entry, brings that near, else the next place. O(near) expected.
  void prefetch_random(FunctionRef<uint64_t()> draw, uint32_t near) const;

  /// Calls visit(Entry*) for the entries, in the order of segments (see memory/visitor.h).
  template <typename Visit>
  void for_each(Visit&& visit) const;

  /// Frees all segments and the directory, calling on_entry(Entry*) for all entries first. Any thread that
  /// has the map for itself. The map cannot be used afterwards.
  template <typename OnEntry>
  void destroy(const Releaser& releaser, OnEntry&& on_entry);

  /// Aborts when an invariant of a segment does not hold. `expected_tag(entry, hash)` 0 means "any".
  void check_segments(FunctionRef<uint8_t(const Entry&, uint64_t)> expected_tag) const;

 protected:
  // For maps whose tags are fingerprints and whose entries are found by name.
  RW_INLINE bool locate_name(const uint8_t* name, size_t size, uint64_t hash, Slot* slot) const {
    auto same = [name, size](const Entry* entry) { return entry->key_equals(name, size); };
    return probe(word_at(hash), hash, fingerprint(hash), same, slot);
  }
  // Brings near the entries in the home bucket that may have a name of this hash.
  RW_INLINE void prefetch_names(uint64_t hash) const {
    SegmentWord word = word_at(hash);
    const Bucket* bucket = word.segment()->bucket(home_bucket(hash, word.depth(), word.buckets()));
    for (uint32_t mask = bucket->match(fingerprint(hash)); mask != 0; mask &= mask - 1) {
      prefetch_name(bucket->entry(static_cast<uint32_t>(std::countr_zero(mask))));
    }
  }

  // The same map under another header: directory and segments are shared.
  SegmentMap(const SegmentMap& other)
      : heap_(other.heap_),
        hasher_(other.hasher_),
        directory_(other.directory_.load(std::memory_order_relaxed)),
        words_(other.words_),
        shift_(other.shift_),
        count_(other.count_),
        bytes_(other.bytes_),
        segments_(other.segments_),
        densest_(other.densest_),
        count_at_densest_(other.count_at_densest_) {}

  // Puts an entry that is not in the map. The segment must be writable if it has room (see
  // segment_for_insert).
  Slot place(Segment* segment, uint64_t hash, uint8_t tag, uint64_t slot_word);
  // The segment that has room for one more entry of this hash, after growing or splitting as needed.
  RW_INLINE Segment* segment_for_insert(uint64_t hash) {
    Segment* segment = word_at(hash).segment();
    if (segment->count >= Segment::limit(segment->buckets)) [[unlikely]]
      segment = make_room(hash);
    return segment;
  }
  // Takes an entry out of a writable segment.
  void take(const Slot& slot, uint64_t hash);
  // Rebuilds the segment of a hash smaller if it has become much emptier.
  void shrink_if_sparse(uint64_t hash) {
    Segment* segment = word_at(hash).segment();
    if (segment->count * 5 < Segment::limit(segment->buckets) && segment->buckets > 1) [[unlikely]]
      shrink(segment);
  }

  // Another version of a segment, same size and content, published in its place.
  Segment* duplicate(Segment* segment, const Generation& generation);

  virtual Generation next_generation(Segment& segment) = 0;
  virtual void dispose_segment(Segment* segment, const Generation& generation) = 0;
  virtual void dispose_directory(Directory* directory) = 0;
  // Called before words of the directory change; may replace it by duplicate_directory.
  virtual void prepare_directory() {}
  Directory& current_directory() { return *directory_.load(std::memory_order_relaxed); }
  void duplicate_directory(uint64_t birth);

  Heap& heap_;
  const Hasher& hasher_;

 private:
  struct Gathered;

  static void prefetch_name(const Entry* entry) {
    // Half of the small entries lie across two cache lines; this reaches the second.
    constexpr size_t kNearBytes = 39;
    platform::prefetch(entry);
    platform::prefetch(reinterpret_cast<const uint8_t*>(entry) + kNearBytes);
  }
  // Buckets for the whole of the hashes, were all as dense as this segment; above 0.
  static uint64_t density(SegmentWord word) { return uint64_t{word.buckets()} << word.depth(); }
  static void prefetch_entries(const Bucket& bucket) {
    for (uint32_t mask = bucket.used(); mask != 0; mask &= mask - 1) {
      platform::prefetch(bucket.entry(static_cast<uint32_t>(std::countr_zero(mask))));
    }
  }

  RW_NOINLINE Segment* make_room(uint64_t hash);
  RW_NOINLINE void shrink(Segment* segment);
  void gather(const Segment& segment, const Generation& generation, Gathered* into) const;
  void split(Segment* segment);
  void resize(Segment* segment, uint32_t buckets);
  Segment* new_segment(uint32_t buckets, uint32_t depth, uint64_t prefix, const Generation& generation);
  static void put(Segment* segment, uint64_t hash, uint8_t tag, uint64_t slot_word, Slot* slot);
  void publish(const Segment* segment);
  void retire_replaced(Segment* segment, const Generation& generation);
  void double_directory(uint64_t birth);
  void adopt(Directory* directory);
  Directory* new_directory(uint32_t depth, uint64_t birth);
  Entry* entry_at_rank(size_t rank) const;
  // A slot at random, used or not; one without a bucket when too many draws have missed.
  Slot draw_slot(FunctionRef<uint64_t()> draw, int* draws) const;
  void measure_density();

  std::atomic<Directory*> directory_{nullptr};
  std::atomic<uint64_t>* words_ = nullptr;  // of directory_, for the owner
  uint32_t shift_ = 63;                     // 63 - depth
  size_t count_ = 0;
  size_t bytes_ = 0;
  size_t segments_ = 0;
  uint64_t densest_ = 0;         // no segment is denser
  size_t count_at_densest_ = 0;  // entries when that was found
};

template <typename Visit>
void SegmentMap::for_each(Visit&& visit) const {
  const Directory& current = directory();
  for (size_t i = 0; i < current.size();) {
    const Segment* segment = SegmentWord{current.words()[i].load(std::memory_order_relaxed)}.segment();
    for (uint32_t b = 0; b < segment->buckets; b++) {
      const Bucket* bucket = segment->bucket(b);
      if (b + 2 < segment->buckets) prefetch_entries(*segment->bucket(b + 2));
      for (uint32_t mask = bucket->used(); mask != 0; mask &= mask - 1) {
        if (!show(visit, bucket->entry(static_cast<uint32_t>(std::countr_zero(mask))))) return;
      }
    }
    i += size_t{1} << (current.depth - segment->depth);
  }
}

template <typename OnEntry>
void SegmentMap::destroy(const Releaser& releaser, OnEntry&& on_entry) {
  Directory* directory = directory_.exchange(nullptr, std::memory_order_acq_rel);
  for (size_t i = 0; i < directory->size();) {
    Segment* segment = SegmentWord{directory->words()[i].load(std::memory_order_relaxed)}.segment();
    for (uint32_t b = 0; b < segment->buckets; b++) {
      Bucket* bucket = segment->bucket(b);
      if (b + 2 < segment->buckets) prefetch_entries(*segment->bucket(b + 2));
      for (uint32_t mask = bucket->used(); mask != 0; mask &= mask - 1) {
        on_entry(bucket->entry(static_cast<uint32_t>(std::countr_zero(mask))));
      }
    }
    i += size_t{1} << (directory->depth - segment->depth);
    releaser.free(segment, segment->bytes());
  }
  releaser.free(directory, directory->bytes());
}

}  // namespace redwing

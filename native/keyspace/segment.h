// Segment: a piece of a table, of bounded size; what splits, grows, is copied for views, and is never
// rehashed with the rest.
//
// Terms
//   position   the top 48 bits of a hash. A segment covers all positions with its prefix of `depth` bits.
//   home       the bucket where the probe for a hash starts: the 16 hash bits after the prefix, scaled to the
//              number of buckets, so that the order of (segment, home) is the order of hashes.
//   tag        one byte per slot, 0 if the slot is empty: for tables a fingerprint (low byte of the hash),
//              for expiry indexes a code of the time.
//   passed     how many entries stand in a later bucket after their probe went past this one; sticks at 255.
//
// Bucket, one cache line:
//   0          9        10                                                      64
//   | 9 tags   | passed | 9 slots of 6 bytes: address of an Entry | flags in its low 3 bits |
//
// Segment: a 64-byte header, then `buckets` buckets (1, 2, 4, .. 128, 192, 256).
//
// Invariants
//   1. An entry homed in b stands in b, b+1, .. (cyclic), and every bucket before its own has passed > 0.
//   2. count is the number of tags that are not 0, and at most limit(buckets).
//   3. A segment whose birth is at or before the epoch of an open view that can still read its range is not
//      changed.
//   4. `older`, `prefix`, `depth`, `buckets` do not change after the segment was published.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "keyspace/entry.h"
#include "keyspace/tag_match.h"
#include "memory/assert.h"
#include "memory/platform.h"

namespace redwing {

constexpr uint32_t kSlotsPerBucket = 9;
constexpr uint32_t kBucketsMax = 256;
constexpr uint32_t kSlotsMax = kSlotsPerBucket * kBucketsMax;
constexpr uint8_t kPassedMax = 255;

/// Flags in the low bits of a slot.
constexpr uint64_t kSlotPrivate = 1;  // the entry was created after this version of the segment was born
constexpr uint64_t kSlotExpires = 2;  // the entry has a time to live
constexpr uint64_t kSlotFlags = 7;

struct alignas(64) Bucket {
  uint8_t tags[kSlotsPerBucket];
  uint8_t passed;
  uint8_t slots[kSlotsPerBucket * 6];

  /// Address and flags of slot i. (Reads the two bytes before it along, to stay inside the line.)
  RW_INLINE uint64_t slot(uint32_t i) const {
    uint64_t word;
    std::memcpy(&word, reinterpret_cast<const uint8_t*>(this) + 8 + 6 * i, 8);
    return word >> 16;
  }
  RW_INLINE void set_slot(uint32_t i, uint64_t value) {
    auto low = static_cast<uint32_t>(value);
    auto high = static_cast<uint16_t>(value >> 32);
    std::memcpy(slots + 6 * i, &low, 4);
    std::memcpy(slots + 6 * i + 4, &high, 2);
  }
  RW_INLINE Entry* entry(uint32_t i) const { return reinterpret_cast<Entry*>(slot(i) & ~kSlotFlags); }
  uint32_t match(uint8_t tag) const { return match_tag(tags, tag); }
  uint32_t used() const { return ~match_tag(tags, 0) & kTagMask; }
};
static_assert(sizeof(Bucket) == 64 && offsetof(Bucket, slots) == 10 && offsetof(Bucket, passed) == 9);

inline uint64_t slot_word(const Entry* entry, bool is_private) {
  return reinterpret_cast<uint64_t>(entry) | (is_private ? kSlotPrivate : 0) |
         (entry->has_expiry() ? kSlotExpires : 0);
}

struct alignas(64) Segment {
  std::atomic<uint64_t> birth;  // epoch at which this version came to be
  Segment* older;               // what views opened before that see here, or nullptr
  uint64_t prefix;              // in the high `depth` bits
  uint32_t count;
  uint16_t buckets;
  uint8_t depth;
  uint8_t reserved[33];

  Bucket* bucket(uint32_t i) { return reinterpret_cast<Bucket*>(this + 1) + i; }
  const Bucket* bucket(uint32_t i) const { return reinterpret_cast<const Bucket*>(this + 1) + i; }
  size_t bytes() const { return bytes_for(buckets); }
  static constexpr size_t bytes_for(uint32_t buckets) { return sizeof(Segment) + buckets * sizeof(Bucket); }
  /// Entries that a segment takes before it grows.
  static constexpr uint32_t limit(uint32_t buckets) { return buckets == 1 ? kSlotsPerBucket : buckets * 8; }
  uint64_t first_position() const { return prefix >> 16; }
  /// One past its last position.
  uint64_t end_position() const { return (prefix >> 16) + ((uint64_t{1} << 48) >> depth); }
};
static_assert(sizeof(Segment) == 64 && alignof(Segment) == 64);

/// A directory word: what a lookup needs to know of a segment without touching its header.
struct SegmentWord {
  uint64_t word;

  static SegmentWord of(const Segment* segment) {
    return {reinterpret_cast<uint64_t>(segment) << 16 | static_cast<uint64_t>(segment->depth) << 8 |
            static_cast<uint64_t>(segment->buckets - 1)};
  }
  RW_INLINE Segment* segment() const { return reinterpret_cast<Segment*>(word >> 16); }
  RW_INLINE uint32_t depth() const { return word >> 8 & 0xFF; }
  RW_INLINE uint32_t buckets() const { return static_cast<uint32_t>(word & 0xFF) + 1; }
};

RW_INLINE uint32_t home_bucket(uint64_t hash, uint32_t depth, uint32_t buckets) {
  return static_cast<uint32_t>((hash << depth) >> 48) * buckets >> 16;
}
RW_INLINE uint32_t next_bucket(uint32_t bucket, uint32_t buckets) {
  return bucket + 1 == buckets ? 0 : bucket + 1;
}
RW_INLINE uint8_t fingerprint(uint64_t hash) {
  auto low = static_cast<uint8_t>(hash);
  return low == 0 ? 1 : low;
}

/// Where an entry stands.
struct Slot {
  Segment* segment = nullptr;
  Bucket* bucket = nullptr;
  uint32_t index = 0;

  Entry* entry() const { return bucket->entry(index); }
  bool is_private() const { return bucket->slot(index) & kSlotPrivate; }
};

/// Probes for a slot with this tag for which `matches(Entry*)` holds. O(1): about 1.1 buckets.
template <typename Matches>
RW_INLINE bool probe(SegmentWord word, uint64_t hash, uint8_t tag, Matches&& matches, Slot* slot) {
  Segment* segment = word.segment();
  uint32_t buckets = word.buckets();
  uint32_t at = home_bucket(hash, word.depth(), buckets);
  for (uint32_t steps = 0; steps < buckets; steps++) {
    Bucket* bucket = segment->bucket(at);
    for (uint32_t mask = bucket->match(tag); mask != 0; mask &= mask - 1) {
      auto i = static_cast<uint32_t>(std::countr_zero(mask));
      if (matches(bucket->entry(i))) {
        *slot = {segment, bucket, i};
        return true;
      }
    }
    if (bucket->passed == 0) [[likely]]
      return false;
    at = next_bucket(at, buckets);
  }
  return false;
}

/// Calls visit(Entry*) for every entry that stands in a bucket where an entry homed in `home` may stand.
template <typename Visit>
void visit_probe_path(const Segment& segment, uint32_t home, Visit&& visit) {
  uint32_t at = home;
  for (uint32_t steps = 0; steps < segment.buckets; steps++) {
    const Bucket* bucket = segment.bucket(at);
    for (uint32_t mask = bucket->used(); mask != 0; mask &= mask - 1) {
      visit(bucket->entry(static_cast<uint32_t>(std::countr_zero(mask))));
    }
    if (bucket->passed == 0) return;
    at = next_bucket(at, segment.buckets);
  }
}

}  // namespace redwing

#include "keyspace/segment_map.h"

#include <algorithm>
#include <new>

namespace redwing {

namespace {

constexpr uint32_t kSizes[] = {1, 2, 4, 8, 16, 32, 64, 128, 192, 256};
constexpr uint32_t kDepthMax = 28;
constexpr uint32_t kPrefetchDistance = 12;

uint32_t next_size(uint32_t buckets) {
  return *std::upper_bound(std::begin(kSizes), std::end(kSizes), buckets);
}

// One past the last position homed in the bucket that `position` is homed in.
uint64_t home_end(const Segment& segment, uint64_t position) {
  uint32_t home = home_bucket(position << 16, segment.depth, segment.buckets);
  if (home + 1 == segment.buckets) return segment.end_position();
  uint64_t first_of_next = (((uint64_t{home} + 1) << 16) + segment.buckets - 1) / segment.buckets;
  return segment.first_position() + (first_of_next << (32 - segment.depth));
}

// The smallest size that leaves a quarter of its limit free.
uint32_t fitting_size(uint32_t count) {
  for (uint32_t buckets : kSizes) {
    if (count * 4 <= Segment::limit(buckets) * 3) return buckets;
  }
  return kBucketsMax;
}

}  // namespace

// The content of a segment, in bucket order.
struct SegmentMap::Gathered {
  uint32_t count = 0;
  uint8_t tags[kSlotsMax];
  uint64_t slots[kSlotsMax];
  uint64_t hashes[kSlotsMax];
};

SegmentMap::SegmentMap(Heap& heap, const Hasher& hasher, uint64_t birth) : heap_(heap), hasher_(hasher) {
  Generation first;
  first.birth = birth;
  adopt(new_directory(0, birth));
  publish(new_segment(1, 0, 0, first));
}

Directory* SegmentMap::new_directory(uint32_t depth, uint64_t birth) {
  RW_ASSERT(depth <= kDepthMax, "the directory keeps a sane size");
  size_t bytes = sizeof(Directory) + (size_t{8} << depth);
  auto* directory = ::new (heap_.alloc(bytes)) Directory{};
  directory->birth = birth;
  directory->depth = depth;
  bytes_ += bytes;
  return directory;
}

void SegmentMap::adopt(Directory* directory) {
  words_ = directory->words();
  shift_ = 63 - directory->depth;
  directory_.store(directory, std::memory_order_release);
}

Segment* SegmentMap::new_segment(uint32_t buckets, uint32_t depth, uint64_t prefix,
                                 const Generation& generation) {
  size_t bytes = Segment::bytes_for(buckets);
  auto* segment = ::new (heap_.alloc(bytes)) Segment;
  segment->birth.store(generation.birth, std::memory_order_relaxed);
  segment->older = generation.older;
  segment->prefix = prefix;
  segment->count = 0;
  segment->buckets = static_cast<uint16_t>(buckets);
  segment->depth = static_cast<uint8_t>(depth);
  std::memset(static_cast<void*>(segment->bucket(0)), 0, buckets * sizeof(Bucket));
  bytes_ += bytes;
  segments_++;
  return segment;
}

void SegmentMap::publish(const Segment* segment) {
  prepare_directory();
  if (density(SegmentWord::of(segment)) > densest_) {
    densest_ = density(SegmentWord::of(segment));
    count_at_densest_ = std::max(count_at_densest_, count_);
  }
  uint32_t directory_depth = 63 - shift_;
  size_t first = segment->prefix >> 1 >> shift_;
  size_t count = size_t{1} << (directory_depth - segment->depth);
  for (size_t i = 0; i < count; i++) {
    words_[first + i].store(SegmentWord::of(segment).word, std::memory_order_release);
  }
}

void SegmentMap::retire_replaced(Segment* segment, const Generation& generation) {
  bytes_ -= segment->bytes();
  segments_--;
  dispose_segment(segment, generation);
}

void SegmentMap::duplicate_directory(uint64_t birth) {
  Directory* old = directory_.load(std::memory_order_relaxed);
  Directory* copy = new_directory(old->depth, birth);
  for (size_t i = 0; i < old->size(); i++) {
    copy->words()[i].store(old->words()[i].load(std::memory_order_relaxed), std::memory_order_relaxed);
  }
  adopt(copy);
  bytes_ -= old->bytes();
  dispose_directory(old);
}

void SegmentMap::double_directory(uint64_t birth) {
  Directory* old = directory_.load(std::memory_order_relaxed);
  Directory* twice = new_directory(old->depth + 1, birth);
  for (size_t i = 0; i < old->size(); i++) {
    uint64_t word = old->words()[i].load(std::memory_order_relaxed);
    twice->words()[2 * i].store(word, std::memory_order_relaxed);
    twice->words()[2 * i + 1].store(word, std::memory_order_relaxed);
  }
  adopt(twice);
  bytes_ -= old->bytes();
  dispose_directory(old);
}

// ---- Single entries ----

void SegmentMap::put(Segment* segment, uint64_t hash, uint8_t tag, uint64_t slot_word, Slot* slot) {
  uint32_t buckets = segment->buckets;
  uint32_t at = home_bucket(hash, segment->depth, buckets);
  for (uint32_t steps = 0; steps < buckets; steps++) {
    Bucket* bucket = segment->bucket(at);
    if (uint32_t empty = bucket->match(0); empty != 0) [[likely]] {
      auto i = static_cast<uint32_t>(std::countr_zero(empty));
      bucket->tags[i] = tag;
      bucket->set_slot(i, slot_word);
      segment->count++;
      *slot = {segment, bucket, i};
      return;
    }
    if (bucket->passed != kPassedMax) bucket->passed++;
    at = next_bucket(at, buckets);
  }
  RW_ASSERT(false, "a segment below its limit has an empty slot");
}

Slot SegmentMap::place(Segment* segment, uint64_t hash, uint8_t tag, uint64_t slot_word) {
  Slot slot;
  put(segment, hash, tag, slot_word, &slot);
  count_++;
  return slot;
}

void SegmentMap::take(const Slot& slot, uint64_t hash) {
  Segment* segment = slot.segment;
  uint32_t at = home_bucket(hash, segment->depth, segment->buckets);
  for (uint32_t steps = 0; segment->bucket(at) != slot.bucket; steps++) {
    RW_ASSERT(steps < segment->buckets, "an entry stands on its probe path");
    Bucket* bucket = segment->bucket(at);
    if (bucket->passed != kPassedMax) bucket->passed--;
    at = next_bucket(at, segment->buckets);
  }
  RW_ASSERT(slot.bucket->tags[slot.index] != 0, "a slot that is emptied was used");
  slot.bucket->tags[slot.index] = 0;
  slot.bucket->set_slot(slot.index, 0);
  segment->count--;
  count_--;
}

// ---- Rebuilding ----

void SegmentMap::gather(const Segment& segment, const Generation& generation, Gathered* into) const {
  uint64_t clear = generation.keep_private || generation.all_private ? 0 : kSlotPrivate;
  uint64_t set = generation.all_private ? kSlotPrivate : 0;
  uint32_t count = 0;
  for (uint32_t b = 0; b < segment.buckets; b++) {
    const Bucket* bucket = segment.bucket(b);
    for (uint32_t mask = bucket->used(); mask != 0; mask &= mask - 1) {
      auto i = static_cast<uint32_t>(std::countr_zero(mask));
      into->tags[count] = bucket->tags[i];
      into->slots[count++] = (bucket->slot(i) & ~clear) | set;
    }
  }
  into->count = count;
  RW_ASSERT(count == segment.count, "a segment counts its entries");
  auto entry = [into](uint32_t i) { return reinterpret_cast<const Entry*>(into->slots[i] & ~kSlotFlags); };
  for (uint32_t i = 0; i < std::min(count, kPrefetchDistance); i++) platform::prefetch(entry(i));
  for (uint32_t i = 0; i < count; i++) {
    if (i + kPrefetchDistance < count) platform::prefetch(entry(i + kPrefetchDistance));
    ByteView key = entry(i)->key();
    into->hashes[i] = hasher_(key.data, key.size);
  }
}

void SegmentMap::resize(Segment* segment, uint32_t buckets) {
  Generation generation = next_generation(*segment);
  Gathered content;
  gather(*segment, generation, &content);
  Segment* fresh = new_segment(buckets, segment->depth, segment->prefix, generation);
  Slot slot;
  for (uint32_t i = 0; i < content.count; i++) {
    put(fresh, content.hashes[i], content.tags[i], content.slots[i], &slot);
  }
  publish(fresh);
  retire_replaced(segment, generation);
}

void SegmentMap::split(Segment* segment) {
  Generation generation = next_generation(*segment);
  if (segment->depth == 63 - shift_) double_directory(generation.birth);
  Gathered content;
  gather(*segment, generation, &content);
  uint32_t depth = segment->depth + 1u;
  uint64_t side_bit = uint64_t{1} << (64 - depth);
  uint32_t high_count = 0;
  for (uint32_t i = 0; i < content.count; i++) high_count += (content.hashes[i] & side_bit) != 0;
  Segment* sides[2] = {
      new_segment(fitting_size(content.count - high_count), depth, segment->prefix, generation),
      new_segment(fitting_size(high_count), depth, segment->prefix | side_bit, generation)};
  Slot slot;
  for (uint32_t i = 0; i < content.count; i++) {
    Segment* side = sides[(content.hashes[i] & side_bit) != 0];
    put(side, content.hashes[i], content.tags[i], content.slots[i], &slot);
  }
  publish(sides[0]);
  publish(sides[1]);
  retire_replaced(segment, generation);
}

RW_NOINLINE Segment* SegmentMap::make_room(uint64_t hash) {
  for (uint32_t round = 0;; round++) {
    Segment* segment = word_at(hash).segment();
    if (segment->count < Segment::limit(segment->buckets)) return segment;
    RW_ASSERT(round < 64, "splitting makes room");
    if (segment->buckets < kBucketsMax) {
      resize(segment, next_size(segment->buckets));
    } else {
      split(segment);
    }
  }
}

RW_NOINLINE void SegmentMap::shrink(Segment* segment) {
  uint32_t buckets = fitting_size(segment->count + segment->count / 2);
  if (buckets >= segment->buckets) return;
  resize(segment, buckets);
  if (count_ < count_at_densest_ / 2) measure_density();
}

// O(segments), each time that half of the entries have gone.
void SegmentMap::measure_density() {
  densest_ = 0;
  for (size_t i = 0; i < directory().size();) {
    const SegmentWord word{words_[i].load(std::memory_order_relaxed)};
    densest_ = std::max(densest_, density(word));
    i += size_t{1} << (63 - shift_ - word.depth());
  }
  count_at_densest_ = count_;
}

Segment* SegmentMap::duplicate(Segment* segment, const Generation& generation) {
  Segment* copy = new_segment(segment->buckets, segment->depth, segment->prefix, generation);
  std::memcpy(static_cast<void*>(copy->bucket(0)), segment->bucket(0), segment->buckets * sizeof(Bucket));
  copy->count = segment->count;
  if (!generation.keep_private) {
    // The private flag is the lowest bit of a slot, so of its first byte. Empty slots are 0 already.
    for (uint32_t b = 0; b < copy->buckets; b++) {
      for (uint32_t i = 0; i < kSlotsPerBucket; i++) {
        copy->bucket(b)->slots[6 * i] &= static_cast<uint8_t>(~kSlotPrivate);
      }
    }
  }
  publish(copy);
  retire_replaced(segment, generation);
  return copy;
}

uint64_t SegmentMap::scan(uint64_t cursor, size_t count, FunctionRef<bool(Entry&)> visit) const {
  constexpr size_t kBucketsPerEntry = 10;  // how many empty buckets are passed for each entry asked for
  constexpr uint64_t kEnd = uint64_t{1} << 48;
  uint64_t position = cursor & (kEnd - 1);
  size_t counted = 0, buckets = 0;
  while (position < kEnd && counted < count && buckets / kBucketsPerEntry < count) {
    const Segment& segment = *word_at(position << 16).segment();
    uint64_t end = home_end(segment, position);
    visit_probe_path(segment, home_bucket(position << 16, segment.depth, segment.buckets), [&](Entry* entry) {
      ByteView key = entry->key();
      uint64_t at = hasher_(key.data, key.size) >> 16;
      if (at >= position && at < end && visit(*entry)) counted++;
    });
    position = end;
    buckets++;
  }
  return position == kEnd ? 0 : position;
}

// ---- Random ----

// Rejection sampling: the segment of a random hash, then one of as many places as it would have if it were as
// dense as the densest. Every entry has one such place, so all are equally likely. Where that misses too
// often (segments that were emptied unevenly), the entry of a random rank is walked to.
Entry* SegmentMap::random(FunctionRef<uint64_t()> draw) const {
  if (count_ == 0) return nullptr;
  int draws = 0;
  for (Slot slot = draw_slot(draw, &draws); slot.bucket != nullptr; slot = draw_slot(draw, &draws)) {
    if (slot.bucket->tags[slot.index] != 0) return slot.entry();
  }
  return entry_at_rank(draw() % count_);
}

Slot SegmentMap::draw_slot(FunctionRef<uint64_t()> draw, int* draws) const {
  constexpr int kDraws = 64;
  while ((*draws)++ < kDraws) {
    const SegmentWord word = word_at(draw());
    const uint64_t place = draw() % (densest_ * kSlotsPerBucket);
    if (place >= density(word) * kSlotsPerBucket) continue;
    const auto of_segment = static_cast<uint32_t>(place >> word.depth());
    Segment* segment = word.segment();
    return {segment, segment->bucket(of_segment / kSlotsPerBucket), of_segment % kSlotsPerBucket};
  }
  return {};
}

void SegmentMap::prefetch_random(FunctionRef<uint64_t()> draw, uint32_t near) const {
  int draws = 0;
  for (uint32_t i = 0;; i++) {
    const Slot slot = draw_slot(draw, &draws);
    if (slot.bucket == nullptr) return;
    if (i == near) return platform::prefetch(slot.bucket);
    if (slot.bucket->tags[slot.index] != 0) return prefetch_name(slot.entry());
  }
}

Entry* SegmentMap::entry_at_rank(size_t rank) const {
  const Directory& current = directory();
  for (size_t i = 0; i < current.size();) {
    const Segment* segment = SegmentWord{current.words()[i].load(std::memory_order_relaxed)}.segment();
    i += size_t{1} << (current.depth - segment->depth);
    if (rank >= segment->count) {
      rank -= segment->count;
      continue;
    }
    for (uint32_t b = 0; b < segment->buckets; b++) {
      for (uint32_t mask = segment->bucket(b)->used(); mask != 0; mask &= mask - 1) {
        if (rank-- == 0) return segment->bucket(b)->entry(static_cast<uint32_t>(std::countr_zero(mask)));
      }
    }
  }
  RW_ASSERT(false, "a rank below the count leads to an entry");
  return nullptr;
}

size_t SegmentMap::sample(uint64_t hash, Entry** out, size_t max, size_t buckets_max) const {
  size_t found = 0, visited = 0;
  SegmentWord word = word_at(hash);
  uint32_t first = home_bucket(hash, word.depth(), word.buckets());
  // Slots fill from the first on, so beginning with the first would favour what came last.
  uint32_t skipped = static_cast<uint32_t>((hash & 0xFFFF) * kSlotsPerBucket >> 16);
  for (size_t segments = 0; segments <= segments_ && found < max && visited < buckets_max; segments++) {
    const Segment* segment = word.segment();
    for (uint32_t b = first; b < segment->buckets && found < max; b++, visited++) {
      uint32_t mask = segment->bucket(b)->used() >> skipped << skipped;
      for (; mask != 0 && found < max; mask &= mask - 1) {
        out[found++] = segment->bucket(b)->entry(static_cast<uint32_t>(std::countr_zero(mask)));
      }
      skipped = 0;
    }
    first = 0;
    word = word_at(segment->end_position() << 16);  // wraps to the first after the last
  }
  return found;
}

void SegmentMap::check_segments(FunctionRef<uint8_t(const Entry&, uint64_t)> expected_tag) const {
  const Directory& current = directory();
  size_t entries = 0, segments = 0, bytes = current.bytes();
  for (size_t i = 0; i < current.size();) {
    Segment* segment = SegmentWord{current.words()[i].load(std::memory_order_relaxed)}.segment();
    size_t span = size_t{1} << (current.depth - segment->depth);
    RW_ASSERT(current.index_of(segment->prefix) == i, "a segment stands at its prefix");
    RW_ASSERT(density(SegmentWord::of(segment)) <= densest_, "no segment is denser than the densest");
    for (size_t j = 0; j < span; j++) {
      RW_ASSERT(current.words()[i + j].load(std::memory_order_relaxed) == SegmentWord::of(segment).word,
                "all words of a segment agree");
    }
    uint32_t count = 0;
    uint32_t passed[kBucketsMax] = {};
    for (uint32_t b = 0; b < segment->buckets; b++) {
      for (uint32_t mask = segment->bucket(b)->used(); mask != 0; mask &= mask - 1, count++) {
        auto slot = static_cast<uint32_t>(std::countr_zero(mask));
        const Entry& entry = *segment->bucket(b)->entry(slot);
        uint64_t hash = hasher_(entry.key().data, entry.key().size);
        RW_ASSERT(current.words()[current.index_of(hash)].load(std::memory_order_relaxed) ==
                      SegmentWord::of(segment).word,
                  "an entry stands in its segment");
        uint8_t tag = expected_tag(entry, hash);
        RW_ASSERT(tag == 0 || tag == segment->bucket(b)->tags[slot], "a tag follows from its entry");
        bool flagged = segment->bucket(b)->slot(slot) & kSlotExpires;
        RW_ASSERT(flagged == entry.has_expiry(), "a slot knows whether its entry expires");
        uint32_t at = home_bucket(hash, segment->depth, segment->buckets);
        for (; at != b; at = next_bucket(at, segment->buckets)) passed[at]++;
      }
    }
    for (uint32_t b = 0; b < segment->buckets; b++) {
      uint8_t counted = segment->bucket(b)->passed;
      RW_ASSERT(counted == kPassedMax || counted == passed[b], "passed counts the entries beyond");
    }
    RW_ASSERT(count == segment->count && count <= Segment::limit(segment->buckets), "a segment counts");
    entries += count;
    segments++;
    bytes += segment->bytes();
    i += span;
  }
  RW_ASSERT(entries == count_ && segments == segments_ && bytes == bytes_, "a map counts");
}

}  // namespace redwing

#include "keyspace/expiry_index.h"

#include <algorithm>

namespace redwing {

namespace {

constexpr int kTickShift = 9;
constexpr int64_t kCodes = 255;
constexpr int64_t kPassIntervalMinMs = 50;  // less than the time between two calls, however that trembles
constexpr int64_t kPassIntervalMaxMs = 1000;
constexpr int kSumShift = 6;
constexpr int64_t kSumPartMax = int64_t{1} << 38;

// Ticks are counted from the distant past so that they are never negative.
int64_t tick_of(int64_t at_ms) { return (at_ms >> kTickShift) + (int64_t{1} << 54); }

}  // namespace

uint8_t ExpiryIndex::code_of(int64_t at_ms) {
  return static_cast<uint8_t>(static_cast<uint64_t>(tick_of(at_ms)) % kCodes + 1);
}

// The times of members change without notice, so they are not summed up.
int64_t ExpiryIndex::sum_part(int64_t at_ms) const {
  if (types_ != nullptr) return 0;
  return std::clamp<int64_t>(at_ms >> kSumShift, 0, kSumPartMax);
}

int64_t ExpiryIndex::time_of(const Entry& entry) const {
  if (types_ == nullptr) [[likely]]
    return entry.expiry_ms();
  return (*types_)[static_cast<size_t>(entry.kind())]->next_expiry_ms(entry.root(), entry.encoding());
}

void ExpiryIndex::insert(uint64_t hash, Entry* entry, int64_t now_ms) {
  int64_t at_ms = time_of(*entry);
  place(segment_for_insert(hash), hash, code_of(std::max(at_ms, now_ms)), slot_word(entry, false));
  sum_ += sum_part(at_ms);
}

Slot ExpiryIndex::locate(uint64_t hash, const Entry* entry) const {
  Slot slot;
  SegmentWord word = word_at(hash);
  auto same = [entry](const Entry* other) { return other == entry; };
  // The value may be gone already when the entry leaves, so an index of members does not ask for its time.
  if (types_ == nullptr && probe(word, hash, code_of(entry->expiry_ms()), same, &slot)) [[likely]]
    return slot;
  // Or its time had passed when it came: the code is that of another time.
  uint32_t at = home_bucket(hash, word.depth(), word.buckets());
  for (uint32_t steps = 0; steps < word.buckets(); steps++) {
    Bucket* bucket = word.segment()->bucket(at);
    for (uint32_t mask = bucket->used(); mask != 0; mask &= mask - 1) {
      auto i = static_cast<uint32_t>(std::countr_zero(mask));
      if (bucket->entry(i) == entry) return {word.segment(), bucket, i};
    }
    at = next_bucket(at, word.buckets());
  }
  RW_ASSERT(false, "an entry with an expiry is in the index");
  return slot;
}

void ExpiryIndex::erase(uint64_t hash, const Entry* entry, bool may_shrink) {
  take(locate(hash, entry), hash);
  sum_ -= sum_part(entry->expiry_ms());
  if (may_shrink) shrink_if_sparse(hash);
}

void ExpiryIndex::replace(uint64_t hash, const Entry* old, Entry* fresh, int64_t now_ms) {
  Slot slot = locate(hash, old);
  int64_t at_ms = time_of(*fresh);
  slot.bucket->tags[slot.index] = code_of(std::max(at_ms, now_ms));
  slot.bucket->set_slot(slot.index, slot_word(fresh, false));
  sum_ += sum_part(at_ms) - sum_part(old->expiry_ms());
}

void ExpiryIndex::reschedule(uint64_t hash, const Entry* entry, int64_t new_ms, int64_t now_ms) {
  Slot slot = locate(hash, entry);
  slot.bucket->tags[slot.index] = code_of(std::max(new_ms, now_ms));
  sum_ += sum_part(new_ms) - sum_part(entry->expiry_ms());
}

int64_t ExpiryIndex::average_ttl(int64_t now_ms) const {
  if (size() == 0) return 0;
  int64_t mean_ms = (sum_ / static_cast<int64_t>(size())) * (int64_t{1} << kSumShift);
  return std::max<int64_t>(mean_ms - now_ms, 0);
}

// ---- Passes ----

bool ExpiryIndex::wants_sweep(int64_t now_ms) const {
  if (size() == 0) return false;
  if (sweeping_ || now_ms < pass_start_ms_) return true;
  auto buckets = static_cast<int64_t>(bytes() / sizeof(Bucket));
  int64_t interval_ms = std::clamp(buckets / 1000, kPassIntervalMinMs, kPassIntervalMaxMs);
  return now_ms - pass_start_ms_ >= interval_ms;
}

void ExpiryIndex::begin_pass(int64_t now_ms) {
  sweeping_ = true;
  position_ = 0;
  bucket_ = 0;
  window_start_ms_ = previous_start_ms_;
  previous_start_ms_ = pass_start_ms_;
  pass_start_ms_ = now_ms;
}

// Segments shrink when the pass is out of them and what it found is erased, so not under its feet.
void ExpiryIndex::shrink_left() {
  for (uint32_t i = 0; i < left_count_; i++) shrink_if_sparse(left_[i] << 16);
  left_count_ = 0;
}

void ExpiryIndex::leave_segment(const Segment& segment) {
  left_[left_count_++] = position_;
  bucket_ = 0;
  position_ = segment.end_position();
  sweeping_ = position_ < (uint64_t{1} << 48);
}

// The tags whose ticks lie in [window start, now], cyclically.
uint32_t ExpiryIndex::due_in_bucket(const Bucket& bucket, int64_t now_ms) const {
  int64_t first = tick_of(window_start_ms_), last = tick_of(now_ms);
  if (last - first + 1 >= kCodes) return bucket.used();
  uint8_t low = code_of(window_start_ms_), high = code_of(now_ms);
  if (low <= high) return match_tag_range(bucket.tags, low, high);
  return match_tag_range(bucket.tags, low, kCodes) | match_tag_range(bucket.tags, 1, high);
}

uint32_t ExpiryIndex::sweep_step(int64_t now_ms, Entry* (&due)[kStepEntriesMax]) {
  shrink_left();
  if (!sweeping_) begin_pass(now_ms);
  if (now_ms < window_start_ms_ || now_ms < previous_start_ms_) {  // the clock went back
    window_start_ms_ = previous_start_ms_ = pass_start_ms_ = now_ms;
  }
  Entry* candidates[kStepEntriesMax];
  uint8_t* tags[kStepEntriesMax];
  uint32_t found = 0;
  for (uint32_t steps = 0; steps < kStepBuckets && sweeping_;) {
    Segment* segment = word_at(position_ << 16).segment();
    for (; bucket_ < segment->buckets && steps < kStepBuckets; bucket_++, steps++) {
      Bucket& bucket = *segment->bucket(bucket_);
      for (uint32_t mask = due_in_bucket(bucket, now_ms); mask != 0; mask &= mask - 1) {
        auto i = static_cast<uint32_t>(std::countr_zero(mask));
        tags[found] = &bucket.tags[i];
        candidates[found] = bucket.entry(i);
        platform::prefetch(candidates[found++]);
      }
    }
    if (bucket_ < segment->buckets) break;
    leave_segment(*segment);
  }
  uint32_t count = 0;
  for (uint32_t i = 0; i < found; i++) {
    const int64_t at_ms = time_of(*candidates[i]);
    if (at_ms <= now_ms) {
      due[count++] = candidates[i];
    } else {
      *tags[i] = code_of(at_ms);  // of members it may have become later
    }
  }
  return count;
}

void ExpiryIndex::check_invariants(int64_t now_ms) const {
  int64_t sum = 0;
  check_segments([&](const Entry& entry, uint64_t) -> uint8_t {
    if (types_ != nullptr) return 0;
    RW_ASSERT(entry.has_expiry(), "entries of the index expire");
    sum += sum_part(entry.expiry_ms());
    // Passes leave nothing behind that was due long ago, so the code of a later time is certain.
    return entry.expiry_ms() > now_ms ? code_of(entry.expiry_ms()) : 0;
  });
  RW_ASSERT(sum == sum_, "the sum of the times is kept");
}

}  // namespace redwing

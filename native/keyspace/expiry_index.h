// ExpiryIndex: the entries of a table that have a time to live, in a SegmentMap of their own, arranged so
// that a pass over all of them touches hardly any that is not due.
//
// The tag of a slot is not a fingerprint but the code of the expiry time: its tick (512 ms) modulo 255, plus
// one. A pass walks the buckets in order and compares the nine tags of each with the ticks that came due
// since the pass before the last; only entries that match are looked at. An entry that is not due for hours
// is looked at once in 130 s. Times already past when they are set get the code of the present, which the
// next pass covers.
//
// Why the pass before the last: an entry may move from the part of a segment still to be swept to the part
// already swept when the segment is rebuilt in the middle of a pass. The next pass then finds it.
//
// An index may also be of the entries whose values have members that expire (see ValueType), by the least of
// these times. It changes inside of a value: whoever makes it less must say so (`reschedule`); that it has
// become more is found out when it would have been due.
//
// Entries are found by address. The index belongs to the owner thread and is not part of views.
//
// Cost: a pass over 5M entries reads 50 MB in order, 10-20 ms; 9-10 bytes per entry.
#pragma once

#include <cstddef>
#include <cstdint>

#include "keyspace/segment_map.h"

namespace redwing {

class ExpiryIndex final : public SegmentMap {
 public:
  /// Of the entries' own expiry, or, if `types` is given, of that of their members.
  ExpiryIndex(Heap& heap, const Hasher& hasher, const ValueTypes* types = nullptr)
      : SegmentMap(heap, hasher, 0), types_(types) {}

  void insert(uint64_t hash, Entry* entry, int64_t now_ms);
  void erase(uint64_t hash, const Entry* entry, bool may_shrink = true);
  /// `fresh` takes the place of `old`, which is still readable.
  void replace(uint64_t hash, const Entry* old, Entry* fresh, int64_t now_ms);
  /// The expiry of an entry is about to change where it is. Call before the change.
  void reschedule(uint64_t hash, const Entry* entry, int64_t new_ms, int64_t now_ms);

  /// Sum of the remaining times over the number of entries; an estimate.
  int64_t average_ttl(int64_t now_ms) const;

  // -- Passes. --

  static constexpr uint32_t kStepBuckets = 32;
  static constexpr uint32_t kStepEntriesMax = kStepBuckets * kSlotsPerBucket;

  /// Whether a pass is under way, or enough time went by for another one to begin.
  bool wants_sweep(int64_t now_ms) const;
  /// Goes on with the pass by up to 32 buckets (beginning one if none is under way), and puts the entries due
  /// at now_ms into `due`. Returns how many. Between calls, entries may be erased and inserted.
  uint32_t sweep_step(int64_t now_ms, Entry* (&due)[kStepEntriesMax]);
  bool is_sweeping() const { return sweeping_; }

  void check_invariants(int64_t now_ms) const;

 private:
  static uint8_t code_of(int64_t at_ms);
  int64_t sum_part(int64_t at_ms) const;
  int64_t time_of(const Entry& entry) const;
  Slot locate(uint64_t hash, const Entry* entry) const;
  void begin_pass(int64_t now_ms);
  void shrink_left();
  void leave_segment(const Segment& segment);
  uint32_t due_in_bucket(const Bucket& bucket, int64_t now_ms) const;

  Generation next_generation(Segment&) override { return {}; }
  void dispose_segment(Segment* segment, const Generation&) override {
    heap_.free(segment, segment->bytes());
  }
  void dispose_directory(Directory* directory) override { heap_.free(directory, directory->bytes()); }

  const ValueTypes* types_;
  int64_t sum_ = 0;  // of sum_part of all entries
  bool sweeping_ = false;
  uint64_t position_ = 0;  // start of the segment that the pass is in
  uint32_t bucket_ = 0;    // next bucket in it
  uint64_t
      left_[kStepBuckets + 1];  // starts of the segments that the last step finished: they may shrink now
  uint32_t left_count_ = 0;
  int64_t pass_start_ms_ = 0;      // of the pass under way, or of the last
  int64_t previous_start_ms_ = 0;  // of the one before
  int64_t window_start_ms_ = 0;    // what came due before is gone already
};

}  // namespace redwing

#include "keyspace/view.h"

#include "keyspace/table.h"

namespace redwing {

int View::databases() const { return static_cast<int>(tables_->count); }

const Table& View::table(int db) const { return *tables_->tables[static_cast<size_t>(db)]; }

const Segment* View::version_at(const Table& table, uint64_t hash) const {
  const Directory& directory = table.directory();
  uint64_t word = directory.words()[directory.index_of(hash)].load(std::memory_order_acquire);
  const Segment* segment = SegmentWord{word}.segment();
  while (segment->birth.load(std::memory_order_relaxed) > epoch_) {
    segment = segment->older;
    RW_ASSERT(segment != nullptr, "a view reaches its version of every segment");
  }
  return segment;
}

const Entry* View::find(int db, const Key& key) const {
  const Segment* segment = version_at(table(db), key.hash);
  auto same = [&key](const Entry* entry) { return entry->key_equals(key.data, key.size); };
  Slot slot;
  bool found = probe(SegmentWord::of(segment), key.hash, fingerprint(key.hash), same, &slot);
  return found ? slot.entry() : nullptr;
}

void View::publish_progress(int db, uint64_t position) {
  uint64_t progress = (static_cast<uint64_t>(db) << 48) + position;
  RW_ASSERT(progress >= progress_.load(std::memory_order_relaxed), "progress never goes back");
  // Release: everything this thread has read before is read before the owner sees that it may write there.
  progress_.store(progress, std::memory_order_release);
}

ViewWalker::ViewWalker(const View& view, int db)
    : view_(view),
      db_(db == kAllDatabases ? 0 : db),
      db_end_(db == kAllDatabases ? view.databases() : db + 1) {}

bool ViewWalker::enter_segment() {
  if (position_ == kPositionEnd) {
    if (db_ + 1 >= db_end_) return false;
    db_++;
    position_ = 0;
  }
  segment_ = view_.version_at(view_.table(db_), position_ << 16);
  RW_ASSERT(segment_->first_position() == position_, "versions of a view follow each other without gap");
  bucket_ = 0;
  pending_ = segment_->bucket(0)->used();
  return true;
}

void ViewWalker::leave_segment() {
  position_ = segment_->end_position();
  segment_ = nullptr;
}

bool ViewWalker::next(const Entry** entry, int* db) {
  while (true) {
    if (segment_ == nullptr && !enter_segment()) return false;
    if (pending_ != 0) {
      *entry = segment_->bucket(bucket_)->entry(static_cast<uint32_t>(std::countr_zero(pending_)));
      if (db != nullptr) *db = db_;
      pending_ &= pending_ - 1;
      return true;
    }
    if (++bucket_ == segment_->buckets) {
      leave_segment();
    } else {
      pending_ = segment_->bucket(bucket_)->used();
    }
  }
}

bool ViewWalker::next_segment(Visitor visit) {
  RW_ASSERT(segment_ == nullptr, "a walker is used in one way");
  if (!enter_segment()) return false;
  for (uint32_t b = 0; b < segment_->buckets; b++) {
    if (b + 1 < segment_->buckets) {
      const Bucket* ahead = segment_->bucket(b + 1);
      for (uint32_t mask = ahead->used(); mask != 0; mask &= mask - 1) {
        platform::prefetch(ahead->entry(static_cast<uint32_t>(std::countr_zero(mask))));
      }
    }
    const Bucket* bucket = segment_->bucket(b);
    for (uint32_t mask = bucket->used(); mask != 0; mask &= mask - 1) {
      visit(db_, *bucket->entry(static_cast<uint32_t>(std::countr_zero(mask))));
    }
  }
  leave_segment();
  return true;
}

}  // namespace redwing

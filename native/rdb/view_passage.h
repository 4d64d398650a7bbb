// ViewPassage: goes once over all that a view shows, in order, for a job that writes it down.
//
// Behind each segment of a table it tells the view how far it has come, tells the progress, lets other
// threads have the processor, and looks whether the job was cancelled.
//
// Thread: one, which is not the view's owner.
#pragma once

#include <chrono>
#include <cstdint>
#include <thread>

#include "keyspace/view.h"
#include "rdb/snapshot_writer.h"

namespace redwing {

class ViewPassage {
 public:
  ViewPassage(View* view, const SnapshotOptions& options, SnapshotProgress* progress)
      : view_(view), delay_us_(options.key_delay_us), progress_(progress) {}

  /// Calls writer->put_database(db) for each database with keys and writer->put_key(entry) for each key in
  /// it. False if it was cancelled or the writer is not ok() any more.
  template <typename Writer>
  bool run(Writer* writer) {
    for (int db = 0; db < view_->databases(); db++) {
      if (view_->size(db) > 0 && !run_database(db, writer)) return false;
      view_->publish_progress(db, kPositionEnd);
    }
    return goes_on(*writer);
  }

  /// Keys so far.
  uint64_t keys() const { return keys_; }

 private:
  template <typename Writer>
  bool run_database(int db, Writer* writer) {
    writer->put_database(db);
    ViewWalker walker(*view_, db);
    auto visit = [this, writer](int, const Entry& entry) {
      // What follows in the segment is passed over once the job is lost.
      if (is_slow_ && !goes_on(*writer)) return;
      writer->put_key(entry);
      keys_++;
      if (is_slow_) pause();
    };
    while (walker.next_segment(visit)) {
      view_->publish_progress(db, walker.position());
      progress_->keys.store(keys_, std::memory_order_relaxed);
      if (!goes_on(*writer)) return false;
      std::this_thread::yield();
    }
    return true;
  }

  template <typename Writer>
  bool goes_on(const Writer& writer) const {
    return writer.ok() && !is_cancelled();
  }
  bool is_cancelled() const { return progress_->is_cancelled.load(std::memory_order_relaxed); }

  // In short pieces, so that a cancelled job ends soon.
  void pause() {
    constexpr int64_t kPieceUs = 10'000;
    progress_->keys.store(keys_, std::memory_order_relaxed);
    if (delay_us_ < 0) {
      if (keys_ % static_cast<uint64_t>(-delay_us_) != 0) return;
      std::this_thread::sleep_for(std::chrono::microseconds(1));
      return;
    }
    for (int64_t left = delay_us_; left > 0 && !is_cancelled(); left -= kPieceUs) {
      std::this_thread::sleep_for(std::chrono::microseconds(left < kPieceUs ? left : kPieceUs));
    }
  }

  View* const view_;
  const int64_t delay_us_;
  const bool is_slow_ = delay_us_ != 0;
  SnapshotProgress* const progress_;
  uint64_t keys_ = 0;
};

}  // namespace redwing

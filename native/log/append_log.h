// AppendLog: writes a stream of bytes to the end of a file, and brings it to the disk, on a thread of its
// own.
//
//   loop     append ──► queue ─┐                                         ┌─► notify: look at the figures
//   thread                     └─► write ──► kept until synced ──► sync ─┘
//
// What was appended in one call stays together: after an error the file is cut back to where the last whole
// piece ends. What is not known to be on the disk is kept in memory, since after a failed sync nobody knows
// what of it arrived (systems may forget such pages, and succeed the next time): then the file is cut back
// to where it was last synced, and everything behind is written again.
//
// Terms
//   position   bytes appended since the log was made, over all its files
//   piece      what one or more calls of `append` gave; written, and after an error repeated, as a whole
//   group      pieces that one sync brings to the disk: all that gathered while the last one ran
//
// Invariants
//   1. synced() <= written() <= position(), and none of them goes back, except written() after a failed sync.
//   2. The file holds whole pieces in the order in which they were appended, then at most a part of one.
//   3. Nothing of a file is written before all of the one before it is written and synced, or superseded.
//
// Thread: what is public, the owner's, unless it says otherwise. Cost: of `append`, a lock and, while the
// thread is busy, a copy; waking the thread when it is not.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace redwing {

/// A file that is only appended to. Used by the log's thread; closed by its destructor.
class LogFile {
 public:
  virtual ~LogFile() = default;
  /// Bytes written at the end: 1 to `size`; or an error below 0.
  virtual int64_t write(const char* bytes, size_t size) = 0;
  /// 0: all that was written is on the disk; or an error below 0.
  virtual int sync() = 0;
  /// Cuts the file to `size` bytes; 0 or an error below 0.
  virtual int truncate(uint64_t size) = 0;
};

enum class SyncPolicy : int32_t {
  kAlways = 0,       // as soon as something is written
  kEverySecond = 1,  // at most once a second
  kNever = 2         // the system's business; only when a file ends
};

/// What is wrong with the file; `operation` is null when nothing is.
struct LogFailure {
  const char* operation = nullptr;  // "write", "fsync", "ftruncate"
  int error = 0;                    // as the file told it, below 0; 0 with "write": nothing was written
};

class AppendLog {
 public:
  /// Kept in memory until it is synced, at most about this much: then a sync comes early.
  static constexpr size_t kRetainedBytes = size_t{64} << 20;
  /// How long after an error the thread tries again.
  static constexpr int64_t kRetryUs = 1'000'000;
  static constexpr int64_t kSyncEveryUs = 1'000'000;
  /// How long what is appended gathers before it is written, unless somebody waits for it: so that a busy
  /// owner does not wake the thread in every turn.
  static constexpr int64_t kGatherUs = 5'000;
  /// Where somebody waits for each sync: how long after one the next may wait for as many as the last has
  /// served, at most, and as a multiple of what that took. Who was served mostly writes again at once; a sync
  /// costs nearly the same for many as for few.
  static constexpr int64_t kCompanionsUs = 1'000;
  static constexpr int64_t kCompanionsSyncs = 2;

  /// `notify` is called by the thread, without a lock, after each sync, when an error comes or goes, and,
  /// while `watch` asks for it, whenever something was written; and when `hurry` has come to its end.
  explicit AppendLog(std::function<void()> notify);
  /// Ends the thread after what it is doing. What is not written by then is dropped: see `finish`.
  ~AppendLog();
  AppendLog(const AppendLog&) = delete;
  AppendLog& operator=(const AppendLog&) = delete;

  /// Goes on in this file, of `size` bytes, with what is appended from now on; the file before is written to
  /// its end, synced and closed first.
  void open(std::unique_ptr<LogFile> file, uint64_t size);
  /// Something else on the disk has all that was appended before the last `open`: it counts as written and
  /// synced, and the files before are closed as they are. The thread does so before anything else.
  void supersede();
  /// Takes the bytes; `bytes` is empty afterwards, with the memory of what was written before.
  void append(std::string& bytes);
  void set_policy(SyncPolicy policy);
  void watch(bool watched) { is_watched_.store(watched, std::memory_order_relaxed); }
  /// Has everything written and synced soon: until that is done, or has failed twice.
  void hurry();
  /// Whether that goes on.
  bool is_hurrying() const;
  /// The same, and waits for it, at most `timeout_us`. Whether everything is written and synced.
  bool finish(int64_t timeout_us);
  /// Makes each sync that much longer, for tests; the one that goes on, too, from its beginning on.
  void set_sync_delay_us(int64_t delay_us);

  uint64_t position() const { return position_; }
  /// Any thread: how far the stream is written, and is on the disk.
  uint64_t written() const { return written_.load(std::memory_order_acquire); }
  uint64_t synced() const { return synced_.load(std::memory_order_acquire); }
  /// Any thread: bytes of the current file.
  uint64_t file_size() const { return file_size_.load(std::memory_order_acquire); }
  /// Any thread: when the oldest byte that is not synced was appended (platform::monotonic_us); 0: all is.
  int64_t unsynced_since_us() const { return unsynced_since_us_.load(std::memory_order_acquire); }
  /// Any thread.
  bool is_syncing() const { return is_syncing_.load(std::memory_order_relaxed); }
  uint64_t syncs() const { return syncs_.load(std::memory_order_relaxed); }
  LogFailure failure() const;

 private:
  struct Piece {
    std::string bytes;
    size_t done = 0;  // of it, written
    int64_t since_us = 0;
    std::unique_ptr<LogFile> file;  // or: from here on in this file
    uint64_t file_size = 0;
    uint64_t position = 0;  // where that begins
  };
  // What a round may and must do, decided under the lock.
  struct Orders {
    SyncPolicy policy;
    bool syncs;
    uint64_t superseded;  // all before this position is
  };

  void work();
  bool await_work(std::unique_lock<std::mutex>& lock);
  bool sync_is_due(int64_t now) const;
  int64_t due_us() const;
  void keep_spares(std::unique_lock<std::mutex>& lock);
  void take_queue();
  LogFailure round(const Orders& orders);
  LogFailure write_pieces();
  LogFailure write_piece(Piece& piece);
  LogFailure change_file(Piece& piece);
  void pass_over(uint64_t superseded);
  void begin_file(Piece& piece);
  LogFailure rewind();
  LogFailure sync();
  void delay_sync(int64_t begin_us);
  bool has_unsynced() const { return synced_.load(std::memory_order_relaxed) != written_; }
  void settle(const LogFailure& failure);
  void forget_unsynced();
  void release(std::string bytes);
  int64_t oldest() const;

  const std::function<void()> notify_;
  uint64_t position_ = 0;  // of the owner
  uint64_t opened_ = 0;    // where the last file begins

  mutable std::mutex mutex_;
  std::condition_variable wake_, settled_, delay_changed_;
  std::deque<Piece> queue_;
  size_t queued_bytes_ = 0;
  size_t companions_ = 0;  // bytes that the next sync waits for, with kAlways: seven eighths of the last ones
  std::vector<std::string> spare_;
  size_t spare_bytes_ = 0;  // their capacity
  SyncPolicy policy_ = SyncPolicy::kEverySecond;
  LogFailure failure_;
  uint64_t rounds_ = 0;      // that have ended
  uint64_t superseded_ = 0;  // all before this position is; 0 once the thread knows
  int64_t retry_at_us_ = 0;
  int64_t sync_delay_us_ = 0;
  bool hurries_ = false;
  uint64_t hurry_rounds_ = 0;                   // that end before an error ends the hurry
  bool is_idle_ = true, is_gathering_ = false;  // the thread waits for anything, for companions
  bool stopping_ = false;

  // The thread's own; `unsynced_` and `writing_` are looked at by it alone.
  std::unique_ptr<LogFile> file_;
  std::deque<Piece> writing_;
  std::deque<Piece> unsynced_;  // behind floor_size_
  size_t retained_bytes_ = 0;   // of unsynced_
  uint64_t end_ = 0;            // of the file: where the next piece begins
  uint64_t floor_ = 0;          // where what is kept in memory begins
  bool rewinds_ = false;        // the file must be cut back to there
  int64_t last_sync_us_ = 0;    // when it began
  int64_t last_end_us_ = 0, last_duration_us_ = 0;

  std::atomic<uint64_t> written_{0}, synced_{0}, file_size_{0}, syncs_{0};
  std::atomic<int64_t> unsynced_since_us_{0};
  std::atomic<bool> is_syncing_{false}, is_watched_{false};
  std::thread thread_;
};

}  // namespace redwing

#include "log/append_log.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "memory/assert.h"
#include "memory/platform.h"

namespace redwing {

namespace {
// Pieces are joined up to this size; more is not copied.
constexpr size_t kPieceBytes = 262144;
// Memory that is kept for later pieces: of each, and of all while much is written. A busy owner fills as much
// again until the next sync, and memory that comes anew from the system costs more than the bytes in it.
constexpr size_t kSpareBytes = size_t{4} << 20;
// What stays when nothing was written for a while.
constexpr size_t kSpareStrings = 4;
constexpr auto kSpareKept = std::chrono::seconds(2);
// Longest time that is given to the clock at once, which counts in nanoseconds.
constexpr int64_t kWaitUs = 3'600'000'000;

std::chrono::microseconds until(int64_t time_us) {
  return std::chrono::microseconds(std::max<int64_t>(time_us - platform::monotonic_us(), 1));
}
}  // namespace

AppendLog::AppendLog(std::function<void()> notify)
    : notify_(std::move(notify)), thread_([this] { work(); }) {}

AppendLog::~AppendLog() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

// ---- the owner's side ----

void AppendLog::open(std::unique_ptr<LogFile> file, uint64_t size) {
  Piece change;
  change.file = std::move(file);
  change.file_size = size;
  change.position = opened_ = position_;
  change.since_us = platform::monotonic_us();
  {
    std::lock_guard lock(mutex_);
    queue_.push_back(std::move(change));
  }
  wake_.notify_one();
}

void AppendLog::supersede() {
  {
    std::lock_guard lock(mutex_);
    superseded_ = opened_;
  }
  wake_.notify_one();
}

void AppendLog::append(std::string& bytes) {
  if (bytes.empty()) return;
  const size_t size = bytes.size();
  position_ += size;
  bool wakes = false;
  {
    std::lock_guard lock(mutex_);
    const bool joins =
        !queue_.empty() && !queue_.back().file && queue_.back().bytes.size() + size <= kPieceBytes;
    if (joins) {
      queue_.back().bytes.append(bytes);
    } else {
      Piece& piece = queue_.emplace_back();
      piece.bytes.swap(bytes);
      piece.since_us = platform::monotonic_us();
      if (!spare_.empty()) {
        bytes.swap(spare_.back());
        spare_.pop_back();
        spare_bytes_ -= bytes.capacity();
      }
      int64_t none = 0;
      unsynced_since_us_.compare_exchange_strong(none, piece.since_us);
    }
    queued_bytes_ += size;
    wakes = is_idle_ || (is_gathering_ && queued_bytes_ >= companions_);
    if (wakes) is_idle_ = is_gathering_ = false;
  }
  bytes.clear();
  if (wakes) wake_.notify_one();
}

void AppendLog::set_policy(SyncPolicy policy) {
  {
    std::lock_guard lock(mutex_);
    policy_ = policy;
  }
  wake_.notify_one();
}

void AppendLog::set_sync_delay_us(int64_t delay_us) {
  {
    std::lock_guard lock(mutex_);
    sync_delay_us_ = delay_us;
  }
  delay_changed_.notify_one();
}

void AppendLog::hurry() {
  {
    std::lock_guard lock(mutex_);
    hurries_ = !queue_.empty() || synced() != position_;
    // A round that runs may have begun before: the second to end from now on has met all that was appended.
    hurry_rounds_ = rounds_ + 2;
  }
  wake_.notify_one();
}

bool AppendLog::is_hurrying() const {
  std::lock_guard lock(mutex_);
  return hurries_;
}

bool AppendLog::finish(int64_t timeout_us) {
  hurry();
  std::unique_lock lock(mutex_);
  settled_.wait_for(lock, std::chrono::microseconds(timeout_us), [this] { return !hurries_; });
  hurries_ = false;
  return queue_.empty() && synced() == position_;
}

LogFailure AppendLog::failure() const {
  std::lock_guard lock(mutex_);
  return failure_;
}

// ---- the thread ----

void AppendLog::work() {
  std::unique_lock lock(mutex_);
  while (await_work(lock)) {
    take_queue();
    const Orders orders{policy_, hurries_ || sync_is_due(platform::monotonic_us()),
                        std::exchange(superseded_, 0)};
    lock.unlock();
    const uint64_t synced_before = synced();
    const LogFailure failure = round(orders);
    lock.lock();
    const bool failed = failure_.operation != nullptr, hurried = hurries_;
    settle(failure);
    const bool changed = (failure.operation != nullptr) != failed || (hurried && !hurries_);
    if (!changed && synced_before == synced() && !is_watched_.load(std::memory_order_relaxed)) continue;
    lock.unlock();
    notify_();
    lock.lock();
  }
}

// Returns with something to do, or false: the log ends.
bool AppendLog::await_work(std::unique_lock<std::mutex>& lock) {
  while (!stopping_) {
    if (superseded_ != 0) return true;
    const int64_t now = platform::monotonic_us();
    if (failure_.operation != nullptr) {
      if (hurries_ || now >= retry_at_us_) return true;
      wake_.wait_for(lock, until(retry_at_us_));
      continue;
    }
    if (!queue_.empty()) {
      const int64_t due = due_us();
      if (hurries_ || now >= due) return true;
      is_gathering_ = policy_ == SyncPolicy::kAlways;
      wake_.wait_for(lock, until(due));
      is_gathering_ = false;
      continue;
    }
    if (has_unsynced() && (hurries_ || sync_is_due(now))) return true;
    is_idle_ = true;
    if (has_unsynced() && policy_ == SyncPolicy::kEverySecond)
      wake_.wait_for(lock, until(last_sync_us_ + kSyncEveryUs));
    else if (spare_.size() > kSpareStrings)
      keep_spares(lock);
    else
      wake_.wait(lock);
    is_idle_ = false;
  }
  return false;
}

// Waits for something to do; in vain: most of the spare memory goes back.
void AppendLog::keep_spares(std::unique_lock<std::mutex>& lock) {
  if (wake_.wait_for(lock, kSpareKept) == std::cv_status::no_timeout) return;
  std::vector<std::string> dropped;
  for (; spare_.size() > kSpareStrings; spare_.pop_back()) {
    spare_bytes_ -= spare_.back().capacity();
    dropped.push_back(std::move(spare_.back()));
  }
  lock.unlock();
  dropped.clear();
  lock.lock();
}

// When what is queued is taken, if nothing else is appended.
int64_t AppendLog::due_us() const {
  if (policy_ != SyncPolicy::kAlways) return queue_.front().since_us + kGatherUs;
  if (queued_bytes_ >= companions_) return 0;
  return last_end_us_ + std::min(kCompanionsSyncs * last_duration_us_, kCompanionsUs);
}

void AppendLog::take_queue() {
  std::move(queue_.begin(), queue_.end(), std::back_inserter(writing_));
  queue_.clear();
  companions_ = queued_bytes_ - queued_bytes_ / 8;
  queued_bytes_ = 0;
}

bool AppendLog::sync_is_due(int64_t now) const {
  if (policy_ == SyncPolicy::kAlways || retained_bytes_ > kRetainedBytes) return true;
  return policy_ == SyncPolicy::kEverySecond && now - last_sync_us_ >= kSyncEveryUs;
}

// Under the lock, after a round.
void AppendLog::settle(const LogFailure& failure) {
  failure_ = failure;
  rounds_++;
  if (failure.operation != nullptr) retry_at_us_ = platform::monotonic_us() + kRetryUs;
  const bool has_failed = failure.operation != nullptr;
  if (has_failed ? rounds_ >= hurry_rounds_ : queue_.empty() && !has_unsynced()) hurries_ = false;
  unsynced_since_us_.store(oldest(), std::memory_order_release);
  settled_.notify_all();
}

int64_t AppendLog::oldest() const {
  for (const std::deque<Piece>* pieces : {&unsynced_, &writing_, &queue_}) {
    for (const Piece& piece : *pieces) {
      if (!piece.file) return piece.since_us;
    }
  }
  return 0;
}

LogFailure AppendLog::round(const Orders& orders) {
  pass_over(orders.superseded);
  if (rewinds_) {
    const LogFailure failure = rewind();
    if (failure.operation != nullptr) return failure;
  }
  const LogFailure failure = write_pieces();
  if (rewinds_) return failure;
  // What is written is worth a sync, though the rest may have failed.
  if (orders.syncs || retained_bytes_ > kRetainedBytes) {
    const LogFailure sync_failure = has_unsynced() ? sync() : LogFailure{};
    return failure.operation != nullptr ? failure : sync_failure;
  }
  // Nobody was promised anything: what the system has is not kept.
  if (orders.policy == SyncPolicy::kNever) forget_unsynced();
  return failure;
}

LogFailure AppendLog::write_pieces() {
  while (!writing_.empty()) {
    Piece& piece = writing_.front();
    const LogFailure failure = piece.file ? change_file(piece) : write_piece(piece);
    if (failure.operation != nullptr) return failure;
    if (!piece.file && !piece.bytes.empty()) {
      retained_bytes_ += piece.bytes.size();
      unsynced_.push_back(std::move(piece));
    }
    writing_.pop_front();
  }
  return {};
}

// Goes on in the last of the files that begin where all before is superseded, unless it is there already.
void AppendLog::pass_over(uint64_t superseded) {
  const auto change = std::find_if(writing_.rbegin(), writing_.rend(), [superseded](const Piece& piece) {
    return piece.file != nullptr && piece.position <= superseded;
  });
  if (superseded == 0 || change == writing_.rend()) return;
  unsynced_.clear();
  writing_.erase(writing_.begin(), std::prev(change.base()));
  Piece& piece = writing_.front();
  written_.store(piece.position, std::memory_order_release);
  synced_.store(piece.position, std::memory_order_release);
  retained_bytes_ = 0;
  rewinds_ = false;
  begin_file(piece);
  writing_.pop_front();
}

LogFailure AppendLog::write_piece(Piece& piece) {
  RW_ASSERT(file_ != nullptr, "a log is opened before it is appended to");
  while (piece.done < piece.bytes.size()) {
    const int64_t written = file_->write(piece.bytes.data() + piece.done, piece.bytes.size() - piece.done);
    if (written <= 0) {
      // The part is taken back if that is possible; if not, the rest will follow it.
      if (piece.done > 0 && file_->truncate(end_) == 0) piece.done = 0;
      return {"write", static_cast<int>(written)};
    }
    piece.done += static_cast<size_t>(written);
  }
  end_ += piece.bytes.size();
  file_size_.store(end_, std::memory_order_release);
  written_.fetch_add(piece.bytes.size(), std::memory_order_acq_rel);
  return {};
}

LogFailure AppendLog::change_file(Piece& piece) {
  if (file_ && has_unsynced()) {
    const LogFailure failure = sync();
    if (failure.operation != nullptr) return failure;
  }
  begin_file(piece);
  // An empty piece is left, which is dropped.
  return {};
}

void AppendLog::begin_file(Piece& piece) {
  file_ = std::move(piece.file);
  end_ = floor_ = piece.file_size;
  file_size_.store(end_, std::memory_order_release);
}

// After a failed sync: everything that may not have arrived is written again.
LogFailure AppendLog::rewind() {
  const int error = file_->truncate(floor_);
  if (error != 0) return {"ftruncate", error};
  size_t bytes = 0;
  for (Piece& piece : unsynced_) {
    piece.done = 0;
    bytes += piece.bytes.size();
  }
  if (!writing_.empty()) writing_.front().done = 0;
  writing_.insert(writing_.begin(), std::make_move_iterator(unsynced_.begin()),
                  std::make_move_iterator(unsynced_.end()));
  unsynced_.clear();
  retained_bytes_ = 0;
  end_ = floor_;
  file_size_.store(end_, std::memory_order_release);
  written_.fetch_sub(bytes, std::memory_order_acq_rel);
  rewinds_ = false;
  return {};
}

LogFailure AppendLog::sync() {
  is_syncing_.store(true, std::memory_order_relaxed);
  const int64_t begin = platform::monotonic_us();
  delay_sync(begin);
  const int error = file_->sync();
  is_syncing_.store(false, std::memory_order_relaxed);
  if (error != 0) {
    rewinds_ = true;
    return {"fsync", error};
  }
  last_sync_us_ = begin;
  last_end_us_ = platform::monotonic_us();
  last_duration_us_ = last_end_us_ - begin;
  syncs_.fetch_add(1, std::memory_order_relaxed);
  synced_.store(written_.load(std::memory_order_relaxed), std::memory_order_release);
  forget_unsynced();
  return {};
}

void AppendLog::delay_sync(int64_t begin_us) {
  std::unique_lock lock(mutex_);
  for (;;) {
    const int64_t left_us = sync_delay_us_ - (platform::monotonic_us() - begin_us);
    if (left_us <= 0) return;
    delay_changed_.wait_for(lock, std::chrono::microseconds(std::min(left_us, kWaitUs)));
  }
}

// What was written so far need not be written again.
void AppendLog::forget_unsynced() {
  while (!unsynced_.empty()) {
    release(std::move(unsynced_.front().bytes));
    unsynced_.pop_front();
  }
  retained_bytes_ = 0;
  floor_ = end_;
}

// The memory of a piece may be used again.
void AppendLog::release(std::string bytes) {
  if (bytes.capacity() > kSpareBytes) return;
  std::lock_guard lock(mutex_);
  if (spare_bytes_ + bytes.capacity() > kRetainedBytes) return;
  spare_bytes_ += bytes.capacity();
  spare_.push_back(std::move(bytes));
}

}  // namespace redwing

#include "rdb/snapshot_file.h"

#include <cerrno>
#include <thread>

#include "memory/file.h"

namespace redwing {

SnapshotFile::SnapshotFile(const SnapshotOptions& options, SnapshotProgress* progress)
    : options_(options), progress_(progress) {
  is_ours_ = check(files::create(options.temporary_path, &descriptor_), "open");
}

SnapshotFile::~SnapshotFile() {
  if (descriptor_ >= 0) files::close(descriptor_);
  if (is_ours_) files::remove(options_.temporary_path);
}

bool SnapshotFile::check(int error, const char* step) {
  if (error == 0) return true;
  error_ = error;
  failed_ = step;
  return false;
}

bool SnapshotFile::is_cancelled() {
  return progress_->is_cancelled.load(std::memory_order_relaxed) && !check(ECANCELED, "cancel");
}

bool SnapshotFile::take(ByteView bytes) {
  if (failed_ != nullptr || is_cancelled()) return false;
  if (!check(files::write(descriptor_, bytes.data, bytes.size), "write")) return false;
  bytes_ += bytes.size;
  progress_->bytes.store(bytes_, std::memory_order_relaxed);
  if (options_.sync_bytes > 0 && bytes_ - synced_ >= options_.sync_bytes) {
    const uint64_t size = bytes_ - synced_;
    if (!check(files::begin_write_back(descriptor_, synced_, size, synced_before_), "fsync")) return false;
    synced_ = bytes_;
    synced_before_ = size;
  }
  std::this_thread::yield();
  return true;
}

bool SnapshotFile::finish() {
  if (failed_ != nullptr || is_cancelled()) return false;
  if (!check(files::sync(descriptor_), "fsync")) return false;
  const int closed = files::close(descriptor_);
  descriptor_ = -1;
  if (!check(closed, "write") || is_cancelled()) return false;
  if (options_.final_path.empty()) {
    is_ours_ = false;
    return check(files::sync_folder_of(options_.temporary_path), "fsync");
  }
  if (!check(files::rename(options_.temporary_path, options_.final_path), "rename")) return false;
  is_ours_ = false;
  return check(files::sync_folder_of(options_.final_path), "fsync");
}

}  // namespace redwing

// SnapshotFile: a file that comes to be under a temporary name, and takes its final one when it is whole.
//
//   create ─► take, take, ... ─► finish: fsync ─► rename ─► fsync of the folder
//
// Until `finish` has succeeded the final path is what it was, but for one case: when only the last step
// fails the new file is there, though perhaps not after a crash. A file that is not finished is removed.
//
// Thread: one at a time.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "rdb/rdb_output.h"
#include "rdb/snapshot_writer.h"

namespace redwing {

class SnapshotFile final : public ByteSink {
 public:
  /// Creates the temporary file; where that fails nothing is taken.
  SnapshotFile(const SnapshotOptions& options, SnapshotProgress* progress);
  ~SnapshotFile() override;
  SnapshotFile(const SnapshotFile&) = delete;
  SnapshotFile& operator=(const SnapshotFile&) = delete;

  /// Writes, and lets the loop have the processor. False once anything has failed or the job is cancelled.
  bool take(ByteView bytes) override;
  /// Everything to the disk, and the final name. False if anything has failed.
  bool finish();

  /// Notes that it ends because the job was cancelled, if it was and nothing else failed before.
  void check_cancelled() {
    if (failed_ == nullptr) is_cancelled();
  }

  /// What failed: the errno and the step, as in SnapshotResult; 0 and nullptr otherwise.
  int error() const { return error_; }
  const char* failed() const { return failed_; }
  uint64_t bytes() const { return bytes_; }

 private:
  bool check(int error, const char* step);
  bool is_cancelled();

  const SnapshotOptions& options_;
  SnapshotProgress* const progress_;
  int descriptor_ = -1;
  uint64_t bytes_ = 0;
  uint64_t synced_ = 0;         // up to where write-back has begun
  uint64_t synced_before_ = 0;  // how much of that in the last step
  int error_ = 0;
  const char* failed_ = nullptr;
  bool is_ours_;  // the temporary file, which is to be removed in the end
};

}  // namespace redwing

// A lock on a file that only one process, and only one holder in it, can have. The system releases it when
// the process ends, however it ends.
//
// Thread: any.
#pragma once

#include <cstdint>
#include <string>

namespace redwing {

struct FileLock {
  int64_t handle = -1;  // below 0: not locked
  int error = 0;        // errno of what failed; 0: somebody else has it
  std::string holder;   // what the holder wrote into the file
};

/// Locks a file, which is made if need be, and writes `text` into it. Does not wait.
FileLock lock_file(const std::string& path, const std::string& text);

/// Removes the file and releases the lock.
void unlock_file(const std::string& path, int64_t handle);

}  // namespace redwing

// SnapshotWriter: writes what a view shows into an RDB file. What stands in such a file: rdb/format.h.
//
//   temporary file ── written, fsynced ──► renamed over the final path ──► the folder fsynced
//
// The version is 10, which Redis 7.0 reads, unless the view has hashes with fields that expire: then 12.
//
// Thread: any; one call uses the view alone, in order, and publishes its progress to it, so that writers need
// not keep what has been written already. Cost: O(bytes of all data), bounded memory (one buffer, and the
// largest string when it is compressed).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "keyspace/view.h"

namespace redwing {

/// What is told of the use of each key: what the policy of eviction goes by.
enum class KeyUse : uint8_t {
  kNone,
  kIdle,      // how long ago it was used; access words hold times
  kFrequency  // its counter; access words hold counters
};

struct SnapshotOptions {
  std::string temporary_path;
  std::string final_path;  // empty: the temporary file stays as it is
  bool compresses = true;  // strings of more than 20 bytes, with LZF
  bool has_checksum = true;
  size_t sync_bytes = 0;             // brought to the disk each time so many were written; 0: only at the end
  int64_t key_delay_us = 0;          // pause behind each key, for tests; below 0: one in so many keys
  bool has_expiring_fields = false;  // whether a hash in the view may have fields that expire
  KeyUse key_use = KeyUse::kNone;
  uint32_t frequency_decay_minutes = 0;  // after so many a counter is one less; 0: it stays
  /// Writes commands that make the data instead (rdb/command_snapshot.h); facts, the use of keys and the
  /// checksum are left out.
  bool as_commands = false;
  std::string commands_head;  // what stands in front of the commands: an annotation of the time, or nothing
  /// Facts in front of the data, by name, in their order: "redis-ver" and so on.
  std::vector<std::pair<std::string, std::string>> facts;
  /// Libraries of functions, as they were loaded.
  std::vector<std::string> functions;
};

/// Written by the worker, read by the loop.
struct SnapshotProgress {
  std::atomic<uint64_t> keys{0};
  std::atomic<uint64_t> bytes{0};
  std::atomic<bool> is_cancelled{false};  // set by the loop: the worker gives up soon
};

struct SnapshotResult {
  int error = 0;                 // errno of what failed; 0: all is on the disk
  const char* failed = nullptr;  // "open", "write", "fsync", "rename", "cancel"; nullptr: nothing
  uint64_t keys = 0;
  uint64_t bytes = 0;
};

/// Writes the file. When it fails the temporary file is removed and the final path is what it was.
SnapshotResult write_snapshot(View* view, const SnapshotOptions& options, SnapshotProgress* progress);

}  // namespace redwing

// SnapshotReader: reads an RDB file, of any version from 1 to 12, into a keyspace, or only checks it. What
// stands in such a file: rdb/format.h.
//
// It works in steps of a bounded time, so that the loop which owns the keyspace can serve others in between.
// Every length is checked against what is left of the file before anything is allocated for it.
//
// Thread: the owner of the keyspace; any for a check. Cost: O(bytes).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "keyspace/keyspace.h"
#include "rdb/collection_limits.h"

namespace redwing {

/// How reading stands. A key is counted once: as put into the keyspace (or checked), as expired or as empty.
struct SnapshotReading {
  enum State { kMore, kDone, kFailed };
  uint64_t bytes = 0;        // read so far
  uint64_t total_bytes = 0;  // of the file
  uint64_t keys = 0;         // put into the keyspace, or checked
  uint64_t expired = 0;      // left out, for their time had come
  uint64_t empty = 0;        // left out, for they are collections without elements
  uint64_t expiring = 0;     // of `keys`, those with a time to live
  int version = 0;
  int64_t now_ms = 0;  // keys that expire by then are left out; kNoExpiry: none is
  std::vector<std::pair<std::string, std::string>> facts;
  std::vector<std::string> functions;
  std::string error;          // of kFailed: what is wrong, in words
  uint64_t error_offset = 0;  // and where in the file
  std::string error_key;      // of which key, if of one: how it begins

  /// What the file has, with what was left out.
  uint64_t keys_in_file() const { return keys + expired + empty; }
  uint64_t expiring_in_file() const { return expiring + expired; }
};

class SnapshotReader {
 public:
  /// `keyspace` is where keys go, over those that are there; nullptr: the file is only checked. `limits`
  /// decide the forms that values take.
  explicit SnapshotReader(Keyspace* keyspace, const CollectionLimits& limits = {});
  ~SnapshotReader();

  /// Begins a file. False with `reading().error` set if it cannot be read. `keeps_expired`: keys whose time
  /// has come are read as well (what a primary sends to a replica). `has_tail`: something may follow behind
  /// the end of the snapshot (the commands of an append-only file); `reading().bytes` then says where.
  bool open(const std::string& path, int64_t now_ms, bool keeps_expired, bool has_tail);
  /// Before the first step: whether the checksum of the file is looked at; it is, if nothing is said.
  void set_verifies_checksum(bool verifies);
  /// Goes on for about `budget_us` (at least one key); to be called until it is no more kMore.
  SnapshotReading::State step(int64_t budget_us);
  const SnapshotReading& reading() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace redwing

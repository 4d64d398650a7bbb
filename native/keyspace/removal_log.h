// RemovalLog: which keys the keyspace removed by itself, kept until whoever reports them takes them.
//
// Expiry (when a key is met, and in passes) and eviction remove keys that no command names. Notifications and
// the invalidation of cached keys need to hear of them, but not from the midst of a native operation; so they
// are appended here, and read once it has ended.
//
//   a record:  | u16 database | u8 cause | u8 0 | u32 key length | key |     little-endian, back to back
//
// Bounded: beyond kBytesMax keys are only counted as lost, so that whoever reads knows that something is
// missing.
//
// Ownership: the owner thread of its keyspace. Cost: an append copies the key; without appends nothing is
// kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "keyspace/keyspace.h"
#include "memory/byte_view.h"

namespace redwing {

class RemovalLog {
 public:
  static constexpr size_t kBytesMax = size_t{8} << 20;
  static constexpr size_t kRecordHeaderBytes = 8;

  void append(int db, ByteView key, Removal cause);
  bool empty() const { return records_.empty() && lost_ == 0; }
  /// The records, back to back.
  const std::vector<uint8_t>& records() const { return records_; }
  /// Keys that did not fit since the last `clear`.
  uint64_t lost() const { return lost_; }
  /// Forgets everything, and gives back memory that is rarely needed.
  void clear();

 private:
  static constexpr size_t kKeptBytes = size_t{64} << 10;

  std::vector<uint8_t> records_;
  uint64_t lost_ = 0;
};

}  // namespace redwing

// SmallStrings: keys with short strings on their way from the buffer of a reader into a keyspace, some at a
// time, so that the memory which they need is on its way while others are looked at. Files of many small keys
// are read about twice as fast by it.
//
// Thread: the owner of the keyspace. Cost: O(1) for each.
#pragma once

#include <cstddef>
#include <cstdint>

#include "keyspace/keyspace.h"
#include "memory/byte_view.h"

namespace redwing {

/// A record of a key with a string, whose bytes lie in the buffer.
struct SmallString {
  ByteView key;
  ByteView value;
  int64_t integer;  // the value, if it is one
  int64_t expiry_ms;
  bool is_integer;
};

/// Reads such a record, with its expiry if it has one. Returns what is behind it; nullptr if this is none, or
/// goes beyond `end`, or has something special about it.
const uint8_t* read_small_string(const uint8_t* at, const uint8_t* end, SmallString* string);

class SmallStrings {
 public:
  /// With nullptr, nothing is done with them.
  SmallStrings(Keyspace* keyspace, int db) : keyspace_(keyspace), db_(db) {}

  /// Takes one over; its bytes must stay until `flush`.
  void add(const SmallString& string) {
    if (keyspace_ == nullptr) return;
    Waiting& waiting = waiting_[count_++];
    waiting.string = string;
    waiting.hash = keyspace_->hash(string.key.data, string.key.size);
    keyspace_->prefetch_bucket(db_, waiting.hash);
    if (count_ == kWindow) flush();
  }
  /// Puts those that wait into the keyspace.
  void flush();

 private:
  static constexpr size_t kWindow = 32;
  struct Waiting {
    SmallString string;
    uint64_t hash;
  };

  Keyspace* keyspace_;
  const int db_;
  size_t count_ = 0;
  Waiting waiting_[kWindow];
};

}  // namespace redwing

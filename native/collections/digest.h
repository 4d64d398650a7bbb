// Digest: 160 bits that say what data is, the same for the same data however it is stored, and wherever. It
// is what DEBUG DIGEST and DEBUG DIGEST-VALUE tell, to the bit.
//
//   mix     digest = SHA-1(digest xor SHA-1(bytes))      the order of what is mixed in matters
//   toggle  digest = digest xor SHA-1(bytes)             it does not
//
//   database  all = 0; for each database with keys: mix its number, then toggle the digest of each key
//   key       mix the name, then its value
//   value     mix the number of the type (32 bits, most significant byte first), then
//               string       mix the text
//               list         mix each element
//               set          toggle each member
//               sorted set   toggle the digest of: mix the member, mix the score
//               hash         toggle the digest of: mix the field, mix the value, toggle a mark if it
//                            expires
//               stream       for each entry mix "ms.seq", and each field and value; groups do not count
//             and toggle a mark if the key expires. When something expires does not count, only that it does.
//
// Scores are written with the fewest digits, as Redis does since 7.2; 7.0 wrote 17, so that its digests of
// sorted sets differ where a score has a fraction. (Algorithm: read off what Redis prints.)
//
// Thread: any, for entries that nobody changes meanwhile. Cost: O(bytes), and about half a microsecond for
// each thing mixed in or toggled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "keyspace/entry.h"
#include "keyspace/view.h"
#include "memory/byte_view.h"
#include "types/sha1.h"

namespace redwing {

class Digest {
 public:
  /// Takes bytes in; what came before matters.
  void mix(ByteView bytes);
  /// Takes bytes in, or out again; the order does not matter.
  void toggle(ByteView bytes);
  void toggle(const Digest& other) { toggle({other.hash_.data(), other.hash_.size()}); }

  /// 40 hexadecimal digits.
  std::string hex() const;

 private:
  Sha1Hash hash_{};
};

// The contents of a value of each type; `entry` holds one. Fields of a hash that have expired at `now_ms` do
// not count.
void digest_string(const Entry& entry, Digest* digest);
void digest_list(const Entry& entry, Digest* digest);
void digest_set(const Entry& entry, Digest* digest);
void digest_sorted_set(const Entry& entry, Digest* digest);
void digest_hash(const Entry& entry, int64_t now_ms, Digest* digest);
void digest_stream(const Entry& entry, Digest* digest);

/// A value with its type, and whether its key expires.
void digest_value(const Entry& entry, int64_t now_ms, Digest* digest);

/// About how many things digest_value takes in. O(1).
uint64_t digest_cost(const Entry& entry);

/// Everything in a view whose time has not come. O(all data); lets other threads have the processor between
/// segments.
Digest digest_databases(const View& view);

}  // namespace redwing

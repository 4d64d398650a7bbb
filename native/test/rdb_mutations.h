// Random damage to dumped values and to files, and what must hold of reading what comes out.
#pragma once

#include <string>
#include <vector>

#include "collections/hash/hash.h"
#include "collections/list/list_type.h"
#include "collections/sorted_set/sorted_set.h"
#include "collections/stream/stream.h"
#include "collections/value_types.h"
#include "keyspace/keyspace.h"
#include "rdb/value_codec.h"
#include "test/check.h"
#include "test/rdb_payloads.h"

namespace redwing::test {

/// A compressed text that says it is `size` bytes, and is `packed` zeros: none of it is believed.
inline std::string overstated_text(uint64_t packed, uint64_t size) {
  return byte(rdb::kSpecial + rdb::kLzf) + length(packed) + length(size) + std::string(packed, '\0');
}
/// As many as may just be believed: a compressed byte stands for no more.
inline std::string overstated_text(uint64_t packed) { return overstated_text(packed, packed * 88); }

/// Changes some bytes: sets, flips, copies, removes and inserts them, with a liking for values at borders;
/// and puts in texts that overstate how long they are.
inline std::string mutated(std::string bytes, Random& random) {
  static constexpr uint8_t kBorders[] = {0, 1, 2, 63, 64, 127, 128, 129, 191, 192, 195, 253, 254, 255};
  const uint64_t changes = 1 + random.below(random.one_in(4) ? 12 : 3);
  for (uint64_t i = 0; i < changes && !bytes.empty(); i++) {
    const size_t at = random.below(bytes.size());
    switch (random.below(8)) {
      case 0:
        bytes[at] = static_cast<char>(random.next());
        break;
      case 1:
        bytes[at] = static_cast<char>(kBorders[random.below(std::size(kBorders))]);
        break;
      case 2:
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.below(8)));
        break;
      case 3:
        bytes[at] = static_cast<char>(bytes[at] + (random.one_in(2) ? 1 : -1));
        break;
      case 4:
        bytes.erase(at, 1 + random.below(random.one_in(8) ? 64 : 3));
        break;
      case 5:
        bytes.insert(at, bytes.substr(random.below(bytes.size()), 1 + random.below(8)));
        break;
      case 6:
        bytes.insert(at, overstated_text(1 + random.below(64)));
        break;
      default:
        bytes[at] = bytes[random.below(bytes.size())];
    }
  }
  return bytes;
}

inline void check_value(const Entry& entry) {
  switch (entry.kind()) {
    case ValueKind::kList:
      return check_list(entry.root(), entry.encoding());
    case ValueKind::kStream:
      return stream_of(entry).check_invariants();
    case ValueKind::kSortedSet:
      if (!SortedSet(entry).is_packed()) SortedSet(entry).tree().check_invariants();
      return;
    case ValueKind::kHash:
      if (!Hash(entry).is_packed()) Hash(entry).table().members.check_invariants();
      return;
    default:
      return;
  }
}

/// Restores values into a keyspace of its own, and sees to it that what is refused leaves nothing behind, and
/// that nothing takes more memory than a small multiple of its input.
class Restorer {
 public:
  Restorer() : keyspace_(1, HashSeed{}) {
    register_value_types(&keyspace_);
    keyspace_.set_now(1700000000000);
    empty_bytes_ = keyspace_.used_bytes();
  }

  /// Restores a value with its footer put behind it. True if it was accepted.
  bool restore(const std::string& value) {
    const std::string whole = payload(value);
    const Key key = keyspace_.key(reinterpret_cast<const uint8_t*>("k"), 1);
    Entry* entry = nullptr;
    const RestoreResult result =
        restore_value(&keyspace_, 0, key, {{reinterpret_cast<const uint8_t*>(whole.data()), whole.size()}},
                      Expiry::none(), CollectionLimits{}, &entry);
    CHECK(result != RestoreResult::kBadChecksum);
    const bool is_restored = result == RestoreResult::kOk;
    if (is_restored) {
      check_value(*entry);
      const size_t taken = keyspace_.used_bytes() - empty_bytes_;
      CHECK(taken < kTimes * value.size() + kMore);
      CHECK(keyspace_.erase(0, key));
      keyspace_.wait_for_reclaimer();
    }
    CHECK_EQ(keyspace_.size(0), 0u);
    CHECK_EQ(keyspace_.used_bytes(), empty_bytes_);
    return is_restored;
  }

 private:
  // A byte of LZF may be 88 of a string; a group of a stream takes some hundred bytes in memory and ten in a
  // file.
  static constexpr size_t kTimes = 100;
  static constexpr size_t kMore = 16384;

  Keyspace keyspace_;
  size_t empty_bytes_;
};

}  // namespace redwing::test

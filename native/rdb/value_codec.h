// One value as bytes, as DUMP tells it, RESTORE takes it and RDB files have it. Formats: rdb/format.h.
#pragma once

#include <cstdint>
#include <string>

#include "keyspace/keyspace.h"
#include "memory/byte_view.h"
#include "rdb/collection_limits.h"
#include "rdb/rdb_input.h"

namespace redwing {

/// What DUMP replies: the number of the type, the value, the version (2 bytes), CRC64 (8 bytes).
std::string dump_value(const Entry& entry);

enum class RestoreResult { kOk, kBadChecksum, kBadValue };

/// A dumped value, and how long a text in it may be at most.
struct DumpedValue {
  ByteView payload;
  uint64_t longest_text = kTextBytesMax;
};

/// Puts a dumped value under a key, over what it holds. The keyspace is unchanged unless kOk; `*entry`, if it
/// is not nullptr, is then the new entry. `kBadChecksum`: also for a version newer than this one. kBadValue:
/// also for a collection without elements.
RestoreResult restore_value(Keyspace* keyspace, int db, const Key& key, const DumpedValue& dumped,
                            Expiry expiry, const CollectionLimits& limits = {}, Entry** entry = nullptr);

}  // namespace redwing

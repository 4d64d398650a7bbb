// A value in the RDB format (rdb/format.h): the type that stands in front of it, and its bytes.
//
// Small values go out as the blocks that they are: hashes, sorted sets and lists as listpacks, sets of
// integers as such, streams as their nodes. So does each chunk of a list, but an element that has a chunk for
// itself goes as a plain node. Large values go element by element; so do small sets, for Redis 7.0 knows no
// others, and small hashes whose fields could expire and do not.
//
// Fields that have expired but are still in place are written.
//
// Thread: any, for entries that nobody changes meanwhile. Cost: O(bytes).
#pragma once

#include "keyspace/entry.h"
#include "rdb/format.h"
#include "rdb/rdb_output.h"

namespace redwing {

/// How the value of an entry is written.
rdb::Type rdb_type_of(const Entry& entry);

/// Whether only Redis 7.4 and later read this: a hash with fields that expire.
inline bool needs_expiring_fields(rdb::Type type) {
  return type == rdb::kHashMetadata || type == rdb::kHashListpackEx;
}

/// Writes the value as that type, which rdb_type_of told.
void encode_value(const Entry& entry, rdb::Type type, RdbOutput* out);

}  // namespace redwing

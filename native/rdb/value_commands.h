// A value as the commands that make it: what an append-only file without a snapshot begins with.
//
//   string       SET
//   list         RPUSH          set    SADD          sorted set  ZADD          hash  HMSET
//                each with at most 64 elements
//   expiring fields   HPEXPIREAT, one for each
//   stream       XADD for each entry (with none: one that is trimmed at once), XSETID,
//                then for each group XGROUP CREATE, for each of its consumers XGROUP CREATECONSUMER and
//                XCLAIM for each entry that is pending for it
//   expiry       PEXPIREAT, last
//
// Commands cannot tell everything: entries that are pending though they were deleted are lost, and when
// consumers were last seen. Snapshots keep both. (Commands: those that Redis writes.)
//
// Thread: any, for entries that nobody changes meanwhile. Cost: O(bytes).
#pragma once

#include "keyspace/entry.h"
#include "rdb/command_output.h"

namespace redwing {

/// Writes the commands for a key with its value and expiry.
void write_value_commands(const Entry& entry, CommandOutput* out);

}  // namespace redwing

// A stream in the RDB format, of version 2 (rdb/format.h), which Redis 7.0 reads: it does not tell when a
// consumer was last active, only when it was last seen.
#pragma once

#include "collections/stream/stream.h"
#include "rdb/rdb_output.h"

namespace redwing {

/// Writes blocks, groups with what is pending in them, and consumers. Any thread that may read the stream.
/// O(bytes).
void encode_stream(const Stream& stream, RdbOutput* out);

}  // namespace redwing

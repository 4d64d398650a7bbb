// A stream as the commands that make it (see rdb/value_commands.h).
#pragma once

#include "collections/stream/stream.h"
#include "rdb/command_output.h"

namespace redwing {

/// Writes the commands for a stream under a key. Any thread that may read the stream. O(bytes).
void write_stream_commands(ByteView key, const Stream& stream, CommandOutput* out);

}  // namespace redwing

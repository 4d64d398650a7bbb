// What an RDB file has of a stream's entries: nodes, which are blocks as collections/stream/stream_block.h
// lays them out, looked at before anything relies on them.
//
// Thread: any. Cost: O(bytes).
#pragma once

#include <cstdint>

#include "collections/stream/stream_id.h"

namespace redwing {

/// What stands in a node.
struct StreamNodeFacts {
  uint32_t live = 0;
  uint32_t deleted = 0;
  StreamId first_live;  // if there is one
  StreamId last_live;
};

/// Whether a listpack that is whole is a node: its counts are right, each entry is as long as it says, leads
/// back, and identifiers of live ones ascend from the master's on, with which the first one begins.
bool check_stream_node(const uint8_t* list, StreamId master, StreamNodeFacts* facts);

}  // namespace redwing

// Packed blocks: small values whose root is one allocation that knows its own length.
//
// A block takes the heap class of its length and nothing else is kept of its capacity: it grows within its
// class for free and moves when the class changes. These are the few steps that all small values share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "keyspace/edit.h"

namespace redwing {

/// A block that may be changed and has room for `new_bytes`: the given one of `bytes`, or its copy in a block
/// of its own, the given one let go of. Under a view a block that is seen is always copied.
inline uint8_t* writable_block(const Edit& edit, uint8_t* block, size_t bytes, size_t new_bytes) {
  const bool fits = Heap::class_size(bytes) == Heap::class_size(new_bytes);
  if (fits && edit.owns_root()) [[likely]]
    return block;
  auto* fresh = static_cast<uint8_t*>(edit.alloc(new_bytes));
  std::memcpy(fresh, block, bytes < new_bytes ? bytes : new_bytes);
  edit.release_root(block, bytes);
  return fresh;
}

/// After a change in place from `bytes` to fewer `new_bytes`: moves the block to a smaller class if there is
/// one. The block must be changeable.
inline uint8_t* shrink_block(const Edit& edit, uint8_t* block, size_t bytes, size_t new_bytes) {
  if (Heap::class_size(bytes) == Heap::class_size(new_bytes)) return block;
  auto* fresh = static_cast<uint8_t*>(edit.alloc(new_bytes));
  std::memcpy(fresh, block, new_bytes);
  edit.heap().free(block, bytes);
  return fresh;
}

}  // namespace redwing

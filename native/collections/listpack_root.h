// ListpackRoot: a listpack (types/listpack.h) that is the whole root of a small value.
//
// The block is one allocation of listpack_capacity(its bytes), so what it takes follows from what it holds
// and nothing about it is stored. Growing within the capacity moves nothing.
//
// ListpackRoot is the block while it is being changed: it sees to ownership (keyspace/edit.h) and to room.
// The caller asks for room with `reserve`, edits with the functions of `listpack`, and takes the result with
// `finish`.
//
// Cost: a copy of the block when its capacity changes: every 8 bytes below 128, every eighth of its size
// above.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "keyspace/edit.h"
#include "types/listpack.h"

namespace redwing {

/// The bytes that are allocated for a block of this size.
inline size_t listpack_capacity(size_t bytes) {
  if (bytes <= Heap::kLargestGeneralClass) return Heap::class_size(bytes);
  const size_t step = std::bit_floor(bytes) / 8;
  return (bytes + step - 1) / step * step;
}
/// The same of an existing block.
inline size_t listpack_root_capacity(const void* block) {
  return listpack_capacity(listpack::bytes(static_cast<const uint8_t*>(block)));
}
/// An independent copy.
inline uint8_t* copy_listpack_root(const void* block, Heap& heap) {
  auto* copy = static_cast<uint8_t*>(heap.alloc(listpack_root_capacity(block)));
  std::memcpy(copy, block, listpack::bytes(static_cast<const uint8_t*>(block)));
  return copy;
}

class ListpackRoot {
 public:
  /// A new block, empty.
  explicit ListpackRoot(const Edit& edit)
      : edit_(&edit),
        data_(static_cast<uint8_t*>(edit.alloc(listpack_capacity(listpack::kEmptyBytes)))),
        capacity_(listpack_capacity(listpack::kEmptyBytes)) {
    listpack::init(data_);
  }
  /// The root of an existing value.
  ListpackRoot(const Edit& edit, void* root)
      : edit_(&edit),
        data_(static_cast<uint8_t*>(root)),
        capacity_(listpack_root_capacity(root)),
        owned_(edit.owns_root()) {}

  const uint8_t* data() const { return data_; }
  size_t bytes() const { return listpack::bytes(data_); }

  /// The block with room for `growth` more bytes (negative: none are needed), to be changed. Positions stay
  /// valid, addresses may not.
  uint8_t* reserve(int64_t growth) {
    const size_t needed = bytes() + static_cast<size_t>(growth > 0 ? growth : 0);
    if (!owned_ || needed > capacity_) [[unlikely]]
      move(listpack_capacity(needed));
    return data_;
  }
  /// The block at the capacity that its size asks for: the root of the value now.
  uint8_t* finish() {
    const size_t fitting = listpack_capacity(bytes());
    if (owned_ && fitting != capacity_) move(fitting);
    return data_;
  }
  /// Lets go of the block, whose content is elsewhere now.
  void discard() { let_go(); }

 private:
  void move(size_t capacity) {
    auto* fresh = static_cast<uint8_t*>(edit_->alloc(capacity));
    std::memcpy(fresh, data_, bytes());
    let_go();
    data_ = fresh;
    capacity_ = capacity;
    owned_ = true;
  }
  void let_go() const { edit_->release_if(data_, capacity_, owned_); }

  const Edit* edit_;
  uint8_t* data_;
  size_t capacity_;
  bool owned_ = true;
};

}  // namespace redwing

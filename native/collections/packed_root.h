// PackedRoot: the whole root of a small value, in one block that knows its own length.
//
// Terms
//   format    what the block is: a struct that measures one and makes an empty one. Listpacks hold small
//             lists, hashes, sets and sorted sets; sets of integers have a format of their own.
//   bytes     the length of a block, which it tells itself.
//   capacity  what is allocated for it: packed_capacity(bytes). So what a block takes follows from what it
//             holds, and nothing about it is stored.
//
// A PackedRoot is the block while it is being changed: it sees to ownership (keyspace/edit.h) and to room.
// The caller asks for room with `reserve`, edits with the functions of the format, and takes the result with
// `finish`. Before that no other PackedRoot may take it up, for it may lie in more than its length tells. One
// that came to be under the same Edit is owned.
//
// Invariants
//   1. A block that an entry holds has the capacity of its length.
//   2. A block that a view may see is not written: the first `reserve` copies it, and the copy is owned.
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

/// The bytes that are allocated for a block of this length.
inline size_t packed_capacity(size_t bytes) {
  if (bytes <= Heap::kLargestGeneralClass) [[likely]]
    return Heap::class_size(bytes);
  // The heap gives exactly what is asked for from here on: steps as wide as those of its classes.
  const size_t step = std::bit_floor(bytes) / 8;
  return (bytes + step - 1) / step * step;
}

/// `Format` has static functions `size_t bytes(const uint8_t*)` and `void init(uint8_t*)`, and kEmptyBytes,
/// the length of what init makes.
template <typename Format>
class PackedRoot {
 public:
  /// The root of an existing value. `owned`: whether it may be changed in place.
  PackedRoot(const Edit& edit, void* root, bool owned)
      : edit_(&edit),
        data_(static_cast<uint8_t*>(root)),
        sized_for_(bytes()),
        capacity_(packed_capacity(sized_for_)),
        owned_(owned) {}
  PackedRoot(const Edit& edit, void* root) : PackedRoot(edit, root, edit.owns_root()) {}
  /// A new block, empty, with room to become so long.
  static PackedRoot create(const Edit& edit, size_t bytes = Format::kEmptyBytes) {
    const size_t capacity = packed_capacity(bytes);
    PackedRoot root(edit, static_cast<uint8_t*>(edit.alloc(capacity)), bytes, capacity, true);
    Format::init(root.data_);
    return root;
  }

  const uint8_t* data() const { return data_; }
  size_t bytes() const { return Format::bytes(data_); }

  /// The block with room for `growth` more bytes (negative: none are needed), to be changed. Positions stay
  /// valid, addresses may not. What then grows by exactly that needs no `finish`: it is the root already.
  uint8_t* reserve(int64_t growth = 0) {
    return reserve_length(bytes() + static_cast<size_t>(growth > 0 ? growth : 0));
  }
  /// The same with room to become so long, which is no less than it is.
  uint8_t* reserve_length(size_t length) {
    if (!owned_ || length > capacity_) [[unlikely]]
      move(length);
    return data_;
  }
  /// The block at the capacity that its length asks for: the root of the value now.
  uint8_t* finish() {
    const size_t length = bytes();
    if (length < sized_for_ && packed_capacity(length) != capacity_) [[unlikely]]
      move(length);
    return data_;
  }
  /// Lets go of the block, whose content is elsewhere now.
  void discard() { edit_->release_if(data_, capacity_, owned_); }

  // Of a root that an entry holds: what ValueType asks.

  static void free(void* root, const Releaser& releaser) { releaser.free(root, capacity_of(root)); }
  /// Bytes that it takes.
  static size_t memory(const void* root) { return Heap::class_size(capacity_of(root)); }
  /// An independent one with the same content.
  static void* copy(const void* root, Heap& heap) {
    void* copy = heap.alloc(capacity_of(root));
    std::memcpy(copy, root, Format::bytes(static_cast<const uint8_t*>(root)));
    return copy;
  }

 private:
  PackedRoot(const Edit& edit, uint8_t* data, size_t sized_for, size_t capacity, bool owned)
      : edit_(&edit), data_(data), sized_for_(sized_for), capacity_(capacity), owned_(owned) {}

  static size_t capacity_of(const void* root) {
    return packed_capacity(Format::bytes(static_cast<const uint8_t*>(root)));
  }

  // To a block of its own, with the capacity of this length.
  RW_INLINE void move(size_t length) {
    const size_t capacity = packed_capacity(length);
    auto* fresh = static_cast<uint8_t*>(edit_->alloc(capacity));
    std::memcpy(fresh, data_, bytes());
    discard();
    data_ = fresh;
    sized_for_ = length;
    capacity_ = capacity;
    owned_ = true;
  }

  const Edit* edit_;
  uint8_t* data_;
  size_t sized_for_;  // the length that has this capacity; so has every one from here to the capacity
  size_t capacity_;
  bool owned_;
};

struct ListpackFormat {
  static constexpr size_t kEmptyBytes = listpack::kEmptyBytes;
  static size_t bytes(const uint8_t* block) { return listpack::bytes(block); }
  static void init(uint8_t* block) { listpack::init(block); }
};
using ListpackRoot = PackedRoot<ListpackFormat>;

}  // namespace redwing

// ChunkedList: changes to a list that is a tree of chunks.
//
// It works on a root that may be changed already, under an Edit, and lives no longer than that. All changes
// keep the invariants of collections/list/list_root.h; a root that was emptied is left to its owner. Values
// must not lie in the list.
//
// Where elements go follows Redis, so that chunks have the same borders where lists grow and shrink at their
// ends: an element joins its neighbours if they stay within the limit by an estimate of 8 bytes of overhead.
//
// Cost: push and erase_one O(log n) over some thousands of chunks, with no element moved but now and then (a
// chunk doubles); the others O(log n + bytes of the chunks touched).
#pragma once

#include <span>

#include "collections/list/list_root.h"
#include "keyspace/edit.h"

namespace redwing {

class ChunkedList {
 public:
  ChunkedList(const Edit& edit, ListRoot* root, const ListLimits& limits)
      : edit_(edit),
        root_(*root),
        limits_{std::min(limits.bytes, kChunkBytesMax), limits.elements, limits.by_elements} {}

  /// An empty root.
  static ListRoot* create(const Edit& edit);

  /// Adds the elements of a listpack at the tail, in as few chunks as may be.
  void append_block(const uint8_t* block);
  /// Pushes values one after the other.
  void push(ListEnd end, std::span<const PackedValue> values);
  /// Puts it before the element at `index`, or behind the last one.
  void insert(uint64_t index, const PackedValue& value);
  void set(uint64_t index, const PackedValue& value);
  /// Removes the element at an end.
  void erase_one(ListEnd end);
  /// Removes `count` elements, all of which there are.
  void erase_range(uint64_t index, uint64_t count);
  /// Removes at most `max` elements of this value, those nearest to an end. Returns how many.
  uint64_t remove(const PackedValue& value, uint64_t max, ListEnd from);
  /// Lets go of all chunks and nodes.
  void clear();

 private:
  using Cursor = ChunkTree::Cursor;

  bool allows(const ChunkItem& item, const PackedValue& value) const;
  Chunk* new_chunk(size_t allocation);
  Chunk* new_chunk_of(const PackedValue& value, size_t allocation, ListEnd growing);
  Chunk* new_chunk_from(const uint8_t* block, uint32_t from, uint32_t to, uint64_t count);
  void drop(Chunk* chunk);
  Chunk* owned(Chunk* chunk);
  Chunk* with_room(Chunk* chunk, size_t more, ListEnd end);
  Chunk* reseated(Chunk* chunk, size_t allocation, size_t start);
  void trim(Cursor* cursor);
  void begin_chunk(ListEnd end, const PackedValue& value);
  void insert_within(Cursor* cursor, uint64_t within, const PackedValue& value);
  void insert_chunk(Cursor* cursor, const PackedValue& value);
  void split(Cursor* cursor, uint64_t at);
  void erase_within(Cursor* cursor, uint64_t within, uint64_t count);
  bool set_alone(Cursor* cursor, const PackedValue& value);

  const Edit& edit_;
  ListRoot& root_;
  ListLimits limits_;  // of a chunk
};

/// How many elements of a block have this value.
uint64_t count_matches(const uint8_t* block, const PackedValue& value);

/// Makes `dest`, which has room for it, the elements of `block` without `removed` of this value: those that
/// follow the first `kept` ones of it.
void copy_without(uint8_t* dest, const uint8_t* block, const PackedValue& value, uint64_t kept,
                  uint64_t removed);

}  // namespace redwing

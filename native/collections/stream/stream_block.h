// StreamBlock: some consecutive entries of a stream, packed into one listpack (types/listpack.h) whose bytes
// are laid out as Redis lays out the nodes of its streams, so that files carry them as they are.
//
//   | birth 8 | listpack:  master entry, entry, entry, ...                                         |
//
//   master entry   live, deleted, field count, field, field, ..., 0
//   entry          flags, ms, seq, value, value, ..., elements                  with kSameFields
//                  flags, ms, seq, field count, field, value, ..., elements     without
//
// Terms
//   master    the fields of the entry that the block was begun with, which others need not repeat; its
//             identifier stands with the block's address, in the stream. ms and seq are differences to it.
//   live      entries that are not deleted; a deleted one keeps its place, flagged.
//   elements  how many listpack elements the entry has before this one: the way back.
//
// The memory of a block is birth and `capacity` bytes for the listpack; whoever holds the block knows its
// capacity. Nothing here allocates. Any thread may read a block that nobody writes.
//
// Format: the stream nodes of Redis (stream.h, t_stream.c since 5.0), read off what it writes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "collections/stream/stream_id.h"
#include "types/listpack.h"

namespace redwing {

struct StreamBlock {
  uint64_t birth;  // see keyspace/edit.h

  uint8_t* list() { return reinterpret_cast<uint8_t*>(this + 1); }
  const uint8_t* list() const { return reinterpret_cast<const uint8_t*>(this + 1); }

  /// Live entries, and those that were deleted.
  uint32_t live() const { return small_integer(listpack::first()); }
  uint32_t deleted() const { return small_integer(listpack::next(list(), listpack::first())); }

 private:
  uint32_t small_integer(uint32_t position) const {
    return static_cast<uint32_t>(listpack::get(list(), position).integer);
  }
};
static_assert(sizeof(StreamBlock) == 8);

/// Where an entry is in its block, and what its head says.
struct StreamEntry {
  static constexpr int64_t kDeleted = 1;
  static constexpr int64_t kSameFields = 2;

  StreamId id;
  uint32_t position;  // of the flags
  uint32_t body;      // of the first value, or the first field
  uint32_t fields;
  bool deleted;
  bool same_fields;
};

/// Reads a block.
class StreamBlockReader {
 public:
  StreamBlockReader() = default;
  StreamBlockReader(const StreamBlock* block, StreamId master) : StreamBlockReader(block->list(), master) {}
  /// Of the listpack of a block.
  StreamBlockReader(const uint8_t* list, StreamId master);

  /// Position of the first entry, and behind the last.
  uint32_t first() const { return first_; }
  uint32_t end() const { return listpack::end(list_); }
  /// The listpack, and where in it the names of the master's fields begin.
  const uint8_t* list() const { return list_; }
  uint32_t master_fields() const { return master_fields_; }
  /// The head of the entry at a position. O(1).
  StreamEntry at(uint32_t position) const;
  /// Position behind an entry. O(fields).
  uint32_t after(const StreamEntry& entry) const;
  /// Position of the entry before this position, which is not first(). O(fields).
  uint32_t before(uint32_t position) const;
  /// The last entry, live or deleted. The block has one.
  StreamEntry last() const { return at(before(end())); }

  /// Calls visit(PackedValue field, PackedValue value) for all fields of an entry.
  template <typename Visit>
  void visit_fields(const StreamEntry& entry, Visit&& visit) const {
    uint32_t at = entry.body;
    uint32_t field = entry.same_fields ? master_fields_ : 0;
    for (uint32_t i = 0; i < entry.fields; i++) {
      uint32_t& name = entry.same_fields ? field : at;
      const PackedValue named = listpack::get(list_, name);
      name = listpack::next(list_, name);
      visit(named, listpack::get(list_, at));
      at = listpack::next(list_, at);
    }
  }

 private:
  const uint8_t* list_ = nullptr;
  StreamId master_;
  uint32_t master_fields_ = 0;  // position of the first master field
  uint32_t field_count_ = 0;
  uint32_t first_ = 0;
};

/// Changes a block that the caller may change and that has room.
namespace stream_block {

/// Fields and values in turn.
using Pairs = std::span<const PackedValue>;

/// Bytes that a new entry may take, at most, with the master entry if it begins the block.
size_t bytes_for(Pairs pairs);
/// Makes the block one without entries whose master fields are those of the pairs.
void begin(StreamBlock* block, Pairs pairs);
/// Puts an entry behind the last. `id` is greater than all before.
void append(StreamBlock* block, StreamId master, StreamId id, Pairs pairs);

/// Room that set_counts and mark_deleted may need.
inline constexpr size_t kCountsGrowth = 8;
/// Flags a live entry as deleted; the counts are left to set_counts.
void mark_deleted(StreamBlock* block, const StreamEntry& entry);
void set_counts(StreamBlock* block, uint32_t live, uint32_t deleted);

}  // namespace stream_block
}  // namespace redwing

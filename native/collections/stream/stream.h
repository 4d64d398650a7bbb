// Stream: entries in order of their identifiers, each a list of fields and values, appended at the end and
// taken away anywhere; and groups of consumers who share them.
//
//   Stream ── blocks   CountedTree of StreamBlockRef, in order, weighted by live entries
//          ── tail     the last block, which entries are appended to; not in the tree
//          ── groups   CountedTree of ConsumerGroup, by name
//
// Since the tail stands in the header, appending touches the header and one block; a stream of one block has
// no tree. A block that is full is trimmed to the memory that it needs and moved into the tree.
//
// Copy-on-write (see keyspace/edit.h). `writable_stream` makes the header changeable; blocks, nodes and
// groups are copied as they are changed. A block is at most kBlockBytesMax, unless it is one larger entry.
//
// Invariants
//   1. No block is without live entries; length is the sum of them; tail.block is nullptr exactly if the
//      stream has no entries.
//   2. Identifiers of live entries, and the masters of blocks, ascend; a block's first entry, deleted or not,
//      has its master identifier. (A deleted one may stand before a lesser live one, after last_id was set
//      back.)
//   3. first_id is the first live entry's, 0-0 without entries; last_id is not below any entry's.
//
// Cost: append O(1) amortised, finding O(log n) and a walk in one block.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "collections/counted_tree.h"
#include "collections/stream/consumer_group.h"
#include "collections/stream/stream_block.h"
#include "keyspace/edit.h"
#include "keyspace/keyspace.h"

namespace redwing {

/// A block with the identifier of its first entry, its live entries and the bytes it has for its listpack.
struct StreamBlockRef {
  StreamId master;
  StreamBlock* block;
  uint32_t live;
  uint32_t capacity;

  size_t allocation() const { return sizeof(StreamBlock) + capacity; }
  StreamBlockReader reader() const { return {block, master}; }
};
static_assert(sizeof(StreamBlockRef) == 32);

/// When a block is full. Zeros: no limit of this kind.
struct StreamBlockLimits {
  uint64_t bytes;
  uint64_t entries;
};

/// What trim keeps.
struct StreamTrim {
  enum Strategy : uint8_t { kLength, kId };
  Strategy strategy = kLength;
  bool whole_blocks = false;  // takes only blocks of which nothing is to be kept
  uint64_t length_max = 0;
  StreamId id_min;
  uint64_t limit = 0;  // most entries to take; 0: no limit
};

struct Stream {
  /// Blocks are closed at this size at the latest.
  static constexpr size_t kBlockBytesMax = 16384;

  struct Weigh {
    uint64_t operator()(const StreamBlockRef& ref) const { return ref.live; }
  };
  struct GroupRef {
    ConsumerGroup* group;
  };
  using BlockTree = CountedTree<StreamBlockRef, Weigh>;
  using GroupTree = CountedTree<GroupRef, EachOne>;

  uint64_t birth = 0;
  uint64_t length = 0;
  StreamId last_id;         // the greatest that was ever added, or was set
  StreamId first_id;        // of the first live entry
  StreamId max_deleted_id;  // the greatest that was deleted (not trimmed)
  uint64_t entries_added = 0;
  size_t block_count = 0;
  size_t block_bytes = 0;  // as allocated
  StreamBlockRef tail{};
  BlockTree blocks;
  GroupTree groups;

  static Stream* create(Heap& heap, uint64_t birth);

  // -- Entries. --

  /// Appends an entry; `id` must be greater than last_id. `text_bytes`: of all fields and values, as text.
  void append(const Edit& edit, StreamId id, stream_block::Pairs pairs, size_t text_bytes,
              const StreamBlockLimits& limits);
  /// Appends the entries of a block that was made elsewhere: `list` is its listpack, canonical, whose first
  /// entry has the id `master`, greater than last_id, and whose last one of `live_entries` has the id `last`.
  void append_block(const Edit& edit, StreamId master, const uint8_t* list, uint32_t live_entries,
                    StreamId last);
  /// Deletes an entry, and remembers the greatest that was; false if there is none of this id.
  bool erase(const Edit& edit, StreamId id);
  /// Takes entries from the beginning; returns how many.
  uint64_t trim(const Edit& edit, const StreamTrim& how);
  /// Whether there is a live entry of this id. O(log n) and a walk in one block.
  bool contains(StreamId id) const;
  /// The last live entry's id, 0-0 without entries.
  StreamId last_live_id() const;
  /// How many live entries lie before an id. O(log n) and a walk in one block.
  uint64_t count_before(StreamId id) const;
  /// How many live entries lie between two ids, both included; at most `most`, which is told without a walk
  /// where blocks between them have as many.
  uint64_t count_between(StreamId from, StreamId to, uint64_t most = UINT64_MAX) const;
  /// The same counted by whole blocks: all entries of the blocks that hold some of those ids. O(log n).
  uint64_t count_in_blocks(StreamId from, StreamId to) const;
  /// The id that follows last_id at a time; false if there is none.
  bool next_id(int64_t now_ms, StreamId* id) const;

  // -- Groups. Pointers are valid until the next change. --

  const ConsumerGroup* find_group(ByteView name) const;
  /// The group, which exists, made changeable.
  ConsumerGroup* writable_group(const Edit& edit, ByteView name);
  /// Adds a group whose name is not taken.
  ConsumerGroup* add_group(const Edit& edit, ByteView name, StreamId last_id, int64_t entries_read);
  /// False if there is none.
  bool remove_group(const Edit& edit, ByteView name);

  // -- How much of the stream a group has read. --

  /// How many entries were ever added up to `id`, as far as it can be told without counting; or
  /// ConsumerGroup::kNotKnown.
  int64_t entries_up_to(StreamId id) const;
  /// Whether an entry was deleted at or behind `from`.
  bool has_deleted_from(StreamId from) const;
  /// Entries that the group has yet to read (negative where its count was set too high), if it can be told.
  std::optional<int64_t> lag(const ConsumerGroup& group) const;
  /// Moves the group on to an entry that it read.
  void advance_group(ConsumerGroup* group, StreamId id) const;

  /// Bytes of everything, as allocated. O(groups).
  size_t memory() const;
  /// Aborts when an invariant does not hold. O(entries); for tests.
  void check_invariants() const;

 private:
  BlockTree::Cursor block_of(StreamId id) const;
  // The block that an id belongs to, and how many live entries come before it. There are entries.
  struct BlockPlace {
    StreamBlockRef ref;
    uint64_t before;
  };
  BlockPlace place_of(StreamId id) const;
  bool in_tail(StreamId id) const { return tail.block != nullptr && id >= tail.master; }
  // The block with room for so many bytes of listpack, changeable; `ref` is updated.
  void own_block(const Edit& edit, StreamBlockRef* ref, size_t bytes, size_t capacity_min);
  void begin_block(const Edit& edit, StreamId id, stream_block::Pairs pairs, size_t bytes);
  void close_tail(const Edit& edit);
  void release_block(const Edit& edit, const StreamBlockRef& ref);
  // Takes the last block of the tree as the tail, if there is one.
  void restore_tail(const Edit& edit);
  bool delete_in(const Edit& edit, StreamBlockRef* ref, StreamId id);
  bool trims_whole(const StreamBlockRef& ref, const StreamTrim& how) const;
  uint64_t trim_inside(const Edit& edit, StreamBlockRef* ref, const StreamTrim& how);
  void find_first_id();
};

/// Goes over the live entries between two ids, both included, either way. Reads only: views as well.
class StreamCursor {
 public:
  StreamCursor(const Stream& stream, StreamId from, StreamId to, bool reverse);
  /// To the first entry, then to the next; false when there is none left.
  bool next();
  const StreamEntry& entry() const { return entry_; }
  /// The block that it is in.
  const StreamBlockReader& reader() const { return reader_; }
  template <typename Visit>
  void visit_fields(Visit&& visit) const {
    reader_.visit_fields(entry_, visit);
  }

 private:
  bool next_forward();
  bool next_backward();
  bool enter_block();
  bool leave_block();

  const Stream& stream_;
  StreamId from_, to_;
  bool reverse_;
  bool in_tail_ = false;
  bool done_ = false;
  Stream::BlockTree::Cursor cursor_;
  StreamBlockReader reader_;
  uint32_t position_ = 0;  // forward: of the next entry; backward: behind the next entry
  StreamEntry entry_{};
};

/// The stream in an entry.
inline const Stream& stream_of(const Entry& entry) { return *static_cast<const Stream*>(entry.root()); }
/// The stream of a slot found for writing, made changeable.
Stream* writable_stream(Keyspace& keyspace, SlotRef* slot, const Edit& edit);

/// Streams as a type of the keyspace. Their encoding is 0.
const ValueType& stream_type();

}  // namespace redwing

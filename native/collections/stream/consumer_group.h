// ConsumerGroup: readers of a stream who share its entries among themselves, and what each of them has been
// given and not yet acknowledged.
//
//   group ── by_name    names, in order                     (a name knows its consumer's number)
//         ── consumers  by number: name, counts and times
//         ── pending    by entry id: consumer's number, time and count of deliveries
//         ── owned      by (consumer's number, entry id)
//
// Terms
//   pending   an entry that was delivered to a consumer and not acknowledged.
//   seen      when a consumer last asked for anything; active: when it last got or claimed something.
//   number    of a consumer, unique in its group while it exists; pending entries name their owner by it.
//
// Copy-on-write (see keyspace/edit.h). The group is one allocation, which its stream makes changeable before
// any change here; the four trees care for their nodes; names never change.
//
// Invariants
//   1. by_name and consumers hold the same consumers.
//   2. pending and owned hold the same entries, and consumer.pending is the number of those it owns.
//
// Cost: finding, delivering, acknowledging O(log n); about 60 bytes a pending entry.
#pragma once

#include <cstddef>
#include <cstdint>

#include "collections/counted_tree.h"
#include "collections/stream/stream_id.h"
#include "keyspace/edit.h"
#include "memory/byte_view.h"

namespace redwing {

struct EachOne {
  template <typename Item>
  uint64_t operator()(const Item&) const {
    return 1;
  }
};

/// A consumer's name, and its number.
struct ConsumerName {
  uint64_t birth;
  uint32_t number;
  uint32_t size;
  ByteView view() const { return {reinterpret_cast<const uint8_t*>(this + 1), size}; }
  size_t bytes() const { return sizeof(ConsumerName) + size; }
};

struct Consumer {
  static constexpr int64_t kNeverActive = -1;
  ConsumerName* name;
  uint32_t number;
  uint32_t pending;
  int64_t seen_ms;
  int64_t active_ms;
};

/// An entry that waits to be acknowledged. Times below 2^48; a count of kCountMax or more is the greatest.
class PendingEntry {
 public:
  static constexpr int64_t kCountMax = (int64_t{1} << 48) - 1;

  PendingEntry(StreamId id, uint32_t consumer, int64_t delivered_ms, int64_t deliveries);
  /// The same entry delivered once more, to this or another consumer; `counted`: as one delivery more.
  PendingEntry redelivered(uint32_t consumer, int64_t delivered_ms, bool counted) const {
    return {id(), consumer, delivered_ms, count() + (counted ? 1 : 0)};
  }
  StreamId id() const { return {ms_, seq_}; }
  uint32_t consumer() const { return static_cast<uint32_t>(owner_ & UINT32_MAX); }
  int64_t delivered_ms() const { return static_cast<int64_t>(time_ & kTimeMask); }
  int64_t deliveries() const { return count() == kCountMax ? INT64_MAX : count(); }

 private:
  int64_t count() const { return static_cast<int64_t>(owner_ >> 32 << 16 | time_ >> 48); }
  static constexpr uint64_t kTimeMask = (uint64_t{1} << 48) - 1;
  uint64_t ms_, seq_;
  uint64_t time_;   // 48 bits of time, the low 16 of the count above
  uint64_t owner_;  // 32 bits of consumer's number, the high 32 of the count above
};

struct ConsumerGroup {
  /// entries_read: not known.
  static constexpr int64_t kNotKnown = -1;

  struct NameRef {
    ConsumerName* name;
  };
  struct OwnedEntry {
    uint64_t consumer;
    StreamId id;
    friend auto operator<=>(const OwnedEntry&, const OwnedEntry&) = default;
  };
  using NameTree = CountedTree<NameRef, EachOne>;
  using ConsumerTree = CountedTree<Consumer, EachOne>;
  using PendingTree = CountedTree<PendingEntry, EachOne>;
  using OwnedTree = CountedTree<OwnedEntry, EachOne>;

  uint64_t birth = 0;
  uint32_t name_size = 0;
  uint32_t next_number = 1;
  StreamId last_id;           // the last entry that was delivered to anyone
  int64_t entries_read = -1;  // how many entries of the stream were there up to last_id; or kNotKnown
  size_t names_bytes = 0;     // of the names, as allocated
  NameTree by_name;
  ConsumerTree consumers;
  PendingTree pending;
  OwnedTree owned;

  ByteView name() const { return {reinterpret_cast<const uint8_t*>(this + 1), name_size}; }

  /// Without consumers and pending entries.
  static ConsumerGroup* create(Heap& heap, uint64_t birth, ByteView name);
  /// Itself if it may be changed, otherwise a copy that shares the trees; the original is let go of.
  ConsumerGroup* writable(const Edit& edit);
  /// Lets go of it with all that it holds, when it is taken out of its stream. O(all).
  void discard(const Edit& edit);
  /// Frees everything; any thread that has it for itself.
  void free_all(const Releaser& releaser);
  ConsumerGroup* deep_copy(Heap& heap, uint64_t birth) const;
  /// Bytes of everything, as allocated. O(1).
  size_t memory() const;
  size_t nodes() const {
    return by_name.nodes() + consumers.nodes() + pending.nodes() + owned.nodes() + consumers.weight() / 16;
  }

  // -- Consumers. Pointers are valid until the next change. --

  const Consumer* find_consumer(ByteView name) const;
  const Consumer* consumer(uint32_t number) const;
  /// A consumer whose name is not taken; returns its number.
  uint32_t add_consumer(const Edit& edit, ByteView name, int64_t now_ms);
  /// Takes a consumer out, and what it has pending. Returns how many entries those were.
  uint64_t remove_consumer(const Edit& edit, uint32_t number);
  /// Notes that a consumer asked for something, and whether it got something.
  void touch_consumer(const Edit& edit, uint32_t number, int64_t now_ms, bool active);

  // -- Pending entries. --

  /// The first at or behind an id.
  PendingTree::Cursor pending_from(StreamId id) const {
    return pending.lower_bound([id](const PendingEntry& entry) { return entry.id() < id; });
  }
  /// The first of a consumer at or behind an id; it may be another consumer's.
  OwnedTree::Cursor owned_from(uint32_t number, StreamId id) const {
    const OwnedEntry wanted{number, id};
    return owned.lower_bound([&wanted](const OwnedEntry& entry) { return entry < wanted; });
  }
  /// The entry of this very id, or nullptr. Valid until the next change.
  const PendingEntry* find_pending(StreamId id) const;
  /// Puts an entry in, or changes it, its owner included.
  void put_pending(const Edit& edit, const PendingEntry& entry);
  /// Takes an entry out; false if it is not pending.
  bool acknowledge(const Edit& edit, StreamId id);

  /// Aborts when an invariant does not hold. O(all); for tests.
  void check_invariants() const;

 private:
  void count_pending(const Edit& edit, uint32_t number, int change);
};

/// Order of names: bytes, then length.
bool name_before(ByteView a, ByteView b);

}  // namespace redwing

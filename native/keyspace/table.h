// Table: one database: a SegmentMap of entries that open views can go on reading while it changes.
//
// This is where copy-on-write happens, and nowhere else:
//   - make_writable() replaces a segment that a view may still read by a copy, before it is changed;
//   - may_edit() says whether an entry may be changed where it is: if no view is open, or if it is private,
//     that is, created after its segment's version, which is younger than all views that matter;
//   - release() frees what left the table, or retires it while a view may read it.
// Without open views each of them is one branch.
//
// Published progress: for a position that every open view is past, there are no views. A segment found in
// that state is stamped with the current epoch, all its entries become private, and it is changed in place.
//
// Invariants: those of Segment and SegmentMap; every entry with a time to live is in `expiry`, and no
// other; every entry whose members may expire is in `member_expiry`, and no other.
#pragma once

#include <cstddef>
#include <cstdint>

#include "keyspace/expiry_index.h"
#include "keyspace/reclaimer.h"
#include "keyspace/retired.h"
#include "keyspace/segment_map.h"
#include "keyspace/view.h"
#include "keyspace/view_registry.h"

namespace redwing {

/// What all tables of a keyspace share.
struct TableContext {
  Heap& heap;
  const Hasher& hasher;
  ViewRegistry& views;
  Reclaimer& reclaimer;
  const ValueTypes& types;
};

class Table final : public SegmentMap {
 public:
  Table(const TableContext& context, int db);

  RW_INLINE Entry* find(const Key& key) const {
    Slot slot;
    return locate(key, &slot) ? slot.entry() : nullptr;
  }
  RW_INLINE bool locate(const Key& key, Slot* slot) const {
    return locate_name(key.data, key.size, key.hash, slot);
  }
  /// The slot of an entry that is in the table.
  Slot locate_entry(uint64_t hash, const Entry* entry) const;

  RW_INLINE void prefetch_entry(uint64_t hash) const { prefetch_names(hash); }

  // -- Changes. --

  /// Makes the segment of a slot changeable; the slot then points into what may be a copy of it.
  RW_INLINE void make_writable(Slot* slot) {
    if (context_.views.newest_epoch() != 0) [[unlikely]]
      make_writable_under_views(slot);
  }
  /// After make_writable: whether the entry in the slot may be changed where it is.
  bool may_edit(const Slot& slot) const { return context_.views.newest_epoch() == 0 || slot.is_private(); }
  /// Adds an entry whose key is not in the table.
  void insert(uint64_t hash, Entry* entry);
  /// Puts another entry of the same key into a writable slot.
  void set(const Slot& slot, Entry* entry, bool is_private = true) {
    slot.bucket->set_slot(slot.index, slot_word(entry, is_private));
  }
  /// Empties a writable slot.
  void erase(const Slot& slot, uint64_t hash);
  /// Frees an entry that left the table, with its value; `editable` is what may_edit said of it.
  void release_entry(Entry* entry, uint64_t hash, bool editable);
  /// Frees anything else that left the table.
  void release(RetiredKind kind, void* address, size_t bytes, uint64_t hash, bool editable);

  // -- Views. --

  /// Hands retired items of the bins [first, last) that no view needs any more to the reclaimer.
  void release_retired(uint32_t first_bin, uint32_t last_bin);
  bool has_retired() const { return !retired_.empty(); }

  /// Frees everything, as the only user of the table. Returns the bytes of retired items that were freed.
  size_t destroy_all(const Releaser& releaser);

  void check_invariants(int64_t now_ms) const;

  ExpiryIndex& expiry() { return expiry_; }
  const ExpiryIndex& expiry() const { return expiry_; }
  /// The entries whose values have members that expire.
  ExpiryIndex& member_expiry() { return member_expiry_; }
  const ExpiryIndex& member_expiry() const { return member_expiry_; }
  bool expires_members(const Entry& entry) const {
    return entry.has_root() &&
           context_.types[static_cast<size_t>(entry.kind())]->expires_members(entry.encoding());
  }
  /// The number of its database now; where a view should look for it first.
  int db() const { return db_; }
  void set_db(int db) { db_ = db; }

 private:
  RW_NOINLINE void make_writable_under_views(Slot* slot);
  Segment* writable(Segment* segment);
  void restamp(Segment* segment, bool all_private);
  void retire(RetiredKind kind, void* address, size_t bytes, uint64_t position);
  bool is_heavy(const Entry& entry) const;
  size_t releasable_bytes(const Entry& entry) const;

  Generation next_generation(Segment& segment) override;
  void dispose_segment(Segment* segment, const Generation& generation) override;
  void dispose_directory(Directory* directory) override;

  const TableContext& context_;
  int db_;
  ExpiryIndex expiry_;
  ExpiryIndex member_expiry_;
  RetiredBins retired_;
};

}  // namespace redwing

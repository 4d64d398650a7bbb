// Dictionary: the members of a large collection by name: set members, hash fields with their values,
// sorted-set members with their scores.
//
// It is a SegmentMap of entries, as a database is, so that nothing is ever rehashed as a whole; a member is
// an Entry (keyspace/entry.h) whose key is the member's name and whose inline bytes are what belongs to it
// (nothing, a field's value, a score). A field's own time to live is the entry's expiry. Long values stay
// inside the entry: a member is always one allocation.
//
// Copy-on-write. A Dictionary is part of a header that its owner copies when it is frozen (see
// keyspace/edit.h): the copy constructor shares directory and segments. Directory and segments carry their
// birth; a slot's private bit says whether its entry is younger than its segment's version, so that it may be
// changed or freed at once. Every change takes the Edit of the value; readers of a view need none.
//
// Cost: find, insert, erase O(1); about 9.5 bytes beside the entry. The directory (8 bytes for each segment
// of about 1500 members) is copied once per view when a segment is replaced.
#pragma once

#include <cstdint>

#include "keyspace/edit.h"
#include "keyspace/segment_map.h"

namespace redwing {

class Dictionary final : public SegmentMap {
 public:
  Dictionary(const Edit& edit, const Hasher& hasher) : Dictionary(edit.heap(), hasher, edit.birth()) {}
  Dictionary(Heap& heap, const Hasher& hasher, uint64_t birth) : SegmentMap(heap, hasher, birth) {}
  /// Shares everything below; for the copy of a frozen header, the original is then only let go of.
  Dictionary(const Dictionary& other) : SegmentMap(other) {}
  Dictionary& operator=(const Dictionary&) = delete;

  const Hasher& hasher() const { return hasher_; }
  uint64_t hash(ByteView name) const { return hasher_(name.data, name.size); }
  void prefetch_member(uint64_t hash) const { prefetch_names(hash); }

  bool locate(ByteView name, uint64_t hash, Slot* slot) const {
    return locate_name(name.data, name.size, hash, slot);
  }
  Entry* find(ByteView name, uint64_t hash) const {
    Slot slot;
    return locate(name, hash, &slot) ? slot.entry() : nullptr;
  }
  Entry* find(ByteView name) const { return find(name, hash(name)); }

  /// A member's entry, not yet in the dictionary, with room for `value_size` bytes in inline_data().
  /// `expiry_ms` may be kNoExpiry.
  static Entry* create_member(Heap& heap, ByteView name, size_t value_size, int64_t expiry_ms = kNoExpiry);

  /// Adds an entry whose name is not in the dictionary; takes it over. Slots found before are invalid then.
  void insert(const Edit& edit, uint64_t hash, Entry* entry);
  /// Makes the segment of a slot changeable; the slot then points into what may be a copy of it.
  void make_writable(const Edit& edit, Slot* slot);
  /// After make_writable: whether the entry in the slot may be changed where it is.
  static bool may_change(const Edit& edit, const Slot& slot) {
    return edit.may_change(0) || slot.is_private();
  }
  /// Puts another entry of the same name into the slot and lets go of the old one. Makes the slot writable.
  void replace(const Edit& edit, Slot* slot, Entry* fresh);
  /// Takes the entry out and lets go of it. Slots found before are invalid then.
  void erase(const Edit& edit, Slot slot, uint64_t hash);

  /// Frees everything; the dictionary cannot be used afterwards. Any thread that has it for itself.
  void free_all(const Releaser& releaser);
  /// Fills an empty dictionary with copies of the entries of another.
  void copy_from(const Dictionary& other, uint64_t birth);
  /// Bytes of directory and segments (not of the entries).
  using SegmentMap::bytes;

  /// Aborts when an invariant does not hold. O(members); for tests.
  void check_invariants() const;

 private:
  Segment* writable(const Edit& edit, Segment* segment);

  Generation next_generation(Segment& segment) override;
  void dispose_segment(Segment* segment, const Generation& generation) override;
  void dispose_directory(Directory* directory) override;
  void prepare_directory() override;

  // Of the change under way; the hooks above have no other way to learn of it. nullptr while it is filled by
  // copy_from.
  const Edit* edit_ = nullptr;
};

/// Bytes of a member's entry as allocated.
inline size_t member_bytes(const Entry& entry) { return Heap::class_size(entry.allocation_bytes()); }

}  // namespace redwing

// ListEditor: changes to the list of one key, in either form, from the find to the entry.
//
// It is made for a key that find_for_write found, or for one that is absent; changes follow; `finish` puts
// the result into the keyspace and must come last. In between nothing else may write to the keyspace. Values
// must not lie in the list.
//
// When a list takes another form is for the caller to ask, at the moments when Redis does: make_room_for
// before elements come, `shrink` after some left or were exchanged.
//
// Cost: without views, and while the form stays, nothing is allocated but by the list's own growth.
#pragma once

#include "collections/list/chunked_list.h"
#include "collections/list/list_view.h"
#include "collections/packed_root.h"
#include "keyspace/keyspace.h"

namespace redwing {

class ListEditor {
 public:
  /// Of the list that find_for_write found in `slot`.
  ListEditor(Keyspace& keyspace, const Key& key, SlotRef* slot, int32_t fill);
  /// Of a list that does not exist yet.
  ListEditor(Keyspace& keyspace, const Key& key, int db, int32_t fill);

  uint64_t length() const;
  /// The list as it is; until the next change, and not of one that does not exist yet.
  ListView view() const { return {root_, static_cast<uint8_t>(encoding_)}; }

  /// Announces elements: a packed list that would not take `text_bytes` more in `count` elements becomes
  /// chunked.
  void make_room_for(size_t text_bytes, size_t count);
  void push(ListEnd end, const PackedValue& value);
  /// Pushes values one after the other, with room made for each as it comes.
  void push_each(ListEnd end, std::span<const PackedValue> values);
  /// Puts it before the element at `index`, or behind the last one.
  void insert(uint64_t index, const PackedValue& value);
  void set(uint64_t index, const PackedValue& value);
  void erase_one(ListEnd end);
  /// Removes `count` elements, all of which there are.
  void erase_range(uint64_t index, uint64_t count);
  /// Removes at most `max` elements of this value, those nearest to an end. Returns how many.
  uint64_t remove(const PackedValue& value, uint64_t max, ListEnd from);
  /// A chunked list of one chunk, at most half as large as a packed one may be, becomes packed.
  void shrink();
  /// Puts the list into the keyspace; removes the key if the list is empty.
  void finish();

 private:
  bool is_packed() const { return encoding_ == ListEncoding::kPacked; }
  const uint8_t* block() const { return static_cast<const uint8_t*>(root_); }
  ListpackRoot packed() const { return {edit_, root_, owned_}; }
  void keep(void* block) {
    if (block == root_) return;
    root_ = block;
    owned_ = moved_ = whole_ = true;
  }
  ChunkedList own_chunked();
  void to_chunked();
  bool shrinks(size_t* bytes) const;
  uint64_t remove_packed(const PackedValue& value, uint64_t max, ListEnd from);

  Keyspace& keyspace_;
  const Key& key_;
  SlotRef* slot_;  // nullptr: there is no such key yet
  int db_;
  Edit edit_;
  ListLimits limits_;
  void* root_;  // nullptr: nothing was built yet
  ListEncoding encoding_;
  bool owned_;          // whether a packed root may be changed
  bool moved_ = false;  // whether the entry has another root than this
  bool whole_ = false;  // whether no view sees any part of the root that moved
};

}  // namespace redwing

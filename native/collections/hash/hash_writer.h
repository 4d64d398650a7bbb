// HashWriter: a hash while it is being changed: creation, conversion between its forms, copy-on-write, and
// what the keyspace must learn of it.
//
//   HashWriter writer(keyspace, db, key, &slot, limits);    slot: of find_for_write, whether it found or not
//   FieldPlace place = writer.find(name);
//   ... insert, replace, erase, set_expiry ...
//   writer.finish();                                        always; the writer is of no use afterwards
//
// A hash that loses its last field is gone, and its key's time to live with it: fields that are inserted
// afterwards make a new one, as they will where the log is read.
//
// A place is valid until the next change. It may be that of a field that has expired: whether that counts is
// the caller's to say. Between construction and finish nothing else may write to the keyspace. Owner thread.
#pragma once

#include <optional>

#include "collections/hash/hash.h"
#include "collections/packed_root.h"
#include "keyspace/keyspace.h"

namespace redwing {

/// What a packed hash may hold at most.
struct HashLimits {
  size_t fields;
  size_t bytes;  // of a field's name, and of a value

  static HashLimits none() { return {SIZE_MAX, SIZE_MAX}; }
};

/// Where a field is.
struct FieldPlace {
  bool found = false;
  uint32_t position = 0;  // of the name, if packed
  uint64_t hash = 0;      // if in a table
  Slot slot;
  PackedValue value;
  int64_t expiry_ms = kNoExpiry;

  bool is_expired(int64_t now_ms) const { return expiry_ms != kNoExpiry && expiry_ms <= now_ms; }
};

class HashWriter {
 public:
  /// `slot->entry` is nullptr for a key that is absent: finish() then creates it if there are fields.
  HashWriter(Keyspace& keyspace, int db, const Key& key, SlotRef* slot, const HashLimits& limits);

  HashWriter(const HashWriter&) = delete;
  HashWriter& operator=(const HashWriter&) = delete;

  bool is_new() const { return slot_->entry == nullptr; }
  /// Fields, those included that have expired but are still in place.
  size_t size() const;

  /// Prepares for about `fields` new fields of `bytes` bytes together. More than fit a packed hash make it a
  /// table.
  void expect(size_t fields, size_t bytes);

  FieldPlace find(ByteView name) const;
  /// Brings near what finding and inserting a field will touch.
  void prefetch(ByteView name) const {
    if (!is_packed()) table_->members.prefetch_member(table_->members.hash(name));
  }
  /// Adds a field that is not there.
  void insert(ByteView name, ByteView value, int64_t expiry_ms = kNoExpiry);
  /// Gives a field another value and expiry.
  void replace(const FieldPlace& place, ByteView name, ByteView value, int64_t expiry_ms);
  /// Gives a field another expiry, or none with kNoExpiry.
  void set_expiry(const FieldPlace& place, ByteView name, int64_t expiry_ms);
  void erase(const FieldPlace& place);
  /// Takes away a field whose time has come, which nobody asked for.
  void expire(const FieldPlace& place);
  /// Takes away a field whose time has come, and puts it in anew. Unlike with replace, logs are told that it
  /// went: for commands that ask whether it is there, or for what it has.
  void renew(const FieldPlace& place, ByteView name, ByteView value);
  /// Makes a packed hash one whose fields can expire.
  void prepare_expiring();

  /// Takes away the fields that have expired by the keyspace's time, until about `deadline_us` of the
  /// monotonic clock. Returns how many went.
  size_t expire_due(int64_t deadline_us);

  /// Puts the result into the keyspace, and reports it if fields have expired. A hash without fields is
  /// removed.
  void finish();
  /// Instead of finish, for a hash that is new: its root, which is the caller's then, and its encoding.
  void* take(uint8_t* encoding);

 private:
  bool is_packed() const { return block_.has_value(); }
  bool is_empty() const {
    return is_packed() ? block_->bytes() == listpack::kEmptyBytes : table_->members.size() == 0;
  }
  void note_expired(const FieldPlace& place) const;
  void remove(const FieldPlace& place);
  uint32_t stride() const { return encoding_ == HashEncoding::kPacked ? 2 : 3; }
  void* root() { return is_packed() ? block_->finish() : static_cast<void*>(table_); }

  FieldPlace find_packed(ByteView name) const;
  FieldPlace find_member(ByteView name) const;
  void insert_packed(const PackedValue& name, const PackedValue& value, int64_t expiry_ms);
  void replace_packed(const FieldPlace& place, ByteView name, ByteView value, int64_t expiry_ms);
  void insert_member(ByteView name, uint64_t hash, ByteView value, int64_t expiry_ms);
  void replace_member(const FieldPlace& place, ByteView name, ByteView value, int64_t expiry_ms);
  bool overwrite_member(const Slot& slot, ByteView value, int64_t expiry_ms) const;
  void erase_member(const FieldPlace& place);
  void erase_field(const FieldPlace& place);
  size_t expire_packed();
  size_t expire_table(int64_t deadline_us);

  bool fits_packed(ByteView name, ByteView value) const {
    return name.size <= limits_.bytes && value.size <= limits_.bytes;
  }
  void become_table();
  HashTable& writable_table();
  void schedule(int64_t at_ms, uint64_t hash);
  void unschedule(int64_t at_ms, uint64_t hash);
  void note_least_expiry();

  Keyspace& keyspace_;
  const int db_;
  const Key key_;
  SlotRef* slot_;
  const HashLimits limits_;
  const Edit edit_;
  HashEncoding encoding_;
  std::optional<ListpackRoot> block_;  // if packed
  HashTable* table_ = nullptr;         // otherwise
  bool whole_ = true;                  // no view can see any part of what is changed or made here
  int64_t least_before_ms_ = kNeverDue;
  bool has_expired_ = false;  // whether a field went because its time had come
  bool has_erased_ = false;   // whether one went because that was asked for
  bool was_emptied_ = false;  // whether one that went was the last
};

}  // namespace redwing

// Values that are not strings: their roots in and out of entries, and the right to change them.

#include "keyspace/edit.h"
#include "keyspace/value.h"

namespace redwing {

Entry* Keyspace::put_root(int db, const Key& key, ValueKind kind, uint8_t encoding, void* root,
                          Expiry expiry) {
  RW_ASSERT(kind != ValueKind::kString && types_[static_cast<size_t>(kind)] != nullptr,
            "the kind of a root is registered");
  return store(db, key, Value::of_root(kind, encoding, &root), expiry);
}

Edit Keyspace::edit(SlotRef* ref) {
  RW_ASSERT(ref->entry->has_root(), "what is edited is no string");
  Table& home = table(ref->db);
  if (views_.newest_epoch() == 0) [[likely]]
    return {heap_, home, ref->hash, views_.epoch(), 0, true};
  home.make_writable(&ref->slot);
  uint64_t frozen = views_.newest_epoch_at(home, ref->slot.segment->end_position());
  return {heap_, home, ref->hash, views_.epoch(), frozen, frozen == 0 || ref->slot.is_private()};
}

Edit Keyspace::edit_new(int db, const Key& key) {
  return {heap_, table(db), key.hash, views_.epoch(), views_.newest_epoch(), true};
}

void Keyspace::watch_members(Table& home, uint64_t hash, Entry* entry, bool watched) {
  if (watched) {
    home.member_expiry().insert(hash, entry, now_ms_);
  } else {
    home.member_expiry().erase(hash, entry);
  }
}

void Keyspace::reschedule_members(const SlotRef& ref) {
  const Entry& entry = *ref.entry;
  const ValueType* type = types_[static_cast<size_t>(entry.kind())];
  const int64_t at_ms = type->next_expiry_ms(entry.root(), entry.encoding());
  table(ref.db).member_expiry().reschedule(ref.hash, ref.entry, at_ms, now_ms_);
}

void Keyspace::set_root(SlotRef* ref, void* root, uint8_t encoding, bool whole) {
  Entry* old = ref->entry;
  Table& home = table(ref->db);
  home.make_writable(&ref->slot);
  const bool editable = home.may_edit(ref->slot);
  const bool was_watched = home.expires_members(*old);
  if (editable) [[likely]] {
    old->set_address(root);
    old->set_encoding_number(encoding);
    if (was_watched != home.expires_members(*old)) watch_members(home, ref->hash, old, !was_watched);
    return;
  }
  ByteView bytes = old->key();
  Key key{bytes.data, static_cast<uint32_t>(bytes.size), ref->hash};
  Entry* fresh = build(key, Value::of_root(old->kind(), encoding, &root), old->expiry_ms(), old->access());
  // While views share nodes of the tree, the entry is not private: deleting it retires the tree.
  home.set(ref->slot, fresh, whole);
  if (old->has_expiry()) home.expiry().replace(ref->hash, old, fresh, now_ms_);
  if (was_watched) watch_members(home, ref->hash, old, false);
  if (home.expires_members(*fresh)) watch_members(home, ref->hash, fresh, true);
  home.release(RetiredKind::kMemory, old, old->allocation_bytes(), ref->hash, false);
  ref->entry = fresh;
}

}  // namespace redwing

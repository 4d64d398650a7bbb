// The primitives through which everything in a keyspace is created, replaced and removed: table, expiry index
// and views are kept right here, so that operations need not think of them.

#include "keyspace/value.h"

namespace redwing {

// ---- Finding ----

bool Keyspace::locate(int db, const Key& key, Slot* slot) {
  if (!table(db).locate(key, slot)) return false;
  if (!slot->entry()->is_expired(now_ms_)) [[likely]]
    return true;
  if (expiry_mode_ == ExpiryMode::kIgnore) return true;
  remove_expired(db, *slot, key.hash, false);
  return false;
}

RW_NOINLINE bool Keyspace::keep_expired(int db, const Key& key) {
  if (expiry_mode_ == ExpiryMode::kIgnore) return true;
  Slot slot;
  if (expiry_mode_ == ExpiryMode::kRemove) locate(db, key, &slot);
  return false;
}

void Keyspace::remove_expired(int db, Slot slot, uint64_t hash, bool in_sweep) {
  expired_keys_++;
  if (expiry_mode_ == ExpiryMode::kRemove) report_removal(db, *slot.entry(), Removal::kExpired);
  remove_entry(db, slot, hash, in_sweep);
}

void Keyspace::report_removal(int db, const Entry& entry, Removal cause) {
  if (removal_listener_ != nullptr) removal_listener_(removal_context_, db, entry.key(), cause);
}

void Keyspace::report_expired_members(int db, ByteView key, bool is_emptied) {
  if (removal_listener_ == nullptr) return;
  removal_listener_(removal_context_, db, key, Removal::kExpiredMembers);
  if (is_emptied) removal_listener_(removal_context_, db, key, Removal::kEmptied);
}

// ---- Evicting ----

Slot Keyspace::slot_of_hash(int db, uint64_t hash) const {
  Slot slot;
  auto same = [&](const Entry* entry) {
    const ByteView key = entry->key();
    return hasher_(key.data, key.size) == hash;
  };
  probe(table(db).word_at(hash), hash, fingerprint(hash), same, &slot);
  return slot;
}

const Entry* Keyspace::peek(int db, uint64_t hash) const {
  const Slot slot = slot_of_hash(db, hash);
  return slot.segment == nullptr ? nullptr : slot.entry();
}

bool Keyspace::evict(int db, uint64_t hash) {
  const Slot slot = slot_of_hash(db, hash);
  if (slot.segment == nullptr) return false;
  if (slot.entry()->is_expired(now_ms_) && expiry_mode_ == ExpiryMode::kRemove) {
    remove_expired(db, slot, hash, false);
    return true;
  }
  evicted_keys_++;
  report_removal(db, *slot.entry(), Removal::kEvicted);
  remove_entry(db, slot, hash);
  return true;
}

// ---- Building ----

Entry* Keyspace::build(const Key& key, const Value& value, int64_t at_ms, uint32_t access) {
  Entry* entry = Entry::create(heap_, value.shape(key.size, at_ms != kNoExpiry), key.data, at_ms, access);
  value.write_to(entry);
  return entry;
}

// The same value under another key or with another expiry. A blob is shared. A root is copied, unless it
// moves.
Entry* Keyspace::clone(const Entry& source, const Key& key, int64_t at_ms, bool moves_root, uint32_t access) {
  void* root = nullptr;
  Value value;
  if (source.has_root()) {
    const ValueType* type = types_[static_cast<size_t>(source.kind())];
    root = moves_root ? source.root() : type->copy(source.root(), source.encoding(), heap_, views_.epoch());
    value = Value::of_root(source.kind(), source.encoding(), &root);
  } else {
    if (source.has_blob()) source.blob()->acquire();
    value = {ValueKind::kString, source.encoding(), source.has_blob(), source.inline_size(),
             source.inline_data()};
  }
  return build(key, value, at_ms, access);
}

// ---- Storing ----

Entry* Keyspace::store(int db, const Key& key, const Value& value, Expiry expiry) {
  Slot slot;
  if (locate(db, key, &slot)) return store_over(db, slot, key, value, expiry);
  return store_new(db, key, value, expiry.kind == Expiry::kAt ? expiry.at_ms : kNoExpiry);
}

Entry* Keyspace::store_new(int db, const Key& key, const Value& value, int64_t at_ms) {
  Entry* fresh = build(key, value, at_ms, initial_access(key));
  insert_entry(db, key.hash, fresh);
  return fresh;
}

Entry* Keyspace::store_over(int db, Slot slot, const Key& key, const Value& value, Expiry expiry) {
  Table& home = table(db);
  Entry* old = slot.entry();
  int64_t at_ms = kNoExpiry;
  if (expiry.kind != Expiry::kNone) at_ms = expiry.kind == Expiry::kKeep ? old->expiry_ms() : expiry.at_ms;
  bool expires = at_ms != kNoExpiry;
  Entry::Shape shape = value.shape(key.size, expires);
  home.make_writable(&slot);
  touch_entry(old, key);
  bool fits = old->has_expiry() == expires && old->is_wide() == shape.wide() && !old->has_blob() &&
              !old->has_root() && same_class(old->allocation_bytes(), shape.bytes());
  if (fits && home.may_edit(slot)) [[likely]] {
    old->reshape(shape);
    value.write_to(old);
    if (expires && at_ms != old->expiry_ms()) {
      home.expiry().reschedule(key.hash, old, at_ms, now_ms_);
      old->set_expiry_ms(at_ms);
    }
    // A string that becomes a hash whose fields expire.
    if (home.expires_members(*old)) [[unlikely]]
      watch_members(home, key.hash, old, true);
    return old;
  }
  Entry* fresh = build(key, value, at_ms, old->access());
  replace_entry(db, slot, key.hash, fresh);
  return fresh;
}

// ---- Entries in and out of a table ----

void Keyspace::insert_entry(int db, uint64_t hash, Entry* fresh) {
  Table& home = table(db);
  home.insert(hash, fresh);
  creations_.add(db, hash);
  if (fresh->has_expiry()) home.expiry().insert(hash, fresh, now_ms_);
  if (home.expires_members(*fresh)) watch_members(home, hash, fresh, true);
}

// The slot must be writable. With keeps_root the fresh entry holds the root of the old one. Then, if a view
// sees the root, the fresh entry is not private: so the root will be retired with it, not freed.
void Keyspace::replace_entry(int db, const Slot& slot, uint64_t hash, Entry* fresh, bool keeps_root) {
  Table& home = table(db);
  Entry* old = slot.entry();
  bool editable = home.may_edit(slot);
  home.set(slot, fresh, editable || !keeps_root);
  if (old->has_expiry()) {
    if (fresh->has_expiry()) {
      home.expiry().replace(hash, old, fresh, now_ms_);
    } else {
      home.expiry().erase(hash, old);
    }
  } else if (fresh->has_expiry()) {
    home.expiry().insert(hash, fresh, now_ms_);
  }
  if (home.expires_members(*old)) watch_members(home, hash, old, false);
  if (home.expires_members(*fresh)) watch_members(home, hash, fresh, true);
  if (keeps_root) {
    home.release(RetiredKind::kMemory, old, old->allocation_bytes(), hash, editable);
  } else {
    home.release_entry(old, hash, editable);
  }
}

// Puts a complete entry over whatever its key held.
void Keyspace::put_entry(int db, const Key& key, Entry* fresh) {
  Slot slot;
  if (locate(db, key, &slot)) {
    table(db).make_writable(&slot);
    replace_entry(db, slot, key.hash, fresh);
  } else {
    insert_entry(db, key.hash, fresh);
  }
}

void Keyspace::remove_entry(int db, Slot slot, uint64_t hash, bool in_sweep, bool keeps_root) {
  Table& home = table(db);
  home.make_writable(&slot);
  Entry* old = slot.entry();
  bool editable = home.may_edit(slot);
  RW_ASSERT(!keeps_root || editable, "a root that a view sees does not move to another key");
  home.erase(slot, hash);
  if (old->has_expiry()) home.expiry().erase(hash, old, !in_sweep);
  if (home.expires_members(*old)) watch_members(home, hash, old, false);
  if (keeps_root) {
    home.release(RetiredKind::kMemory, old, old->allocation_bytes(), hash, editable);
  } else {
    home.release_entry(old, hash, editable);
  }
}

}  // namespace redwing

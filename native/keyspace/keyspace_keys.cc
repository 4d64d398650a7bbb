// Keys as such: removing, expiring, renaming, copying; and how their access is kept.

#include <algorithm>

#include "keyspace/value.h"

namespace redwing {

namespace {
constexpr uint32_t kAccessMask = 0xFFFFFF;
constexpr uint32_t kMinutesMask = 0xFFFF;
constexpr uint32_t kInitialFrequency = 5;  // new keys are not the first to go
constexpr uint32_t kFrequencyMax = 255;
}  // namespace

bool Keyspace::erase(int db, const Key& key) {
  Slot slot;
  if (!locate(db, key, &slot)) return false;
  remove_entry(db, slot, key.hash);
  return true;
}

bool Keyspace::set_expiry(int db, const Key& key, int64_t at_ms) {
  Slot slot;
  if (!locate(db, key, &slot)) return false;
  Entry* old = slot.entry();
  if (at_ms == old->expiry_ms()) return true;
  Table& home = table(db);
  home.make_writable(&slot);
  if (old->has_expiry() && at_ms != kNoExpiry && home.may_edit(slot)) {
    home.expiry().reschedule(key.hash, old, at_ms, now_ms_);
    old->set_expiry_ms(at_ms);
    return true;
  }
  replace_entry(db, slot, key.hash, clone(*old, key, at_ms, true, old->access()), old->has_root());
  return true;
}

bool Keyspace::rename(int db, const Key& from, const Key& to) { return transfer(db, from, db, to); }

bool Keyspace::move(int from_db, const Key& key, int to_db) { return transfer(from_db, key, to_db, key); }

bool Keyspace::transfer(int from_db, const Key& from, int to_db, const Key& to) {
  Slot slot;
  if (!locate(from_db, from, &slot)) return false;
  const Entry* old = slot.entry();
  if (from_db == to_db && old->key_equals(to.data, to.size)) return true;
  Table& home = table(from_db);
  home.make_writable(&slot);
  bool moves_root = old->has_root() && home.may_edit(slot);
  Entry* fresh = clone(*old, to, old->expiry_ms(), moves_root, old->access());
  remove_entry(from_db, slot, from.hash, false, moves_root);
  put_entry(to_db, to, fresh);
  return true;
}

bool Keyspace::copy(int from_db, const Key& from, int to_db, const Key& to) {
  Slot slot;
  if (!locate(from_db, from, &slot)) return false;
  const Entry* old = slot.entry();
  if (from_db == to_db && old->key_equals(to.data, to.size)) return true;
  put_entry(to_db, to, clone(*old, to, old->expiry_ms(), false, initial_access(to)));
  return true;
}

size_t Keyspace::entry_bytes(const Entry& entry) const {
  size_t bytes = Heap::class_size(entry.allocation_bytes());
  if (entry.has_blob()) bytes += Heap::class_size(entry.blob()->allocation_bytes());
  if (entry.has_root()) {
    bytes += types_[static_cast<size_t>(entry.kind())]->memory(entry.root(), entry.encoding());
  }
  return bytes;
}

// ---- Access ----

void Keyspace::set_now(int64_t now_ms) {
  now_ms_ = now_ms;
  access_clock_ = static_cast<uint32_t>(now_ms / 1000) & kAccessMask;
  begin_use();
}

void Keyspace::set_access_policy(const AccessPolicy& policy) {
  access_policy_ = policy;
  keeps_time_ = is_touching_ && !policy.lfu;
}

void Keyspace::set_touching(bool touching) {
  is_touching_ = touching;
  keeps_time_ = touching && !access_policy_.lfu;
}

uint32_t Keyspace::minutes() const { return static_cast<uint32_t>(now_ms_ / 60000) & kMinutesMask; }

// Making a key is the use that its counter begins with.
RW_NOINLINE uint32_t Keyspace::initial_use(const Key& key) {
  note_use(key);
  return minutes() << 8 | kInitialFrequency;
}

// False if it goes on with one that was noted before.
bool Keyspace::note_use(const Key& key) {
  for (uint32_t i = 0; i < std::min(use_count_, kUsesKept); i++) {
    if (uses_[i].name == key.data && uses_[i].hash == key.hash) return false;
  }
  uses_[use_count_ % kUsesKept] = {key.data, key.hash};
  // Stays among the numbers that say that the ring is full.
  use_count_ = use_count_ == 2 * kUsesKept - 1 ? kUsesKept : use_count_ + 1;
  return true;
}

uint32_t Keyspace::decayed_frequency(uint32_t access) const {
  uint32_t counter = access & kFrequencyMax;
  if (access_policy_.lfu_decay_minutes == 0) return counter;
  uint32_t elapsed = (minutes() - (access >> 8)) & kMinutesMask;
  return counter - std::min(counter, elapsed / access_policy_.lfu_decay_minutes);
}

// A counter that grows with probability 1 / ((counter - initial) * factor + 1) per use.
void Keyspace::touch_lfu(Entry* entry) {
  uint32_t counter = decayed_frequency(entry->access());
  if (counter < kFrequencyMax) {
    uint64_t above = counter > kInitialFrequency ? counter - kInitialFrequency : 0;
    uint64_t one_in = above * access_policy_.lfu_log_factor + 1;
    if (next_random() % one_in == 0) counter++;
  }
  entry->set_access(minutes() << 8 | counter);
}

RW_NOINLINE void Keyspace::touch_otherwise(Entry* entry, const Key& key) {
  if (is_touching_ && note_use(key)) touch_lfu(entry);
}

RW_NOINLINE void Keyspace::count_uses(int db, const Key& key, int32_t times) {
  Entry* entry = is_touching_ ? find(db, key, false) : nullptr;
  if (entry == nullptr) return;
  for (int32_t i = 0; i < times; i++) touch_lfu(entry);
}

uint32_t Keyspace::idle_seconds(const Entry& entry) const {
  return (access_clock_ - entry.access()) & kAccessMask;
}

void Keyspace::restore_access(Entry* entry, int64_t idle_seconds, int frequency) {
  if (access_policy_.lfu) {
    if (frequency >= 0) entry->set_access(minutes() << 8 | static_cast<uint32_t>(frequency));
  } else if (idle_seconds >= 0) {
    // Further back than the clock reaches, it is as long ago as can be told.
    const auto idle = static_cast<uint32_t>(std::min<int64_t>(idle_seconds, kAccessMask));
    entry->set_access((access_clock_ - idle) & kAccessMask);
  }
}

uint32_t Keyspace::frequency(const Entry& entry) const { return decayed_frequency(entry.access()); }

}  // namespace redwing

// Many keys: scanning, choosing at random, expiring.

#include <algorithm>

#include "keyspace/value.h"

namespace redwing {

uint64_t Keyspace::scan(int db, uint64_t cursor, size_t count_hint, ScanVisitor visit) {
  return table(db).scan(cursor, count_hint, [&](Entry& entry) {
    if (expiry_mode_ != ExpiryMode::kIgnore && entry.is_expired(now_ms_)) return false;
    visit(entry);
    return true;
  });
}

// ---- Random ----

Entry* Keyspace::random(int db) {
  constexpr int kTries = 100;
  for (int i = 0; i < kTries && table(db).size() != 0; i++) {
    Entry* entry = table(db).random(random_);
    if (entry == nullptr) return nullptr;
    if (!entry->is_expired(now_ms_) || expiry_mode_ == ExpiryMode::kIgnore) return entry;
    if (expiry_mode_ == ExpiryMode::kHide) continue;
    ByteView key = entry->key();
    uint64_t hash = hasher_(key.data, key.size);
    remove_expired(db, table(db).locate_entry(hash, entry), hash, false);
  }
  return nullptr;
}

size_t Keyspace::sample(int db, bool expiring_only, Entry** out, size_t max) {
  const Table& home = table(db);
  const SegmentMap& map = expiring_only ? static_cast<const SegmentMap&>(home.expiry()) : home;
  if (map.size() == 0) return 0;
  const size_t found = max == 1 ? 0 : map.sample(next_random(), out, max, max * 8 + 64);
  if (found != 0) return found;
  out[0] = map.random([this] { return next_random(); });
  return out[0] != nullptr;
}

// ---- Expiring ----

size_t Keyspace::expire_cycle(int64_t now_ms, int64_t budget_us) {
  set_now(now_ms);
  if (expiry_mode_ != ExpiryMode::kRemove) return 0;
  int64_t deadline_us = budget_us > INT64_MAX / 2 ? INT64_MAX : platform::monotonic_us() + budget_us;
  size_t removed = 0;
  bool in_time = true;
  for (int visited = 0; visited < databases() && in_time; visited++) {
    if (sweep_db_ >= databases()) sweep_db_ = 0;
    Table& home = table(sweep_db_);
    if (!sweeps_members_ && home.expiry().wants_sweep(now_ms))
      removed += sweep(sweep_db_, deadline_us, &in_time);
    sweeps_members_ = sweeps_members_ || !home.expiry().is_sweeping();
    if (in_time && home.member_expiry().wants_sweep(now_ms))
      removed += sweep_members(sweep_db_, deadline_us, &in_time);
    if (in_time) {
      sweep_db_++;
      sweeps_members_ = false;
    }
  }
  return removed;
}

size_t Keyspace::sweep(int db, int64_t deadline_us, bool* in_time) {
  Entry* due[ExpiryIndex::kStepEntriesMax];
  uint64_t hashes[ExpiryIndex::kStepEntriesMax];
  Table& home = table(db);
  size_t removed = 0;
  do {
    uint32_t count = home.expiry().sweep_step(now_ms_, due);
    for (uint32_t i = 0; i < count; i++) {
      ByteView key = due[i]->key();
      hashes[i] = hasher_(key.data, key.size);
      home.prefetch_bucket(hashes[i]);
    }
    for (uint32_t i = 0; i < count; i++) {
      remove_expired(db, home.locate_entry(hashes[i], due[i]), hashes[i], true);
    }
    removed += count;
    *in_time = platform::monotonic_us() < deadline_us;
  } while (*in_time && home.expiry().is_sweeping());
  return removed;
}

size_t Keyspace::sweep_members(int db, int64_t deadline_us, bool* in_time) {
  Entry* due[ExpiryIndex::kStepEntriesMax];
  Table& home = table(db);
  size_t removed = 0;
  do {
    uint32_t count = home.member_expiry().sweep_step(now_ms_, due);
    *in_time = true;
    for (uint32_t i = 0; i < count; i++) {
      removed += expire_members(db, due[i], deadline_us, *in_time);
      *in_time = platform::monotonic_us() < deadline_us;
    }
    if (count == 0) *in_time = platform::monotonic_us() < deadline_us;
  } while (*in_time && home.member_expiry().is_sweeping());
  return removed;
}

// What is left for later is due again in the next pass.
size_t Keyspace::expire_members(int db, Entry* entry, int64_t deadline_us, bool in_time) {
  const ByteView key = entry->key();
  const uint64_t hash = hasher_(key.data, key.size);
  SlotRef ref{entry, db, hash, table(db).locate_entry(hash, entry)};
  size_t removed = 0;
  if (in_time && !entry->is_expired(now_ms_)) {  // else the key itself is about to go
    removed = types_[static_cast<size_t>(entry->kind())]->expire_members(*this, &ref, deadline_us);
  }
  if (ref.entry != nullptr && table(db).expires_members(*ref.entry)) reschedule_members(ref);
  return removed;
}

}  // namespace redwing

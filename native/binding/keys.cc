// Operations on keys of any type, on time to live, and on whole databases.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "binding/long_reads.h"
#include "binding/operation.h"
#include "types/glob.h"

namespace redwing {
namespace {

// Calls visit(key) for `count` keys, whose memory is brought near first when there are several.
template <class Visit>
void for_each_key(Engine& e, int32_t first, int32_t count, Visit visit) {
  for (int32_t i = 0; i < count; i++) {
    if (count > 1 && i % kPrefetchWindow == 0) e.prefetch_keys(first + i, count - i, 1);
    visit(e.key(first + i));
  }
}

// countExisting(first, count): how many of the keys exist, counting repetitions. Leaves access times alone.
int32_t count_existing(Engine& e, const int32_t (&a)[2]) {
  int32_t existing = 0;
  for_each_key(e, a[0], a[1], [&](const Key& key) { existing += e.read(key, false) != nullptr; });
  return existing;
}

// touchKeys(first, count): the same, and they count as accessed now, whatever the client's way with that.
int32_t touch_keys(Engine& e, const int32_t (&a)[2]) {
  int32_t existing = 0;
  const bool was_touching = e.keyspace.is_touching();
  e.keyspace.set_touching(true);
  for_each_key(e, a[0], a[1], [&](const Key& key) { existing += e.read(key) != nullptr; });
  e.keyspace.set_touching(was_touching);
  return existing;
}

// setTouching(on): whether what follows counts as access to the keys that it names.
int32_t set_touching(Engine& e, const int32_t (&a)[1]) {
  e.keyspace.set_touching(a[0] != 0);
  return 0;
}

// eraseKeys(first, count): how many were removed.
int32_t erase_keys(Engine& e, const int32_t (&a)[2]) {
  int32_t erased = 0;
  for_each_key(e, a[0], a[1], [&](const Key& key) { erased += e.keyspace.erase(e.db(), key); });
  return erased;
}

// typeOf(key, touch): its type (kType...), or kStatusNoKey. With 0 for `touch` it is no access.
int32_t type_of(Engine& e, const int32_t (&a)[2]) {
  Entry* entry = e.read(e.key(a[0]), a[1] != 0);
  return entry == nullptr ? kStatusNoKey : static_cast<int32_t>(entry->kind());
}

// encodingOf(key): the encoding nibble, or kStatusNoKey.
int32_t encoding_of(Engine& e, const int32_t (&a)[1]) {
  Entry* entry = e.keyspace.find(e.db(), e.key(a[0]), false);
  return entry == nullptr ? kStatusNoKey : entry->encoding();
}

// idleSeconds(key), accessFrequency(key): or kStatusNoKey.
int32_t idle_seconds(Engine& e, const int32_t (&a)[1]) {
  Entry* entry = e.keyspace.find(e.db(), e.key(a[0]), false);
  return entry == nullptr ? kStatusNoKey : static_cast<int32_t>(e.keyspace.idle_seconds(*entry));
}
int32_t access_frequency(Engine& e, const int32_t (&a)[1]) {
  Entry* entry = e.keyspace.find(e.db(), e.key(a[0]), false);
  return entry == nullptr ? kStatusNoKey : static_cast<int32_t>(e.keyspace.frequency(*entry));
}

// entryBytes(key): what the key takes with its value, in numbers[A]; 0 or kStatusNoKey.
int32_t entry_bytes(Engine& e, const int32_t (&a)[1]) {
  Entry* entry = e.keyspace.find(e.db(), e.key(a[0]), false);
  if (entry == nullptr) return kStatusNoKey;
  e.arenas.numbers()[kNumberA] = static_cast<double>(e.keyspace.entry_bytes(*entry));
  return 0;
}

// smallInteger(key): 1 if the value is an int-encoded string from 0 to 9999, which OBJECT REFCOUNT shows as
// shared.
int32_t small_integer(Engine& e, const int32_t (&a)[1]) {
  Entry* entry = e.keyspace.find(e.db(), e.key(a[0]), false);
  if (entry == nullptr) return kStatusNoKey;
  return entry->is_string() && entry->is_int() && entry->integer() >= 0 && entry->integer() < 10000;
}

// expireKey(key, flags): sets the expiry register's time, under kExpireIf... conditions. 1 set, 2 set to a
// time that has passed (the key is gone), 0 a condition failed or no key.
int32_t expire_key(Engine& e, const int32_t (&a)[2]) {
  Key key = e.key(a[0]);
  Entry* entry = e.find(key);
  if (entry == nullptr) return 0;
  const int64_t current = entry->expiry_ms(), at = e.expiry_ms;
  const bool has = entry->has_expiry();
  if ((a[1] & kExpireIfNone) != 0 && has) return 0;
  if ((a[1] & kExpireIfAny) != 0 && !has) return 0;
  // A key without expiry counts as one that lives for ever.
  if ((a[1] & kExpireIfGreater) != 0 && (!has || at <= current)) return 0;
  if ((a[1] & kExpireIfLess) != 0 && has && at >= current) return 0;
  // A log is loaded as it was written: what expires in it may live for ever some commands later.
  if (at <= e.keyspace.now() && e.keyspace.expiry_mode() != ExpiryMode::kIgnore) {
    e.keyspace.erase(e.db(), key);
    return 2;
  }
  e.keyspace.set_expiry(e.db(), key, at);
  return 1;
}

// writeExpiry(key, unitMs, absolute): the time to live, or the absolute time of expiry, as an integer reply;
// -1 without expiry, -2 without key. Times to live are rounded to the nearest unit, absolute ones down.
int32_t write_expiry(Engine& e, const int32_t (&a)[3]) {
  Entry* entry = e.read(e.key(a[0]), false);
  int64_t reply = -2;
  if (entry != nullptr && !entry->has_expiry()) {
    reply = -1;
  } else if (entry != nullptr) {
    const int64_t unit = a[1];
    int64_t at = entry->expiry_ms();
    if (a[2] == 0) at = std::max<int64_t>(at - e.keyspace.now(), 0);
    // TTL and EXPIRETIME in seconds round half a second up.
    reply = unit == 1 ? at : at / unit + (at % unit >= unit / 2 ? 1 : 0);
  }
  e.arenas.write_integer(reply);
  return 0;
}

// persistKey(key): 1 if it had an expiry.
int32_t persist_key(Engine& e, const int32_t (&a)[1]) {
  Key key = e.key(a[0]);
  Entry* entry = e.find(key);
  if (entry == nullptr || !entry->has_expiry()) return 0;
  e.keyspace.set_expiry(e.db(), key, kNoExpiry);
  return 1;
}

// setExpiry(key): puts the expiry register's time on a key that exists; 2 if that time has passed and it is
// gone.
int32_t set_expiry(Engine& e, const int32_t (&a)[1]) {
  Key key = e.key(a[0]);
  if (e.expiry_ms <= e.keyspace.now()) {
    e.keyspace.erase(e.db(), key);
    return 2;
  }
  e.keyspace.set_expiry(e.db(), key, e.expiry_ms);
  return 1;
}

// renameKey(from, to, onlyIfAbsent): 1 renamed, 0 the target exists, kStatusNoKey.
int32_t rename_key(Engine& e, const int32_t (&a)[3]) {
  Key from = e.key(a[0]), to = e.key(a[1]);
  if (e.find(from) == nullptr) return kStatusNoKey;
  const bool is_same =
      from.hash == to.hash && from.size == to.size && Entry::equal_bytes(from.data, to.data, from.size);
  if (a[2] != 0 && (is_same || e.find(to) != nullptr)) return 0;
  return e.keyspace.rename(e.db(), from, to);
}

// copyKey(from, to, database, replace): 1 copied, 0 no source or the target exists.
int32_t copy_key(Engine& e, const int32_t (&a)[4]) {
  Key from = e.key(a[0]), to = e.key(a[1]);
  if (e.read(from) == nullptr) return 0;
  e.keyspace.begin_use();  // of the target, which may have the same name
  if (a[3] == 0 && e.keyspace.find(a[2], to) != nullptr) return 0;
  return e.keyspace.copy(e.db(), from, a[2], to);
}

// moveKey(key, database): 1 moved, 0 no key or the target exists.
int32_t move_key(Engine& e, const int32_t (&a)[2]) {
  Key key = e.key(a[0]);
  if (e.find(key) == nullptr) return 0;
  e.keyspace.begin_use();  // of the key of that name there
  if (e.keyspace.find(a[1], key) != nullptr) return 0;
  return e.keyspace.move(e.db(), key, a[1]);
}

// ---- databases ----

// swapDatabases(a, b)
int32_t swap_databases(Engine& e, const int32_t (&a)[2]) {
  e.keyspace.swap(a[0], a[1]);
  return 0;
}

// flushDatabase(db): -1: all of them. Returns 0, and in numbers[A] how many keys there were; the memory is
// freed in the background.
int32_t flush_database(Engine& e, const int32_t (&a)[1]) {
  const uint64_t keys = a[0] < 0 ? e.keyspace.flush_all() : e.keyspace.flush(a[0]);
  e.arenas.numbers()[kNumberA] = static_cast<double>(keys);
  return 0;
}

// keyCount(db): keys, and the same, exact, in numbers[A]. O(1).
int32_t key_count(Engine& e, const int32_t (&a)[1]) {
  const size_t size = e.keyspace.size(a[0]);
  e.arenas.numbers()[kNumberA] = static_cast<double>(size);
  return static_cast<int32_t>(std::min<size_t>(size, INT32_MAX));
}

// databaseSize(db): keys; numbers[A] the same, numbers[B] those with expiry, numbers[C] the mean time to live
// in ms, numbers[D] those whose members may expire.
int32_t database_size(Engine& e, const int32_t (&a)[1]) {
  double* numbers = e.arenas.numbers();
  size_t size = e.keyspace.size(a[0]);
  numbers[kNumberA] = static_cast<double>(size);
  numbers[kNumberB] = static_cast<double>(e.keyspace.expires(a[0]));
  numbers[kNumberC] = static_cast<double>(e.keyspace.average_ttl(a[0]));
  numbers[kNumberD] = static_cast<double>(e.keyspace.member_expires(a[0]));
  return static_cast<int32_t>(std::min<size_t>(size, INT32_MAX));
}

// randomKey(): writes a key, or a null.
int32_t random_key(Engine& e, const int32_t (&)[1]) {
  Entry* entry = e.keyspace.random(e.db());
  if (entry == nullptr) {
    e.arenas.write_null();
    return 0;
  }
  e.arenas.write_bulk(entry->key().data, entry->key().size);
  return 1;
}

bool matches(const Bytes* pattern, ByteView key) {
  if (pattern == nullptr) return true;
  return glob_match(pattern->data, pattern->size, key.data, key.size, false);
}

// A pattern argument, or null for "everything".
const Bytes* pattern_of(const Engine& e, int32_t argument, Bytes* storage) {
  if (argument < 0) return nullptr;
  *storage = e.arenas.argument(argument);
  return storage->size == 1 && storage->data[0] == '*' ? nullptr : storage;
}

// scanKeys(count, pattern or -1, type or -1): goes on from cursor numbers[A], writes [next cursor,
// [keys...]].
int32_t scan_keys(Engine& e, const int32_t (&a)[3]) {
  Bytes storage{};
  const Bytes* pattern = pattern_of(e, a[1], &storage);
  std::vector<const Entry*> found;
  auto cursor = static_cast<uint64_t>(e.arenas.numbers()[kNumberA]);
  uint64_t next = e.keyspace.scan(e.db(), cursor, static_cast<size_t>(a[0]), [&](const Entry& entry) {
    if (a[2] >= 0 && static_cast<int32_t>(entry.kind()) != a[2]) return;
    if (matches(pattern, entry.key())) found.push_back(&entry);
  });
  e.arenas.write_array_header(2);
  std::string text = std::to_string(next);
  e.arenas.write_bulk(reinterpret_cast<const uint8_t*>(text.data()), text.size());
  e.arenas.write_array_header(found.size());
  for (const Entry* entry : found) e.arenas.write_bulk(entry->key().data, entry->key().size);
  return 0;
}

// listKeys(pattern): writes all keys that match as one array, on the loop: for small databases.
int32_t list_keys(Engine& e, const int32_t (&a)[1]) {
  Bytes storage{};
  const Bytes* pattern = pattern_of(e, a[0], &storage);
  std::vector<const Entry*> found;
  uint64_t cursor = 0;
  do {
    cursor = e.keyspace.scan(e.db(), cursor, SIZE_MAX, [&](const Entry& entry) {
      if (matches(pattern, entry.key())) found.push_back(&entry);
    });
  } while (cursor != 0);
  e.arenas.write_array_header(found.size());
  for (const Entry* entry : found) e.arenas.write_bulk(entry->key().data, entry->key().size);
  return static_cast<int32_t>(found.size());
}

// beginListKeys(pattern): the same on a worker over a view; returns the job's number (see LongReads).
int32_t begin_list_keys(Engine& e, const int32_t (&a)[1]) {
  Bytes b = e.arenas.argument(a[0]);
  std::string pattern(reinterpret_cast<const char*>(b.data), b.size);
  int db = e.db();
  return e.long_reads->begin([pattern = std::move(pattern), db](const View& view, ChunkedReply& reply) {
    collect_keys(view, db, pattern, reply);
  });
}

// isThere(db, key): 1 if the key is in a database now; neither a hit nor an access.
int32_t is_there(Engine& e, const int32_t (&a)[2]) {
  return e.keyspace.find(a[0], e.key(a[1]), false) != nullptr;
}

// keepCreations(on): whether takeCreation can be asked.
int32_t keep_creations(Engine& e, const int32_t (&a)[1]) {
  e.keyspace.creations().turn(a[0] != 0);
  return 0;
}

// forgetCreations(): what was not asked for is kept no longer.
int32_t forget_creations(Engine& e, const int32_t (&)[1]) {
  e.keyspace.creations().clear();
  return 0;
}

// takeCreation(db, key): 1 if the key came to be since; asked once for each.
int32_t take_creation(Engine& e, const int32_t (&a)[2]) {
  return e.keyspace.creations().take(a[0], e.key(a[1]).hash);
}

// keepMissedKeys(on): whether takeMissedKeys has something to take.
int32_t keep_missed_keys(Engine& e, const int32_t (&a)[1]) {
  e.arenas.control()[kKeepMissedKeys] = a[0];
  e.missed_keys.clear();
  return 0;
}

constexpr Operation kOperations[] = {
    operation<&keep_missed_keys>("keepMissedKeys"),
    operation<&is_there>("isThere"),
    operation<&keep_creations>("keepCreations"),
    operation<&take_creation>("takeCreation"),
    operation<&forget_creations>("forgetCreations"),
    operation<&count_existing>("countExisting"),
    operation<&touch_keys>("touchKeys"),
    operation<&set_touching>("setTouching"),
    operation<&erase_keys>("eraseKeys"),
    operation<&type_of>("typeOf"),
    operation<&encoding_of>("encodingOf"),
    operation<&idle_seconds>("idleSeconds"),
    operation<&access_frequency>("accessFrequency"),
    operation<&entry_bytes>("entryBytes"),
    operation<&small_integer>("smallInteger"),
    operation<&expire_key>("expireKey"),
    operation<&write_expiry>("writeExpiry"),
    operation<&persist_key>("persistKey"),
    operation<&set_expiry>("setExpiry"),
    operation<&rename_key>("renameKey"),
    operation<&copy_key>("copyKey"),
    operation<&move_key>("moveKey"),
    operation<&swap_databases>("swapDatabases"),
    operation<&flush_database>("flushDatabase"),
    operation<&key_count>("keyCount"),
    operation<&database_size>("databaseSize"),
    operation<&random_key>("randomKey"),
    operation<&scan_keys>("scanKeys"),
    operation<&list_keys>("listKeys"),
    operation<&begin_list_keys>("beginListKeys"),
};

}  // namespace

std::span<const Operation> key_operations() { return kOperations; }

}  // namespace redwing

// Operations that read whole hashes, or parts that are not named: listing, choosing at random, scanning.
// Short ones run on the loop, long ones on a worker over a view (see reads.h).
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "binding/hashes.h"
#include "binding/packed_reply.h"
#include "binding/random_reads.h"
#include "binding/reads.h"
#include "collections/hash/hash_fields.h"
#include "types/glob.h"

namespace redwing {
namespace {

// The hash of the read's only key; false if the key holds another type. `found` is empty for an absent key.
template <typename Keys>
bool open_hash(Keys& keys, std::optional<Hash>* found) {
  const Entry* entry = keys.find(0);
  if (entry == nullptr) return true;
  if (!is_hash(*entry)) return false;
  found->emplace(*entry);
  return true;
}

struct ListRead {
  int32_t parts;

  template <typename Keys>
  int64_t cost(Keys& keys) const {
    std::optional<Hash> hash;
    if (!open_hash(keys, &hash)) return kStatusWrongType;
    return hash ? static_cast<int64_t>(hash->size()) : 0;
  }
  template <typename Keys, typename Out>
  void write(Keys& keys, Out& out) const {
    std::optional<Hash> hash;
    open_hash(keys, &hash);
    const size_t size = hash ? hash->live_size(keys.now()) : 0;
    if (parts == (kHashNames | kHashValues)) {
      write_map_header(out, size);
    } else {
      out.write_array_header(size);
    }
    if (size == 0) return;
    if (parts == (kHashNames | kHashValues) && hash->stride() == 2 && hash->is_packed()) {
      write_packed_run(out, hash->block(), listpack::first(), 2 * size);
      return;
    }
    hash->for_each(keys.now(), [&](const PackedValue& name, const PackedValue& value) {
      if ((parts & kHashNames) != 0) write_packed(out, name);
      if ((parts & kHashValues) != 0) write_packed(out, value);
    });
  }
};

// Brings the roots of a run of hashes near.
void prefetch_hashes(Engine& e, int32_t first, int32_t count, int32_t stride) {
  for (int32_t i = 0; i < std::min(count, kPrefetchWindow); i++) {
    const Entry* entry = e.keyspace.find(e.db(), e.key(first + i * stride), false);
    if (entry != nullptr && entry->has_root()) platform::prefetch(entry->root());
  }
}

// listHash(key, parts): names, values (kHash...) or both of all fields; 0, kStatusDeferred, kStatusWrongType.
int32_t list_hash(Engine& e, const int32_t (&a)[2]) { return run_read(e, a[0], 1, ListRead{a[1]}); }

// listHashRun(first, count, stride, parts): the same for a run of keys; stops in front of one that fails or
// takes long. Returns how many it did.
int32_t list_hash_run(Engine& e, const int32_t (&a)[4]) {
  const ListRead read{a[3]};
  for (int32_t i = 0; i < a[1]; i++) {
    const int32_t key = a[0] + i * a[2];
    if (i % kPrefetchWindow == 0) prefetch_hashes(e, key, a[1] - i, a[2]);
    if (!run_if_short(e, key, read)) return i;
  }
  return a[1];
}

// ---- Choosing ----

struct RandomFields {
  static constexpr ValueKind kKind = ValueKind::kHash;
  static HashFields open(const Entry& entry, int64_t now_ms) { return {entry, now_ms}; }
  template <typename Out>
  static void write(Out& out, const HashFields::Item& field, bool with_value) {
    if (with_value && out.resp3()) out.write_array_header(2);
    write_packed(out, field.name);
    if (with_value) write_packed(out, field.value);
  }
};

// Removes what has expired of a hash before fields are chosen of it, for about half a millisecond.
void expire_before_choosing(Engine& e, const Key& key) {
  constexpr int64_t kBudgetUs = 500;
  if (e.keyspace.expiry_mode() != ExpiryMode::kRemove) return;
  const Entry* entry = e.keyspace.find(e.db(), key, false);
  if (entry == nullptr || !is_hash(*entry) || !Hash(*entry).has_expired(e.keyspace.now())) return;
  SlotRef slot;
  e.keyspace.find_for_write(e.db(), key, &slot);
  HashWriter writer(e.keyspace, e.db(), key, &slot, hash_limits(e));
  writer.expire_due(platform::monotonic_us() + kBudgetUs);
  writer.finish();
}

// chooseHashFields(key, single, withValues): see write_random.
int32_t choose_hash_fields(Engine& e, const int32_t (&a)[3]) {
  expire_before_choosing(e, e.key(a[0]));
  return write_random<RandomFields>(e, a[0], a[1] != 0, a[2] != 0);
}

// ---- Scanning ----

struct ScanRead {
  uint64_t cursor;
  size_t count;
  std::optional<std::string> pattern;
  bool with_values;

  struct Pair {
    PackedValue name, value;
  };

  bool matches(const PackedValue& name) const {
    if (!pattern) return true;
    uint8_t digits[kInt64TextMax];
    const ByteView text = name.text(digits);
    const auto* glob = reinterpret_cast<const uint8_t*>(pattern->data());
    return glob_match(glob, pattern->size(), text.data, text.size, false);
  }

  template <typename Keys>
  int64_t cost(Keys& keys) const {
    std::optional<Hash> hash;
    if (!open_hash(keys, &hash)) return kStatusWrongType;
    if (!hash) return 0;
    return static_cast<int64_t>(hash->is_packed() ? hash->size() : std::min(count, hash->size()));
  }

  // What a packed hash holds comes at once, of a table about as much as was asked for.
  uint64_t collect(const Hash& hash, int64_t now_ms, std::vector<Pair>* found) const {
    auto take = [&](const PackedValue& name, const PackedValue& value) {
      if (matches(name)) found->push_back({name, value});
    };
    if (hash.is_packed()) {
      hash.for_each(now_ms, take);
      return 0;
    }
    return hash.table().members.scan(cursor, count, [&](Entry& member) {
      if (member.is_expired(now_ms)) return false;
      take(Hash::name_of(member), Hash::value_of(member));
      return true;
    });
  }

  template <typename Keys, typename Out>
  void write(Keys& keys, Out& out) const {
    std::optional<Hash> hash;
    open_hash(keys, &hash);
    std::vector<Pair> found;
    const uint64_t next = hash ? collect(*hash, keys.now(), &found) : 0;
    out.write_array_header(2);
    out.write_bulk_integer(static_cast<int64_t>(next));
    out.write_array_header(found.size() * (with_values ? 2 : 1));
    for (const Pair& pair : found) {
      write_packed(out, pair.name);
      if (with_values) write_packed(out, pair.value);
    }
  }
};

// scanHash(key, count, pattern, withValues): from cursor numbers[A]; pattern -1: any. 0, kStatusDeferred,
// kStatusWrongType. Counts as no reading: typeOf has.
int32_t scan_hash(Engine& e, const int32_t (&a)[4]) {
  ScanRead read{
      static_cast<uint64_t>(e.arenas.numbers()[kNumberA]), static_cast<size_t>(a[1]), {}, a[3] != 0};
  if (a[2] >= 0) {
    const Bytes text = e.arenas.argument(a[2]);
    std::string pattern(reinterpret_cast<const char*>(text.data), text.size);
    if (pattern != "*") read.pattern = std::move(pattern);
  }
  return run_read(e, a[0], 1, std::move(read), Counts::kNothing);
}

constexpr Operation kOperations[] = {
    operation<&list_hash>("listHash"),
    operation<&list_hash_run>("listHashRun"),
    operation<&choose_hash_fields>("chooseHashFields"),
    operation<&scan_hash>("scanHash"),
};

}  // namespace

std::span<const Operation> hash_reading_operations() { return kOperations; }

}  // namespace redwing

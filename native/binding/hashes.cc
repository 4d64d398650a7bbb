// Operations on single fields of hashes. What reads whole hashes is in hash_reading.cc, what concerns the
// times to live of fields in hash_expiry.cc.
#include "binding/hashes.h"

#include <algorithm>
#include <cmath>

#include "types/number.h"

namespace redwing {

static_assert(static_cast<int32_t>(HashEncoding::kPacked) == kHashPacked &&
              static_cast<int32_t>(HashEncoding::kPackedExpiring) == kHashPackedExpiring &&
              static_cast<int32_t>(HashEncoding::kTable) == kHashTable &&
              static_cast<int32_t>(HashEncoding::kTableExpiring) == kHashTableExpiring);

HashTarget::HashTarget(Engine& e, int32_t argument) : key(e.key(argument)) {
  const Entry* entry = e.keyspace.find_for_write(e.db(), key, &slot);
  ok = entry == nullptr || is_hash(*entry);
}

void drop_expired_fields(Engine& e, const Key& key, int32_t first, int32_t count) {
  if (e.keyspace.expiry_mode() != ExpiryMode::kRemove) return;
  SlotRef slot;
  if (e.keyspace.find_for_write(e.db(), key, &slot) == nullptr) return;
  HashWriter writer(e.keyspace, e.db(), key, &slot, hash_limits(e));
  for (int32_t i = 0; i < count; i++) {
    const FieldPlace place = writer.find(argument_view(e, first + i));
    if (!place.found || !place.is_expired(e.keyspace.now())) continue;
    writer.expire(place);
  }
  writer.finish();
}

namespace {

// ---- Reading ----

// findHash(key, reads): for looking ahead, which counts as reading only if `reads`: 1 a hash, 0 no key,
// kStatusWrongType.
int32_t find_hash(Engine& e, const int32_t (&a)[2]) {
  const Key key = e.key(a[0]);
  const Entry* entry = a[1] != 0 ? e.read(key) : e.find(key);
  if (entry == nullptr) return 0;
  return is_hash(*entry) ? 1 : kStatusWrongType;
}

// Looks for a field of a key; kNo for an absent key. An expired field is removed. False: another type.
bool look(Engine& e, int32_t key_argument, int32_t field, Hash::Found* found, PackedValue* value) {
  const Key key = e.key(key_argument);
  const Entry* entry = e.read(key);
  *found = Hash::Found::kNo;
  if (entry == nullptr) return true;
  if (!is_hash(*entry)) return false;
  *found = Hash(*entry).find(argument_view(e, field), field_now(e.keyspace), value);
  if (*found == Hash::Found::kExpired) [[unlikely]]
    drop_expired_fields(e, key, field, 1);
  return true;
}

// getHashField(key, field): writes its value or a null; 0, kStatusWrongType.
int32_t get_hash_field(Engine& e, const int32_t (&a)[2]) {
  Hash::Found found;
  PackedValue value;
  if (!look(e, a[0], a[1], &found, &value)) return kStatusWrongType;
  if (found == Hash::Found::kYes) {
    write_packed(e.arenas, value);
  } else {
    e.arenas.write_null();
  }
  return 0;
}

// Brings near what a run of reads or writes will touch: for `count` pairs of a key and a field, `stride`
// arguments apart, the roots of the hashes, then buckets, then members.
void prefetch_fields(Engine& e, int32_t first, int32_t count, int32_t stride) {
  const HashTable* tables[kPrefetchWindow];
  uint64_t hashes[kPrefetchWindow];
  const int32_t window = std::min(count, kPrefetchWindow);
  for (int32_t i = 0; i < window; i++) {
    const Entry* entry = e.keyspace.find(e.db(), e.key(first + i * stride), false);
    tables[i] = nullptr;
    if (entry == nullptr || !is_hash(*entry)) continue;
    platform::prefetch(entry->root());
    const Hash hash(*entry);
    if (!hash.is_packed()) tables[i] = &hash.table();
  }
  for (int32_t i = 0; i < window; i++) {
    if (tables[i] == nullptr) continue;
    hashes[i] = tables[i]->members.hash(argument_view(e, first + i * stride + 1));
    tables[i]->members.prefetch_bucket(hashes[i]);
  }
  for (int32_t i = 0; i < window; i++) {
    if (tables[i] != nullptr) tables[i]->members.prefetch_member(hashes[i]);
  }
}

// getHashFieldRun(first, count, stride): the same for `count` keys, each followed by its field; stops in
// front of the first that fails. Returns how many it did.
int32_t get_hash_field_run(Engine& e, const int32_t (&a)[3]) {
  for (int32_t i = 0; i < a[1]; i++) {
    const int32_t at = a[0] + i * a[2];
    if (i % kPrefetchWindow == 0) prefetch_fields(e, at, a[1] - i, a[2]);
    if (get_hash_field(e, {at, at + 1}) != 0) return i;
  }
  return a[1];
}

// getHashFields(key, first, count): writes an array of values and nulls; 0, kStatusWrongType.
int32_t get_hash_fields(Engine& e, const int32_t (&a)[3]) {
  const Key key = e.key(a[0]);
  const Entry* entry = e.read(key);
  if (entry != nullptr && !is_hash(*entry)) return kStatusWrongType;
  e.arenas.write_array_header(static_cast<size_t>(a[2]));
  bool any_expired = false;
  for (int32_t i = 0; i < a[2]; i++) {
    PackedValue value;
    Hash::Found found = Hash::Found::kNo;
    if (entry != nullptr)
      found = Hash(*entry).find(argument_view(e, a[1] + i), field_now(e.keyspace), &value);
    any_expired = any_expired || found == Hash::Found::kExpired;
    if (found == Hash::Found::kYes) {
      write_packed(e.arenas, value);
    } else {
      e.arenas.write_null();
    }
  }
  if (any_expired) drop_expired_fields(e, key, a[1], a[2]);
  return 0;
}

// hashFieldLength(key, field): bytes of its value, 0 if there is none, kStatusWrongType.
int32_t hash_field_length(Engine& e, const int32_t (&a)[2]) {
  Hash::Found found;
  PackedValue value;
  if (!look(e, a[0], a[1], &found, &value)) return kStatusWrongType;
  return found == Hash::Found::kYes ? static_cast<int32_t>(value.text_size()) : 0;
}

// hasHashField(key, field): 1, 0, kStatusWrongType.
int32_t has_hash_field(Engine& e, const int32_t (&a)[2]) {
  Hash::Found found;
  PackedValue value;
  if (!look(e, a[0], a[1], &found, &value)) return kStatusWrongType;
  return found == Hash::Found::kYes;
}

// writeHashSize(key): the number of fields; 0, kStatusWrongType.
int32_t write_hash_size(Engine& e, const int32_t (&a)[1]) {
  const Entry* entry = e.read(e.key(a[0]));
  if (entry != nullptr && !is_hash(*entry)) return kStatusWrongType;
  e.arenas.write_integer(entry == nullptr ? 0 : static_cast<int64_t>(Hash(*entry).size()));
  return 0;
}

// ---- Writing ----

// Sets a field, which then lives for ever. Returns whether it is new: one that has expired counts as absent.
bool set_field(Engine& e, HashWriter& writer, ByteView name, ByteView value) {
  const FieldPlace place = writer.find(name);
  if (!place.found) {
    writer.insert(name, value);
    return true;
  }
  writer.replace(place, name, value, kNoExpiry);
  return place.is_expired(field_now(e.keyspace));
}

// setHashFields(key, first, pairs): sets `pairs` fields, each followed by its value; how many are new, or
// kStatusWrongType.
int32_t set_hash_fields(Engine& e, const int32_t (&a)[3]) {
  HashTarget target(e, a[0]);
  if (!target.ok) return kStatusWrongType;
  HashWriter writer(e.keyspace, e.db(), target.key, &target.slot, hash_limits(e));
  if (a[2] > 1) {
    size_t bytes = 0;
    for (int32_t i = 0; i < 2 * a[2]; i++) bytes += e.arenas.argument(a[1] + i).size;
    writer.expect(static_cast<size_t>(a[2]), bytes);
  }
  int32_t added = 0;
  for (int32_t i = 0; i < a[2]; i++) {
    added += set_field(e, writer, argument_view(e, a[1] + 2 * i), argument_view(e, a[1] + 2 * i + 1));
  }
  writer.finish();
  return added;
}

// setHashFieldRun(first, count, stride): the same for `count` keys, each followed by a field and its value,
// with the replies written; stops in front of the first that fails. Returns how many it did.
int32_t set_hash_field_run(Engine& e, const int32_t (&a)[3]) {
  for (int32_t i = 0; i < a[1]; i++) {
    const int32_t at = a[0] + i * a[2];
    if (i % kPrefetchWindow == 0) prefetch_fields(e, at, a[1] - i, a[2]);
    const int32_t added = set_hash_fields(e, {at, at + 1, 1});
    if (added < 0) return i;
    e.arenas.write_integer(added);
  }
  return a[1];
}

// setHashFieldIfAbsent(key, field, value): 1 set, 0 it is there, kStatusWrongType.
int32_t set_hash_field_if_absent(Engine& e, const int32_t (&a)[3]) {
  HashTarget target(e, a[0]);
  if (!target.ok) return kStatusWrongType;
  const ByteView name = argument_view(e, a[1]), value = argument_view(e, a[2]);
  HashWriter writer(e.keyspace, e.db(), target.key, &target.slot, hash_limits(e));
  const FieldPlace place = writer.find(name);
  const bool absent = !place.found || place.is_expired(field_now(e.keyspace));
  if (!place.found) {
    writer.insert(name, value);
  } else if (absent) {
    writer.renew(place, name, value);
  }
  writer.finish();
  return absent;
}

// eraseHashFields(key, first, count): how many were there, or kStatusWrongType.
int32_t erase_hash_fields(Engine& e, const int32_t (&a)[3]) {
  HashTarget target(e, a[0]);
  if (!target.ok) return kStatusWrongType;
  if (!target.exists()) return 0;
  HashWriter writer(e.keyspace, e.db(), target.key, &target.slot, hash_limits(e));
  int32_t erased = 0;
  for (int32_t i = 0; i < a[2] && writer.size() != 0; i++) {
    const FieldPlace place = writer.find(argument_view(e, a[1] + i));
    if (!place.found) continue;
    if (place.is_expired(field_now(e.keyspace))) {
      writer.expire(place);
      continue;
    }
    writer.erase(place);
    erased++;
  }
  writer.finish();
  return erased;
}

// Gives a field a computed value. Its time to live stays, but an expired one counts as absent.
void store_field(Engine& e, HashWriter& writer, const FieldPlace& place, ByteView name, ByteView value) {
  if (!place.found) return writer.insert(name, value);
  if (place.is_expired(field_now(e.keyspace))) return writer.renew(place, name, value);
  writer.replace(place, name, value, place.expiry_ms);
}

bool integer_of(const PackedValue& value, int64_t* integer) {
  if (!value.is_integer()) return parse_int64(value.data, value.size, integer);
  *integer = value.integer;
  return true;
}

// incrementHashField(key, field): adds the integer register and writes the sum; 0, kStatusWrongType,
// kStatusNotInteger (the value), kStatusOverflow.
int32_t increment_hash_field(Engine& e, const int32_t (&a)[2]) {
  HashTarget target(e, a[0]);
  if (!target.ok) return kStatusWrongType;
  const ByteView name = argument_view(e, a[1]);
  HashWriter writer(e.keyspace, e.db(), target.key, &target.slot, hash_limits(e));
  const FieldPlace place = writer.find(name);
  int64_t sum = 0;
  int32_t status = 0;
  if (place.found && !place.is_expired(field_now(e.keyspace)) && !integer_of(place.value, &sum)) {
    status = kStatusNotInteger;
  } else if (__builtin_add_overflow(sum, e.integer, &sum)) {
    status = kStatusOverflow;
  } else {
    uint8_t digits[kInt64TextMax];
    store_field(e, writer, place, name, {digits, format_int64(sum, digits)});
    e.arenas.write_integer(sum);
  }
  writer.finish();
  return status;
}

// incrementHashFieldFloat(key, field, increment): adds in long double and writes the sum as a bulk. 0,
// kStatusInvalid (the increment is no float), kStatusOverflow (it is infinite), kStatusWrongType,
// kStatusNotFloat (the value), kStatusTooLong (the sum is NaN or infinite). Affected: whether the field will
// expire.
int32_t increment_hash_field_float(Engine& e, const int32_t (&a)[3]) {
  const ByteView text = argument_view(e, a[2]), name = argument_view(e, a[1]);
  long double increment = 0, sum = 0;
  if (!parse_long_double(text.data, text.size, &increment)) return kStatusInvalid;
  if (std::isnan(increment) || std::isinf(increment)) return kStatusOverflow;
  HashTarget target(e, a[0]);
  if (!target.ok) return kStatusWrongType;
  HashWriter writer(e.keyspace, e.db(), target.key, &target.slot, hash_limits(e));
  const FieldPlace place = writer.find(name);
  uint8_t number[kInt64TextMax];
  int32_t status = 0;
  if (place.found && !place.is_expired(field_now(e.keyspace))) {
    const ByteView old = place.value.text(number);
    if (!parse_long_double(old.data, old.size, &sum)) status = kStatusNotFloat;
  }
  sum += increment;
  if (status == 0 && (std::isnan(sum) || std::isinf(sum))) status = kStatusTooLong;
  if (status == 0) {
    uint8_t digits[kLongDoubleTextMax];
    const size_t size = format_long_double_human(sum, digits);
    const bool expires = place.found && place.expiry_ms != kNoExpiry;
    e.set_affected(expires && !place.is_expired(field_now(e.keyspace)) ? kAffectedExpiry : 0);
    store_field(e, writer, place, name, {digits, size});
    e.arenas.write_bulk(digits, size);
  }
  writer.finish();
  return status;
}

constexpr Operation kOperations[] = {
    operation<&find_hash>("findHash"),
    operation<&get_hash_field>("getHashField"),
    operation<&get_hash_field_run>("getHashFieldRun"),
    operation<&get_hash_fields>("getHashFields"),
    operation<&hash_field_length>("hashFieldLength"),
    operation<&has_hash_field>("hasHashField"),
    operation<&write_hash_size>("writeHashSize"),
    operation<&set_hash_fields>("setHashFields"),
    operation<&set_hash_field_run>("setHashFieldRun"),
    operation<&set_hash_field_if_absent>("setHashFieldIfAbsent"),
    operation<&erase_hash_fields>("eraseHashFields"),
    operation<&increment_hash_field>("incrementHashField"),
    operation<&increment_hash_field_float>("incrementHashFieldFloat"),
};

}  // namespace

std::span<const Operation> hash_operations() { return kOperations; }

}  // namespace redwing

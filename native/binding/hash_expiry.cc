// Operations on the times to live of fields, and those that read or set fields and change these times.
//
// Each takes a key and `count` fields from argument `first` on. Where a hash loses its last field, its key
// goes.
#include <algorithm>
#include <optional>

#include "binding/hashes.h"

namespace redwing {
namespace {

// What is replied for a field, as Redis numbers it.
constexpr int64_t kFieldMissing = -2;
constexpr int64_t kFieldLasting = -1;
constexpr int64_t kFieldUnchanged = 0;
constexpr int64_t kFieldChanged = 1;
constexpr int64_t kFieldErased = 2;

constexpr int64_t kSecondMs = 1000;

// Says what has changed (kAffected...), and in numbers[A] of how many fields.
void set_changed(Engine& e, int32_t affected, int32_t fields) {
  e.set_affected(affected);
  e.arenas.numbers()[kNumberA] = fields;
}

int32_t reply_all_missing(Engine& e, int32_t count) {
  e.arenas.write_array_header(static_cast<size_t>(count));
  for (int32_t i = 0; i < count; i++) e.arenas.write_integer(kFieldMissing);
  return 0;
}

int32_t reply_nulls(Engine& e, int32_t count) {
  e.arenas.write_array_header(static_cast<size_t>(count));
  for (int32_t i = 0; i < count; i++) e.arenas.write_null();
  return 0;
}

// The place of a field that has not expired; one that has is taken away.
FieldPlace find_live(Engine& e, HashWriter& writer, ByteView name) {
  FieldPlace place = writer.find(name);
  if (!place.found || !place.is_expired(field_now(e.keyspace))) return place;
  if (e.keyspace.expiry_mode() == ExpiryMode::kRemove) writer.expire(place);
  return FieldPlace();
}

bool condition_holds(int64_t current_ms, int64_t at_ms, int32_t flags) {
  const bool has = current_ms != kNoExpiry;
  if ((flags & kExpireIfNone) != 0 && has) return false;
  if ((flags & kExpireIfAny) != 0 && !has) return false;
  if ((flags & kExpireIfGreater) != 0 && (!has || at_ms <= current_ms)) return false;
  return (flags & kExpireIfLess) == 0 || !has || at_ms < current_ms;
}

// Gives a field the expiry register's time; one that has passed erases it. Returns kAffected...
int32_t apply_expiry(Engine& e, HashWriter& writer, const FieldPlace& place, ByteView name) {
  if (e.expiry_ms <= field_now(e.keyspace)) {
    writer.erase(place);
    return kAffectedFields;
  }
  writer.set_expiry(place, name, e.expiry_ms);
  return kAffectedExpiry;
}

// expireHashFields(key, first, count, flags): gives fields the expiry register's time under kExpireIf...
// conditions, and writes an array that says for each: -2 missing, 0 a condition failed, 1 set, 2 erased
// because the time has passed. 0, kStatusWrongType. Those that changed are what was chosen.
int32_t expire_hash_fields(Engine& e, const int32_t (&a)[4]) {
  e.set_affected(0);
  HashTarget target(e, a[0]);
  if (!target.ok) return kStatusWrongType;
  if (!target.exists()) return reply_all_missing(e, a[2]);
  HashWriter writer(e.keyspace, e.db(), target.key, &target.slot, hash_limits(e));
  writer.prepare_expiring();
  e.arenas.write_array_header(static_cast<size_t>(a[2]));
  e.chosen.clear();
  int32_t affected = 0, changed = 0;
  for (int32_t i = 0; i < a[2]; i++) {
    const ByteView name = argument_view(e, a[1] + i);
    const FieldPlace place = find_live(e, writer, name);
    if (!place.found) {
      e.arenas.write_integer(kFieldMissing);
    } else if (!condition_holds(place.expiry_ms, e.expiry_ms, a[3])) {
      e.arenas.write_integer(kFieldUnchanged);
    } else {
      const int32_t done = apply_expiry(e, writer, place, name);
      e.arenas.write_integer(done == kAffectedFields ? kFieldErased : kFieldChanged);
      affected |= done;
      changed++;
      if (e.effects.is_on()) e.chosen.add(name);
    }
  }
  writer.finish();
  set_changed(e, affected, changed);
  return 0;
}

// What a field's expiry is as a reply; seconds are rounded up.
int64_t told_expiry(int64_t expiry_ms, int64_t now_ms, int64_t unit_ms, bool absolute) {
  if (expiry_ms == kNoExpiry) return kFieldLasting;
  const int64_t at_ms = absolute ? expiry_ms : std::max<int64_t>(expiry_ms - now_ms, 0);
  return unit_ms == 1 ? at_ms : (at_ms + kSecondMs - 1) / kSecondMs;
}

// writeHashFieldExpiries(key, first, count, unitMs, absolute): an array of times to live, or of absolute
// times, in units of 1 or 1000 ms; -1 for fields without, -2 for missing ones. 0, kStatusWrongType.
int32_t write_hash_field_expiries(Engine& e, const int32_t (&a)[5]) {
  const Entry* entry = e.find(e.key(a[0]));
  if (entry == nullptr) return reply_all_missing(e, a[2]);
  if (!is_hash(*entry)) return kStatusWrongType;
  e.arenas.write_array_header(static_cast<size_t>(a[2]));
  for (int32_t i = 0; i < a[2]; i++) {
    const std::optional<int64_t> at_ms = Hash(*entry).expiry_of(argument_view(e, a[1] + i));
    const bool live = at_ms && (*at_ms == kNoExpiry || *at_ms > field_now(e.keyspace));
    e.arenas.write_integer(live ? told_expiry(*at_ms, e.keyspace.now(), a[3], a[4] != 0) : kFieldMissing);
  }
  return 0;
}

// persistHashFields(key, first, count): lets fields live for ever; writes an array: 1, -1 it did already, -2
// missing. 0, kStatusWrongType.
int32_t persist_hash_fields(Engine& e, const int32_t (&a)[3]) {
  e.set_affected(0);
  HashTarget target(e, a[0]);
  if (!target.ok) return kStatusWrongType;
  if (!target.exists()) return reply_all_missing(e, a[2]);
  HashWriter writer(e.keyspace, e.db(), target.key, &target.slot, hash_limits(e));
  e.arenas.write_array_header(static_cast<size_t>(a[2]));
  for (int32_t i = 0; i < a[2]; i++) {
    const ByteView name = argument_view(e, a[1] + i);
    const FieldPlace place = find_live(e, writer, name);
    if (!place.found) {
      e.arenas.write_integer(kFieldMissing);
    } else if (place.expiry_ms == kNoExpiry) {
      e.arenas.write_integer(kFieldLasting);
    } else {
      writer.set_expiry(place, name, kNoExpiry);
      // However many, it is one change.
      set_changed(e, kAffectedExpiry, 1);
      e.arenas.write_integer(kFieldChanged);
    }
  }
  writer.finish();
  return 0;
}

// takeHashFields(key, first, count): writes an array of values and nulls, and erases the fields. 0,
// kStatusWrongType.
int32_t take_hash_fields(Engine& e, const int32_t (&a)[3]) {
  e.set_affected(0);
  HashTarget target(e, a[0]);
  if (!target.ok) return kStatusWrongType;
  if (!target.exists()) return reply_nulls(e, a[2]);
  HashWriter writer(e.keyspace, e.db(), target.key, &target.slot, hash_limits(e));
  e.arenas.write_array_header(static_cast<size_t>(a[2]));
  int32_t changed = 0;
  for (int32_t i = 0; i < a[2]; i++) {
    const FieldPlace place = find_live(e, writer, argument_view(e, a[1] + i));
    if (!place.found) {
      e.arenas.write_null();
      continue;
    }
    write_packed(e.arenas, place.value);
    writer.erase(place);
    set_changed(e, kAffectedFields, ++changed);
  }
  writer.finish();
  return 0;
}

// getHashFieldsEx(key, first, count, expiry): writes an array of values and nulls, and does what
// kFieldExpiry... says with their times to live. 0, kStatusWrongType.
int32_t get_hash_fields_ex(Engine& e, const int32_t (&a)[4]) {
  e.set_affected(0);
  HashTarget target(e, a[0]);
  if (!target.ok) return kStatusWrongType;
  if (!target.exists()) return reply_nulls(e, a[2]);
  HashWriter writer(e.keyspace, e.db(), target.key, &target.slot, hash_limits(e));
  if (a[3] != kFieldExpiryKeep) writer.prepare_expiring();
  e.arenas.write_array_header(static_cast<size_t>(a[2]));
  int32_t affected = 0, changed = 0;
  for (int32_t i = 0; i < a[2]; i++) {
    const ByteView name = argument_view(e, a[1] + i);
    const FieldPlace place = find_live(e, writer, name);
    if (!place.found) {
      e.arenas.write_null();
      continue;
    }
    write_packed(e.arenas, place.value);
    int32_t done = 0;
    if (a[3] == kFieldExpirySet) done = apply_expiry(e, writer, place, name);
    if (a[3] == kFieldExpiryNone && place.expiry_ms != kNoExpiry) {
      writer.set_expiry(place, name, kNoExpiry);
      done = kAffectedExpiry;
    }
    affected |= done;
    changed += done != 0;
  }
  writer.finish();
  set_changed(e, affected, changed);
  return 0;
}

// Whether all fields of `pairs` are there (kSetIfPresent), or none (kSetIfAbsent).
bool fields_qualify(Engine& e, HashWriter& writer, int32_t first, int32_t pairs, int32_t flags) {
  if ((flags & (kSetIfAbsent | kSetIfPresent)) == 0) return true;
  for (int32_t i = 0; i < pairs; i++) {
    const bool live = find_live(e, writer, argument_view(e, first + 2 * i)).found;
    if (live != ((flags & kSetIfPresent) != 0)) return false;
  }
  return true;
}

// Sets a field with the time to live that `expiry` (kFieldExpiry...) says. One that has expired is replaced,
// unless it matters to the command, which is all that the log is told, that it was not there.
void set_field_ex(Engine& e, HashWriter& writer, ByteView name, ByteView value, int32_t flags,
                  int32_t expiry) {
  const FieldPlace place = writer.find(name);
  const bool expired = place.found && place.is_expired(field_now(e.keyspace));
  int64_t expiry_ms = kNoExpiry;
  if (expiry == kFieldExpiryKeep && !expired) expiry_ms = place.expiry_ms;
  if (expiry == kFieldExpirySet) {
    expiry_ms = e.expiry_ms;
    if (expiry_ms <= field_now(e.keyspace)) {
      if (place.found) writer.erase(place);
      return;
    }
  }
  if (expired && (expiry == kFieldExpiryKeep || (flags & kSetIfAbsent) != 0)) {
    writer.expire(place);
    writer.insert(name, value, expiry_ms);
  } else if (place.found) {
    writer.replace(place, name, value, expiry_ms);
  } else {
    writer.insert(name, value, expiry_ms);
  }
}

// setHashFieldsEx(key, first, pairs, flags, expiry): sets fields, each followed by its value, if all of them
// (kSetIfPresent) or none (kSetIfAbsent) are there, with the times to live that kFieldExpiry... says. 1 set,
// 0 a condition failed, kStatusWrongType.
int32_t set_hash_fields_ex(Engine& e, const int32_t (&a)[5]) {
  HashTarget target(e, a[0]);
  if (!target.ok) return kStatusWrongType;
  HashWriter writer(e.keyspace, e.db(), target.key, &target.slot, hash_limits(e));
  const bool sets = fields_qualify(e, writer, a[1], a[2], a[3]);
  e.set_affected(a[4] != kFieldExpirySet                ? 0
                 : e.expiry_ms <= field_now(e.keyspace) ? kAffectedFields
                                                        : kAffectedExpiry);
  if (sets) {
    size_t bytes = 0;
    for (int32_t i = 0; i < 2 * a[2]; i++) bytes += e.arenas.argument(a[1] + i).size;
    writer.expect(static_cast<size_t>(a[2]), bytes);
    if (a[4] == kFieldExpirySet) writer.prepare_expiring();
    for (int32_t i = 0; i < a[2]; i++) {
      set_field_ex(e, writer, argument_view(e, a[1] + 2 * i), argument_view(e, a[1] + 2 * i + 1), a[3], a[4]);
    }
  }
  writer.finish();
  return sets;
}

constexpr Operation kOperations[] = {
    operation<&expire_hash_fields>("expireHashFields"),
    operation<&write_hash_field_expiries>("writeHashFieldExpiries"),
    operation<&persist_hash_fields>("persistHashFields"),
    operation<&take_hash_fields>("takeHashFields"),
    operation<&get_hash_fields_ex>("getHashFieldsEx"),
    operation<&set_hash_fields_ex>("setHashFieldsEx"),
};

}  // namespace

std::span<const Operation> hash_expiry_operations() { return kOperations; }

}  // namespace redwing

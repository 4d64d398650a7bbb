// Hash: fields with values, each field with a time to live of its own if it wants one.
//
// Forms (the encoding nibble of the key's entry)
//   packed            one listpack: field, value, field, value, ... in the order of insertion
//   packed, expiring  one listpack of triples field, value, time of expiry in unix ms (0: none), in the order
//                     of these times and those without one last; so the first triple is the next to expire
//   table             a HashTable: a Dictionary whose members' inline bytes are the values
//   table, expiring   the same, and `schedule` holds the times of the fields that expire
//
// A hash becomes a table when it has more fields, or longer ones, than its limits allow, and stays one. It is
// packed and expiring from the first time to live on, for good; a table is expiring while any field expires.
//
// A field whose time has come is absent, but stays in place until a write, a look at it, or the keyspace's
// expiry cycle (ValueType::expire_members) takes it away; size() counts it until then. Reading takes the time
// by which to judge, and kBeforeAll for "nothing has expired".
//
// Invariants
//   1. A field is in the hash once. A hash in the keyspace has at least one field.
//   2. A packed hash is a ListpackRoot (collections/packed_root.h).
//   3. The schedule has one item for each member with an expiry; least_expiry_ms is that of its first.
//   4. member_bytes is the sum of member_bytes(entry) over all members.
//
// Cost: packed O(bytes), table O(1) for one field, O(log n) more where it expires. A field of 16 bytes with a
// value of 16 takes 50 bytes in a table, 80 with a time to live.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "collections/counted_tree.h"
#include "collections/dictionary.h"
#include "keyspace/entry.h"
#include "types/listpack.h"

namespace redwing {

enum class HashEncoding : uint8_t { kPacked = 0, kPackedExpiring = 1, kTable = 2, kTableExpiring = 3 };

/// A time at which nothing has expired yet.
constexpr int64_t kBeforeAll = INT64_MIN;

/// When a member of a table expires. Members are found again by hash and time, which need not be unique: then
/// any of those is as good.
struct FieldDue {
  int64_t at_ms;
  uint64_t hash;

  friend bool operator<(const FieldDue& a, const FieldDue& b) {
    return a.at_ms != b.at_ms ? a.at_ms < b.at_ms : a.hash < b.hash;
  }
};
struct OneEach {
  uint64_t operator()(const FieldDue&) const { return 1; }
};
using FieldSchedule = CountedTree<FieldDue, OneEach>;

/// The header of a large hash.
struct HashTable {
  HashTable(Heap& heap, const Hasher& hasher, uint64_t birth) : birth(birth), members(heap, hasher, birth) {}

  uint64_t birth;
  size_t member_bytes = 0;
  int64_t least_expiry_ms = kNeverDue;
  FieldSchedule schedule;
  Dictionary members;
};

/// A hash for reading. Any thread that may read the entry.
class Hash {
 public:
  enum class Found : uint8_t { kNo, kYes, kExpired };

  explicit Hash(const Entry& entry) : Hash(entry.root(), entry.encoding()) {}
  Hash(const void* root, uint8_t encoding) : root_(root), encoding_(static_cast<HashEncoding>(encoding)) {}

  bool is_packed() const { return encoding_ <= HashEncoding::kPackedExpiring; }
  bool is_expiring() const { return (static_cast<uint8_t>(encoding_) & 1) != 0; }
  const uint8_t* block() const { return static_cast<const uint8_t*>(root_); }
  const HashTable& table() const { return *static_cast<const HashTable*>(root_); }
  /// Elements of the listpack for each field.
  uint32_t stride() const { return encoding_ == HashEncoding::kPacked ? 2 : 3; }

  /// Fields, those included that have expired but are still in place.
  size_t size() const { return is_packed() ? listpack::count(block()) / stride() : table().members.size(); }
  /// The least expiry of a field, unix ms; kNeverDue if none expires.
  int64_t next_expiry_ms() const;
  /// Whether there may be fields to pass over.
  bool has_expired(int64_t now_ms) const { return is_expiring() && next_expiry_ms() <= now_ms; }
  /// Fields that have not expired. O(1) unless has_expired().
  size_t live_size(int64_t now_ms) const;

  /// The value of a field; its bytes stay the hash's.
  Found find(ByteView name, int64_t now_ms, PackedValue* value) const {
    return is_packed() ? find_packed(name, now_ms, value) : find_member(name, now_ms, value);
  }
  /// When a field expires, unix ms, perhaps in the past; kNoExpiry: it does not; nothing: there is none.
  std::optional<int64_t> expiry_of(ByteView name) const;
  /// Calls visit(const PackedValue& name, const PackedValue& value) for each field that has not expired.
  template <typename Visit>
  void for_each(int64_t now_ms, Visit&& visit) const {
    for_each_expiry(
        now_ms, [&visit](const PackedValue& name, const PackedValue& value, bool) { visit(name, value); });
  }
  /// The same, visit(name, value, bool expires): whether the field has a time to live.
  template <typename Visit>
  void for_each_expiry(int64_t now_ms, Visit&& visit) const;

  /// The member of a table as a value.
  static PackedValue value_of(const Entry& member) {
    return PackedValue::of_stored(member.inline_data(), static_cast<uint32_t>(member.inline_size()));
  }
  static PackedValue name_of(const Entry& member) {
    return PackedValue::of_stored(member.key_data(), static_cast<uint32_t>(member.key_size()));
  }

 private:
  Found find_packed(ByteView name, int64_t now_ms, PackedValue* value) const;
  Found find_member(ByteView name, int64_t now_ms, PackedValue* value) const {
    const Entry* member = table().members.find(name);
    if (member == nullptr) return Found::kNo;
    if (member->is_expired(now_ms)) return Found::kExpired;
    *value = value_of(*member);
    return Found::kYes;
  }

  const void* root_;
  HashEncoding encoding_;
};

template <typename Visit>
void Hash::for_each_expiry(int64_t now_ms, Visit&& visit) const {
  if (!is_packed()) {
    table().members.for_each([&](const Entry* member) {
      if (!member->is_expired(now_ms)) visit(name_of(*member), value_of(*member), member->has_expiry());
    });
    return;
  }
  const uint32_t end = listpack::end(block());
  const bool expiring = is_expiring();
  for (uint32_t at = listpack::first(); at != end;) {
    const PackedValue name = listpack::get(block(), at);
    at = listpack::next(block(), at);
    const PackedValue value = listpack::get(block(), at);
    at = listpack::next(block(), at);
    int64_t at_ms = 0;
    if (expiring) {
      at_ms = listpack::get(block(), at).integer;
      at = listpack::next(block(), at);
      if (at_ms != 0 && at_ms <= now_ms) continue;
    }
    visit(name, value, at_ms != 0);
  }
}

/// See ValueType.
class HashType final : public ValueType {
 public:
  void free(void* root, uint8_t encoding, const Releaser& releaser) const override;
  bool is_heavy(const void* root, uint8_t encoding) const override;
  size_t memory(const void* root, uint8_t encoding) const override;
  void* copy(const void* root, uint8_t encoding, Heap& heap, uint64_t birth) const override;
  bool expires_members(uint8_t encoding) const override { return (encoding & 1) != 0; }
  int64_t next_expiry_ms(const void* root, uint8_t encoding) const override;
  size_t expire_members(Keyspace& keyspace, SlotRef* slot, int64_t deadline_us) const override;
};

}  // namespace redwing

#include "collections/hash/hash.h"

#include <new>

#include "collections/hash/hash_writer.h"
#include "collections/packed_root.h"

namespace redwing {

int64_t Hash::next_expiry_ms() const {
  if (!is_packed()) return table().least_expiry_ms;
  if (!is_expiring() || listpack::first() == listpack::end(block())) return kNeverDue;
  uint32_t at = listpack::next(block(), listpack::first());
  at = listpack::next(block(), at);
  const int64_t at_ms = listpack::get(block(), at).integer;
  return at_ms == 0 ? kNeverDue : at_ms;
}

size_t Hash::live_size(int64_t now_ms) const {
  if (!has_expired(now_ms)) return size();
  size_t live = 0;
  for_each(now_ms, [&](const PackedValue&, const PackedValue&) { live++; });
  return live;
}

std::optional<int64_t> Hash::expiry_of(ByteView name) const {
  if (!is_packed()) {
    const Entry* member = table().members.find(name);
    return member == nullptr ? std::nullopt : std::optional(member->expiry_ms());
  }
  const uint32_t at = listpack::find(block(), listpack::first(), name, stride() - 1);
  if (at == 0) return std::nullopt;
  if (!is_expiring()) return kNoExpiry;
  const uint32_t time_at = listpack::next(block(), listpack::next(block(), at));
  const int64_t at_ms = listpack::get(block(), time_at).integer;
  return at_ms == 0 ? kNoExpiry : at_ms;
}

Hash::Found Hash::find_packed(ByteView name, int64_t now_ms, PackedValue* value) const {
  uint32_t at = listpack::find(block(), listpack::first(), name, stride() - 1);
  if (at == 0) return Found::kNo;
  at = listpack::next(block(), at);
  *value = listpack::get(block(), at);
  if (!is_expiring()) return Found::kYes;
  const int64_t at_ms = listpack::get(block(), listpack::next(block(), at)).integer;
  return at_ms != 0 && at_ms <= now_ms ? Found::kExpired : Found::kYes;
}

// ---- The type ----

void HashType::free(void* root, uint8_t encoding, const Releaser& releaser) const {
  if (Hash(root, encoding).is_packed()) return ListpackRoot::free(root, releaser);
  auto* table = static_cast<HashTable*>(root);
  table->members.free_all(releaser);
  table->schedule.free_all(releaser, [](FieldDue&) {});
  releaser.free(table, sizeof(HashTable));
}

bool HashType::is_heavy(const void* root, uint8_t encoding) const {
  constexpr size_t kLightMembersMax = 64;
  const Hash hash(root, encoding);
  return !hash.is_packed() && hash.size() > kLightMembersMax;
}

size_t HashType::memory(const void* root, uint8_t encoding) const {
  const Hash hash(root, encoding);
  if (hash.is_packed()) return ListpackRoot::memory(root);
  const HashTable& table = hash.table();
  return Heap::class_size(sizeof(HashTable)) + table.members.bytes() + table.member_bytes +
         table.schedule.bytes();
}

void* HashType::copy(const void* root, uint8_t encoding, Heap& heap, uint64_t birth) const {
  const Hash hash(root, encoding);
  if (hash.is_packed()) return ListpackRoot::copy(root, heap);
  const HashTable& source = hash.table();
  auto* copy = ::new (heap.alloc(sizeof(HashTable))) HashTable(heap, source.members.hasher(), birth);
  copy->members.copy_from(source.members, birth);
  copy->schedule.copy_from(source.schedule, heap, birth, [](const FieldDue& due) { return due; });
  copy->member_bytes = source.member_bytes;
  copy->least_expiry_ms = source.least_expiry_ms;
  return copy;
}

int64_t HashType::next_expiry_ms(const void* root, uint8_t encoding) const {
  return Hash(root, encoding).next_expiry_ms();
}

size_t HashType::expire_members(Keyspace& keyspace, SlotRef* slot, int64_t deadline_us) const {
  ByteView name = slot->entry->key();
  const Key key{name.data, static_cast<uint32_t>(name.size), slot->hash};
  HashWriter writer(keyspace, slot->db, key, slot, HashLimits::none());
  const size_t expired = writer.expire_due(deadline_us);
  writer.finish();
  return expired;
}

}  // namespace redwing

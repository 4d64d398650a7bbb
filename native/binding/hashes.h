// What the operations on hashes share.
#pragma once

#include "binding/operation.h"
#include "binding/reply.h"
#include "collections/hash/hash_writer.h"
#include "types/listpack.h"

namespace redwing {

inline HashLimits hash_limits(const Engine& e) {
  const int32_t* control = e.arenas.control();
  return {static_cast<size_t>(control[kHashMaxListpackEntries]),
          static_cast<size_t>(control[kHashMaxListpackValue])};
}

/// The time by which the loop judges fields.
inline int64_t field_now(const Keyspace& keyspace) {
  return keyspace.expiry_mode() == ExpiryMode::kIgnore ? kBeforeAll : keyspace.now();
}

inline ByteView argument_view(const Engine& e, int32_t index) {
  const Bytes bytes = e.arenas.argument(index);
  return {bytes.data, bytes.size};
}

inline bool is_hash(const Entry& entry) { return entry.kind() == ValueKind::kHash; }

/// Removes those of `count` fields that have expired, with the key if nothing is left.
void drop_expired_fields(Engine& e, const Key& key, int32_t first, int32_t count);

/// The key of a command that changes a hash, and the right to. `ok` is false if the key holds another type.
struct HashTarget {
  HashTarget(Engine& e, int32_t argument);
  Key key;
  SlotRef slot;
  bool ok = true;

  bool exists() const { return slot.entry != nullptr; }
};

}  // namespace redwing

#include "rdb/encode_value.h"

#include "collections/hash/hash.h"
#include "collections/list/list_view.h"
#include "collections/set/set.h"
#include "collections/sorted_set/sorted_set.h"
#include "memory/assert.h"
#include "rdb/encode_stream.h"

namespace redwing {

namespace {

// An element longer than this that is alone in its chunk goes as a plain node.
constexpr size_t kPlainNodeMin = 8192;

void put_listpack(const uint8_t* block, RdbOutput* out) { out->put_string({block, listpack::bytes(block)}); }

void encode_string(const Entry& entry, RdbOutput* out) {
  if (entry.is_int()) return out->put_integer(entry.integer());
  out->put_string(entry.string());
}

void encode_list(const Entry& entry, RdbOutput* out) {
  const ListView list(entry);
  uint64_t nodes = 0;
  list.for_blocks(ListEnd::kHead, [&nodes](const uint8_t*, uint64_t) {
    nodes++;
    return true;
  });
  out->put_length(nodes);
  list.for_blocks(ListEnd::kHead, [out](const uint8_t* block, uint64_t elements) {
    if (elements == 1) {
      const PackedValue element = listpack::get(block, listpack::first());
      if (element.size > kPlainNodeMin) {
        out->put_length(rdb::kPlainNode);
        out->put_string({element.data, element.size});
        return true;
      }
    }
    out->put_length(rdb::kPackedNode);
    put_listpack(block, out);
    return true;
  });
}

void encode_set(const Entry& entry, rdb::Type type, RdbOutput* out) {
  const SetRef set(entry);
  if (type == rdb::kSetIntegers) {
    const auto* block = static_cast<const uint8_t*>(entry.root());
    return out->put_string({block, integer_set::bytes(block)});
  }
  out->put_length(set.size());
  set.for_each([out](const PackedValue& member) { out->put_packed(member); });
}

void encode_sorted_set(const Entry& entry, rdb::Type type, RdbOutput* out) {
  if (type == rdb::kSortedSetListpack) return put_listpack(static_cast<const uint8_t*>(entry.root()), out);
  const SortedSet set(entry);
  out->put_length(set.size());
  // From the last on: who reads it and keeps a linked order puts each one at the front.
  set.visit(set.all(), true, [out](ByteView member, double score) {
    out->put_string(member);
    out->put_double(score);
  });
}

void encode_fields(const Hash& hash, RdbOutput* out) {
  out->put_length(hash.size());
  hash.for_each(kBeforeAll, [out](const PackedValue& name, const PackedValue& value) {
    out->put_packed(name);
    out->put_packed(value);
  });
}

void encode_expiring_fields(const Hash& hash, RdbOutput* out) {
  const int64_t least_ms = hash.next_expiry_ms();
  out->put_fixed64(static_cast<uint64_t>(least_ms));
  out->put_length(hash.size());
  hash.table().members.for_each([&](const Entry* member) {
    out->put_length(member->has_expiry() ? static_cast<uint64_t>(member->expiry_ms() - least_ms) + 1 : 0);
    out->put_string(member->key());
    out->put_packed(Hash::value_of(*member));
  });
}

void encode_hash(const Entry& entry, rdb::Type type, RdbOutput* out) {
  const Hash hash(entry);
  if (type == rdb::kHash) return encode_fields(hash, out);
  if (type == rdb::kHashMetadata) return encode_expiring_fields(hash, out);
  if (type == rdb::kHashListpackEx) out->put_fixed64(static_cast<uint64_t>(hash.next_expiry_ms()));
  put_listpack(hash.block(), out);
}

rdb::Type type_of_hash(const Entry& entry) {
  const Hash hash(entry);
  if (hash.is_expiring() && hash.next_expiry_ms() != kNeverDue) {
    return hash.is_packed() ? rdb::kHashListpackEx : rdb::kHashMetadata;
  }
  return hash.is_packed() && !hash.is_expiring() ? rdb::kHashListpack : rdb::kHash;
}

}  // namespace

rdb::Type rdb_type_of(const Entry& entry) {
  switch (entry.kind()) {
    case ValueKind::kString:
      return rdb::kString;
    case ValueKind::kList:
      return rdb::kListQuicklist2;
    case ValueKind::kSet:
      return SetRef(entry).encoding() == SetEncoding::kIntegers ? rdb::kSetIntegers : rdb::kSet;
    case ValueKind::kSortedSet:
      return SortedSet(entry).is_packed() ? rdb::kSortedSetListpack : rdb::kSortedSet2;
    case ValueKind::kHash:
      return type_of_hash(entry);
    case ValueKind::kStream:
      return rdb::kStream2;
  }
  RW_ASSERT(false, "an entry has a kind");
}

void encode_value(const Entry& entry, rdb::Type type, RdbOutput* out) {
  switch (entry.kind()) {
    case ValueKind::kString:
      return encode_string(entry, out);
    case ValueKind::kList:
      return encode_list(entry, out);
    case ValueKind::kSet:
      return encode_set(entry, type, out);
    case ValueKind::kSortedSet:
      return encode_sorted_set(entry, type, out);
    case ValueKind::kHash:
      return encode_hash(entry, type, out);
    case ValueKind::kStream:
      return encode_stream(stream_of(entry), out);
  }
}

}  // namespace redwing

#include "collections/value_types.h"

#include "collections/hash/hash.h"
#include "collections/list/list_type.h"
#include "collections/set/set.h"
#include "collections/sorted_set/sorted_set.h"
#include "collections/stream/stream.h"

namespace redwing {

const ValueType& value_type_of(ValueKind kind) {
  static const HashType hash_type;
  static const ListType list_type;
  static const SortedSetType sorted_set_type;
  switch (kind) {
    case ValueKind::kList:
      return list_type;
    case ValueKind::kSet:
      return set_type();
    case ValueKind::kSortedSet:
      return sorted_set_type;
    case ValueKind::kHash:
      return hash_type;
    case ValueKind::kString:
    case ValueKind::kStream:
      break;
  }
  RW_ASSERT(kind == ValueKind::kStream, "strings have no type of their own");
  return stream_type();
}

void register_value_types(Keyspace* keyspace) {
  for (ValueKind kind :
       {ValueKind::kList, ValueKind::kSet, ValueKind::kSortedSet, ValueKind::kHash, ValueKind::kStream})
    keyspace->register_type(kind, &value_type_of(kind));
}

}  // namespace redwing

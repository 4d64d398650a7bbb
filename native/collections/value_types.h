// The types of values that are no strings, all of them, for a keyspace.
#pragma once

#include "keyspace/keyspace.h"

namespace redwing {

/// The type of a kind, which is not ValueKind::kString.
const ValueType& value_type_of(ValueKind kind);
/// Makes values of all kinds possible in a keyspace.
void register_value_types(Keyspace* keyspace);

}  // namespace redwing

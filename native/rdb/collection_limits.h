// CollectionLimits: until where values stay in their small forms, as the server is configured; what is read
// from a file takes the forms that commands would have given it.
#pragma once

#include <cstdint>

#include "collections/hash/hash_writer.h"
#include "collections/set/set.h"
#include "collections/sorted_set/sorted_set_writer.h"
#include "collections/stream/stream.h"

namespace redwing {

/// The initial values are those of an unconfigured server.
struct CollectionLimits {
  int32_t list_fill = -2;  // see collections/list/list_root.h
  HashLimits hash{128, 64};
  SetLimits set{512, 128, 64};
  SortedSetLimits sorted_set{128, 64};
  StreamBlockLimits stream{4096, 100};
};

}  // namespace redwing

// The limits of small values as the server is configured, for what is read from files.
#pragma once

#include <algorithm>

#include "binding/engine.h"
#include "binding/hashes.h"
#include "binding/sets.h"
#include "binding/sorted_sets.h"
#include "rdb/collection_limits.h"

namespace redwing {

inline CollectionLimits collection_limits(const Engine& e) {
  const int32_t* control = e.arenas.control();
  return {control[kListMaxListpackSize],
          hash_limits(e),
          set_limits(e),
          sorted_set_limits(e),
          {static_cast<uint64_t>(std::max(control[kStreamNodeMaxBytes], 0)),
           static_cast<uint64_t>(std::max(control[kStreamNodeMaxEntries], 0))}};
}

}  // namespace redwing

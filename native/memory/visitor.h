// Visitors: callables that are shown one thing after the other. One that returns bool says whether to go on;
// one that returns nothing sees everything.
#pragma once

#include <type_traits>

#include "memory/platform.h"

namespace redwing {

/// Shows something to a visitor; whether to go on.
template <typename Visit, typename... Args>
RW_INLINE bool show(Visit& visit, const Args&... args) {
  if constexpr (std::is_void_v<decltype(visit(args...))>) {
    visit(args...);
    return true;
  } else {
    return visit(args...);
  }
}

}  // namespace redwing

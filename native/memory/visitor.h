// Visitors: callables that are shown one thing after the other. One that returns bool says whether to go on;
// one that returns nothing sees everything.
#pragma once

#include <type_traits>

#include "memory/platform.h"

namespace redwing {

/// Shows something to a visitor; whether to go on.
template <typename Visit, typename... Args>
RW_INLINE bool show(Visit& visit, const Args&... args) {
  using Answer = decltype(visit(args...));
  static_assert(std::is_void_v<Answer> || std::is_same_v<Answer, bool>, "a visitor says whether to go on");
  if constexpr (std::is_void_v<Answer>) {
    visit(args...);
    return true;
  } else {
    return visit(args...);
  }
}

}  // namespace redwing

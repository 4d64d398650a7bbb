// Assertion of invariants, enabled in every build: a store that is wrong must stop, not go on.
// Keep it off per-byte loops; a well-predicted branch per operation is what it costs.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace redwing {

/// Prints what broke and where, then aborts. Never returns.
[[noreturn]] inline void assertion_failed(const char* condition, const char* message, const char* file,
                                          int line) {
  std::fprintf(stderr, "redwing: broken invariant: %s (%s) at %s:%d\n", message, condition, file, line);
  std::fflush(stderr);
  std::abort();
}

}  // namespace redwing

#define RW_ASSERT(condition, message)                                       \
  do {                                                                      \
    if (!(condition)) [[unlikely]]                                          \
      ::redwing::assertion_failed(#condition, message, __FILE__, __LINE__); \
  } while (false)

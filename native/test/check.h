// What native tests share: checks that print and abort, a seeded random source, and a clock for long tests.
//
// A test is a program: it exits with 0 when all is well. The seed comes from the first argument or
// REDWING_SEED, is otherwise new, and is printed, so that a failure can be repeated.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>

#include "types/random.h"

namespace redwing::test {

[[noreturn]] inline void check_failed(const char* text, const char* file, int line) {
  std::fprintf(stderr, "check failed: %s at %s:%d\n", text, file, line);
  std::fflush(stderr);
  std::abort();
}

template <typename A, typename B>
void check_equal(const A& a, const B& b, const char* text, const char* file, int line) {
  if (a == b) return;
  std::cerr << "  left:  " << a << "\n  right: " << b << std::endl;
  check_failed(text, file, line);
}

/// A reproducible source of random numbers.
class Random {
 public:
  explicit Random(uint64_t seed) : generator_(seed) {}

  /// From argv[1], REDWING_SEED, or a new seed; prints it.
  static Random from(int argc, char** argv) {
    const char* given = argc > 1 ? argv[1] : std::getenv("REDWING_SEED");
    uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
    std::fflush(stdout);
    return Random(seed);
  }

  uint64_t next() { return generator_(); }
  /// In [0, bound).
  uint64_t below(uint64_t bound) { return generator_.below(bound); }
  bool one_in(uint64_t n) { return below(n) == 0; }
  /// `size` arbitrary bytes.
  std::string bytes(size_t size) {
    std::string out(size, '\0');
    for (char& c : out) c = static_cast<char>(next());
    return out;
  }

 private:
  SplitMix64 generator_;
};

/// Seconds since construction.
class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace redwing::test

#define CHECK(condition)                                                             \
  do {                                                                               \
    if (!(condition)) ::redwing::test::check_failed(#condition, __FILE__, __LINE__); \
  } while (false)

#define CHECK_EQ(a, b) ::redwing::test::check_equal((a), (b), #a " == " #b, __FILE__, __LINE__)

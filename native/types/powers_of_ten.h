// The powers of ten that fit 64 bits, for those who turn numbers into digits.
#pragma once

#include <array>
#include <cstdint>

namespace redwing {

/// 10^0 .. 10^19.
inline constexpr std::array<uint64_t, 20> kPowersOfTen = [] {
  std::array<uint64_t, 20> powers{};
  uint64_t power = 1;
  for (uint64_t& one : powers) {
    one = power;
    power *= 10;
  }
  return powers;
}();
static_assert(kPowersOfTen[19] == 10000000000000000000ull);

}  // namespace redwing

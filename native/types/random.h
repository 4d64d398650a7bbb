// SplitMix64: pseudo-random numbers for choices that need no secrecy.
//
// Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014. Eight bytes of state,
// every one of which is a good seed; the sequence has period 2^64.
#pragma once

#include <cstdint>

namespace redwing {

class SplitMix64 {
 public:
  explicit SplitMix64(uint64_t seed) : state_(seed) {}

  /// Uniform 64 bits.
  uint64_t operator()() {
    uint64_t z = state_ += 0x9E3779B97F4A7C15ull;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }
  /// In [0, bound), bound > 0; as a remainder, whose bias is below 2^-32 for any size that fits memory.
  uint64_t below(uint64_t bound) { return (*this)() % bound; }

 private:
  uint64_t state_;
};

}  // namespace redwing

// The keyed hash of the keyspace: 64 bits out of any bytes, a different function for every seed.
//
// It folds 128-bit products of data and secret words, as the wyhash family does (Wang Yi, "wyhash", 2019; the
// folded multiplication goes back to Landon Curt Noll's mum/MUM hashing): one multiplication per 16 bytes and
// one to finish. All 64 bits are used: the high ones pick segment and bucket, the low ones are the
// fingerprint.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "memory/platform.h"

namespace redwing {

/// Three random words from the caller; the hash is only as unpredictable as they are.
struct HashSeed {
  uint64_t a = 0;
  uint64_t b = 0;
  uint64_t c = 0;
};

class Hasher {
 public:
  explicit Hasher(const HashSeed& seed)
      : a_(seed.a ^ 0x9E3779B97F4A7C15ull),
        b_(seed.b ^ 0xC2B2AE3D27D4EB4Full),
        c_(seed.c ^ 0x165667B19E3779F9ull) {}

  /// Hash of `size` bytes. About 3 ns for 16 bytes.
  RW_INLINE uint64_t operator()(const uint8_t* data, size_t size) const {
    uint64_t low, high;
    uint64_t state = a_ ^ size;
    if (size <= 16) [[likely]] {
      read_short(data, size, &low, &high);
    } else {
      const uint8_t* last = data + size - 16;
      for (; data < last; data += 16) {
        state = platform::folded_multiply(read8(data) ^ b_, read8(data + 8) ^ state);
      }
      low = read8(last);
      high = read8(last + 8);
    }
    uint64_t folded = platform::folded_multiply(low ^ b_, high ^ state);
    return platform::folded_multiply(folded ^ c_, a_ | 1) ^ folded;
  }

 private:
  static uint64_t read8(const uint8_t* data) {
    uint64_t word;
    std::memcpy(&word, data, 8);
    return word;
  }
  static uint32_t read4(const uint8_t* data) {
    uint32_t word;
    std::memcpy(&word, data, 4);
    return word;
  }
  RW_INLINE static void read_short(const uint8_t* data, size_t size, uint64_t* low, uint64_t* high) {
    if (size >= 8) {
      *low = read8(data);
      *high = read8(data + size - 8);
    } else if (size >= 4) {
      *low = read4(data);
      *high = read4(data + size - 4);
    } else if (size > 0) {
      *low =
          static_cast<uint64_t>(data[0]) << 16 | static_cast<uint64_t>(data[size >> 1]) << 8 | data[size - 1];
      *high = 0;
    } else {
      *low = *high = 0;
    }
  }

  uint64_t a_, b_, c_;
};

}  // namespace redwing

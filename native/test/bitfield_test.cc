// Bit fields against a model of single bits, and overflow rules against golden values of Redis and plain
// arithmetic.
#include "types/bitfield.h"

#include <cmath>
#include <limits>
#include <vector>

#include "test/check.h"
#include "types/bitmap.h"

namespace redwing {
namespace {

using test::Random;

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr int64_t kRefused = 4242;

BitfieldType random_type(Random& random) {
  const bool is_signed = random.below(2) == 1;
  return {is_signed, static_cast<uint8_t>(1 + random.below(is_signed ? 64 : 63))};
}

int64_t naive_get(const std::vector<uint8_t>& bytes, BitfieldType type, uint64_t offset) {
  uint64_t raw = 0;
  for (uint64_t i = 0; i < type.bits; i++) raw = raw << 1 | bit_get(bytes.data(), bytes.size(), offset + i);
  const bool negative = type.is_signed && (raw >> (type.bits - 1)) == 1;
  if (negative && type.bits < 64) raw |= ~uint64_t{0} << type.bits;
  return static_cast<int64_t>(raw);
}

void test_get_and_put(Random& random) {
  for (int i = 0; i < 50000; i++) {
    std::vector<uint8_t> bytes(random.below(24));
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.next());
    const BitfieldType type = random_type(random);
    CHECK(bitfield_type_valid(type));
    const uint64_t offset = random.below(128);
    CHECK_EQ(bitfield_get(bytes.data(), bytes.size(), type, offset), naive_get(bytes, type, offset));
    bytes.resize(bitfield_bytes_needed(type, offset) + random.below(3));
    std::vector<uint8_t> wanted = bytes;
    const auto value = static_cast<int64_t>(random.next());
    for (uint64_t k = 0; k < type.bits; k++) {
      bit_set(wanted.data(), offset + k, static_cast<uint64_t>(value) >> (type.bits - 1 - k) & 1);
    }
    bitfield_put(bytes.data(), bytes.size(), type, offset, value);
    CHECK(bytes == wanted);
  }
  CHECK(!bitfield_type_valid({false, 64}) && !bitfield_type_valid({true, 65}) &&
        !bitfield_type_valid({true, 0}));
}

int64_t stored_by_set(BitfieldType type, BitfieldOverflow rule, int64_t value) {
  int64_t stored = kRefused;
  const bool stores = bitfield_overflow_set(type, rule, value, &stored);
  CHECK(stores || (stored == kRefused && rule == BitfieldOverflow::kFail));
  return stored;
}

struct SetGolden {
  BitfieldType type;
  int64_t value;
  int64_t wrapped;
  int64_t saturated;
  int64_t or_fail;
};

// Replies of Redis 7.0.15 and 8.0.6.
void test_set_golden() {
  const SetGolden golden[] = {
      {{true, 8}, kMin, 0, 127, kRefused},  // so far below that Redis takes it for above
      {{true, 8}, kMin + 200, -56, -128, kRefused},
      {{true, 8}, kMax, -1, 127, kRefused},
      {{true, 8}, -128, -128, -128, -128},
      {{false, 8}, -1, 255, 255, kRefused},
      {{false, 8}, kMin, 0, 255, kRefused},
      {{false, 8}, 256, 0, 255, kRefused},
      {{true, 1}, 1, -1, 0, kRefused},
      {{true, 64}, kMin, kMin, kMin, kMin},
      {{false, 63}, kMax, kMax, kMax, kMax},
      {{false, 63}, -1, kMax, kMax, kRefused},
  };
  for (const SetGolden& one : golden) {
    CHECK_EQ(stored_by_set(one.type, BitfieldOverflow::kWrap, one.value), one.wrapped);
    CHECK_EQ(stored_by_set(one.type, BitfieldOverflow::kSaturate, one.value), one.saturated);
    CHECK_EQ(stored_by_set(one.type, BitfieldOverflow::kFail, one.value), one.or_fail);
  }
}

// Sums in long double lose their lowest bits where it is as short as a double, so the model adds with a carry
// check.
void test_add_random(Random& random) {
  for (int i = 0; i < 100000; i++) {
    const BitfieldType type = random_type(random);
    const int64_t max = type.is_signed ? kMax >> (64 - type.bits) : kMax >> (63 - type.bits);
    const int64_t min = type.is_signed ? -max - 1 : 0;
    const auto raw = static_cast<int64_t>(random.next());
    const int64_t old_value = type.is_signed
                                  ? raw >> (64 - type.bits)
                                  : static_cast<int64_t>(static_cast<uint64_t>(raw) >> (64 - type.bits));
    const int64_t increment = static_cast<int64_t>(random.next()) >> random.below(64);
    const bool above =
        increment > 0 && old_value > kMax - increment ? true : increment > 0 && old_value + increment > max;
    const bool below =
        increment < 0 && old_value < kMin - increment ? true : increment < 0 && old_value + increment < min;
    int64_t stored = kRefused;
    const bool stores = bitfield_overflow_add(type, BitfieldOverflow::kFail, old_value, increment, &stored);
    CHECK_EQ(stores, !above && !below);
    CHECK_EQ(stored, stores ? old_value + increment : kRefused);
    CHECK(bitfield_overflow_add(type, BitfieldOverflow::kSaturate, old_value, increment, &stored));
    CHECK_EQ(stored, above ? max : below ? min : old_value + increment);
    CHECK(bitfield_overflow_add(type, BitfieldOverflow::kWrap, old_value, increment, &stored));
    const uint64_t difference = static_cast<uint64_t>(stored) - static_cast<uint64_t>(old_value);
    CHECK_EQ((difference - static_cast<uint64_t>(increment)) << (64 - type.bits), 0u);
    CHECK(stored >= min && stored <= max);
  }
}

}  // namespace
}  // namespace redwing

int main(int argc, char** argv) {
  redwing::test::Random random = redwing::test::Random::from(argc, argv);
  redwing::test_get_and_put(random);
  redwing::test_set_golden();
  redwing::test_add_random(random);
  return 0;
}

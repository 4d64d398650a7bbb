// Bitmaps against models that look at one bit at a time.
#include "types/bitmap.h"

#include <algorithm>
#include <string>
#include <vector>

#include "test/check.h"

namespace redwing {
namespace {

using test::Random;

using Bytes = std::vector<uint8_t>;

// Long runs of equal bytes make searches cross words; a few random bytes give them something to find.
Bytes random_bytes(Random& random, size_t size) {
  const uint64_t kind = random.below(4);
  Bytes bytes(size, kind == 1 ? 0xff : 0);
  if (kind >= 2) {
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.next());
  } else if (size > 0) {
    for (uint64_t left = random.below(3); left > 0; left--) {
      bytes[random.below(size)] = static_cast<uint8_t>(random.next());
    }
  }
  return bytes;
}

uint32_t naive_get(const Bytes& bytes, uint64_t position) {
  return position / 8 < bytes.size() ? (bytes[position / 8] >> (7 - position % 8)) & 1u : 0u;
}

void check_range(const Bytes& bytes, uint64_t first, uint64_t last) {
  uint64_t count = 0;
  int64_t positions[2] = {-1, -1};
  for (uint64_t i = first; i <= last && i < bytes.size() * 8; i++) {
    const uint32_t bit = naive_get(bytes, i);
    count += bit;
    if (positions[bit] < 0) positions[bit] = static_cast<int64_t>(i);
  }
  CHECK_EQ(bit_count_range(bytes.data(), bytes.size(), first, last), count);
  CHECK_EQ(bit_position(bytes.data(), bytes.size(), 0, first, last), positions[0]);
  CHECK_EQ(bit_position(bytes.data(), bytes.size(), 1, first, last), positions[1]);
}

void test_ranges(Random& random) {
  for (int i = 0; i < 20000; i++) {
    const Bytes bytes = random_bytes(random, random.below(300));
    const uint64_t bits = bytes.size() * 8 + 1;
    check_range(bytes, random.below(bits), random.below(bits + 20));
    check_range(bytes, 0, ~uint64_t{0});
  }
  check_range({}, 0, 0);
  check_range({0x10}, 3, 3);
  CHECK_EQ(bit_count(reinterpret_cast<const uint8_t*>("foobar"), 6), 26u);
}

void test_single_bits(Random& random) {
  Bytes bytes(64, 0);
  Bytes model(512, 0);
  for (int i = 0; i < 20000; i++) {
    const uint64_t position = random.below(512);
    const uint32_t bit = static_cast<uint32_t>(random.below(2));
    CHECK_EQ(bit_set(bytes.data(), position, bit), model[position]);
    model[position] = static_cast<uint8_t>(bit);
    const uint64_t other = random.below(600);
    CHECK_EQ(bit_get(bytes.data(), bytes.size(), other), other < 512 ? model[other] : 0u);
  }
}

Bytes naive_operation(BitOp op, const std::vector<Bytes>& sources) {
  size_t size = 0;
  for (const Bytes& source : sources) size = std::max(size, source.size());
  Bytes result(size, 0);
  for (size_t i = 0; i < size; i++) {
    for (size_t k = 0; k < sources.size(); k++) {
      const uint8_t byte = i < sources[k].size() ? sources[k][i] : 0;
      if (op == BitOp::kNot) result[i] = static_cast<uint8_t>(~byte);
      if (op != BitOp::kNot && k == 0) result[i] = byte;
      if (k > 0 && op == BitOp::kAnd) result[i] &= byte;
      if (k > 0 && op == BitOp::kOr) result[i] |= byte;
      if (k > 0 && op == BitOp::kXor) result[i] ^= byte;
    }
  }
  return result;
}

void test_operations(Random& random) {
  for (int i = 0; i < 4000; i++) {
    const auto op = static_cast<BitOp>(random.below(4));
    std::vector<Bytes> sources(op == BitOp::kNot ? 1 : 1 + random.below(5));
    std::vector<ByteView> views;
    const size_t size_max = random.below(8) == 0 ? 10000 : 100;
    for (Bytes& source : sources) source = random_bytes(random, random.below(size_max));
    for (const Bytes& source : sources) views.push_back({source.data(), source.size()});
    const Bytes wanted = naive_operation(op, sources);
    CHECK_EQ(bit_operation_size(views.data(), views.size()), wanted.size());
    Bytes result(wanted.size(), 0xaa);
    bit_operation(op, views.data(), views.size(), result.data());
    CHECK(result == wanted);
    // In place: the longest source is also the destination.
    for (size_t k = 0; k < sources.size(); k++) {
      if (sources[k].size() != wanted.size()) continue;
      bit_operation(op, views.data(), views.size(), sources[k].data());
      CHECK(sources[k] == wanted);
      break;
    }
  }
}

}  // namespace
}  // namespace redwing

int main(int argc, char** argv) {
  redwing::test::Random random = redwing::test::Random::from(argc, argv);
  redwing::test_ranges(random);
  redwing::test_single_bits(random);
  redwing::test_operations(random);
  return 0;
}

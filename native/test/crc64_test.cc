// CRC64: known values, that it does not matter how the bytes are cut, and that both ways agree.
#include "rdb/crc64.h"

#include <string>

#include "test/check.h"

namespace redwing {
namespace {

uint64_t crc_of(const std::string& text) { return crc64(0, text.data(), text.size()); }

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

void test_known() {
  CHECK_EQ(crc_of(""), uint64_t{0});
  CHECK_EQ(crc_of("123456789"), uint64_t{0xe9c6d914c4b8d9ca});
  // Payloads of DUMP as Redis 7.0.15 made them, up to their checksum.
  CHECK_EQ(crc_of(from_hex("00c3091e016161e011000161610a00")), uint64_t{0xbb7b642bbb7c7345});
  CHECK_EQ(crc_of(from_hex("00c3102808616263646566676861e014070167680a00")), uint64_t{0xcf6caa4ebe229703});
}

void test_cuts(test::Random& random) {
  for (int round = 0; round < 2000; round++) {
    const std::string bytes = random.bytes(random.below(100));
    const size_t cut = random.below(bytes.size() + 1);
    CHECK_EQ(crc64(crc64(0, bytes.data(), cut), bytes.data() + cut, bytes.size() - cut), crc_of(bytes));
  }
}

void test_ways_agree(test::Random& random) {
  for (int round = 0; round < 5000; round++) {
    const std::string bytes = random.bytes(random.below(round % 10 == 0 ? 5000 : 600));
    const uint64_t before = random.below(2) == 0 ? 0 : crc_of(random.bytes(9));
    const size_t from = random.below(bytes.size() / 2 + 1);
    CHECK_EQ(crc64(before, bytes.data() + from, bytes.size() - from),
             crc64_portable(before, bytes.data() + from, bytes.size() - from));
  }
}

}  // namespace
}  // namespace redwing

int main(int argc, char** argv) {
  redwing::test::Random random = redwing::test::Random::from(argc, argv);
  redwing::test_known();
  redwing::test_cuts(random);
  redwing::test_ways_agree(random);
  return 0;
}

// LZF: what Redis compressed, round trips, and streams that are cut or changed.
#include "rdb/lzf.h"

#include <memory>
#include <string>

#include "test/check.h"

namespace redwing {
namespace {

const uint8_t* bytes_of(const std::string& text) { return reinterpret_cast<const uint8_t*>(text.data()); }

bool decompress(const std::string& packed, size_t size, std::string* text) {
  // Exactly so much memory that a sanitizer sees a byte beyond.
  auto out = std::make_unique<uint8_t[]>(size);
  auto in = std::make_unique<uint8_t[]>(packed.size());
  std::copy(packed.begin(), packed.end(), in.get());
  if (!lzf_decompress(in.get(), packed.size(), out.get(), size)) return false;
  text->assign(reinterpret_cast<char*>(out.get()), size);
  return true;
}

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

// As Redis 7.0.15 dumped these strings.
void test_known() {
  const std::pair<const char*, std::string> known[] = {
      {"016161e01100016161", std::string(30, 'a')},
      {"08616263646566676861e01407016768", "abcdefghabcdefghabcdefghabcdefghabcdefgh"},
      {"1474686520717569636b2062726f776e20666f782074e0061302646f67",
       "the quick brown fox the quick brown dog"},
  };
  for (const auto& [hex, expected] : known) {
    std::string text;
    CHECK(decompress(from_hex(hex), expected.size(), &text));
    CHECK_EQ(text, expected);
    CHECK(!decompress(from_hex(hex), expected.size() - 1, &text));
    CHECK(!decompress(from_hex(hex), expected.size() + 1, &text));
  }
}

std::string compressible(test::Random& random) {
  constexpr uint64_t kSizes[] = {8, 40, 300, 3000, 60000};
  const size_t size = random.below(kSizes[random.below(5)]);
  const uint64_t alphabet = 1 + random.below(random.one_in(4) ? 256 : 4);
  std::string text;
  while (text.size() < size) {
    if (!text.empty() && random.one_in(3)) {
      const size_t from = random.below(text.size());
      text += text.substr(from, random.below(500));
    } else {
      text += static_cast<char>(random.below(alphabet));
    }
  }
  return text;
}

void test_round_trips(test::Random& random) {
  LzfCompressor compressor;
  size_t packed_count = 0;
  for (int round = 0; round < 5000; round++) {
    const std::string text = compressible(random);
    auto out = std::make_unique<uint8_t[]>(text.size());
    const size_t room = random.one_in(4) ? random.below(text.size() + 1) : text.size();
    const size_t size = compressor.compress(bytes_of(text), text.size(), out.get(), room);
    CHECK(size <= room);
    if (size == 0) continue;
    packed_count++;
    std::string packed(reinterpret_cast<char*>(out.get()), size), back;
    CHECK(decompress(packed, text.size(), &back));
    CHECK(back == text);
    // Damage is found, or makes as many other bytes.
    packed[random.below(size)] ^= static_cast<char>(1 + random.below(255));
    packed.resize(1 + random.below(size));
    decompress(packed, text.size(), &back);
  }
  CHECK(packed_count > 500);
}

void test_tight() {
  LzfCompressor compressor;
  const std::string zeros(100000, '\0');
  std::string out(zeros.size(), '\0');
  const size_t size =
      compressor.compress(bytes_of(zeros), zeros.size(), reinterpret_cast<uint8_t*>(&out[0]), out.size());
  CHECK(size > 0 && size < 1200);
  CHECK_EQ(compressor.compress(bytes_of("abc"), 3, reinterpret_cast<uint8_t*>(&out[0]), 100), size_t{0});
}

// Far more text than the compressor's offsets can count.
void test_wraps(test::Random& random) {
  LzfCompressor compressor;
  const std::string large = random.bytes(1000) + std::string(64 << 20, 'x');
  std::string out(large.size() / 64, '\0');
  for (int round = 0; round < 70; round++) {
    const size_t size =
        compressor.compress(bytes_of(large), large.size(), reinterpret_cast<uint8_t*>(&out[0]), out.size());
    CHECK(size > 0);
  }
}

}  // namespace
}  // namespace redwing

int main(int argc, char** argv) {
  redwing::test::Random random = redwing::test::Random::from(argc, argv);
  redwing::test_known();
  redwing::test_round_trips(random);
  redwing::test_tight();
  redwing::test_wraps(random);
  return 0;
}

// SHA-1: the published examples of NIST, and lengths around the ends of blocks.
#include "types/sha1.h"

#include <string>

#include "test/check.h"

namespace redwing {
namespace {

std::string hex_of(const std::string& text) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (uint8_t byte : sha1({reinterpret_cast<const uint8_t*>(text.data()), text.size()})) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

// Secure Hash Standard, example values for SHA-1 (NIST, Cryptographic Standards and Guidelines).
void test_published() {
  CHECK_EQ(hex_of("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK_EQ(hex_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
           "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
  CHECK_EQ(hex_of("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
                  "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"),
           "a49b2446a02c645bf419f995b67091253a04a259");
  CHECK_EQ(hex_of(""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  CHECK_EQ(hex_of(std::string(1000000, 'a')), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

// As sha1sum(1) prints them.
void test_ends_of_blocks() {
  CHECK_EQ(hex_of(std::string(55, 'x')), "cef734ba81a024479e09eb5a75b6ddae62e6abf1");
  CHECK_EQ(hex_of(std::string(56, 'x')), "901305367c259952f4e7af8323f480d59f81335b");
  CHECK_EQ(hex_of(std::string(57, 'x')), "025ecbd5d70f8fb3c5457cd96bab13fda305dc59");
  CHECK_EQ(hex_of(std::string(63, 'x')), "0ddc4e0cccd9a12850deb5abb0853a4425559fec");
  CHECK_EQ(hex_of(std::string(64, 'x')), "bb2fa3ee7afb9f54c6dfb5d021f14b1ffe40c163");
  CHECK_EQ(hex_of(std::string(65, 'x')), "78c741ddc482e4cdf8c474a0876347a0905b6233");
  CHECK_EQ(hex_of(std::string(119, 'x')), "4300320394f7ee239bcdce7d3b8bcee173a0cd5c");
  CHECK_EQ(hex_of(std::string(120, 'x')), "ceb2821639c4b6dcb10bce0e522ca2e608ce056d");
  CHECK_EQ(hex_of(std::string(128, 'x')), "150fa3fbdc899bd0b8f95a9fb6027f564d953762");
}

}  // namespace
}  // namespace redwing

int main() {
  redwing::test_published();
  redwing::test_ends_of_blocks();
  return 0;
}

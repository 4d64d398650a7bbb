#include "types/sha1.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace redwing {

namespace {

constexpr size_t kBlockBytes = 64;
constexpr size_t kLengthBytes = 8;
constexpr size_t kWords = 16;
constexpr size_t kRounds = 80;
// Rounds that share one function and one constant.
constexpr size_t kRoundsPerPart = 20;

using State = std::array<uint32_t, 5>;

constexpr State kInitial = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
constexpr std::array<uint32_t, 4> kConstants = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};

uint32_t load_big_endian(const uint8_t* at) {
  return uint32_t{at[0]} << 24 | uint32_t{at[1]} << 16 | uint32_t{at[2]} << 8 | uint32_t{at[3]};
}

void store_big_endian(uint32_t word, uint8_t* out) {
  for (size_t i = 0; i < 4; i++) out[i] = static_cast<uint8_t>(word >> (24 - 8 * i));
}

// The function of a round: choice, parity, majority, parity.
uint32_t mix_of(size_t part, uint32_t b, uint32_t c, uint32_t d) {
  if (part == 0) return (b & c) ^ (~b & d);
  if (part == 2) return (b & c) ^ (b & d) ^ (c & d);
  return b ^ c ^ d;
}

void add_block(State* state, const uint8_t* block) {
  std::array<uint32_t, kRounds> schedule;
  for (size_t i = 0; i < kWords; i++) schedule[i] = load_big_endian(block + 4 * i);
  for (size_t i = kWords; i < kRounds; i++) {
    schedule[i] = std::rotl(schedule[i - 3] ^ schedule[i - 8] ^ schedule[i - 14] ^ schedule[i - 16], 1);
  }
  auto [a, b, c, d, e] = *state;
  for (size_t i = 0; i < kRounds; i++) {
    const size_t part = i / kRoundsPerPart;
    const uint32_t next = std::rotl(a, 5) + mix_of(part, b, c, d) + e + kConstants[part] + schedule[i];
    e = d;
    d = c;
    c = std::rotl(b, 30);
    b = a;
    a = next;
  }
  const State added = {a, b, c, d, e};
  for (size_t i = 0; i < added.size(); i++) (*state)[i] += added[i];
}

}  // namespace

Sha1Hash sha1(ByteView bytes) {
  State state = kInitial;
  size_t at = 0;
  for (; bytes.size - at >= kBlockBytes; at += kBlockBytes) add_block(&state, bytes.data + at);
  // What is left, a one bit, zeros, and the number of bits: one block, or two.
  std::array<uint8_t, 2 * kBlockBytes> last{};
  const size_t left = bytes.size - at;
  if (left > 0) std::memcpy(last.data(), bytes.data + at, left);
  last[left] = 0x80;
  const size_t size = left + 1 + kLengthBytes <= kBlockBytes ? kBlockBytes : 2 * kBlockBytes;
  const uint64_t bits = uint64_t{bytes.size} * 8;
  store_big_endian(static_cast<uint32_t>(bits >> 32), last.data() + size - kLengthBytes);
  store_big_endian(static_cast<uint32_t>(bits), last.data() + size - kLengthBytes / 2);
  for (size_t from = 0; from < size; from += kBlockBytes) add_block(&state, last.data() + from);
  Sha1Hash hash;
  for (size_t i = 0; i < state.size(); i++) store_big_endian(state[i], hash.data() + 4 * i);
  return hash;
}

}  // namespace redwing

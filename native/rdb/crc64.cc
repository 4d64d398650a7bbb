#include "rdb/crc64.h"

#include <array>
#include <cstring>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#endif

namespace redwing {

namespace {

constexpr uint64_t kReflectedPolynomial = 0x95ac9329ac4bc9b5;
constexpr size_t kSlices = 8;

using Tables = std::array<std::array<uint64_t, 256>, kSlices>;

// tables[0][b] is the checksum of byte b; tables[k][b] that of it with k zero bytes behind.
constexpr Tables make_tables() {
  Tables tables{};
  for (uint64_t byte = 0; byte < 256; byte++) {
    uint64_t crc = byte;
    for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >> 1 ^ kReflectedPolynomial : crc >> 1;
    tables[0][byte] = crc;
  }
  for (size_t slice = 1; slice < kSlices; slice++) {
    for (size_t byte = 0; byte < 256; byte++) {
      const uint64_t shorter = tables[slice - 1][byte];
      tables[slice][byte] = tables[0][shorter & 255] ^ shorter >> 8;
    }
  }
  return tables;
}

constexpr Tables kTables = make_tables();

uint64_t crc64_by_tables(uint64_t crc, const uint8_t* at, size_t size) {
  for (; size >= kSlices; size -= kSlices, at += kSlices) {
    uint64_t word;
    std::memcpy(&word, at, sizeof word);
    word ^= crc;
    crc = kTables[7][word & 255] ^ kTables[6][word >> 8 & 255] ^ kTables[5][word >> 16 & 255] ^
          kTables[4][word >> 24 & 255] ^ kTables[3][word >> 32 & 255] ^ kTables[2][word >> 40 & 255] ^
          kTables[1][word >> 48 & 255] ^ kTables[0][word >> 56];
  }
  for (; size > 0; size--, at++) crc = kTables[0][(crc ^ *at) & 255] ^ crc >> 8;
  return crc;
}

#if defined(__x86_64__) && defined(__GNUC__)

#define RW_CRC64_FOLDS 1

// x^power modulo the polynomial, reflected.
constexpr uint64_t power_of_x(int power) {
  uint64_t value = uint64_t{1} << 63;
  for (; power > 0; power--) value = (value & 1) != 0 ? value >> 1 ^ kReflectedPolynomial : value >> 1;
  return value;
}

// Folding. A lane holds 16 bytes that stand for all bytes before them as well. To bring it forward by n bits
// is to multiply it by x^n; modulo the polynomial that is two products of 64 bits, whose sum is again 16
// bytes. The product of reflected numbers is one bit short, so the powers are one less.
struct Fold {
  uint64_t first, second;  // for the 8 bytes that lie lower, and the others
};
constexpr Fold fold_by(int bits) { return {power_of_x(bits + 63), power_of_x(bits - 1)}; }

constexpr size_t kLaneBytes = sizeof(__m128i);
constexpr size_t kLanes = 8;  // as many products are under way at a time
constexpr size_t kFoldedBytes = kLanes * kLaneBytes;
constexpr Fold kFoldLanes = fold_by(8 * kFoldedBytes);
constexpr Fold kFoldLane = fold_by(8 * kLaneBytes);

__attribute__((target("pclmul"))) inline __m128i load(const uint8_t* at) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}

// `lane`, brought forward, and what stands there.
__attribute__((target("pclmul"))) inline __m128i fold(__m128i lane, __m128i powers, __m128i there) {
  const __m128i lower = _mm_clmulepi64_si128(lane, powers, 0x00);
  const __m128i upper = _mm_clmulepi64_si128(lane, powers, 0x11);
  return _mm_xor_si128(_mm_xor_si128(lower, upper), there);
}

__attribute__((target("pclmul"))) inline __m128i as_powers(Fold by) {
  return _mm_set_epi64x(static_cast<int64_t>(by.second), static_cast<int64_t>(by.first));
}

// At least kFoldedBytes bytes.
__attribute__((target("pclmul"))) uint64_t crc64_by_folding(uint64_t crc, const uint8_t* at, size_t size) {
  __m128i lanes[kLanes];
  for (size_t i = 0; i < kLanes; i++) lanes[i] = load(at + i * kLaneBytes);
  lanes[0] = _mm_xor_si128(lanes[0], _mm_set_epi64x(0, static_cast<int64_t>(crc)));
  const __m128i by_lanes = as_powers(kFoldLanes);
  for (at += kFoldedBytes, size -= kFoldedBytes; size >= kFoldedBytes;
       at += kFoldedBytes, size -= kFoldedBytes) {
    for (size_t i = 0; i < kLanes; i++) lanes[i] = fold(lanes[i], by_lanes, load(at + i * kLaneBytes));
  }
  const __m128i by_one = as_powers(kFoldLane);
  for (size_t i = 1; i < kLanes; i++) lanes[i] = fold(lanes[i - 1], by_one, lanes[i]);
  __m128i last = lanes[kLanes - 1];
  for (; size >= kLaneBytes; at += kLaneBytes, size -= kLaneBytes) last = fold(last, by_one, load(at));
  uint8_t folded[kLaneBytes];
  _mm_storeu_si128(reinterpret_cast<__m128i*>(folded), last);
  return crc64_by_tables(crc64_by_tables(0, folded, sizeof folded), at, size);
}

const bool kFolds = __builtin_cpu_supports("pclmul") != 0;

#endif

}  // namespace

uint64_t crc64(uint64_t crc, const void* data, size_t size) {
  const auto* at = static_cast<const uint8_t*>(data);
#ifdef RW_CRC64_FOLDS
  if (size >= kFoldedBytes && kFolds) return crc64_by_folding(crc, at, size);
#endif
  return crc64_by_tables(crc, at, size);
}

uint64_t crc64_portable(uint64_t crc, const void* data, size_t size) {
  return crc64_by_tables(crc, static_cast<const uint8_t*>(data), size);
}

}  // namespace redwing

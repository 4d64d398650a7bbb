#include "rdb/crc64.h"

#include <array>
#include <cstring>

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

}  // namespace

uint64_t crc64(uint64_t crc, const void* data, size_t size) {
  const auto* at = static_cast<const uint8_t*>(data);
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

}  // namespace redwing

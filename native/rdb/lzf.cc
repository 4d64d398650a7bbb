#include "rdb/lzf.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace redwing {

namespace {

constexpr size_t kLiteralsMax = 32;
constexpr size_t kDistanceMax = 1 << 13;
constexpr size_t kCopyMin = 3;
constexpr size_t kCopyMax = 264;
constexpr size_t kShortCopyMax = 8;
constexpr size_t kCompressibleMax = size_t{1} << 31;
// A compressor looks at four bytes at once.
constexpr size_t kLookBytes = 4;

uint32_t load_three(const uint8_t* at) {
  uint32_t word;
  std::memcpy(&word, at, sizeof word);
  return word & 0xFFFFFF;
}

// How many bytes are the same, at most `limit`; the first three are known to be.
size_t match_length(const uint8_t* a, const uint8_t* b, size_t limit) {
  size_t length = kCopyMin;
  for (; length + 8 <= limit; length += 8) {
    uint64_t left, right;
    std::memcpy(&left, a + length, 8);
    std::memcpy(&right, b + length, 8);
    if (left != right) return length + static_cast<size_t>(std::countr_zero(left ^ right)) / 8;
  }
  while (length < limit && a[length] == b[length]) length++;
  return length;
}

// The stream as it is written. Each function says whether there was room.
class Stream {
 public:
  Stream(uint8_t* out, size_t size) : begin_(out), at_(out), end_(out + size) {}

  bool literals(const uint8_t* data, size_t size) {
    while (size > 0) {
      const size_t run = std::min(size, kLiteralsMax);
      if (static_cast<size_t>(end_ - at_) < run + 1) return false;
      *at_++ = static_cast<uint8_t>(run - 1);
      std::memcpy(at_, data, run);
      at_ += run;
      data += run;
      size -= run;
    }
    return true;
  }
  bool copy(size_t distance, size_t length) {
    if (end_ - at_ < 3) return false;
    const size_t back = distance - 1;
    if (length <= kShortCopyMax) {
      *at_++ = static_cast<uint8_t>((length - 2) << 5 | back >> 8);
    } else {
      *at_++ = static_cast<uint8_t>(7 << 5 | back >> 8);
      *at_++ = static_cast<uint8_t>(length - 9);
    }
    *at_++ = static_cast<uint8_t>(back);
    return true;
  }
  size_t size() const { return static_cast<size_t>(at_ - begin_); }

 private:
  uint8_t* const begin_;
  uint8_t* at_;
  uint8_t* const end_;
};

}  // namespace

uint32_t* LzfCompressor::slot_of(const uint8_t* at) {
  constexpr uint32_t kMultiplier = 0x9E3779B1;
  return &seen_[load_three(at) * kMultiplier >> (32 - kTableBits)];
}

size_t LzfCompressor::compress(const uint8_t* data, size_t size, uint8_t* out, size_t out_size) {
  if (size < kLookBytes || size > kCompressibleMax) return 0;
  if (size >= UINT32_MAX - base_) {
    seen_.fill(0);
    base_ = 1;
  }
  const uint32_t base = base_;
  base_ += static_cast<uint32_t>(size);
  Stream stream(out, out_size);
  const size_t look_end = size - kLookBytes + 1;
  size_t literals = 0;  // where what was not written yet begins
  for (size_t at = 0; at < look_end;) {
    uint32_t* slot = slot_of(data + at);
    const uint32_t seen = *slot;
    const size_t before = size_t{seen} - base;
    *slot = base + static_cast<uint32_t>(at);
    if (seen < base || at - before > kDistanceMax || load_three(data + before) != load_three(data + at)) {
      at++;
      // A copy must still be to come that pays for what is written: no use to go on without room.
      if (at - literals > out_size) return 0;
      continue;
    }
    const size_t length = match_length(data + before, data + at, std::min(size - at, kCopyMax));
    if (!stream.literals(data + literals, at - literals) || !stream.copy(at - before, length)) return 0;
    at += length;
    literals = at;
    // Where the copy ended is likely to be found again, with what follows.
    for (size_t inside = at - 2; inside < std::min(at, look_end); inside++) {
      *slot_of(data + inside) = base + static_cast<uint32_t>(inside);
    }
  }
  return stream.literals(data + literals, size - literals) ? stream.size() : 0;
}

bool lzf_decompress(const uint8_t* data, size_t size, uint8_t* out, size_t out_size) {
  const uint8_t* at = data;
  const uint8_t* const end = data + size;
  size_t made = 0;
  while (at < end) {
    const size_t control = *at++;
    if (control < kLiteralsMax) {
      const size_t run = control + 1;
      if (static_cast<size_t>(end - at) < run || out_size - made < run) return false;
      std::memcpy(out + made, at, run);
      at += run;
      made += run;
      continue;
    }
    size_t length = (control >> 5) + 2;
    if (control >> 5 == 7) {
      if (at == end) return false;
      length += *at++;
    }
    if (at == end) return false;
    const size_t distance = ((control & 31) << 8 | *at++) + 1;
    if (distance > made || out_size - made < length) return false;
    const uint8_t* from = out + made - distance;
    if (distance >= length) {
      std::memcpy(out + made, from, length);
    } else {
      for (size_t i = 0; i < length; i++) out[made + i] = from[i];
    }
    made += length;
  }
  return made == out_size;
}

}  // namespace redwing

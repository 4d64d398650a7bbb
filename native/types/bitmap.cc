#include "types/bitmap.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "memory/assert.h"

namespace redwing {
namespace {

constexpr size_t kWord = sizeof(uint64_t);

inline uint64_t load_word(const uint8_t* at) {
  uint64_t word;
  std::memcpy(&word, at, kWord);
  return word;
}

inline void store_word(uint8_t* at, uint64_t word) { std::memcpy(at, &word, kWord); }

// Position of the first one bit in string order; `word` was loaded from memory and is not zero. Within the
// lowest byte that has a one, the most significant bit comes first.
inline uint64_t first_one(uint64_t word) {
  const uint32_t byte = static_cast<uint32_t>(std::countr_zero(word)) / 8;
  const uint8_t bits = static_cast<uint8_t>(word >> (byte * 8));
  return byte * 8 + static_cast<uint32_t>(std::countl_zero(bits));
}

// The sums of each byte's bits, without a popcount instruction: those are not in every platform's baseline.
inline uint64_t count_word(uint64_t word) {
  word -= (word >> 1) & 0x5555555555555555u;
  word = (word & 0x3333333333333333u) + ((word >> 2) & 0x3333333333333333u);
  word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fu;
  return (word * 0x0101010101010101u) >> 56;
}

// Adds three bits in each of 64 columns: `low` becomes the sums, the carries are returned.
inline uint64_t carry_save_add(uint64_t* low, uint64_t a, uint64_t b) {
  const uint64_t half = *low ^ a;
  const uint64_t carry = (*low & a) | (half & b);
  *low = half ^ b;
  return carry;
}

// Counters of one bit per column; 16 words are added into them before anything is really counted.
struct ColumnSums {
  uint64_t ones = 0;
  uint64_t twos = 0;
  uint64_t fours = 0;
  uint64_t eights = 0;

  // Adds four words; the carry has weight four.
  uint64_t add_four(const uint8_t* at) {
    const uint64_t a = carry_save_add(&ones, load_word(at), load_word(at + kWord));
    const uint64_t b = carry_save_add(&ones, load_word(at + 2 * kWord), load_word(at + 3 * kWord));
    return carry_save_add(&twos, a, b);
  }

  // Adds sixteen words; the carry has weight sixteen.
  uint64_t add_sixteen(const uint8_t* at) {
    const uint64_t a = add_four(at);
    const uint64_t b = add_four(at + 4 * kWord);
    const uint64_t c = carry_save_add(&fours, a, b);
    const uint64_t d = add_four(at + 8 * kWord);
    const uint64_t e = add_four(at + 12 * kWord);
    const uint64_t f = carry_save_add(&fours, d, e);
    return carry_save_add(&eights, c, f);
  }

  uint64_t total() const {
    return count_word(ones) + 2 * count_word(twos) + 4 * count_word(fours) + 8 * count_word(eights);
  }
};

// Applies `combine` to words of `into` and `from`, four per step, then to what is left.
template <typename Combine>
void combine_bytes(uint8_t* into, const uint8_t* from, size_t size, Combine combine) {
  size_t at = 0;
  for (; at + 4 * kWord <= size; at += 4 * kWord) {
    const uint64_t w0 = combine(load_word(into + at), load_word(from + at));
    const uint64_t w1 = combine(load_word(into + at + kWord), load_word(from + at + kWord));
    const uint64_t w2 = combine(load_word(into + at + 2 * kWord), load_word(from + at + 2 * kWord));
    const uint64_t w3 = combine(load_word(into + at + 3 * kWord), load_word(from + at + 3 * kWord));
    store_word(into + at, w0);
    store_word(into + at + kWord, w1);
    store_word(into + at + 2 * kWord, w2);
    store_word(into + at + 3 * kWord, w3);
  }
  for (; at < size; at++) into[at] = static_cast<uint8_t>(combine(into[at], from[at]));
}

// Folds the part of `source` from `offset` into a block of the result.
void fold_source(BitOp op, const ByteView& source, size_t offset, uint8_t* block, size_t block_size) {
  const size_t present = source.size > offset ? std::min(source.size - offset, block_size) : 0;
  const uint8_t* from = present > 0 ? source.data + offset : source.data;
  switch (op) {
    case BitOp::kAnd:
      combine_bytes(block, from, present, [](uint64_t a, uint64_t b) { return a & b; });
      std::memset(block + present, 0, block_size - present);
      return;
    case BitOp::kOr:
      combine_bytes(block, from, present, [](uint64_t a, uint64_t b) { return a | b; });
      return;
    case BitOp::kXor:
      combine_bytes(block, from, present, [](uint64_t a, uint64_t b) { return a ^ b; });
      return;
    case BitOp::kNot:
      combine_bytes(block, block, block_size, [](uint64_t a, uint64_t) { return ~a; });
      return;
  }
}

}  // namespace

// Harley-Seal: carry-save adders reduce sixteen words to one that is counted (W. Mula, N. Kurz, D. Lemire,
// "Faster population counts using AVX2 instructions", 2018, section 2.3).
uint64_t bit_count(const uint8_t* data, size_t size) {
  ColumnSums sums;
  uint64_t sixteens = 0;
  size_t at = 0;
  for (; at + 16 * kWord <= size; at += 16 * kWord) sixteens += count_word(sums.add_sixteen(data + at));
  uint64_t count = 16 * sixteens + sums.total();
  for (; at + kWord <= size; at += kWord) count += count_word(load_word(data + at));
  uint64_t tail = 0;
  if (at < size) std::memcpy(&tail, data + at, size - at);
  return count + count_word(tail);
}

uint64_t bit_count_range(const uint8_t* data, size_t size, uint64_t first_bit, uint64_t last_bit) {
  const uint64_t bits = static_cast<uint64_t>(size) * 8;
  if (first_bit > last_bit || first_bit >= bits) return 0;
  last_bit = std::min(last_bit, bits - 1);
  const size_t first_byte = static_cast<size_t>(first_bit >> 3);
  const size_t last_byte = static_cast<size_t>(last_bit >> 3);
  const uint32_t skipped_before = (0xff00u >> (first_bit & 7)) & 0xffu;
  const uint32_t skipped_after = 0x7fu >> (last_bit & 7);
  return bit_count(data + first_byte, last_byte - first_byte + 1) -
         count_word(data[first_byte] & skipped_before) - count_word(data[last_byte] & skipped_after);
}

int64_t bit_position(const uint8_t* data, size_t size, uint32_t bit, uint64_t first_bit, uint64_t last_bit) {
  const uint64_t bits = static_cast<uint64_t>(size) * 8;
  if (first_bit > last_bit || first_bit >= bits) return -1;
  last_bit = std::min(last_bit, bits - 1);
  const uint64_t flip = bit != 0 ? 0 : ~uint64_t{0};  // from here on, the search is for a one
  const size_t end = static_cast<size_t>(last_bit >> 3) + 1;
  size_t at = static_cast<size_t>(first_bit >> 3);
  uint64_t found = (data[at] ^ flip) & (0xffu >> (first_bit & 7));
  if (found == 0) {
    at++;
    const auto word_at = [&](size_t i) { return load_word(data + at + i * kWord) ^ flip; };
    while (at + 4 * kWord <= end && (word_at(0) | word_at(1) | word_at(2) | word_at(3)) == 0) at += 4 * kWord;
    while (at + kWord <= end && word_at(0) == 0) at += kWord;
    if (at + kWord <= end) {
      found = word_at(0);
    } else {
      while (at < end && ((data[at] ^ flip) & 0xff) == 0) at++;
      if (at == end) return -1;
      found = (data[at] ^ flip) & 0xff;
    }
  }
  const uint64_t position = static_cast<uint64_t>(at) * 8 + first_one(found);
  return position <= last_bit ? static_cast<int64_t>(position) : -1;
}

size_t bit_operation_size(const ByteView* sources, size_t count) {
  size_t size = 0;
  for (size_t i = 0; i < count; i++) size = std::max(size, sources[i].size);
  return size;
}

// The result is built block by block aside, in cache, and stored last: so the destination may be a source.
void bit_operation(BitOp op, const ByteView* sources, size_t count, uint8_t* dest) {
  RW_ASSERT(count >= 1 && (op != BitOp::kNot || count == 1), "wrong number of sources of a bit operation");
  constexpr size_t kBlock = 4096;
  uint8_t block[kBlock];
  const size_t size = bit_operation_size(sources, count);
  for (size_t offset = 0; offset < size; offset += kBlock) {
    const size_t block_size = std::min(kBlock, size - offset);
    const size_t present = sources[0].size > offset ? std::min(sources[0].size - offset, block_size) : 0;
    if (present > 0) std::memcpy(block, sources[0].data + offset, present);
    std::memset(block + present, 0, block_size - present);
    if (op == BitOp::kNot) fold_source(op, sources[0], offset, block, block_size);
    for (size_t i = 1; i < count; i++) fold_source(op, sources[i], offset, block, block_size);
    std::memcpy(dest + offset, block, block_size);
  }
}

}  // namespace redwing

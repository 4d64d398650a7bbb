// Two encodings, one set of operations: each public function looks at the encoding byte once and goes on in
// the dense or the sparse half. The sparse half keeps Redis's order of decisions (what is split into what,
// when neighbours are joined, when the object turns dense), because the bytes that result are part of the
// contract.
#include "types/hyperloglog.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "memory/assert.h"

namespace redwing {
namespace {

constexpr uint32_t kIndexBits = 14;
constexpr uint32_t kRankBits = 64 - kIndexBits;
constexpr uint32_t kRankMax = kRankBits + 1;
constexpr uint64_t kHashSeed = 0xadc83b19;
static_assert(kHllRegisters == 1u << kIndexBits);

constexpr uint8_t kMagic[4] = {'H', 'Y', 'L', 'L'};
constexpr size_t kEncodingAt = 4;
constexpr size_t kCountAt = 8;
constexpr uint8_t kDense = 0;
constexpr uint8_t kSparse = 1;
constexpr uint8_t kStaleBit = 0x80;  // in the last byte of the cached count

constexpr uint32_t kRegisterBits = 6;
constexpr uint32_t kRegisterMask = (1u << kRegisterBits) - 1;

constexpr uint8_t kXzeroTag = 0x40;
constexpr uint8_t kValueTag = 0x80;
constexpr uint32_t kZeroSpanMax = 64;
constexpr uint32_t kValueSpanMax = 4;
constexpr uint32_t kValueMax = 32;

struct Placement {
  uint32_t index;
  uint32_t rank;
};

Placement place(const uint8_t* element, size_t size) {
  const uint64_t hash = murmur_hash_64a(element, size, kHashSeed);
  // A one above the rank bits bounds the rank when they are all zero.
  const uint64_t rank_bits = (hash >> kIndexBits) | (uint64_t{1} << kRankBits);
  return {static_cast<uint32_t>(hash & (kHllRegisters - 1)),
          static_cast<uint32_t>(std::countr_zero(rank_bits)) + 1};
}

// ---- Dense ----

uint32_t dense_get(const uint8_t* body, uint32_t index) {
  const size_t byte = index * kRegisterBits / 8;
  const uint32_t shift = index * kRegisterBits % 8;
  uint32_t value = static_cast<uint32_t>(body[byte]) >> shift;
  if (shift > 8 - kRegisterBits) value |= static_cast<uint32_t>(body[byte + 1]) << (8 - shift);
  return value & kRegisterMask;
}

void dense_put(uint8_t* body, uint32_t index, uint32_t value) {
  const size_t byte = index * kRegisterBits / 8;
  const uint32_t shift = index * kRegisterBits % 8;
  body[byte] = static_cast<uint8_t>((body[byte] & ~(kRegisterMask << shift)) | (value << shift));
  if (shift > 8 - kRegisterBits) {
    const uint32_t back = 8 - shift;
    body[byte + 1] = static_cast<uint8_t>((body[byte + 1] & ~(kRegisterMask >> back)) | (value >> back));
  }
}

bool dense_raise(uint8_t* body, uint32_t index, uint32_t value) {
  if (dense_get(body, index) >= value) return false;
  dense_put(body, index, value);
  return true;
}

// Calls visit(index, value) for every register; three bytes are four registers.
template <typename Visit>
void dense_walk(const uint8_t* body, Visit visit) {
  static_assert(kHllRegisters % 4 == 0);
  for (uint32_t index = 0; index < kHllRegisters; index += 4, body += 3) {
    const uint32_t group =
        body[0] | static_cast<uint32_t>(body[1]) << 8 | static_cast<uint32_t>(body[2]) << 16;
    visit(index, group & kRegisterMask);
    visit(index + 1, (group >> 6) & kRegisterMask);
    visit(index + 2, (group >> 12) & kRegisterMask);
    visit(index + 3, group >> 18);
  }
}

// ---- Sparse ----

struct Opcode {
  uint32_t bytes;
  uint32_t span;   // how many registers
  uint32_t value;  // of each of them; 0 for ZERO and XZERO
};

// Reads the opcode at `at` < `end`; false if it is cut off.
bool read_opcode(const uint8_t* body, size_t at, size_t end, Opcode* opcode) {
  const uint8_t first = body[at];
  if ((first & kValueTag) != 0) {
    *opcode = {1, (first & 3u) + 1, ((first >> 2) & 31u) + 1};
    return true;
  }
  if ((first & kXzeroTag) == 0) {
    *opcode = {1, (first & 63u) + 1, 0};
    return true;
  }
  if (at + 1 >= end) return false;
  *opcode = {2, ((first & 63u) << 8 | body[at + 1]) + 1, 0};
  return true;
}

inline uint8_t value_opcode(uint32_t value, uint32_t span) {
  return static_cast<uint8_t>(kValueTag | (value - 1) << 2 | (span - 1));
}

// Up to three opcodes that replace one.
struct Replacement {
  uint8_t bytes[5];
  uint32_t size = 0;

  void append(uint32_t value, uint32_t span) {
    if (span == 0) return;
    if (value > 0) {
      bytes[size++] = value_opcode(value, span);
    } else if (span <= kZeroSpanMax) {
      bytes[size++] = static_cast<uint8_t>(span - 1);
    } else {
      bytes[size++] = static_cast<uint8_t>(kXzeroTag | (span - 1) >> 8);
      bytes[size++] = static_cast<uint8_t>((span - 1) & 0xff);
    }
  }
};

// Calls visit(first_index, span, value) for every opcode; kOk only if they cover the registers exactly.
template <typename Visit>
HllStatus sparse_walk(const uint8_t* body, size_t size, Visit visit) {
  uint32_t first = 0;
  for (size_t at = 0; at < size;) {
    Opcode opcode;
    if (!read_opcode(body, at, size, &opcode)) return HllStatus::kCorrupt;
    if (opcode.span > kHllRegisters - first) return HllStatus::kCorrupt;
    visit(first, opcode.span, opcode.value);
    first += opcode.span;
    at += opcode.bytes;
  }
  return first == kHllRegisters ? HllStatus::kOk : HllStatus::kCorrupt;
}

// An opcode's place in the body and its first register.
struct OpcodePlace {
  size_t at = 0;
  uint32_t first = 0;
};

// The opcode that covers a register, and the two places before it (or the start of the search).
struct Covering {
  OpcodePlace place;
  OpcodePlace before;
  OpcodePlace twice_before;
  Opcode opcode;
};

// Searches from `from`, an opcode that does not begin behind `index`. False if the body is corrupt.
bool find_covering(const uint8_t* body, size_t size, uint32_t index, OpcodePlace from, Covering* found) {
  found->place = found->before = found->twice_before = from;
  while (found->place.at < size) {
    if (!read_opcode(body, found->place.at, size, &found->opcode)) return false;
    if (index - found->place.first < found->opcode.span) return true;
    found->twice_before = found->before;
    found->before = found->place;
    found->place.first += found->opcode.span;
    found->place.at += found->opcode.bytes;
  }
  return false;
}

// Joins equal neighbours among the five opcodes from `at` on (that is all an insertion can have changed).
void join_neighbours(HllBuffer* buffer, size_t at) {
  uint8_t* body = buffer->data() + kHllHeaderSize;
  size_t size = buffer->size() - kHllHeaderSize;
  for (int scanned = 0; scanned < 5 && at < size; scanned++) {
    Opcode left;
    if (!read_opcode(body, at, size, &left)) break;
    Opcode right{};
    const bool both_values = left.value > 0 && at + 1 < size && read_opcode(body, at + 1, size, &right);
    if (both_values && left.value == right.value && left.span + right.span <= kValueSpanMax) {
      body[at] = value_opcode(left.value, left.span + right.span);
      std::memmove(body + at + 1, body + at + 2, size - at - 2);
      size--;
      continue;  // the joined opcode may join the next one too
    }
    at += left.bytes;
  }
  if (size + kHllHeaderSize != buffer->size()) buffer->resize(size + kHllHeaderSize);
}

// Puts `replacement` in the place of an opcode of `old_bytes` bytes.
void splice(HllBuffer* buffer, size_t at, uint32_t old_bytes, const Replacement& replacement) {
  const size_t old_size = buffer->size();
  const size_t position = kHllHeaderSize + at;
  const size_t tail = old_size - position - old_bytes;
  if (replacement.size > old_bytes) buffer->resize(old_size + replacement.size - old_bytes);
  uint8_t* data = buffer->data();
  std::memmove(data + position + replacement.size, data + position + old_bytes, tail);
  std::memcpy(data + position, replacement.bytes, replacement.size);
  if (replacement.size < old_bytes) buffer->resize(old_size - (old_bytes - replacement.size));
}

// Turns dense and raises a register, one that no sparse object could hold, or not within its limit.
HllAddResult promote_and_raise(HllBuffer* buffer, uint32_t index, uint32_t value) {
  if (hll_to_dense(buffer) != HllStatus::kOk) return HllAddResult::kCorrupt;
  const bool raised = dense_raise(buffer->data() + kHllHeaderSize, index, value);
  return raised ? HllAddResult::kChanged : HllAddResult::kUnchanged;
}

// Finds as find_covering does, with the opcode before the found one known: there is one between it and
// `resume`, or the search starts anew at the beginning of the body.
bool find_with_neighbour(const uint8_t* body, size_t size, uint32_t index, OpcodePlace resume,
                         Covering* found) {
  if (!find_covering(body, size, index, resume, found)) return false;
  if (resume.at == 0 || found->before.at != resume.at) return true;
  return find_covering(body, size, index, OpcodePlace{}, found);
}

// Raises one register of a sparse object. `*resume` is where to search from; it is moved so that a following
// call for a higher index may start there: to two opcodes before the one found, since the one before it may
// be rewritten here.
HllAddResult sparse_raise(HllBuffer* buffer, uint32_t index, uint32_t value, size_t sparse_bytes_max,
                          OpcodePlace* resume) {
  if (value > kValueMax) return promote_and_raise(buffer, index, value);
  Covering found;
  uint8_t* body = buffer->data() + kHllHeaderSize;
  const size_t body_size = buffer->size() - kHllHeaderSize;
  if (!find_with_neighbour(body, body_size, index, *resume, &found)) return HllAddResult::kCorrupt;
  *resume = found.twice_before;
  const Opcode old = found.opcode;
  if (old.value >= value) return HllAddResult::kUnchanged;
  if (old.span == 1 && old.bytes == 1) {
    body[found.place.at] = value_opcode(value, 1);
  } else {
    Replacement replacement;
    replacement.append(old.value, index - found.place.first);
    replacement.append(value, 1);
    replacement.append(old.value, found.place.first + old.span - 1 - index);
    const bool grows = replacement.size > old.bytes;
    if (grows && buffer->size() + replacement.size - old.bytes > sparse_bytes_max) {
      return promote_and_raise(buffer, index, value);
    }
    splice(buffer, found.place.at, old.bytes, replacement);
  }
  join_neighbours(buffer, found.before.at);
  return HllAddResult::kChanged;
}

// ---- Estimator ----

// How many registers have each value.
struct Histogram {
  uint32_t count[kRegisterMask + 1] = {};
};

// Ertl 2017, algorithm 6 (its sigma and tau are the two series below): the contribution of registers still
// zero.
double sigma(double x) {
  if (x == 1.0) return std::numeric_limits<double>::infinity();
  double weight = 1.0;
  double sum = x;
  for (double previous = -1.0; sum != previous;) {
    previous = sum;
    x *= x;
    sum += x * weight;
    weight += weight;
  }
  return sum;
}

// The contribution of saturated registers.
double tau(double x) {
  if (x == 0.0 || x == 1.0) return 0.0;
  double weight = 1.0;
  double sum = 1.0 - x;
  for (double previous = -1.0; sum != previous;) {
    previous = sum;
    x = std::sqrt(x);
    weight *= 0.5;
    sum -= (1.0 - x) * (1.0 - x) * weight;
  }
  return sum / 3.0;
}

uint64_t estimate(const Histogram& histogram) {
  constexpr double kAlphaInfinity = 0.721347520444481703680;  // 1 / (2 ln 2)
  const double m = kHllRegisters;
  double z = m * tau((m - histogram.count[kRankMax]) / m);
  for (uint32_t rank = kRankMax - 1; rank >= 1; rank--) z = (z + histogram.count[rank]) * 0.5;
  z += m * sigma(histogram.count[0] / m);
  const double count = kAlphaInfinity * m * m / z;
  // Only a forged object gets beyond 2^63; what a conversion of such a number yields is then fixed here.
  constexpr double kTooMany = 9223372036854775808.0;
  return count < kTooMany ? static_cast<uint64_t>(std::llround(count)) : uint64_t{1} << 63;
}

}  // namespace

uint64_t murmur_hash_64a(const uint8_t* data, size_t size, uint64_t seed) {
  constexpr uint64_t kMultiplier = 0xc6a4a7935bd1e995;
  constexpr uint32_t kShift = 47;
  uint64_t hash = seed ^ (size * kMultiplier);
  const uint8_t* end = data + (size & ~size_t{7});
  for (; data != end; data += 8) {
    uint64_t word;
    std::memcpy(&word, data, sizeof word);
    word *= kMultiplier;
    word ^= word >> kShift;
    word *= kMultiplier;
    hash = (hash ^ word) * kMultiplier;
  }
  const size_t rest = size & 7;
  for (size_t i = 0; i < rest; i++) hash ^= static_cast<uint64_t>(data[i]) << (8 * i);
  if (rest > 0) hash *= kMultiplier;
  hash ^= hash >> kShift;
  hash *= kMultiplier;
  return hash ^ (hash >> kShift);
}

HllStatus hll_validate(const uint8_t* data, size_t size) {
  if (size < kHllHeaderSize || std::memcmp(data, kMagic, sizeof kMagic) != 0) return HllStatus::kNotHll;
  const uint8_t encoding = data[kEncodingAt];
  if (encoding == kDense) return size == kHllDenseSize ? HllStatus::kOk : HllStatus::kNotHll;
  return encoding == kSparse ? HllStatus::kOk : HllStatus::kNotHll;
}

bool hll_is_dense(const uint8_t* data) { return data[kEncodingAt] == kDense; }

void hll_create(HllBuffer* buffer) {
  buffer->resize(kHllEmptySize);
  uint8_t* data = buffer->data();
  std::memset(data, 0, kHllHeaderSize);
  std::memcpy(data, kMagic, sizeof kMagic);
  data[kEncodingAt] = kSparse;
  Replacement zeros;
  zeros.append(0, kHllRegisters);
  RW_ASSERT(kHllHeaderSize + zeros.size == kHllEmptySize, "an empty sparse body is one XZERO");
  std::memcpy(data + kHllHeaderSize, zeros.bytes, zeros.size);
}

HllAddResult hll_add(HllBuffer* buffer, const uint8_t* element, size_t element_size,
                     size_t sparse_bytes_max) {
  const Placement placement = place(element, element_size);
  HllAddResult result;
  if (hll_is_dense(buffer->data())) {
    const bool raised = dense_raise(buffer->data() + kHllHeaderSize, placement.index, placement.rank);
    result = raised ? HllAddResult::kChanged : HllAddResult::kUnchanged;
  } else {
    OpcodePlace start;
    result = sparse_raise(buffer, placement.index, placement.rank, sparse_bytes_max, &start);
  }
  if (result == HllAddResult::kChanged) hll_mark_count_stale(buffer->data());
  return result;
}

HllAddResult hll_add_test(const uint8_t* data, size_t size, const uint8_t* element, size_t element_size) {
  const Placement placement = place(element, element_size);
  const uint8_t* body = data + kHllHeaderSize;
  uint32_t value;
  if (hll_is_dense(data)) {
    value = dense_get(body, placement.index);
  } else {
    Covering found;
    if (!find_covering(body, size - kHllHeaderSize, placement.index, OpcodePlace{}, &found)) {
      return HllAddResult::kCorrupt;
    }
    value = found.opcode.value;
  }
  return value < placement.rank ? HllAddResult::kChanged : HllAddResult::kUnchanged;
}

bool hll_cached_count(const uint8_t* data, uint64_t* count) {
  if ((data[kCountAt + 7] & kStaleBit) != 0) return false;
  uint64_t value = 0;
  for (uint32_t i = 0; i < 8; i++) value |= static_cast<uint64_t>(data[kCountAt + i]) << (8 * i);
  *count = value;
  return true;
}

void hll_store_cached_count(uint8_t* data, uint64_t count) {
  for (uint32_t i = 0; i < 8; i++) data[kCountAt + i] = static_cast<uint8_t>(count >> (8 * i));
}

void hll_mark_count_stale(uint8_t* data) { data[kCountAt + 7] |= kStaleBit; }

HllStatus hll_count(const uint8_t* data, size_t size, uint64_t* count) {
  const uint8_t* body = data + kHllHeaderSize;
  Histogram total;
  if (hll_is_dense(data)) {
    // Equal neighbours would wait for each other's increment: each of four has a histogram of its own.
    Histogram part[4];
    dense_walk(body, [&](uint32_t index, uint32_t value) { part[index & 3].count[value]++; });
    for (uint32_t value = 0; value <= kRegisterMask; value++) {
      for (const Histogram& one : part) total.count[value] += one.count[value];
    }
  } else {
    const HllStatus status =
        sparse_walk(body, size - kHllHeaderSize,
                    [&](uint32_t, uint32_t span, uint32_t value) { total.count[value] += span; });
    if (status != HllStatus::kOk) return status;
  }
  *count = estimate(total);
  return HllStatus::kOk;
}

uint64_t hll_count_registers(const HllRegisters& registers) {
  Histogram histogram;
  for (const uint8_t value : registers.value) histogram.count[value & kRegisterMask]++;
  return estimate(histogram);
}

void hll_clear_registers(HllRegisters* registers) {
  std::memset(registers->value, 0, sizeof registers->value);
}

HllStatus hll_merge_into(HllRegisters* registers, const uint8_t* data, size_t size) {
  const uint8_t* body = data + kHllHeaderSize;
  uint8_t* values = registers->value;
  if (hll_is_dense(data)) {
    dense_walk(body, [&](uint32_t index, uint32_t value) {
      values[index] = std::max(values[index], static_cast<uint8_t>(value));
    });
    return HllStatus::kOk;
  }
  return sparse_walk(body, size - kHllHeaderSize, [&](uint32_t first, uint32_t span, uint32_t value) {
    if (value == 0) return;
    for (uint32_t i = first; i < first + span; i++)
      values[i] = std::max(values[i], static_cast<uint8_t>(value));
  });
}

HllStatus hll_store_registers(HllBuffer* buffer, const HllRegisters& registers, bool make_dense,
                              size_t sparse_bytes_max) {
  if (make_dense && hll_to_dense(buffer) != HllStatus::kOk) return HllStatus::kCorrupt;
  OpcodePlace resume;
  for (uint32_t index = 0; index < kHllRegisters; index++) {
    const uint32_t value = registers.value[index];
    if (value == 0) continue;
    if (hll_is_dense(buffer->data())) {
      dense_raise(buffer->data() + kHllHeaderSize, index, value);
    } else if (sparse_raise(buffer, index, value, sparse_bytes_max, &resume) == HllAddResult::kCorrupt) {
      return HllStatus::kCorrupt;
    }
  }
  hll_mark_count_stale(buffer->data());
  return HllStatus::kOk;
}

HllStatus hll_to_dense(HllBuffer* buffer) {
  if (hll_is_dense(buffer->data())) return HllStatus::kOk;
  uint8_t dense[kHllDenseSize] = {};
  std::memcpy(dense, buffer->data(), kHllHeaderSize);
  dense[kEncodingAt] = kDense;
  const auto fill = [&](uint32_t first, uint32_t span, uint32_t value) {
    if (value == 0) return;
    for (uint32_t i = first; i < first + span; i++) dense_put(dense + kHllHeaderSize, i, value);
  };
  const HllStatus status =
      sparse_walk(buffer->data() + kHllHeaderSize, buffer->size() - kHllHeaderSize, fill);
  if (status != HllStatus::kOk) return status;
  buffer->resize(kHllDenseSize);
  std::memcpy(buffer->data(), dense, kHllDenseSize);
  return HllStatus::kOk;
}

HllStatus hll_decode(const uint8_t* data, size_t size, std::string* text) {
  RW_ASSERT(!hll_is_dense(data), "only a sparse HyperLogLog has opcodes to spell out");
  text->clear();
  const uint8_t* body = data + kHllHeaderSize;
  // What it spells out may cover too few registers or too many: it is there to look into broken values too.
  for (size_t at = 0, end = size - kHllHeaderSize; at < end;) {
    Opcode opcode;
    if (!read_opcode(body, at, end, &opcode)) return HllStatus::kCorrupt;
    if (!text->empty()) text->push_back(' ');
    if (opcode.value > 0) {
      text->append("v:").append(std::to_string(opcode.value)).append(",");
    } else {
      text->append(opcode.bytes == 2 ? "Z:" : "z:");
    }
    text->append(std::to_string(opcode.span));
    at += opcode.bytes;
  }
  return HllStatus::kOk;
}

}  // namespace redwing

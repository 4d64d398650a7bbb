#include "types/number.h"

#include <bit>
#include <cctype>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "memory/assert.h"
#include "types/powers_of_ten.h"

namespace redwing {
namespace {

constexpr char kDigitPairs[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051"
    "52535455565758596061626364656667686970717273747576777879808182838485868788899091929394959697"
    "9899";
static_assert(sizeof(kDigitPairs) == 201);

// The number of decimal digits: the bit width times log10(2) is at most one too small.
inline size_t count_digits(uint64_t value) {
  const size_t guess = (static_cast<size_t>(std::bit_width(value | 1)) * 1233) >> 12;
  return guess + (value >= kPowersOfTen[guess] ? 1 : 0) + (value == 0 ? 1 : 0);
}

// Writes exactly `digits` digits of `value`, from the last pair to the first.
inline void put_digits(uint64_t value, size_t digits, uint8_t* out) {
  size_t at = digits;
  while (value >= 100) {
    const uint64_t rest = value / 100;
    at -= 2;
    std::memcpy(out + at, kDigitPairs + (value - rest * 100) * 2, 2);
    value = rest;
  }
  if (value >= 10) {
    std::memcpy(out, kDigitPairs + value * 2, 2);
  } else {
    out[0] = static_cast<uint8_t>('0' + value);
  }
}

inline uint64_t magnitude(int64_t value) {
  return value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
}

// A result that C calls a range error is still a number if it is merely subnormal.
bool range_error_is_fatal(long double value) { return std::isinf(value) || value == 0; }

bool accept_parsed(const char* text, size_t size, const char* end, long double value, int error) {
  if (static_cast<size_t>(end - text) != size) return false;
  if (std::isspace(static_cast<unsigned char>(text[0]))) return false;
  if (error == EINVAL || (error == ERANGE && range_error_is_fatal(value))) return false;
  return !std::isnan(value);
}

// Writes what has no digits, or returns 0.
size_t put_non_finite(long double value, uint8_t* out) {
  if (std::isfinite(value)) return 0;
  const char* text = std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
  const size_t size = std::strlen(text);
  std::memcpy(out, text, size);
  return size;
}

}  // namespace

bool parse_int64(const uint8_t* data, size_t size, int64_t* out) {
  if (size == 0 || size > kInt64TextMax) return false;
  const bool negative = data[0] == '-';
  const uint8_t* at = data + (negative ? 1 : 0);
  const uint8_t* end = data + size;
  if (at == end) return false;
  const size_t digits = static_cast<size_t>(end - at);
  if (*at == '0') {
    if (negative || digits != 1) return false;
    *out = 0;
    return true;
  }
  if (digits > 19) return false;  // nineteen digits cannot overflow 64 bits unsigned
  uint64_t value = 0;
  for (; at < end; at++) {
    const uint32_t digit = static_cast<uint32_t>(*at) - '0';
    if (digit > 9) return false;
    value = value * 10 + digit;
  }
  const uint64_t limit = static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) + (negative ? 1 : 0);
  if (value > limit) return false;
  *out = static_cast<int64_t>(negative ? 0 - value : value);
  return true;
}

size_t format_int64(int64_t value, uint8_t* out) {
  const uint64_t positive = magnitude(value);
  const size_t sign = value < 0 ? 1 : 0;
  out[0] = '-';
  const size_t digits = count_digits(positive);
  put_digits(positive, digits, out + sign);
  return sign + digits;
}

size_t int64_text_size(int64_t value) { return count_digits(magnitude(value)) + (value < 0 ? 1 : 0); }

bool parse_long_double(const uint8_t* data, size_t size, long double* out) {
  if (size == 0 || size > kFloatTextMax) return false;
  int64_t integer;
  if (parse_int64(data, size, &integer)) {
    *out = static_cast<long double>(integer);
    return true;
  }
  char text[kFloatTextMax + 1];
  std::memcpy(text, data, size);
  text[size] = '\0';
  char* end = nullptr;
  errno = 0;
  const long double value = std::strtold(text, &end);
  if (!accept_parsed(text, size, end, value, errno)) return false;
  *out = value;
  return true;
}

size_t format_long_double_human(long double value, uint8_t* out) {
  const size_t non_finite = put_non_finite(value, out);
  if (non_finite > 0) return non_finite;
  // Up to 2^53 an integer of any kind of long double is exact, and needs no exact decimal expansion.
  constexpr long double kExactMax = 9007199254740992.0L;
  if (value >= -kExactMax && value <= kExactMax && value == std::trunc(value)) {
    return format_int64(static_cast<int64_t>(value), out);
  }
  char* text = reinterpret_cast<char*>(out);
  const int written = std::snprintf(text, kLongDoubleTextMax, "%.17Lf", value);
  RW_ASSERT(written > 0 && static_cast<size_t>(written) < kLongDoubleTextMax, "long double text overflows");
  size_t size = static_cast<size_t>(written);
  while (out[size - 1] == '0') size--;
  if (out[size - 1] == '.') size--;
  if (size == 2 && out[0] == '-' && out[1] == '0') {
    out[0] = '0';
    size = 1;
  }
  return size;
}

}  // namespace redwing

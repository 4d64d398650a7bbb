#include "types/number.h"

#include <bit>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>

#include "memory/assert.h"

namespace redwing {
namespace {

constexpr char kDigitPairs[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051"
    "52535455565758596061626364656667686970717273747576777879808182838485868788899091929394959697"
    "9899";
static_assert(sizeof(kDigitPairs) == 201);

constexpr uint64_t kPowersOfTen[] = {
    1ull,
    10ull,
    100ull,
    1000ull,
    10000ull,
    100000ull,
    1000000ull,
    10000000ull,
    100000000ull,
    1000000000ull,
    10000000000ull,
    100000000000ull,
    1000000000000ull,
    10000000000000ull,
    100000000000000ull,
    1000000000000000ull,
    10000000000000000ull,
    100000000000000000ull,
    1000000000000000000ull,
    10000000000000000000ull,
};

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
template <typename Float>
bool range_error_is_fatal(Float value) {
  return std::isinf(value) || value == 0;
}

template <typename Float>
bool accept_parsed(const char* text, size_t size, const char* end, Float value, int error) {
  if (static_cast<size_t>(end - text) != size) return false;
  if (std::isspace(static_cast<unsigned char>(text[0]))) return false;
  if (error == EINVAL || (error == ERANGE && range_error_is_fatal(value))) return false;
  return !std::isnan(value);
}

// Writes what has no digits, or returns 0.
template <typename Float>
size_t put_non_finite(Float value, uint8_t* out) {
  if (std::isfinite(value)) return 0;
  const char* text = std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
  const size_t size = std::strlen(text);
  std::memcpy(out, text, size);
  return size;
}

// Plain decimals whose digits are an integer below 2^53 and whose scale is a power of ten that a double holds
// exactly: one correctly rounded division gives the correctly rounded result (W. Clinger, "How to read
// floating point numbers accurately", 1990).
bool parse_short_decimal(const uint8_t* data, size_t size, double* out) {
  constexpr size_t kDigitsMax = 15;
  size_t i = 0;
  const bool negative = size > 0 && data[0] == '-';
  if (negative) i++;
  if (size - i > kDigitsMax + 1) return false;
  uint64_t digits = 0;
  size_t digit_count = 0;
  size_t decimals = 0;
  bool point_seen = false;
  for (; i < size; i++) {
    const uint8_t byte = data[i];
    if (byte == '.' && !point_seen) {
      point_seen = true;
      continue;
    }
    if (byte < '0' || byte > '9') return false;
    digits = digits * 10 + (byte - '0');
    digit_count++;
    decimals += point_seen ? 1 : 0;
  }
  if (digit_count == 0 || digit_count > kDigitsMax) return false;
  const double value = static_cast<double>(digits) / static_cast<double>(kPowersOfTen[decimals]);
  *out = negative ? -value : value;
  return true;
}

// A finite double as decimal digits d1 d2 ... dn and the exponent of d1.
struct Decimal {
  char digits[20];
  int digit_count;
  int exponent;
};

// Reads "d.ddde[+-]xx", as C and C++ write scientific notation.
void read_scientific(const char* text, const char* end, Decimal* decimal) {
  decimal->digit_count = 0;
  const char* at = text;
  for (; at < end && *at != 'e'; at++) {
    if (*at != '.') decimal->digits[decimal->digit_count++] = *at;
  }
  while (decimal->digit_count > 1 && decimal->digits[decimal->digit_count - 1] == '0') decimal->digit_count--;
  at++;
  const bool negative = *at++ == '-';
  decimal->exponent = 0;
  for (; at < end; at++) decimal->exponent = decimal->exponent * 10 + (*at - '0');
  if (negative) decimal->exponent = -decimal->exponent;
}

// The fewest digits that read back as `value`, which is finite and positive.
void shortest_decimal(double value, Decimal* decimal) {
  char text[40];
#if defined(__cpp_lib_to_chars)
  const auto result = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific);
  read_scientific(text, result.ptr, decimal);
#else
  // Seventeen digits always read back; a normal number that needs fewer than fifteen gets trailing zeros at
  // fifteen.
  const int first = value < std::numeric_limits<double>::min() ? 1 : 15;
  for (int precision = first; precision <= 17; precision++) {
    const int size = std::snprintf(text, sizeof text, "%.*e", precision - 1, value);
    read_scientific(text, text + size, decimal);
    if (std::strtod(text, nullptr) == value) break;
  }
#endif
}

size_t put_exponential(const Decimal& decimal, uint8_t* out) {
  size_t at = 0;
  out[at++] = static_cast<uint8_t>(decimal.digits[0]);
  if (decimal.digit_count > 1) {
    out[at++] = '.';
    std::memcpy(out + at, decimal.digits + 1, static_cast<size_t>(decimal.digit_count - 1));
    at += static_cast<size_t>(decimal.digit_count - 1);
  }
  out[at++] = 'e';
  out[at++] = decimal.exponent < 0 ? '-' : '+';
  return at + format_int64(std::abs(decimal.exponent), out + at);
}

// Fixed notation of a number whose decimal point falls within, before or behind its digits.
size_t put_fixed(const Decimal& decimal, uint8_t* out) {
  size_t at = 0;
  const int point = decimal.exponent + 1;  // digits before the point
  if (point <= 0) {
    out[at++] = '0';
    out[at++] = '.';
    for (int i = point; i < 0; i++) out[at++] = '0';
  }
  for (int i = 0; i < decimal.digit_count; i++) {
    if (i == point && i > 0) out[at++] = '.';
    out[at++] = static_cast<uint8_t>(decimal.digits[i]);
  }
  for (int i = decimal.digit_count; i < point; i++) out[at++] = '0';
  return at;
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

bool parse_double(const uint8_t* data, size_t size, double* out) {
  if (size == 0) return false;
  if (parse_short_decimal(data, size, out)) return true;
  char short_text[128];
  std::string long_text;
  const char* text = short_text;
  if (size < sizeof short_text) {
    std::memcpy(short_text, data, size);
    short_text[size] = '\0';
  } else {
    long_text.assign(reinterpret_cast<const char*>(data), size);
    text = long_text.c_str();
  }
  char* end = nullptr;
  errno = 0;
  const double value = std::strtod(text, &end);
  if (!accept_parsed(text, size, end, value, errno)) return false;
  *out = value;
  return true;
}

size_t format_double(double value, uint8_t* out) {
  const size_t non_finite = put_non_finite(value, out);
  if (non_finite > 0) return non_finite;
  if (value > -1e17 && value < 1e17 && value == std::trunc(value) && !(value == 0 && std::signbit(value))) {
    return format_int64(static_cast<int64_t>(value), out);
  }
  char* text = reinterpret_cast<char*>(out);
#if defined(__cpp_lib_to_chars)
  const auto result = std::to_chars(text, text + kDoubleTextMax, value, std::chars_format::general, 17);
  return static_cast<size_t>(result.ptr - text);
#else
  return static_cast<size_t>(std::snprintf(text, kDoubleTextMax, "%.17g", value));
#endif
}

size_t format_double_shortest(double value, uint8_t* out) {
  const size_t non_finite = put_non_finite(value, out);
  if (non_finite > 0) return non_finite;
  const size_t sign = std::signbit(value) ? 1 : 0;
  out[0] = '-';
  if (value == 0) {
    out[sign] = '0';
    return sign + 1;
  }
  constexpr double kIntegerMax = 4611686018427387904.0;  // 2^62
  if (value >= -kIntegerMax && value <= kIntegerMax && value == std::trunc(value)) {
    return format_int64(static_cast<int64_t>(value), out);
  }
  Decimal decimal;
  shortest_decimal(std::fabs(value), &decimal);
  const int scale = decimal.exponent - decimal.digit_count + 1;  // zeros behind the digits, if positive
  const int distance = std::abs(decimal.exponent);
  const bool fixed = scale >= 0 ? distance < decimal.digit_count + 7 : scale > -7 || distance < 4;
  return sign + (fixed ? put_fixed(decimal, out + sign) : put_exponential(decimal, out + sign));
}

}  // namespace redwing

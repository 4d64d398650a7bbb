#include "types/double.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>

#include "memory/assert.h"
#include "types/grisu2.h"
#include "types/number.h"

namespace redwing {
namespace {

constexpr double kPowersOfTen[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

char lower(char byte) { return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + ('a' - 'A')) : byte; }

bool is_hex_digit(char byte) { return is_digit(byte) || (lower(byte) >= 'a' && lower(byte) <= 'f'); }

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
  const double value = static_cast<double>(digits) / kPowersOfTen[decimals];
  *out = negative ? -value : value;
  return true;
}

// Digits alone, up to 15: an integer that a double holds exactly. The first eight are read in one word (D.
// Lemire, "Quickly parsing eight digits", 2022).
bool parse_digits(const uint8_t* data, size_t size, double* out) {
  constexpr size_t kDigitsMax = 15;
  if (size - 1 >= kDigitsMax) return false;
  uint64_t value = 0;
  size_t i = 0;
  if (size >= 8) {
    uint64_t word;
    std::memcpy(&word, data, 8);
    constexpr uint64_t kHigh = 0xF0F0F0F0F0F0F0F0ull;
    if (((word & kHigh) | (((word + 0x0606060606060606ull) & kHigh) >> 4)) != 0x3333333333333333ull)
      return false;
    word = (word & 0x0F0F0F0F0F0F0F0Full) * (10 * 256 + 1) >> 8;
    word = (word & 0x00FF00FF00FF00FFull) * (100 * 65536 + 1) >> 16;
    value = (word & 0x0000FFFF0000FFFFull) * (10000 * (uint64_t{1} << 32) + 1) >> 32;
    i = 8;
  }
  for (; i < size; i++) {
    const uint32_t digit = static_cast<uint32_t>(data[i]) - '0';
    if (digit > 9) return false;
    value = value * 10 + digit;
  }
  *out = static_cast<double>(static_cast<int64_t>(value));
  return true;
}

bool is_word(const char* at, const char* end, const char* word) {
  for (; at < end && *word != '\0'; at++, word++) {
    if (lower(*at) != *word) return false;
  }
  return at == end && *word == '\0';
}

// Whether no digit before the exponent differs from zero: then the number is zero whatever its exponent.
bool is_zero(const char* at, const char* end, bool hex) {
  for (; at < end; at++) {
    if (lower(*at) == (hex ? 'p' : 'e')) break;
    if (*at != '0' && *at != '.') return false;
  }
  return true;
}

// Reads the whole of a number without sign or "0x", which begins with a digit or a point.
bool read_magnitude(const char* at, const char* end, bool hex, double* out) {
#if defined(__cpp_lib_to_chars)
  const auto format = hex ? std::chars_format::hex : std::chars_format::general;
  double value = 0;
  const auto result = std::from_chars(at, end, value, format);
  if (result.ec == std::errc::invalid_argument || result.ptr != end) return false;
  const bool out_of_range = result.ec != std::errc{};
#else
  const std::string text = (hex ? "0x" : "") + std::string(at, end);
  char* stop = nullptr;
  double value = std::strtod(text.c_str(), &stop);
  if (stop != text.c_str() + text.size()) return false;
  const bool out_of_range = std::isinf(value);
#endif
  if (is_zero(at, end, hex)) {
    value = 0;
  } else if (out_of_range || value == 0) {
    return false;
  }
  *out = value;
  return true;
}

bool parse_unsigned(const char* at, const char* end, double* out) {
  if (at == end) return false;
  if (lower(*at) == 'i') {
    if (!is_word(at, end, "inf") && !is_word(at, end, "infinity")) return false;
    *out = std::numeric_limits<double>::infinity();
    return true;
  }
  const bool hex = end - at > 2 && at[0] == '0' && lower(at[1]) == 'x';
  if (hex) at += 2;
  if (*at != '.' && !(hex ? is_hex_digit(*at) : is_digit(*at))) return false;
  return read_magnitude(at, end, hex, out);
}

size_t put_text(const char* text, uint8_t* out) {
  const size_t size = std::strlen(text);
  std::memcpy(out, text, size);
  return size;
}

// Writes what has no digits, or returns 0.
size_t put_non_finite(double value, uint8_t* out) {
  if (std::isfinite(value)) return 0;
  return put_text(std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf", out);
}

size_t put_bytes(const char* bytes, int count, uint8_t* out) {
  std::memcpy(out, bytes, static_cast<size_t>(count));
  return static_cast<size_t>(count);
}

size_t put_zeros(int count, uint8_t* out) {
  std::memset(out, '0', static_cast<size_t>(count));
  return static_cast<size_t>(count);
}

size_t put_exponential(const DecimalDigits& decimal, int exponent, uint8_t* out) {
  size_t at = put_bytes(decimal.digits, 1, out);
  if (decimal.digit_count > 1) {
    out[at++] = '.';
    at += put_bytes(decimal.digits + 1, decimal.digit_count - 1, out + at);
  }
  out[at++] = 'e';
  out[at++] = exponent < 0 ? '-' : '+';
  return at + format_int64(std::abs(exponent), out + at);
}

// `before_point` digits stand before the point; if that is not positive, zeros stand behind it first.
size_t put_fixed(const DecimalDigits& decimal, int before_point, uint8_t* out) {
  size_t at = 0;
  if (before_point <= 0) {
    at += put_text("0.", out);
    at += put_zeros(-before_point, out + at);
    return at + put_bytes(decimal.digits, decimal.digit_count, out + at);
  }
  if (before_point >= decimal.digit_count) {
    at += put_bytes(decimal.digits, decimal.digit_count, out);
    return at + put_zeros(before_point - decimal.digit_count, out + at);
  }
  at += put_bytes(decimal.digits, before_point, out);
  out[at++] = '.';
  return at + put_bytes(decimal.digits + before_point, decimal.digit_count - before_point, out + at);
}

}  // namespace

bool parse_double(const uint8_t* data, size_t size, double* out) {
  if (parse_digits(data, size, out) || parse_short_decimal(data, size, out)) return true;
  if (size == 0) return false;
  const char* at = reinterpret_cast<const char*>(data);
  const char* end = at + size;
  const bool negative = *at == '-';
  if (negative || *at == '+') at++;
  double value = 0;
  if (!parse_unsigned(at, end, &value)) return false;
  *out = negative ? -value : value;
  return true;
}

size_t format_double(double value, uint8_t* out) {
  constexpr double kIntegerMax = 4611686018427387904.0;  // 2^62
  if (value != 0 && value >= -kIntegerMax && value <= kIntegerMax) {
    const auto integer = static_cast<int64_t>(value);
    if (static_cast<double>(integer) == value) return format_int64(integer, out);
  }
  return format_double_short(value, out);
}

size_t format_double_short(double value, uint8_t* out) {
  const size_t non_finite = put_non_finite(value, out);
  if (non_finite > 0) return non_finite;
  if (value == 0) return put_text(std::signbit(value) ? "-0" : "0", out);
  DecimalDigits decimal;
  grisu2(std::fabs(value), &decimal);
  const size_t sign = value < 0 ? 1 : 0;
  out[0] = '-';
  const int before_point = decimal.digit_count + decimal.exponent;
  const int exponent = before_point - 1;  // of the first digit
  const int distance = std::abs(exponent);
  const bool fixed =
      decimal.exponent >= 0 ? distance < decimal.digit_count + 7 : decimal.exponent > -7 || distance < 4;
  return sign + (fixed ? put_fixed(decimal, before_point, out + sign)
                       : put_exponential(decimal, exponent, out + sign));
}

size_t format_double_fixed(double value, uint32_t decimals, uint8_t* out) {
  RW_ASSERT(decimals <= kFixedDecimalsMax, "too many decimals");
  const size_t non_finite = put_non_finite(value, out);
  if (non_finite > 0) return non_finite;
  const double scaled = std::fabs(value) * kPowersOfTen[decimals];
  RW_ASSERT(scaled < 9.2e18, "too large for fixed notation");
  const auto one = static_cast<int64_t>(kPowersOfTen[decimals]);
  const int64_t rounded = std::llrint(scaled);
  size_t at = 0;
  if (value < 0) out[at++] = '-';
  at += format_int64(rounded / one, out + at);
  if (decimals == 0) return at;
  // A leading one keeps the zeros behind the point; the point then takes its place.
  const size_t size = format_int64(one + rounded % one, out + at);
  out[at] = '.';
  return at + size;
}

}  // namespace redwing

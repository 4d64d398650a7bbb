// Numbers as text: the two directions between stored bytes and machine numbers.
//
// A stored string is a number only when it is written the one way Redis accepts, so every parser here is
// strict: it takes the whole input or refuses it. All functions are pure, keep no reference to their
// arguments, and may be called from any thread. Those for long doubles assume the "C" numeric locale, the
// only one Node.js runs in. Doubles are in types/double.h.
//
// Cost: integers are O(digits) with no call into the C library; floating point goes through it where the
// exact decimal expansion is needed.
#pragma once

#include <cstddef>
#include <cstdint>

namespace redwing {

/// Bytes that format_int64 may write: 19 digits and a sign.
inline constexpr size_t kInt64TextMax = 20;

/// Longest text parse_long_double looks at; anything longer is refused.
inline constexpr size_t kFloatTextMax = 5 * 1024 - 1;

/// Bytes that format_long_double_human may write: the largest 80-bit (or 128-bit) value has 4,933 integer
/// digits, followed by a point and 17 decimals.
inline constexpr size_t kLongDoubleTextMax = 5 * 1024;

/// Reads the canonical decimal form of a signed 64-bit integer: "0", or an optional '-', a digit 1-9 and more
/// digits. Refuses everything else: empty, "-0", "+1", "01", " 1", "1 ", out of range. Returns whether `*out`
/// was set; it is untouched otherwise. format_int64 is its exact inverse. O(size).
bool parse_int64(const uint8_t* data, size_t size, int64_t* out);

/// Writes `value` in decimal to `out` (at least kInt64TextMax bytes, no terminator) and returns its
/// length, 1..20.
size_t format_int64(int64_t value, uint8_t* out);

/// How many bytes format_int64 would write, 1..20.
size_t int64_text_size(int64_t value);

/// Reads a float as INCRBYFLOAT and HINCRBYFLOAT do: everything C's strtold takes (decimal, exponent,
/// hexadecimal, "inf", "infinity", a leading '+' or '-'), provided it takes the whole text. Refuses: empty
/// text, text longer than kFloatTextMax, leading or trailing white space, an embedded NUL, NaN in any
/// spelling, overflow to infinity and underflow to zero. An explicit infinity is accepted; the caller decides
/// about it. `*out` is set only on success.
bool parse_long_double(const uint8_t* data, size_t size, long double* out);

/// Writes `value` as INCRBYFLOAT prints it: fixed notation rounded to 17 decimals, trailing zeros and a
/// trailing point removed, "-0" written "0"; infinities as "inf" and "-inf", NaN as "nan". `out` has at least
/// kLongDoubleTextMax bytes; no terminator counts. Returns the length, at least 1.
size_t format_long_double_human(long double value, uint8_t* out);

}  // namespace redwing

// Doubles as text: scores, distances and coordinates as Redis 7.2 and later print and read them.
//
// Printing must give the very bytes of the real server, also where these are not the best possible ones: it
// finds the digits with Grisu2 (F. Loitsch, "Printing floating-point numbers quickly and accurately with
// integers", 2010), whose result always reads back as the same double, but in a few cases of a thousand is a
// digit longer, or a little further away, than the shortest and closest text (1e+23 becomes
// 99999999999999990000000). An implementation of std::to_chars, which is always shortest, would differ there.
//
// All functions are pure, keep no reference to their arguments, and may be called from any thread. None
// depends on the locale, except that a standard library without std::from_chars for doubles is served with
// strtod, which is only right in the "C" numeric locale, the one Node.js runs in.
//
// Cost: O(digits) with no call into the C library, except that fallback.
#pragma once

#include <cstddef>
#include <cstdint>

namespace redwing {

/// Bytes that format_double and format_double_fixed may write.
inline constexpr size_t kDoubleTextMax = 32;

/// Most decimals format_double_fixed writes.
inline constexpr uint32_t kFixedDecimalsMax = 9;

/// Reads a double as ZADD reads a score: an optional sign, then decimal digits with an optional point and
/// exponent, or "0x" and a hexadecimal number with an optional binary exponent ("0x1.8p-2"), or "inf" or
/// "infinity" in any case. The nearest double is taken; it may be subnormal. Refuses: empty text, white space
/// and anything else before or behind the number, an embedded NUL, NaN in any spelling, overflow to infinity
/// and underflow to zero. "-0" is negative zero. Returns whether `*out` was set; it is untouched otherwise.
/// Plain decimals of up to 15 digits take a fast path. O(size), any length.
bool parse_double(const uint8_t* data, size_t size, double* out);

/// Writes `value` as scores, coordinates and other RESP3 doubles are replied: integers up to 2^62 in full,
/// others in fixed notation when it is short ("0.00001", "12300") and else in exponent notation with an
/// exponent that is not padded ("1.5e+20", "1e-7"). "-0", "inf", "-inf", "nan". parse_double gives back the
/// same bits, except for NaN. `out` has at least kDoubleTextMax bytes; no terminator. Returns the length,
/// 1..25.
size_t format_double(double value, uint8_t* out);

/// The same with the fewest digits throughout: whole numbers too get an exponent where format_double would
/// write them in full and their last digits say nothing ("1e+15", "4611686018427388000").
size_t format_double_short(double value, uint8_t* out);

/// Writes `value` with exactly `decimals` digits (0..kFixedDecimalsMax) behind the point, as distances are
/// replied with 4: "166274.1516", "0.0000". The value is scaled in double precision before it is rounded, to
/// the nearest integer and to the even one when half-way. Asserts that |value| * 10^decimals is below 2^63;
/// "inf", "-inf" and "nan" have no decimals. `out` has at least kDoubleTextMax bytes. Returns the length.
size_t format_double_fixed(double value, uint32_t decimals, uint8_t* out);

}  // namespace redwing

// Grisu2: few decimal digits that read back as the same double.
//
// Source: F. Loitsch, "Printing floating-point numbers quickly and accurately with integers", PLDI 2010. The
// result lies strictly within the interval of numbers that read back as the given one, narrowed on both sides
// by the error of 64-bit arithmetic; so it is always right, nearly always the shortest, and nearly always the
// closest of these. Which digits come out in the remaining cases depends on the cached power of ten that is
// chosen; the choice here is the one whose results clients of Redis see.
#pragma once

#include <cstdint>

namespace redwing {

/// A positive decimal number: digits[0] ... digits[digit_count - 1], each 0-9 and the first not 0, times
/// 10^exponent.
struct DecimalDigits {
  char digits[20];  // '0'..'9', not terminated
  int digit_count;  // 1..17
  int exponent;     // of the last digit
};

/// Finds digits for `value`, which is finite and greater than zero (asserted). O(1).
void grisu2(double value, DecimalDigits* decimal);

}  // namespace redwing

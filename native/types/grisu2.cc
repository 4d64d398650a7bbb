#include "types/grisu2.h"

#include <bit>
#include <cmath>
#include <limits>

#include "memory/assert.h"
#include "types/powers_of_ten.h"

namespace redwing {
namespace {

static_assert(std::numeric_limits<double>::is_iec559 && std::numeric_limits<double>::digits == 53);

// significand * 2^exponent
struct Binary {
  uint64_t significand;
  int exponent;
};

// The cached powers 10^-348, 10^-340, ... 10^340, as significands of 64 bits, rounded to nearest. With steps
// of eight there is always one that brings a normalised number's binary exponent into the window below.
constexpr int kFirstPower = -348;
constexpr int kPowerStep = 8;
constexpr int kPowerCount = 87;
constexpr int kExponentMin = -60;
constexpr int kExponentMax = -32;

constexpr uint64_t kPowerSignificands[kPowerCount] = {
    0xfa8fd5a0081c0288, 0xbaaee17fa23ebf76, 0x8b16fb203055ac76, 0xcf42894a5dce35ea, 0x9a6bb0aa55653b2d,
    0xe61acf033d1a45df, 0xab70fe17c79ac6ca, 0xff77b1fcbebcdc4f, 0xbe5691ef416bd60c, 0x8dd01fad907ffc3c,
    0xd3515c2831559a83, 0x9d71ac8fada6c9b5, 0xea9c227723ee8bcb, 0xaecc49914078536d, 0x823c12795db6ce57,
    0xc21094364dfb5637, 0x9096ea6f3848984f, 0xd77485cb25823ac7, 0xa086cfcd97bf97f4, 0xef340a98172aace5,
    0xb23867fb2a35b28e, 0x84c8d4dfd2c63f3b, 0xc5dd44271ad3cdba, 0x936b9fcebb25c996, 0xdbac6c247d62a584,
    0xa3ab66580d5fdaf6, 0xf3e2f893dec3f126, 0xb5b5ada8aaff80b8, 0x87625f056c7c4a8b, 0xc9bcff6034c13053,
    0x964e858c91ba2655, 0xdff9772470297ebd, 0xa6dfbd9fb8e5b88f, 0xf8a95fcf88747d94, 0xb94470938fa89bcf,
    0x8a08f0f8bf0f156b, 0xcdb02555653131b6, 0x993fe2c6d07b7fac, 0xe45c10c42a2b3b06, 0xaa242499697392d3,
    0xfd87b5f28300ca0e, 0xbce5086492111aeb, 0x8cbccc096f5088cc, 0xd1b71758e219652c, 0x9c40000000000000,
    0xe8d4a51000000000, 0xad78ebc5ac620000, 0x813f3978f8940984, 0xc097ce7bc90715b3, 0x8f7e32ce7bea5c70,
    0xd5d238a4abe98068, 0x9f4f2726179a2245, 0xed63a231d4c4fb27, 0xb0de65388cc8ada8, 0x83c7088e1aab65db,
    0xc45d1df942711d9a, 0x924d692ca61be758, 0xda01ee641a708dea, 0xa26da3999aef774a, 0xf209787bb47d6b85,
    0xb454e4a179dd1877, 0x865b86925b9bc5c2, 0xc83553c5c8965d3d, 0x952ab45cfa97a0b3, 0xde469fbd99a05fe3,
    0xa59bc234db398c25, 0xf6c69a72a3989f5c, 0xb7dcbf5354e9bece, 0x88fcf317f22241e2, 0xcc20ce9bd35c78a5,
    0x98165af37b2153df, 0xe2a0b5dc971f303a, 0xa8d9d1535ce3b396, 0xfb9b7cd9a4a7443c, 0xbb764c4ca7a44410,
    0x8bab8eefb6409c1a, 0xd01fef10a657842c, 0x9b10a4e5e9913129, 0xe7109bfba19c0c9d, 0xac2820d9623bf429,
    0x80444b5e7aa7cf85, 0xbf21e44003acdd2d, 0x8e679c2f5e44ff8f, 0xd433179d9c8cb841, 0x9e19db92b4e31ba9,
    0xeb96bf6ebadf77d9, 0xaf87023b9bf0ee6b,
};

// The binary exponent of 10^power when its significand has 64 bits: floor(power * log2(10)) - 63, with
// log2(10) to 16 fractional bits, which is enough for |power| below 350.
constexpr int exponent_of_power(int power) { return ((power * 217706) >> 16) - 63; }

// The cached power for a 64-bit significand with this exponent: the product's exponent lies between
// kExponentMin and kExponentMax. The search starts from an estimate; where two powers fit, it decides.
Binary cached_power(int exponent, int* power) {
  constexpr double kLog10Of2 = 0.30102999566398114;
  const int estimate = static_cast<int>(-(exponent + kPowerCount) * kLog10Of2);
  int index = (estimate - kFirstPower) / kPowerStep;
  for (;;) {
    RW_ASSERT(index >= 0 && index < kPowerCount, "no power of ten for this exponent");
    *power = kFirstPower + index * kPowerStep;
    const int product = exponent + exponent_of_power(*power) + 64;
    if (product < kExponentMin) {
      index++;
    } else if (product > kExponentMax) {
      index--;
    } else {
      return {kPowerSignificands[index], exponent_of_power(*power)};
    }
  }
}

// The upper 64 bits of the product, rounded half up.
Binary multiply(Binary a, Binary b) {
  constexpr uint64_t kLow = 0xFFFFFFFFull;
  const uint64_t a_high = a.significand >> 32;
  const uint64_t a_low = a.significand & kLow;
  const uint64_t b_high = b.significand >> 32;
  const uint64_t b_low = b.significand & kLow;
  const uint64_t high_low = a_high * b_low;
  const uint64_t low_high = a_low * b_high;
  const uint64_t middle =
      (high_low & kLow) + (low_high & kLow) + ((a_low * b_low) >> 32) + (uint64_t{1} << 31);
  return {a_high * b_high + (high_low >> 32) + (low_high >> 32) + (middle >> 32),
          a.exponent + b.exponent + 64};
}

Binary normalize(Binary value) {
  const int shift = std::countl_zero(value.significand);
  return {value.significand << shift, value.exponent - shift};
}

// A number and the ends of the interval that rounds to it, all with the same exponent.
struct Interval {
  Binary lower;
  Binary value;
  Binary upper;
};

Interval interval_of(double value) {
  constexpr uint64_t kHiddenBit = uint64_t{1} << 52;
  const uint64_t bits = std::bit_cast<uint64_t>(value);
  const uint64_t fraction = bits & (kHiddenBit - 1);
  const int biased = static_cast<int>(bits >> 52);
  const Binary exact = biased == 0 ? Binary{fraction, -1074} : Binary{fraction | kHiddenBit, biased - 1075};
  const Binary upper = normalize({(exact.significand << 1) + 1, exact.exponent - 1});
  // Below a power of two the doubles lie closer. (The least normal number is no exception here, though its
  // lower neighbours are as far away as the upper ones.)
  const int lower_shift = exact.significand == kHiddenBit ? 2 : 1;
  Binary lower = {(exact.significand << lower_shift) - 1, exact.exponent - lower_shift};
  lower.significand <<= lower.exponent - upper.exponent;
  lower.exponent = upper.exponent;
  return {lower, normalize(exact), upper};
}

// Lowers the last digit while that brings the number nearer to the value and keeps it in the interval.
// `rest` is the distance from the number to the upper end, `unit` the worth of its last digit.
void round_last_digit(DecimalDigits* decimal, uint64_t width, uint64_t rest, uint64_t unit,
                      uint64_t value_distance) {
  char* last = &decimal->digits[decimal->digit_count - 1];
  while (rest < value_distance && width - rest >= unit &&
         (rest + unit < value_distance || value_distance - rest > rest + unit - value_distance)) {
    (*last)--;
    rest += unit;
  }
}

// The first digits may be zero; they are not kept.
inline void put_digit(DecimalDigits* decimal, uint64_t digit) {
  decimal->digits[decimal->digit_count] = static_cast<char>('0' + digit);
  decimal->digit_count += decimal->digit_count > 0 || digit > 0 ? 1 : 0;
}

// Takes digits of the upper end until what is left of it is less than the interval is wide.
void generate_digits(const Interval& scaled, int power, DecimalDigits* decimal) {
  const int point = -scaled.upper.exponent;  // 32..60 binary digits behind the point
  const uint64_t one = uint64_t{1} << point;
  uint64_t width = scaled.upper.significand - scaled.lower.significand;
  const uint64_t value_distance = scaled.upper.significand - scaled.value.significand;
  auto integer = static_cast<uint32_t>(scaled.upper.significand >> point);  // so at most ten digits
  uint64_t fraction = scaled.upper.significand & (one - 1);
  for (int place = integer < 10000 ? 3 : 9; place >= 0; place--) {
    const auto unit = static_cast<uint32_t>(kPowersOfTen[place]);
    put_digit(decimal, integer / unit);
    integer %= unit;
    const uint64_t rest = (uint64_t{integer} << point) + fraction;
    if (rest <= width) {
      decimal->exponent = place - power;
      round_last_digit(decimal, width, rest, uint64_t{unit} << point, value_distance);
      return;
    }
  }
  for (int place = 1;; place++) {
    RW_ASSERT(place < 20, "digits do not end");
    fraction *= 10;
    width *= 10;
    put_digit(decimal, fraction >> point);
    fraction &= one - 1;
    if (fraction < width) {
      decimal->exponent = -place - power;
      round_last_digit(decimal, width, fraction, one, value_distance * kPowersOfTen[place]);
      return;
    }
  }
}

}  // namespace

void grisu2(double value, DecimalDigits* decimal) {
  RW_ASSERT(value > 0 && std::isfinite(value), "only positive numbers have digits");
  const Interval exact = interval_of(value);
  int power = 0;
  const Binary scale = cached_power(exact.upper.exponent, &power);
  Interval scaled = {multiply(exact.lower, scale), multiply(exact.value, scale),
                     multiply(exact.upper, scale)};
  // A product is wrong by less than one in the last place: stay that far inside the interval.
  scaled.lower.significand++;
  scaled.upper.significand--;
  decimal->digit_count = 0;
  generate_digits(scaled, power, decimal);
  RW_ASSERT(decimal->digit_count >= 1 && decimal->digit_count <= 17, "digits out of range");
}

}  // namespace redwing

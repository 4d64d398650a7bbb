// Doubles as text: what the real servers print, take and refuse; exact inverses over random numbers; reading
// against the C library's strtod.
#include "types/double.h"

#include <cctype>
#include <cerrno>
#include <clocale>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>

#include "test/check.h"
#include "test/double_facts.h"

namespace redwing {
namespace {

using test::Random;

bool double_of(const std::string& text, double* out) {
  return parse_double(reinterpret_cast<const uint8_t*>(text.data()), text.size(), out);
}

std::string text_of(double value) {
  uint8_t out[kDoubleTextMax];
  const size_t size = format_double(value, out);
  CHECK(size >= 1 && size <= 25);
  return std::string(reinterpret_cast<char*>(out), size);
}

std::string fixed_of(double value, uint32_t decimals) {
  uint8_t out[kDoubleTextMax];
  const size_t size = format_double_fixed(value, decimals, out);
  CHECK(size <= kDoubleTextMax);
  return std::string(reinterpret_cast<char*>(out), size);
}

double random_double(Random& random) {
  for (;;) {
    const uint64_t bits = random.next();
    double value;
    std::memcpy(&value, &bits, sizeof value);
    if (std::isfinite(value)) return value;
  }
}

template <size_t kCount>
void check_facts(const test::DoubleFact (&facts)[kCount]) {
  for (const test::DoubleFact& fact : facts) {
    double value = 0;
    CHECK(double_of(fact.given, &value));
    CHECK_EQ(text_of(value), fact.replied);
  }
}

void test_refused() {
  double value = 7;
  for (const char* text : test::kRefused) CHECK(!double_of(text, &value));
  const std::string refused[] = {std::string("1\0", 2),
                                 std::string("1\0002", 3),
                                 std::string(1, '\0'),
                                 std::string("0x1\0", 4),
                                 "0xinf",
                                 "0x-1",
                                 "0x+1",
                                 "0x0x1",
                                 "-",
                                 "--1",
                                 std::string(310, '1'),
                                 std::string(6000, '1'),
                                 std::string(200, '1') + "x",
                                 "0." + std::string(20000, '0') + "5"};
  for (const std::string& text : refused) CHECK(!double_of(text, &value));
  CHECK_EQ(value, 7.0);
  CHECK(double_of(std::string(20000, '0') + "5", &value) && value == 5);
  CHECK(double_of(std::string(309, '1'), &value) && value == 1.1111111111111112e308);
}

void test_not_numbers() {
  CHECK_EQ(text_of(std::nan("")), "nan");
  CHECK_EQ(text_of(-std::nan("")), "nan");
  CHECK_EQ(fixed_of(std::nan(""), 4), "nan");
  CHECK_EQ(fixed_of(-std::numeric_limits<double>::infinity(), 4), "-inf");
  CHECK_EQ(fixed_of(std::numeric_limits<double>::infinity(), 0), "inf");
}

void check_inverse(double value) {
  double back = 0;
  CHECK(double_of(text_of(value), &back));
  CHECK(std::memcmp(&back, &value, sizeof value) == 0);
}

void test_inverse(Random& random) {
  for (int i = 0; i < 100000; i++) {
    check_inverse(random_double(random));
    const double scaled = static_cast<double>(static_cast<int64_t>(random.next()) >> random.below(64));
    check_inverse(scaled);
    check_inverse(scaled / 1000.0);
    check_inverse(std::ldexp(1.0, static_cast<int>(random.below(2098)) - 1074));
    const uint64_t subnormal = random.next() >> (12 + random.below(52));
    double value;
    std::memcpy(&value, &subnormal, sizeof value);
    check_inverse(value);
  }
}

// Whether strtod takes the whole text as a number that Redis would take.
bool library_takes(const std::string& text, double* out) {
  if (text.empty() || std::isspace(static_cast<unsigned char>(text[0]))) return false;
  char* end = nullptr;
  errno = 0;
  *out = std::strtod(text.c_str(), &end);
  if (end != text.c_str() + text.size() || std::isnan(*out)) return false;
  return errno != ERANGE || (*out != 0 && std::isfinite(*out));
}

void check_like_library(const std::string& text) {
  double expected = 0;
  double value = 0;
  const bool taken = library_takes(text, &expected);
  if (double_of(text, &value) != taken || (taken && std::memcmp(&value, &expected, sizeof value) != 0)) {
    std::fprintf(stderr, "text: %s\n", text.c_str());
    CHECK(false);
  }
}

std::string random_digits(Random& random, const char* digits, size_t size) {
  std::string text;
  for (; size > 0; size--) text += digits[random.below(std::strlen(digits))];
  return text;
}

void test_reading(Random& random) {
  const char* signs[] = {"", "", "-", "+"};
  for (int i = 0; i < 60000; i++) {
    check_like_library(random_digits(random, "0123456789..eE+-xXpPabfinfINFty 0000111", random.below(10)));
    const std::string sign = signs[random.below(4)];
    std::string decimal = sign + random_digits(random, "0123456789", random.below(25));
    if (random.one_in(2)) decimal += "." + random_digits(random, "0123456789", random.below(25));
    check_like_library(decimal);
    const int power = static_cast<int>(random.below(700)) - 370;
    check_like_library(decimal + "e" + std::to_string(power));
    std::string hex = sign + (random.one_in(2) ? "0x" : "0X");
    hex += random_digits(random, "0123456789abcdefABCDEF", random.below(18));
    if (random.one_in(2)) hex += "." + random_digits(random, "0123456789abcdef", random.below(18));
    check_like_library(hex);
    check_like_library(hex + "p" + std::to_string(static_cast<int>(random.below(2300)) - 1160));
  }
}

// The digits of a plain decimal come back as they were.
void test_short_decimals(Random& random) {
  for (int i = 0; i < 50000; i++) {
    std::string text = std::to_string(static_cast<int64_t>(random.next()) >> (14 + random.below(50)));
    const size_t at = random.below(text.size() + 1);
    if (at > 0 && random.below(4) > 0) text.insert(at, ".");
    check_like_library(text);
  }
}

void test_fixed(Random& random) {
  CHECK_EQ(fixed_of(0, 4), "0.0000");
  CHECK_EQ(fixed_of(0, 0), "0");
  CHECK_EQ(fixed_of(0.00004, 4), "0.0000");
  CHECK_EQ(fixed_of(-0.25, 1), "-0.2");
  CHECK_EQ(fixed_of(0.75, 1), "0.8");
  CHECK_EQ(fixed_of(0.99999, 4), "1.0000");
  CHECK_EQ(fixed_of(-1.5, 0), "-2");
  CHECK_EQ(fixed_of(2.5, 0), "2");
  CHECK_EQ(fixed_of(1234567.000999, 9), "1234567.000999000");
  // Distances of real servers that lie half-way between two texts, or seem to.
  CHECK_EQ(fixed_of(35904728.220250003, 4), "35904728.2202");
  CHECK_EQ(fixed_of(50797493.786250003, 4), "50797493.7862");
  CHECK_EQ(fixed_of(18061554.94765, 4), "18061554.9476");
  CHECK_EQ(fixed_of(14671099.08295, 4), "14671099.0830");
  for (int i = 0; i < 50000; i++) {
    const double value = static_cast<double>(random.next() >> 20) / 1e6;
    const std::string text = fixed_of(value, 4);
    CHECK_EQ(text.find('.'), text.size() - 5);
    CHECK(std::fabs(std::strtod(text.c_str(), nullptr) - value) <= 0.0000501);
  }
}

// A decimal comma is for people only. (Says nothing where no such locale is installed.)
void test_locale() {
#if defined(__cpp_lib_to_chars)
  if (std::setlocale(LC_ALL, "de_DE.UTF-8") == nullptr) return;
  double value = 0;
  CHECK(double_of("1.25e0", &value) && value == 1.25);
  CHECK(!double_of("1,25e0", &value));
  CHECK_EQ(text_of(1.25), "1.25");
  CHECK_EQ(fixed_of(1.25, 4), "1.2500");
  std::setlocale(LC_ALL, "C");
#endif
}

}  // namespace
}  // namespace redwing

int main(int argc, char** argv) {
  redwing::test::Random random = redwing::test::Random::from(argc, argv);
  redwing::check_facts(redwing::test::kDoubleFacts);
  redwing::check_facts(redwing::test::kAccepted);
  redwing::test_refused();
  redwing::test_not_numbers();
  redwing::test_inverse(random);
  redwing::test_reading(random);
  redwing::test_short_decimals(random);
  redwing::test_fixed(random);
  redwing::test_locale();
  return 0;
}

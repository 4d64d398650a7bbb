// Numbers as text: golden values taken from Redis 7.0.15, exact inverses over random numbers, strictness.
#include "types/number.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>

#include "test/check.h"

namespace redwing {
namespace {

using test::Random;

const uint8_t* bytes_of(const std::string& text) { return reinterpret_cast<const uint8_t*>(text.data()); }

bool integer_of(const std::string& text, int64_t* out) {
  return parse_int64(bytes_of(text), text.size(), out);
}

std::string text_of(int64_t value) {
  uint8_t out[kInt64TextMax];
  const size_t size = format_int64(value, out);
  CHECK_EQ(size, int64_text_size(value));
  return std::string(reinterpret_cast<char*>(out), size);
}

std::string human_of(const std::string& text) {
  long double value = 0;
  if (!parse_long_double(bytes_of(text), text.size(), &value)) return "refused";
  static uint8_t out[kLongDoubleTextMax];
  return std::string(reinterpret_cast<char*>(out), format_long_double_human(value, out));
}

std::string double_text(double value, bool shortest) {
  uint8_t out[kDoubleTextMax];
  const size_t size = shortest ? format_double_shortest(value, out) : format_double(value, out);
  return std::string(reinterpret_cast<char*>(out), size);
}

bool double_of(const std::string& text, double* out) {
  return parse_double(bytes_of(text), text.size(), out);
}

void test_integers_refused() {
  const std::string refused[] = {"",
                                 "-",
                                 "+1",
                                 "-0",
                                 "00",
                                 "01",
                                 "-01",
                                 " 1",
                                 "1 ",
                                 "1.0",
                                 "0x10",
                                 "1e3",
                                 "--1",
                                 "1-",
                                 "a",
                                 "\n",
                                 std::string("1\0", 2),
                                 "9223372036854775808",
                                 "-9223372036854775809",
                                 "18446744073709551616",
                                 "99999999999999999999",
                                 "100000000000000000000",
                                 "-99999999999999999999"};
  for (const std::string& text : refused) {
    int64_t value = 7;
    CHECK(!integer_of(text, &value));
    CHECK_EQ(value, 7);
  }
}

void check_integer(int64_t value) {
  const std::string text = text_of(value);
  CHECK_EQ(text, std::to_string(value));
  int64_t back = ~value;
  CHECK(integer_of(text, &back));
  CHECK_EQ(back, value);
}

void test_integers(Random& random) {
  for (int64_t value = -1100; value <= 1100; value++) check_integer(value);
  for (uint64_t power = 1, i = 0; i < 20; i++, power *= 10) {
    for (int64_t delta = -1; delta <= 1; delta++) {
      check_integer(static_cast<int64_t>(power + static_cast<uint64_t>(delta)));
      check_integer(static_cast<int64_t>(0 - power + static_cast<uint64_t>(delta)));
    }
  }
  check_integer(std::numeric_limits<int64_t>::min());
  check_integer(std::numeric_limits<int64_t>::max());
  for (int i = 0; i < 100000; i++) check_integer(static_cast<int64_t>(random.next()) >> random.below(64));
}

void test_long_double_refused() {
  const std::string refused[] = {"",
                                 " 1",
                                 "1 ",
                                 "\t1",
                                 "++1",
                                 ".",
                                 "-",
                                 "1e",
                                 "1,0",
                                 "1_0",
                                 "nan",
                                 "nan(1)",
                                 "-NaN",
                                 "1e5000",
                                 "-1e5000",
                                 "1e-5000",
                                 std::string("1\0", 2),
                                 std::string("1\0002", 3),
                                 std::string(1, '\0'),
                                 std::string(kFloatTextMax + 1, '0')};
  for (const std::string& text : refused) CHECK_EQ(human_of(text), "refused");
}

void test_long_double_golden() {
  const char* golden[][2] = {{"+1", "1"},
                             {"0x10", "16"},
                             {"0x1p3", "8"},
                             {"1e5", "100000"},
                             {".5", "0.5"},
                             {"5.", "5"},
                             {"-0", "0"},
                             {"-1e-30", "0"},
                             {"1e-17", "0.00000000000000001"},
                             {"-3.50", "-3.5"},
                             {"inf", "inf"},
                             {"-Infinity", "-inf"},
                             {"1e17", "100000000000000000"},
                             {"-9223372036854775808", "-9223372036854775808"},
                             {"200.000", "200"}};
  for (const auto& pair : golden) CHECK_EQ(human_of(pair[0]), pair[1]);
  CHECK_EQ(human_of(std::string(kFloatTextMax - 1, '0') + "1"), "1");
  if (std::numeric_limits<long double>::digits == 64) {
    CHECK_EQ(human_of("10.1"), "10.1");
    CHECK_EQ(human_of("3.141592653589793238"), "3.14159265358979324");
    CHECK_EQ(human_of("1e-4940"), "0");
    CHECK_EQ(human_of("1e4932").size(), 4933u);
  }
}

// The straightforward way to print, for comparison.
void test_long_double_random(Random& random) {
  static char expected[kLongDoubleTextMax];
  static uint8_t out[kLongDoubleTextMax];
  for (int i = 0; i < 20000; i++) {
    const auto integer = static_cast<long double>(static_cast<int64_t>(random.next()) >> random.below(64));
    const long double value = integer / static_cast<long double>(uint64_t{1} << random.below(64));
    int size = std::snprintf(expected, sizeof expected, "%.17Lf", value);
    while (expected[size - 1] == '0') size--;
    if (expected[size - 1] == '.') size--;
    std::string wanted(expected, static_cast<size_t>(size));
    if (wanted == "-0") wanted = "0";
    CHECK_EQ(std::string(reinterpret_cast<char*>(out), format_long_double_human(value, out)), wanted);
  }
}

void test_double_golden() {
  struct Golden {
    double value;
    const char* digits17;
    const char* shortest;
  };
  const double infinity = std::numeric_limits<double>::infinity();
  const Golden golden[] = {{0.0, "0", "0"},
                           {-0.0, "-0", "-0"},
                           {0.1, "0.10000000000000001", "0.1"},
                           {-1.5, "-1.5", "-1.5"},
                           {1e5, "100000", "100000"},
                           {1e17, "1e+17", "100000000000000000"},
                           {4611686018427387904.0, "4.6116860184273879e+18", "4611686018427387904"},
                           {4611686018427388928.0, "4.6116860184273889e+18", "4611686018427389000"},
                           {1e19, "1e+19", "1e+19"},
                           {123e18, "1.23e+20", "1.23e+20"},
                           {0.00001, "1.0000000000000001e-05", "0.00001"},
                           {1e-6, "9.9999999999999995e-07", "0.000001"},
                           {1e-7, "9.9999999999999995e-08", "1e-7"},
                           {0.00001234, "1.234e-05", "1.234e-5"},
                           {0.000015, "1.5e-05", "0.000015"},
                           {123456.789, "123456.789", "123456.789"},
                           {1.5e300, "1.5000000000000001e+300", "1.5e+300"},
                           {5e-324, "4.9406564584124654e-324", "5e-324"},
                           {1.7976931348623157e308, "1.7976931348623157e+308", "1.7976931348623157e+308"},
                           {infinity, "inf", "inf"},
                           {-infinity, "-inf", "-inf"},
                           {std::nan(""), "nan", "nan"}};
  for (const Golden& one : golden) {
    CHECK_EQ(double_text(one.value, false), one.digits17);
    CHECK_EQ(double_text(one.value, true), one.shortest);
  }
}

void check_double(double value) {
  char expected[64];
  std::snprintf(expected, sizeof expected, "%.17g", value);
  CHECK_EQ(double_text(value, false), expected);
  for (const bool shortest : {false, true}) {
    const std::string text = double_text(value, shortest);
    CHECK(text.size() <= kDoubleTextMax);
    double back = 0;
    CHECK(double_of(text, &back));
    CHECK(std::memcmp(&back, &value, sizeof value) == 0);
  }
}

void test_double_random(Random& random) {
  for (int i = 0; i < 50000; i++) {
    const uint64_t bits = random.next();
    double value;
    std::memcpy(&value, &bits, sizeof value);
    if (std::isfinite(value)) check_double(value);
    const double scaled = static_cast<double>(static_cast<int64_t>(bits) >> random.below(64));
    check_double(scaled);
    check_double(scaled / 1000.0);
  }
}

// The short path of parse_double against the C library's.
void test_short_decimals(Random& random) {
  for (int i = 0; i < 50000; i++) {
    std::string text = std::to_string(static_cast<int64_t>(random.next()) >> (10 + random.below(54)));
    const size_t at = random.below(text.size() + 1);
    if (at > 0 && random.below(4) > 0) text.insert(at, ".");
    double value = 0;
    const bool accepted = double_of(text, &value);
    CHECK_EQ(accepted, text != "-.");
    CHECK(accepted && value == std::strtod(text.c_str(), nullptr));
  }
}

void test_double_refused() {
  const std::string refused[] = {"",
                                 " 1",
                                 "1 ",
                                 "nan",
                                 "1e400",
                                 "1e-400",
                                 ".",
                                 "-",
                                 "-.",
                                 "1..2",
                                 "1.2.3",
                                 std::string("1\0", 2),
                                 std::string(200, '1') + "x"};
  double value = 7;
  for (const std::string& text : refused) CHECK(!double_of(text, &value));
  CHECK_EQ(value, 7.0);
  CHECK(double_of(std::string(20000, '0') + "5", &value) && value == 5);
  CHECK(double_of("0x1p3", &value) && value == 8);
  CHECK(double_of("-inf", &value) && std::isinf(value) && value < 0);
}

}  // namespace
}  // namespace redwing

int main(int argc, char** argv) {
  redwing::test::Random random = redwing::test::Random::from(argc, argv);
  redwing::test_integers_refused();
  redwing::test_integers(random);
  redwing::test_long_double_refused();
  redwing::test_long_double_golden();
  redwing::test_long_double_random(random);
  redwing::test_double_golden();
  redwing::test_double_random(random);
  redwing::test_short_decimals(random);
  redwing::test_double_refused();
  return 0;
}

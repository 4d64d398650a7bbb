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

}  // namespace
}  // namespace redwing

int main(int argc, char** argv) {
  redwing::test::Random random = redwing::test::Random::from(argc, argv);
  redwing::test_integers_refused();
  redwing::test_integers(random);
  redwing::test_long_double_refused();
  redwing::test_long_double_golden();
  redwing::test_long_double_random(random);
  return 0;
}

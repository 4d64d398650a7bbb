// Longest common subsequences against the classic table of lengths, walked back by the same rule.
#include "types/lcs.h"

#include <algorithm>
#include <string>
#include <vector>

#include "test/check.h"

namespace redwing {
namespace {

using test::Random;

const uint8_t* bytes_of(const std::string& text) { return reinterpret_cast<const uint8_t*>(text.data()); }

struct Result : LcsSink {
  uint64_t length = ~uint64_t{0};
  std::vector<LcsMatch> matches;
  void on_length(uint64_t value) override { length = value; }
  void on_match(const LcsMatch& match) override { matches.push_back(match); }
};

struct Naive {
  uint64_t length = 0;
  std::string text;
  std::vector<LcsMatch> matches;
};

Naive naive_lcs(const std::string& a, const std::string& b) {
  std::vector<std::vector<uint64_t>> table(a.size() + 1, std::vector<uint64_t>(b.size() + 1, 0));
  for (size_t i = 1; i <= a.size(); i++) {
    for (size_t j = 1; j <= b.size(); j++) {
      const bool equal = a[i - 1] == b[j - 1];
      table[i][j] = equal ? table[i - 1][j - 1] + 1 : std::max(table[i - 1][j], table[i][j - 1]);
    }
  }
  Naive naive;
  naive.length = table[a.size()][b.size()];
  size_t i = a.size();
  size_t j = b.size();
  while (i > 0 && j > 0) {
    if (a[i - 1] == b[j - 1]) {
      naive.text.insert(naive.text.begin(), a[i - 1]);
      i--;
      j--;
      const bool extends = !naive.matches.empty() && naive.matches.back().a_first == i + 1 &&
                           naive.matches.back().b_first == j + 1;
      if (!extends) naive.matches.push_back({i, i, j, j});
      naive.matches.back().a_first = i;
      naive.matches.back().b_first = j;
    } else if (table[i - 1][j] > table[i][j - 1]) {
      i--;
    } else {
      j--;
    }
  }
  return naive;
}

void check_pair(const std::string& a, const std::string& b, uint64_t match_size_min) {
  Naive naive = naive_lcs(a, b);
  CHECK_EQ(lcs_length(bytes_of(a), a.size(), bytes_of(b), b.size()), naive.length);
  const uint64_t limit = lcs_table_bytes(a.size(), b.size());
  std::string text(std::min(a.size(), b.size()), '?');
  uint64_t length = 0;
  CHECK(lcs_string(bytes_of(a), a.size(), bytes_of(b), b.size(), limit,
                   reinterpret_cast<uint8_t*>(text.data()), &length) == LcsStatus::kOk);
  CHECK_EQ(text.substr(0, length), naive.text);
  Result result;
  CHECK(lcs_matches(bytes_of(a), a.size(), bytes_of(b), b.size(), match_size_min, limit, &result) ==
        LcsStatus::kOk);
  CHECK_EQ(result.length, naive.length);
  std::erase_if(naive.matches, [&](const LcsMatch& m) { return m.a_last - m.a_first + 1 < match_size_min; });
  CHECK_EQ(result.matches.size(), naive.matches.size());
  for (size_t i = 0; i < naive.matches.size(); i++) {
    CHECK_EQ(result.matches[i].a_first, naive.matches[i].a_first);
    CHECK_EQ(result.matches[i].a_last, naive.matches[i].a_last);
    CHECK_EQ(result.matches[i].b_first, naive.matches[i].b_first);
    CHECK_EQ(result.matches[i].b_last, naive.matches[i].b_last);
  }
}

std::string random_text(Random& random, uint64_t letters) {
  std::string text(random.below(random.below(4) == 0 ? 260 : 20), 'a');
  for (char& letter : text) letter = static_cast<char>('a' + random.below(letters));
  return text;
}

void test_golden() {
  check_pair("ohmytext", "mynewtext", 0);
  check_pair("ohmytext", "mynewtext", 4);
  check_pair("", "", 0);
  check_pair("abc", "", 0);
  check_pair("", "abc", 0);
  check_pair(std::string(64, 'x'), std::string(64, 'x'), 0);
  check_pair(std::string(65, 'x'), std::string(129, 'x'), 0);
  CHECK_EQ(lcs_length(bytes_of("ohmytext"), 8, bytes_of("mynewtext"), 9), 6u);
}

void test_limits() {
  Result result;
  uint64_t length = 7;
  const uint64_t needed = lcs_table_bytes(100, 100);
  const std::string text(100, 'x');
  CHECK(lcs_matches(bytes_of(text), 100, bytes_of(text), 100, 0, needed - 1, &result) ==
        LcsStatus::kTooLarge);
  CHECK(lcs_string(bytes_of(text), 100, bytes_of(text), 100, needed - 1, nullptr, &length) ==
        LcsStatus::kTooLarge);
  CHECK_EQ(result.length, ~uint64_t{0});
  CHECK_EQ(length, 7u);
  CHECK_EQ(lcs_table_bytes(~uint64_t{0}, ~uint64_t{0}), ~uint64_t{0});
}

}  // namespace
}  // namespace redwing

int main(int argc, char** argv) {
  redwing::test::Random random = redwing::test::Random::from(argc, argv);
  redwing::test_golden();
  redwing::test_limits();
  for (int i = 0; i < 2000; i++) {
    const uint64_t letters = 1 + random.below(6);
    const std::string a = redwing::random_text(random, letters);
    const std::string b = redwing::random_text(random, letters);
    redwing::check_pair(a, b, random.below(4));
  }
  return 0;
}

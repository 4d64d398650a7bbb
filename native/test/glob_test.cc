// Glob matching: golden cases checked against Redis, random ones against a recursive matcher, and hostile
// patterns.
#include "types/glob.h"

#include <string>

#include "test/check.h"

namespace redwing {
namespace {

using test::Random;

bool matches(const std::string& pattern, const std::string& text, bool ignore_case = false) {
  return glob_match(reinterpret_cast<const uint8_t*>(pattern.data()), pattern.size(),
                    reinterpret_cast<const uint8_t*>(text.data()), text.size(), ignore_case);
}

// The definition, spelled out: a star tries every length, everything else consumes one byte.
class NaiveMatcher {
 public:
  NaiveMatcher(const std::string& pattern, const std::string& text) : pattern_(pattern), text_(text) {}

  bool run(size_t p = 0, size_t t = 0) const {
    if (p == pattern_.size()) return t == text_.size();
    if (pattern_[p] == '*') {
      if (text_.empty()) return false;  // an empty text matches the empty pattern only
      for (size_t end = t; end <= text_.size(); end++) {
        if (run(p + 1, end)) return true;
      }
      return false;
    }
    if (t == text_.size()) return false;
    size_t next = p;
    return element(&next, static_cast<signed char>(text_[t])) && run(next, t + 1);
  }

 private:
  bool element(size_t* p, signed char byte) const {
    const char first = pattern_[(*p)++];
    if (first == '?') return true;
    if (first == '[') return byte_class(p, byte);
    if (first == '\\' && *p < pattern_.size()) return pattern_[(*p)++] == byte;
    return first == byte;
  }

  bool byte_class(size_t* p, signed char byte) const {
    bool negated = false;
    bool found = false;
    if (*p < pattern_.size() && pattern_[*p] == '^') {
      negated = true;
      ++*p;
    }
    while (*p < pattern_.size() && pattern_[*p] != ']') {
      const std::string rest = pattern_.substr(*p);
      const auto at = [&](size_t i) { return static_cast<signed char>(rest[i]); };
      if (rest[0] == '\\' && rest.size() > 1) {
        found = found || at(1) == byte;
        *p += 2;
      } else if (rest.size() > 2 && rest[1] == '-') {
        found = found || (at(0) <= byte && byte <= at(2)) || (at(2) <= byte && byte <= at(0));
        *p += 3;
      } else {
        found = found || at(0) == byte;
        *p += 1;
      }
    }
    if (*p < pattern_.size()) ++*p;
    return found != negated;
  }

  const std::string& pattern_;
  const std::string& text_;
};

void test_golden() {
  CHECK(matches("", "") && !matches("*", "") && !matches("**", "") && !matches("", "a"));
  CHECK(matches("*", "a") && matches("a*", "a") && matches("**a**", "a") && matches("a?c", "abc"));
  CHECK(!matches("a?", "a") && !matches("*?b", "b") && matches("*b", "ab") && matches("h*llo", "heeello"));
  CHECK(matches("h[ae]llo", "hallo") && !matches("h[ae]llo", "hillo") && matches("h[^e]llo", "hallo"));
  CHECK(matches("h[a-c]", "hb") && matches("h[c-a]", "hb") && !matches("h[a-c]", "hd"));
  CHECK(matches("\\*", "*") && !matches("\\*", "a") && matches("a\\", "a\\") && matches("[\\]]", "]"));
  CHECK(matches("[ab", "b") && matches("[^ab", "c") && matches("[a\\", "\\") && !matches("[", "a"));
  CHECK(matches("[^", "a") && matches("[a-", "-") && matches("[]a", "a") == false && matches("[^]a", "xa"));
  CHECK(matches("[\x80-\xff]", "\x90") && matches("[\xf0-\x10]", "\xff") && !matches("[\x01-\xff]", "a"));
}

void test_ignore_case() {
  CHECK(matches("HeLLo", "hEllO", true) && !matches("HeLLo", "hEllO"));
  CHECK(matches("[A-C]x", "bX", true) && matches("[abc]", "B", true) && matches("\\A", "a", true));
  CHECK(!matches("[\\A]", "a", true) &&
        matches("[\\a]", "a", true));                             // an escaped byte of a class keeps its case
  CHECK(!matches("[[]", "{", true) && !matches("@", "`", true));  // only letters fold
}

void test_random(Random& random) {
  const std::string pattern_bytes = "aab-^][\\*?**\xff\x80\x01";
  const std::string text_bytes = "aab-^][\\*?\xff\x80\x01";
  size_t matched = 0;
  for (int i = 0; i < 300000; i++) {
    std::string pattern;
    std::string text;
    for (uint64_t left = random.below(9); left > 0; left--) {
      pattern.push_back(pattern_bytes[random.below(pattern_bytes.size())]);
    }
    for (uint64_t left = random.below(7); left > 0; left--) {
      text.push_back(text_bytes[random.below(text_bytes.size())]);
    }
    const bool wanted = NaiveMatcher(pattern, text).run();
    CHECK_EQ(matches(pattern, text), wanted);
    matched += wanted ? 1 : 0;
  }
  CHECK(matched > 1000);
}

std::string repeated(const std::string& part, size_t times) {
  std::string text;
  for (size_t i = 0; i < times; i++) text += part;
  return text;
}

// Patterns that are exponential for a matcher that retries every star; and the limit of Redis 7.0.15 on
// stars.
void test_hostile() {
  const std::string text(5000, 'a');
  CHECK(!matches(repeated("a*", 900) + "b", text));
  CHECK(matches(repeated("a*", kGlobStarsMax + 1), text));
  CHECK(!matches(repeated("a*", kGlobStarsMax + 2), text));
  CHECK(matches(repeated("a***", kGlobStarsMax + 1), text));
  CHECK(!matches("*" + std::string(1000, '?') + "b*", std::string(20000, 'a')));
}

void test_literals() {
  const auto prefix = [](const std::string& pattern) {
    return glob_literal_prefix(reinterpret_cast<const uint8_t*>(pattern.data()), pattern.size());
  };
  CHECK_EQ(prefix("user:*"), 5u);
  CHECK_EQ(prefix(""), 0u);
  CHECK_EQ(prefix("a\\b"), 1u);
  CHECK_EQ(prefix("ab?"), 2u);
  CHECK_EQ(prefix("x[y]"), 1u);
  CHECK(glob_is_literal(reinterpret_cast<const uint8_t*>("a]b^"), 4));
  CHECK(!glob_is_literal(reinterpret_cast<const uint8_t*>("ab*"), 3));
}

}  // namespace
}  // namespace redwing

int main(int argc, char** argv) {
  redwing::test::Random random = redwing::test::Random::from(argc, argv);
  redwing::test_golden();
  redwing::test_ignore_case();
  redwing::test_random(random);
  redwing::test_hostile();
  redwing::test_literals();
  return 0;
}

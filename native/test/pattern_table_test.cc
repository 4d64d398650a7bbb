// PatternTable against trying every pattern by itself.
#include "types/pattern_table.h"

#include <map>
#include <set>
#include <string>

#include "test/check.h"
#include "types/glob.h"

using namespace redwing;
using redwing::test::Random;

namespace {

const uint8_t* bytes_of(const std::string& text) { return reinterpret_cast<const uint8_t*>(text.data()); }

std::string random_text(Random& random, const char* letters, size_t count) {
  std::string text;
  for (uint64_t left = random.below(6); left > 0; left--) text += letters[random.below(count)];
  return text;
}

std::set<int32_t> matches(const PatternTable& table, const std::string& text, size_t max) {
  std::set<int32_t> found;
  int32_t out[8];
  int32_t next = 0;
  do {
    const size_t count = table.match(bytes_of(text), text.size(), &next, out, max);
    CHECK(count <= max);
    for (size_t i = 0; i < count; i++) CHECK(found.insert(out[i]).second);
  } while (next != 0);
  return found;
}

}  // namespace

int main(int argc, char** argv) {
  Random random = Random::from(argc, argv);
  PatternTable table;
  std::map<int32_t, std::string> known;
  for (int round = 0; round < 20000; round++) {
    if (random.below(3) != 0 || known.empty()) {
      const std::string pattern = random_text(random, "ab*?[]\\c", 8);
      const int32_t number = table.add(bytes_of(pattern), pattern.size());
      CHECK(known.emplace(number, pattern).second);
      CHECK(static_cast<size_t>(number) < 64);
    } else {
      auto chosen = known.begin();
      std::advance(chosen, static_cast<long>(random.below(known.size())));
      table.remove(chosen->first);
      known.erase(chosen);
    }
    while (known.size() > 60) {
      table.remove(known.begin()->first);
      known.erase(known.begin());
    }
    const std::string text = random_text(random, "abc", 3);
    std::set<int32_t> expected;
    for (const auto& [number, pattern] : known) {
      if (glob_match(bytes_of(pattern), pattern.size(), bytes_of(text), text.size(), false))
        expected.insert(number);
    }
    CHECK(matches(table, text, 1 + random.below(8)) == expected);
  }
  return 0;
}

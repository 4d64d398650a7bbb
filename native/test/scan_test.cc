// Scanning: every key that is there during the whole scan is returned, whatever grows, splits, shrinks and
// goes.

#include <unordered_set>

#include "keyspace/keyspace.h"
#include "test/check.h"
#include "test/keyspace_model.h"

using namespace redwing;
using namespace redwing::test;

namespace {

std::string stable_key(uint64_t i) { return "stable:" + std::to_string(i); }
std::string passing_key(uint64_t i) { return "passing:" + std::to_string(i); }

// Adds or removes passing keys: the table swells and shrinks while a scan is under way.
void disturb(Keyspace& keyspace, Random& random, uint64_t* from, uint64_t* to, bool grow) {
  for (uint64_t n = random.below(600); n > 0; n--) {
    if (grow) {
      put(keyspace, 0, passing_key((*to)++), "x");
    } else if (*from < *to) {
      CHECK(keyspace.erase(0, key_of(keyspace, passing_key((*from)++))));
    }
  }
}

void test_guarantee(Random& random, size_t stable, size_t passing) {
  Keyspace keyspace(1, {random.next(), random.next(), random.next()});
  for (uint64_t i = 0; i < stable; i++) put(keyspace, 0, stable_key(i), "x");
  uint64_t from = 0, to = 0;
  while (to < passing) put(keyspace, 0, passing_key(to++), "x");
  View* view = nullptr;
  for (int round = 0; round < 10; round++) {
    bool grow = random.one_in(2);
    std::unordered_set<std::string> seen;
    uint64_t cursor = 0;
    do {
      cursor = keyspace.scan(0, cursor, 1 + random.below(40),
                             [&](const Entry& entry) { seen.insert(text_of(entry.key())); });
      CHECK(cursor < uint64_t{1} << 48);
      if (random.one_in(3)) disturb(keyspace, random, &from, &to, grow);
      if (random.one_in(100)) grow = !grow;
      if (random.one_in(50)) {
        if (view != nullptr) keyspace.close_view(view);
        view = random.one_in(2) ? keyspace.open_view() : nullptr;
      }
    } while (cursor != 0);
    for (uint64_t i = 0; i < stable; i++) CHECK(seen.count(stable_key(i)) == 1);
    keyspace.check_invariants();
  }
  if (view != nullptr) keyspace.close_view(view);
}

// At rest, every key is returned exactly once, and small steps make progress.
void test_at_rest(Random& random) {
  Keyspace keyspace(1, {random.next(), random.next(), random.next()});
  CHECK_EQ(keyspace.scan(0, 0, 10, [](const Entry&) {}), 0u);
  constexpr size_t kKeys = 30'000;
  for (size_t i = 0; i < kKeys; i++) put(keyspace, 0, stable_key(i), "x");
  for (size_t step : {1, 10, 1000}) {
    size_t seen = 0, calls = 0;
    uint64_t cursor = 0;
    do {
      uint64_t next = keyspace.scan(0, cursor, step, [&](const Entry&) { seen++; });
      CHECK(next == 0 || next > cursor);
      cursor = next;
      calls++;
    } while (cursor != 0);
    CHECK_EQ(seen, kKeys);
    CHECK(calls <= kKeys / step + kKeys / 2 + 1);
  }
  keyspace.scan(0, UINT64_MAX, 10, [](const Entry&) {});  // any cursor is safe
}

void test_hides_expired() {
  Keyspace keyspace(1, {1, 2, 3});
  keyspace.set_now(1000);
  put(keyspace, 0, "a", "x", Expiry::at(2000));
  put(keyspace, 0, "b", "x");
  keyspace.set_now(2000);
  size_t seen = 0;
  CHECK_EQ(
      keyspace.scan(0, 0, 100, [&](const Entry& entry) { seen += text_of(entry.key()) == "b" ? 1 : 10; }),
      0u);
  CHECK_EQ(seen, 1u);
}

}  // namespace

int main(int argc, char** argv) {
  Random random = Random::from(argc, argv);
  test_at_rest(random);
  test_hides_expired();
  test_guarantee(random, 5, 20'000);
  test_guarantee(random, 3000, 0);
  test_guarantee(random, 3000, 30'000);
  return 0;
}

// The expiry cycle: removes exactly what is due, however it is sliced, while keys come and go; and its
// estimates.

#include "keyspace/keyspace.h"
#include "test/check.h"
#include "test/keyspace_model.h"

using namespace redwing;
using namespace redwing::test;

namespace {

constexpr int64_t kStart = 1'700'000'000'000;

void test_exact(Random& random) {
  Keyspace keyspace(2, {random.next(), random.next(), random.next()});
  keyspace.set_now(kStart);
  std::multimap<int64_t, std::string> due;
  constexpr int kKeys = 40'000;
  for (int i = 0; i < kKeys; i++) {
    int64_t at_ms = kStart + 1 + static_cast<int64_t>(random.below(random.one_in(2) ? 10'000 : 3'600'000));
    std::string key = "k" + std::to_string(i);
    put(keyspace, i & 1, key, "value", Expiry::at(at_ms));
    due.emplace(at_ms, key);
  }
  put(keyspace, 0, "far", "x", Expiry::at(INT64_MAX));
  put(keyspace, 0, "none", "x");
  for (int64_t now = kStart; now < kStart + 3'700'000;
       now += 1200 + static_cast<int64_t>(random.below(50'000))) {
    size_t expected = 0;
    while (!due.empty() && due.begin()->first <= now) {
      due.erase(due.begin());
      expected++;
    }
    CHECK_EQ(keyspace.expire_cycle(now, INT64_MAX), expected);
    CHECK_EQ(keyspace.size(0) + keyspace.size(1), due.size() + 2);
    CHECK_EQ(keyspace.expires(0) + keyspace.expires(1), due.size() + 1);
    keyspace.check_invariants();
  }
  CHECK_EQ(due.size(), 0u);
  CHECK_EQ(keyspace.expired_keys(), static_cast<uint64_t>(kKeys));
  CHECK(keyspace.memory().index < 20'000);
}

// With budgets of nothing a pass goes on in steps; what is due is gone soon, under all kinds of changes.
void test_slices_with_changes(Random& random) {
  Pair pair(3, random, 30'000);
  for (int step = 0; step < 150'000; step++) {
    pair.step();
    if (random.one_in(10)) pair.advance(static_cast<int64_t>(random.below(30)));
    if (random.one_in(20)) {
      uint64_t before = pair.keyspace().expired_keys();
      size_t removed = pair.keyspace().expire_cycle(pair.now(), 0);
      CHECK_EQ(pair.keyspace().expired_keys() - before, removed);
      for (auto& database : pair.model()) {
        std::erase_if(database, [&](const auto& item) {
          if (item.second.at_ms == kNoExpiry || item.second.at_ms > pair.now()) return false;
          int db = static_cast<int>(&database - pair.model().data());
          pair.keyspace().set_expiry_mode(ExpiryMode::kIgnore);
          bool gone = pair.keyspace().find(db, key_of(pair.keyspace(), item.first)) == nullptr;
          pair.keyspace().set_expiry_mode(ExpiryMode::kRemove);
          return gone;
        });
      }
    }
    if (random.one_in(40'000)) pair.compare();
  }
  for (int i = 0; i < 3; i++) {
    pair.advance(2000);
    pair.keyspace().expire_cycle(pair.now(), INT64_MAX);
  }
  pair.drop_all_expired();
  pair.compare();
}

void test_clock_goes_back() {
  Keyspace keyspace(1, {1, 2, 3});
  keyspace.expire_cycle(kStart, INT64_MAX);
  put(keyspace, 0, "a", "x", Expiry::at(kStart + 5000));
  keyspace.expire_cycle(kStart - 1'000'000, INT64_MAX);
  put(keyspace, 0, "b", "x", Expiry::at(kStart - 990'000));
  CHECK_EQ(keyspace.expire_cycle(kStart - 995'000, INT64_MAX), 0u);
  CHECK_EQ(keyspace.expire_cycle(kStart - 989'000, INT64_MAX), 1u);
  CHECK_EQ(keyspace.expire_cycle(kStart + 6000, INT64_MAX), 1u);
}

void test_past_and_extreme_times() {
  Keyspace keyspace(1, {1, 2, 3});
  keyspace.expire_cycle(kStart, INT64_MAX);
  put(keyspace, 0, "past", "x", Expiry::at(-5));
  put(keyspace, 0, "ancient", "x", Expiry::at(INT64_MIN + 1));
  put(keyspace, 0, "far", "x", Expiry::at(INT64_MAX));
  CHECK_EQ(keyspace.size(0), 3u);
  CHECK_EQ(keyspace.expire_cycle(kStart + 1500, INT64_MAX), 2u);
  CHECK(keyspace.set_expiry(0, key_of(keyspace, "far"), 1));
  CHECK(keyspace.find(0, key_of(keyspace, "far")) == nullptr);
  CHECK_EQ(keyspace.expires(0), 0u);
}

void test_average() {
  Keyspace keyspace(1, {1, 2, 3});
  keyspace.set_now(kStart);
  CHECK_EQ(keyspace.average_ttl(0), 0);
  for (int i = 0; i < 1000; i++)
    put(keyspace, 0, std::to_string(i) + "k", "x", Expiry::at(kStart + 100'000 + i * 100));
  int64_t average = keyspace.average_ttl(0);
  CHECK(average > 149'000 && average < 151'000);
  for (int i = 0; i < 1000; i++)
    CHECK(keyspace.set_expiry(0, key_of(keyspace, std::to_string(i) + "k"), kNoExpiry));
  CHECK_EQ(keyspace.average_ttl(0), 0);
}

}  // namespace

int main(int argc, char** argv) {
  Random random = Random::from(argc, argv);
  test_past_and_extreme_times();
  test_clock_goes_back();
  test_average();
  test_exact(random);
  test_slices_with_changes(random);
  return 0;
}

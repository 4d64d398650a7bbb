// Eviction: what leaves under each policy, limits under open views and in steps, the pool, the log of
// removals.

#include "keyspace/evictor.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "keyspace/removal_log.h"
#include "test/check.h"
#include "test/keyspace_model.h"

using namespace redwing;
using namespace redwing::test;

namespace {

constexpr int64_t kStart = 1'700'000'000'000;
constexpr EvictionTime kUnbounded{INT64_MAX, INT64_MAX};

struct Fixture {
  explicit Fixture(Random& random, int databases = 1)
      : keyspace(databases, {random.next(), random.next(), random.next()}), evictor(keyspace) {
    keyspace.set_now(kStart);
  }
  Keyspace keyspace;
  Evictor evictor;

  bool has(const std::string& key, int db = 0) {
    return keyspace.find(db, key_of(keyspace, key), false) != nullptr;
  }
  void settle() {
    keyspace.flush_reclaimer();
    keyspace.wait_for_reclaimer();
  }
};

std::string numbered(int i) { return "key:" + std::to_string(i); }

// Keys that were used one second after the other: of those that leave, most are of the oldest.
void test_lru_quality(Random& random) {
  Fixture f(random);
  constexpr int kKeys = 10'000, kEvicted = kKeys / 2;
  for (int i = 0; i < kKeys; i++) {
    f.keyspace.set_now(kStart + i * int64_t{1000});
    put(f.keyspace, 0, numbered(i), "value");
  }
  f.evictor.configure({EvictionPolicy::kLru, false, 5});
  for (int i = 0; i < kEvicted; i++) {
    CHECK(f.evictor.evict_one());
    if (i % 512 == 0) f.evictor.check_invariants();
  }
  CHECK_EQ(f.keyspace.evicted_keys(), static_cast<uint64_t>(kEvicted));
  CHECK_EQ(f.keyspace.size(0), static_cast<size_t>(kKeys - kEvicted));
  int old_left = 0, newest_left = 0;
  for (int i = 0; i < kKeys; i++) {
    if (i < kEvicted) old_left += f.has(numbered(i));
    if (i >= kKeys * 9 / 10) newest_left += f.has(numbered(i));
  }
  // A perfect choice leaves none and all.
  CHECK(old_left < kEvicted / 8);
  CHECK(newest_left > kKeys / 10 * 99 / 100);
  f.keyspace.check_invariants();
}

void test_lfu_quality(Random& random) {
  Fixture f(random);
  f.keyspace.set_access_policy({true, 10, 1});
  constexpr int kKeys = 4000;
  for (int i = 0; i < kKeys; i++) put(f.keyspace, 0, numbered(i), "value");
  for (int round = 0; round < 40; round++) {
    for (int i = 0; i < kKeys; i += 4) f.keyspace.find(0, key_of(f.keyspace, numbered(i)));
  }
  f.evictor.configure({EvictionPolicy::kLfu, false, 5});
  for (int i = 0; i < kKeys / 2; i++) CHECK(f.evictor.evict_one());
  int frequent = 0;
  for (int i = 0; i < kKeys; i += 4) frequent += f.has(numbered(i));
  CHECK(frequent > kKeys / 4 * 95 / 100);
}

// A key that was used after it had become a candidate stays.
void test_candidates_that_were_used_stay(Random& random) {
  Fixture f(random);
  for (int i = 0; i < 64; i++) put(f.keyspace, 0, numbered(i), "value");
  f.keyspace.set_now(kStart + 100'000);
  f.evictor.configure({EvictionPolicy::kLru, false, 10});
  CHECK(f.evictor.evict_one());  // fills the pool with others
  std::set<std::string> used;
  for (int i = 0; i < 64; i += 2) {
    if (f.keyspace.find(0, key_of(f.keyspace, numbered(i))) != nullptr) used.insert(numbered(i));
  }
  const size_t unused = f.keyspace.size(0) - used.size();
  for (size_t i = 0; i < unused * 3 / 4; i++) CHECK(f.evictor.evict_one());
  size_t left = 0;
  for (const std::string& key : used) left += f.has(key);
  CHECK(left >= used.size() * 9 / 10);
}

void test_ttl(Random& random) {
  Fixture f(random, 3);
  constexpr int kKeys = 3000;
  for (int i = 0; i < kKeys; i++) {
    put(f.keyspace, i % 3, numbered(i), "value", Expiry::at(kStart + 1000 + i * int64_t{1000}));
    put(f.keyspace, i % 3, "forever:" + std::to_string(i), "value");
  }
  f.evictor.configure({EvictionPolicy::kTtl, false, 5});
  for (int i = 0; i < kKeys / 2; i++) CHECK(f.evictor.evict_one());
  int late = 0;
  for (int i = kKeys * 3 / 4; i < kKeys; i++) late += f.has(numbered(i), i % 3);
  CHECK(late > kKeys / 4 * 95 / 100);
  for (int i = 0; i < kKeys / 2; i++) CHECK(f.evictor.evict_one());
  CHECK(!f.evictor.evict_one());
  for (int db = 0; db < 3; db++) CHECK_EQ(f.keyspace.size(db), static_cast<size_t>(kKeys / 3));
}

// Without a time to live nothing leaves under the volatile policies, and nothing at all under none.
void test_only_expiring(Random& random) {
  for (EvictionPolicy policy : {EvictionPolicy::kLru, EvictionPolicy::kLfu, EvictionPolicy::kRandom}) {
    Fixture f(random, 2);
    for (int i = 0; i < 100; i++) {
      put(f.keyspace, 1, numbered(i), "value", i % 2 != 0 ? Expiry::at(kStart + 100'000) : Expiry::none());
    }
    f.evictor.configure({policy, true, 3});
    for (int i = 0; i < 50; i++) CHECK(f.evictor.evict_one());
    CHECK(!f.evictor.evict_one());
    CHECK_EQ(f.keyspace.size(1), size_t{50});
    CHECK_EQ(f.keyspace.expires(1), size_t{0});
    f.evictor.configure({EvictionPolicy::kNone, false, 3});
    CHECK(!f.evictor.evict_one());
    f.evictor.configure({policy, false, 3});
    for (int i = 0; i < 50; i++) CHECK(f.evictor.evict_one());
    CHECK(!f.evictor.evict_one());
  }
}

// Every key has about the same chance to leave.
void test_random_is_uniform(Random& random) {
  constexpr int kKeys = 64, kRounds = 1500, kLeft = 48;
  std::vector<int> survived(kKeys, 0);
  for (int round = 0; round < kRounds; round++) {
    Fixture f(random);
    for (int i = 0; i < kKeys; i++) put(f.keyspace, 0, numbered(i), "value");
    f.evictor.configure({EvictionPolicy::kRandom, false, 5});
    for (int i = 0; i < kKeys - kLeft; i++) CHECK(f.evictor.evict_one());
    for (int i = 0; i < kKeys; i++) survived[static_cast<size_t>(i)] += f.has(numbered(i));
  }
  const double expected = double{kRounds} * kLeft / kKeys;
  for (int count : survived) CHECK(std::abs(count - expected) < expected * 0.15);
}

// What has expired goes first, as expired.
void test_expired_go_first(Random& random) {
  Fixture f(random);
  for (int i = 0; i < 200; i++) put(f.keyspace, 0, numbered(i), "value");
  for (int i = 0; i < 5; i++) put(f.keyspace, 0, "due:" + std::to_string(i), "v", Expiry::at(kStart + 10));
  f.keyspace.set_now(kStart + 1000);
  f.evictor.configure({EvictionPolicy::kLru, true, 5});
  for (int i = 0; i < 5; i++) CHECK(f.evictor.evict_one());
  CHECK(!f.evictor.evict_one());
  CHECK_EQ(f.keyspace.expired_keys(), uint64_t{5});
  CHECK_EQ(f.keyspace.evicted_keys(), uint64_t{0});
}

// ---- limits ----

void test_limit(Random& random) {
  Fixture f(random);
  for (int i = 0; i < 50'000; i++) put(f.keyspace, 0, numbered(i), std::string(50, 'v'));
  const size_t limit = f.keyspace.counted_bytes() / 2;
  CHECK(f.evictor.relieve(0, kUnbounded) == MemoryState::kWithin);  // no limit
  f.evictor.set_limit(limit);
  CHECK(f.evictor.relieve(0, kUnbounded) == MemoryState::kExhausted);
  CHECK(f.evictor.current_exceeded_us() >= 0);
  f.evictor.configure({EvictionPolicy::kLru, false, 5});
  CHECK(f.evictor.relieve(0, kUnbounded) == MemoryState::kWithin);
  CHECK_EQ(f.evictor.current_exceeded_us(), int64_t{0});
  CHECK(f.keyspace.counted_bytes() <= limit);
  CHECK(f.keyspace.counted_bytes() > limit - 4096);
  // Bytes outside of the keyspace count as well, to the last key.
  CHECK(f.evictor.relieve(limit / 2, kUnbounded) == MemoryState::kWithin);
  CHECK(f.keyspace.counted_bytes() <= limit - limit / 2);
  CHECK(f.evictor.relieve(limit + 1, kUnbounded) == MemoryState::kExhausted);
  CHECK_EQ(f.keyspace.size(0), size_t{0});
}

// A limit lowered by half takes many short steps; what grows in between does not run away.
void test_steps(Random& random) {
  Fixture f(random);
  constexpr int kKeys = 200'000;
  for (int i = 0; i < kKeys; i++) put(f.keyspace, 0, numbered(i), "v");
  f.evictor.configure({EvictionPolicy::kLru, false, 5});
  f.evictor.set_limit(f.keyspace.counted_bytes() / 2);
  constexpr EvictionTime kShort{50, 1'000'000};
  int steps = 0, written = 0;
  size_t excess = SIZE_MAX;
  while (f.evictor.relieve(0, kShort) == MemoryState::kEvicting) {
    CHECK(f.evictor.excess(0) <= excess);
    excess = f.evictor.excess(0);
    for (int i = 0; i < 100; i++) put(f.keyspace, 0, "more:" + std::to_string(written++), "v");
    CHECK(++steps < 200'000);
  }
  CHECK(steps > 3);
  CHECK(f.evictor.total_exceeded_us() > 0);
  CHECK_EQ(f.evictor.excess(0), size_t{0});
  f.keyspace.check_invariants();
}

// Under a view nothing that leaves is freed, yet as much leaves as without.
void test_limit_under_a_view(Random& random) {
  Fixture f(random);
  constexpr int kKeys = 20'000;
  for (int i = 0; i < kKeys; i++)
    put(f.keyspace, 0, numbered(i), std::string(100 + 10'000 * (i % 100 == 0), 'v'));
  const size_t full = f.keyspace.counted_bytes();
  f.evictor.configure({EvictionPolicy::kLru, false, 5});
  f.evictor.set_limit(full / 2);
  View* view = f.keyspace.open_view();
  CHECK(f.evictor.relieve(0, kUnbounded) == MemoryState::kWithin);
  CHECK(f.keyspace.counted_bytes() <= full / 2);
  CHECK(f.keyspace.size(0) > kKeys * 4 / 10);
  CHECK(f.keyspace.used_bytes() >= full);
  size_t seen = 0;
  ViewWalker walker(*view);
  const Entry* entry;
  while (walker.next(&entry)) {
    CHECK(entry->string().size >= 100);
    seen++;
  }
  CHECK_EQ(seen, static_cast<size_t>(kKeys));
  f.keyspace.close_view(view);
  f.settle();
  CHECK(f.keyspace.used_bytes() <= full / 2 + 65'536);
  CHECK_EQ(f.keyspace.memory().retired, size_t{0});
  CHECK_EQ(f.keyspace.memory().pending, size_t{0});
  f.keyspace.check_invariants();
}

// Large values count as gone when they are handed to the background thread.
void test_large_values(Random& random) {
  Fixture f(random);
  constexpr size_t kBytes = size_t{1} << 20;
  const std::string large(kBytes, 'v');
  for (int i = 0; i < 32; i++) put(f.keyspace, 0, numbered(i), large);
  f.evictor.configure({EvictionPolicy::kRandom, false, 5});
  f.evictor.set_limit(16 * kBytes + kBytes / 2);
  CHECK(f.evictor.relieve(0, kUnbounded) == MemoryState::kWithin);
  CHECK_EQ(f.keyspace.size(0), size_t{16});
  CHECK_EQ(f.keyspace.evicted_keys(), uint64_t{16});
  f.settle();
  CHECK_EQ(f.keyspace.memory().pending, size_t{0});
  CHECK_EQ(f.keyspace.reclaimed_objects(), uint64_t{16});
  CHECK(f.keyspace.used_bytes() < 17 * kBytes);
}

// A flushed database counts as gone at once, so that nothing is evicted in its place.
void test_flushed_databases(Random& random) {
  Fixture f(random, 4);
  for (int i = 0; i < 40'000; i++) put(f.keyspace, i % 2, numbered(i), "value");
  const size_t empty = Keyspace(4, {1, 2, 3}).counted_bytes();
  const size_t full = f.keyspace.counted_bytes();
  View* view = f.keyspace.open_view();
  f.keyspace.flush(0);
  CHECK(f.keyspace.counted_bytes() < full * 6 / 10);
  CHECK(f.keyspace.counted_bytes() > full * 4 / 10);
  CHECK_EQ(f.keyspace.flush_all(), uint64_t{20'000});
  CHECK(f.keyspace.counted_bytes() <= empty + 4096);
  CHECK(f.keyspace.used_bytes() >= full);
  f.keyspace.close_view(view);
  f.settle();
  CHECK_EQ(f.keyspace.memory().retired, size_t{0});
  CHECK_EQ(f.keyspace.memory().pending, size_t{0});
  CHECK_EQ(f.keyspace.pending_objects(), uint64_t{0});
  CHECK_EQ(f.keyspace.used_bytes(), f.keyspace.counted_bytes());
}

// Evicting while keys come, go and expire, with views open now and then, keeps everything in order.
void test_storm(Random& random) {
  Pair pair(3, random, 5000);
  Evictor evictor(pair.keyspace());
  View* view = nullptr;
  std::vector<std::pair<int, std::string>> removed;
  auto listen = [](void* context, int db, ByteView key, Removal) {
    static_cast<std::vector<std::pair<int, std::string>>*>(context)->emplace_back(db, text_of(key));
  };
  pair.keyspace().set_removal_listener(listen, &removed);
  for (int step = 0; step < 60'000; step++) {
    pair.step();
    if (random.one_in(10)) pair.advance(static_cast<int64_t>(random.below(30)));
    if (random.one_in(200)) {
      evictor.configure({static_cast<EvictionPolicy>(1 + random.below(4)), random.one_in(2),
                         1 + static_cast<uint32_t>(random.below(10))});
    }
    if (random.one_in(3)) {
      removed.clear();
      const bool has_evicted = evictor.evict_one();
      CHECK_EQ(removed.size(), size_t{has_evicted});
      for (const auto& [db, key] : removed)
        CHECK_EQ(pair.model()[static_cast<size_t>(db)].erase(key), size_t{1});
    }
    if (random.one_in(1000)) {
      evictor.check_invariants();
      pair.keyspace().check_invariants();
      if (view != nullptr) pair.keyspace().close_view(view);
      view = view == nullptr ? pair.keyspace().open_view() : nullptr;
    }
  }
  if (view != nullptr) pair.keyspace().close_view(view);
  CHECK(pair.keyspace().evicted_keys() > 1000);
  pair.compare();
}

// ---- the log ----

void test_log() {
  RemovalLog log;
  CHECK(log.empty());
  const std::string key = "some key";
  log.append(32'767, {reinterpret_cast<const uint8_t*>(key.data()), key.size()}, Removal::kEvicted);
  CHECK_EQ(log.records().size(), RemovalLog::kRecordHeaderBytes + key.size());
  const uint8_t header[] = {0xFF, 0x7F, 1, 0, 8, 0, 0, 0};
  CHECK(std::equal(std::begin(header), std::end(header), log.records().begin()));
  CHECK(std::equal(key.begin(), key.end(), log.records().begin() + RemovalLog::kRecordHeaderBytes));
  const std::string large(RemovalLog::kBytesMax / 2, 'k');
  for (int i = 0; i < 3; i++) {
    log.append(0, {reinterpret_cast<const uint8_t*>(large.data()), large.size()}, Removal::kExpired);
  }
  CHECK_EQ(log.lost(), uint64_t{2});
  CHECK(log.records().size() <= RemovalLog::kBytesMax);
  log.clear();
  CHECK(log.empty());
}

}  // namespace

int main(int argc, char** argv) {
  Random random = Random::from(argc, argv);
  test_lru_quality(random);
  test_lfu_quality(random);
  test_candidates_that_were_used_stay(random);
  test_ttl(random);
  test_only_expiring(random);
  test_random_is_uniform(random);
  test_expired_go_first(random);
  test_limit(random);
  test_steps(random);
  test_limit_under_a_view(random);
  test_large_values(random);
  test_flushed_databases(random);
  test_storm(random);
  test_log();
  return 0;
}

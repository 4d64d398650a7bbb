// Views: other threads walk them while the owner storms; what they see must be a copy of the model taken when
// the view opened, to the byte. Several views overlap, with and without published progress.

#include "keyspace/view.h"

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "keyspace/keyspace.h"
#include "test/check.h"
#include "test/keyspace_model.h"

using namespace redwing;
using namespace redwing::test;

namespace {

// A view with what it must contain, and the thread that reads it.
struct Reader {
  Reader(Keyspace& keyspace, const Model& model, uint64_t seed)
      : view(keyspace.open_view()), expected(model), random(seed) {
    for (size_t db = 0; db < model.size(); db++) CHECK_EQ(view->size(static_cast<int>(db)), model[db].size());
    publishes = random.one_in(2);
    thread = std::thread([this] { run(); });
  }

  void run() {
    if (publishes) {
      walk_segments();
    } else {
      for (uint64_t i = 0; i <= random.below(3); i++) {
        walk_entries();
        find_some();
      }
    }
    done.store(true, std::memory_order_release);
  }

  void check_entry(int db, const Entry& entry, std::vector<size_t>& counts) {
    const ModelDatabase& database = expected[static_cast<size_t>(db)];
    auto at = database.find(text_of(entry.key()));
    CHECK(at != database.end());
    CHECK_EQ(value_of(entry), at->second.bytes);
    CHECK_EQ(entry.expiry_ms(), at->second.at_ms);
    counts[static_cast<size_t>(db)]++;
  }

  void check_counts(const std::vector<size_t>& counts) {
    for (size_t db = 0; db < expected.size(); db++) CHECK_EQ(counts[db], expected[db].size());
  }

  void walk_segments() {
    std::vector<size_t> counts(expected.size());
    ViewWalker walker(*view);
    while (walker.next_segment([&](int db, const Entry& entry) { check_entry(db, entry, counts); })) {
      if (random.one_in(3)) view->publish_progress(walker.db(), walker.position());
      pause();
    }
    view->publish_progress(walker.db(), walker.position());
    check_counts(counts);
  }

  void walk_entries() {
    std::vector<size_t> counts(expected.size());
    ViewWalker walker(*view);
    const Entry* entry;
    int db;
    for (size_t n = 0; walker.next(&entry, &db); n++) {
      check_entry(db, *entry, counts);
      if (n % 500 == 0) pause();
    }
    check_counts(counts);
  }

  void find_some() {
    for (size_t db = 0; db < expected.size(); db++) {
      size_t n = 0;
      for (const auto& [key, value] : expected[db]) {
        if (n++ == 300) break;
        auto* data = reinterpret_cast<const uint8_t*>(key.data());
        Key found{data, static_cast<uint32_t>(key.size()), view->hash(data, key.size())};
        const Entry* entry = view->find(static_cast<int>(db), found);
        CHECK(entry != nullptr);
        CHECK_EQ(value_of(*entry), value.bytes);
      }
    }
    std::string absent = "no such key";
    auto* data = reinterpret_cast<const uint8_t*>(absent.data());
    CHECK(view->find(0, {data, 11, view->hash(data, 11)}) == nullptr);
  }

  void pause() {
    if (random.one_in(4)) std::this_thread::sleep_for(std::chrono::microseconds(random.below(400)));
  }

  View* view;
  Model expected;
  Random random;
  bool publishes = false;
  std::atomic<bool> done{false};
  std::thread thread;
};

// Ends readers that are done, in whatever order they finish.
void reap(Keyspace& keyspace, std::vector<std::unique_ptr<Reader>>& readers, bool all) {
  std::erase_if(readers, [&](std::unique_ptr<Reader>& reader) {
    if (!all && !reader->done.load(std::memory_order_acquire)) return false;
    reader->thread.join();
    keyspace.close_view(reader->view);
    return true;
  });
}

void drop_flushed(Pair& pair, int db) {
  pair.keyspace().flush(db);
  pair.model()[static_cast<size_t>(db)].clear();
}

// The expired keys that the cycle removed leave the model too.
void expire(Pair& pair) {
  pair.keyspace().expire_cycle(pair.now(), 50);
  pair.keyspace().set_expiry_mode(ExpiryMode::kIgnore);
  for (size_t db = 0; db < pair.model().size(); db++) {
    std::erase_if(pair.model()[db], [&](const auto& item) {
      bool due = item.second.at_ms != kNoExpiry && item.second.at_ms <= pair.now();
      Key key = key_of(pair.keyspace(), item.first);
      return due && pair.keyspace().find(static_cast<int>(db), key, false) == nullptr;
    });
  }
  pair.keyspace().set_expiry_mode(ExpiryMode::kRemove);
}

void storm(Random& random, int steps, size_t key_space, uint64_t open_one_in) {
  Pair pair(3, random, key_space);
  std::vector<std::unique_ptr<Reader>> readers;
  for (size_t i = 0; i < key_space; i++) pair.set(static_cast<int>(i % 3 == 0), pair.random_key());
  for (int step = 0; step < steps; step++) {
    pair.step();
    if (random.one_in(30)) pair.advance(static_cast<int64_t>(random.below(40)));
    if (random.one_in(500)) expire(pair);
    if (random.one_in(200)) pair.keyspace().cron();
    if (random.one_in(6'000)) drop_flushed(pair, static_cast<int>(random.below(3)));
    if (random.one_in(4'000)) {
      pair.keyspace().swap(0, 1);
      std::swap(pair.model()[0], pair.model()[1]);
    }
    if (random.one_in(100)) reap(pair.keyspace(), readers, false);
    if (readers.size() < 4 && random.one_in(open_one_in)) {
      readers.push_back(std::make_unique<Reader>(pair.keyspace(), pair.model(), random.next()));
    }
  }
  reap(pair.keyspace(), readers, true);
  pair.compare();
  pair.keyspace().cron();
  pair.keyspace().wait_for_reclaimer();
  CHECK_EQ(pair.keyspace().memory().retired, 0u);
}

// A burst of new keys splits segments many times while a view holds the old ones; all of it is given back
// after.
void test_growth_under_a_view(Random& random) {
  Pair pair(1, random, 100);
  for (int i = 0; i < 200; i++) pair.set(0, pair.random_key());
  pair.keyspace().expire_cycle(pair.now(), INT64_MAX);
  pair.drop_all_expired();
  auto first = std::make_unique<Reader>(pair.keyspace(), pair.model(), 1);
  for (int i = 0; i < 30'000; i++) put(pair.keyspace(), 0, "grow:" + std::to_string(i), "x");
  View* second = pair.keyspace().open_view();
  for (int i = 0; i < 30'000; i++)
    CHECK(pair.keyspace().erase(0, key_of(pair.keyspace(), "grow:" + std::to_string(i))));
  pair.keyspace().check_invariants();
  size_t seen = 0;
  ViewWalker walker(*second);
  const Entry* entry;
  while (walker.next(&entry)) seen++;
  CHECK_EQ(seen, 30'000 + pair.model()[0].size());
  std::vector<std::unique_ptr<Reader>> readers;
  readers.push_back(std::move(first));
  reap(pair.keyspace(), readers, true);
  pair.keyspace().close_view(second);
  pair.keyspace().wait_for_reclaimer();
  CHECK_EQ(pair.keyspace().memory().retired, 0u);
  pair.compare();
}

// Behind published progress nothing is copied or kept, and what was kept there is freed.
void test_progress_frees(Random& random) {
  Keyspace keyspace(1, {random.next(), random.next(), random.next()});
  constexpr int kKeys = 50'000;
  auto write_all = [&](const char* value) {
    for (int i = 0; i < kKeys; i++) put(keyspace, 0, "key:" + std::to_string(i), value);
  };
  write_all("before");
  View* view = keyspace.open_view();
  ViewWalker walker(*view);
  size_t seen = 0;
  auto check = [&](int, const Entry& entry) {
    CHECK_EQ(value_of(entry), std::string("before"));
    seen++;
  };
  while (walker.position() < kPositionEnd / 2) CHECK(walker.next_segment(check));
  size_t half = seen;
  view->publish_progress(0, walker.position());
  write_all("during");
  size_t retired = keyspace.memory().retired;
  CHECK(retired > 0);
  size_t all = static_cast<size_t>(kKeys) * 32 + keyspace.memory().tables;
  CHECK(retired < all * 6 / 10);
  write_all("again!");
  CHECK_EQ(keyspace.memory().retired, retired);
  while (walker.next_segment(check)) {
    if (seen > half + (kKeys - half) / 2) view->publish_progress(0, walker.position());
  }
  CHECK_EQ(seen, static_cast<size_t>(kKeys));
  view->publish_progress(0, walker.position());
  keyspace.cron();
  keyspace.wait_for_reclaimer();
  CHECK_EQ(keyspace.memory().retired, 0u);
  write_all("after!");
  CHECK_EQ(keyspace.memory().retired, 0u);
  keyspace.close_view(view);
  keyspace.check_invariants();
}

void test_blobs_outlive_changes() {
  Keyspace keyspace(1, {1, 2, 3});
  std::string large(100'000, 'x');
  put(keyspace, 0, "a", large);
  View* view = keyspace.open_view();
  Key a = key_of(keyspace, "a");
  keyspace.edit_string(0, a, large.size())[5] = 'y';
  CHECK_EQ(value_of(*view->find(0, a)), large);
  Blob* shared = view->find(0, a)->blob();
  shared->acquire();
  keyspace.close_view(view);
  keyspace.wait_for_reclaimer();
  CHECK_EQ(std::string(reinterpret_cast<char*>(shared->data()), shared->size), large);
  CHECK(shared->is_unique());
  shared->release(Releaser(keyspace.heap(), true));
}

}  // namespace

int main(int argc, char** argv) {
  Random random = Random::from(argc, argv);
  test_blobs_outlive_changes();
  test_progress_frees(random);
  test_growth_under_a_view(random);
  storm(random, 20'000, 30, 20);
  storm(random, 40'000, 3'000, 200);
  storm(random, 60'000, 20'000, 2'000);
  return 0;
}

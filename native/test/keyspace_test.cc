// The keyspace against a naive model: every operation on keys, encodings, access words, random keys, memory.

#include "keyspace/keyspace.h"

#include <set>

#include "test/check.h"
#include "test/keyspace_model.h"

using namespace redwing;
using namespace redwing::test;

namespace {

void test_model(Random& random) {
  for (size_t key_space : {20, 1000, 20'000}) {
    Pair pair(3, random, key_space);
    for (int step = 0; step < 120'000; step++) {
      pair.step();
      if (random.one_in(50)) pair.advance(static_cast<int64_t>(random.below(60)));
      if (random.one_in(1000)) pair.keyspace().cron();
      if (step % 20'000 == 0) pair.compare();
      if (random.one_in(30'000)) {
        CHECK_EQ(pair.keyspace().flush(1), pair.model()[1].size());
        pair.model()[1].clear();
      }
      if (random.one_in(5'000)) {
        pair.keyspace().swap(0, 2);
        std::swap(pair.model()[0], pair.model()[2]);
      }
    }
    pair.compare();
  }
}

void test_growth_and_shrinking(Random& random) {
  Keyspace keyspace(1, {random.next(), random.next(), random.next()});
  constexpr int kKeys = 60'000;
  for (int i = 0; i < kKeys; i++) put(keyspace, 0, "key:" + std::to_string(i), "value");
  keyspace.check_invariants();
  CHECK_EQ(keyspace.size(0), static_cast<size_t>(kKeys));
  size_t full = keyspace.memory().tables;
  CHECK(full < kKeys * 17u);
  for (int i = 0; i < kKeys; i++) {
    if (i % 100 != 0) CHECK(keyspace.erase(0, key_of(keyspace, "key:" + std::to_string(i))));
  }
  keyspace.check_invariants();
  CHECK(keyspace.memory().tables < full / 10);
  for (int i = 0; i < kKeys; i++) {
    CHECK_EQ(keyspace.find(0, key_of(keyspace, "key:" + std::to_string(i))) != nullptr, i % 100 == 0);
  }
  CHECK_EQ(keyspace.flush(0), 600u);
  keyspace.wait_for_reclaimer();
}

int encoding_of(Keyspace& keyspace, const std::string& value) {
  return put(keyspace, 0, "e", value)->encoding();
}

void test_encodings() {
  Keyspace keyspace(1, {1, 2, 3});
  for (const char* text : {"0", "-1", "12", "9223372036854775807", "-9223372036854775808"}) {
    CHECK_EQ(encoding_of(keyspace, text), 0);
  }
  for (const char* text : {"", "-", "+1", "01", "-0", "1 ", "9223372036854775808", "-9223372036854775809",
                           "18446744073709551616", "99999999999999999999"}) {
    CHECK_EQ(encoding_of(keyspace, text), 1);
  }
  CHECK_EQ(encoding_of(keyspace, std::string(44, 'x')), 1);
  CHECK_EQ(encoding_of(keyspace, std::string(45, 'x')), 2);
  CHECK_EQ(encoding_of(keyspace, std::string(100'000, 'x')), 2);
  put(keyspace, 0, "n", "42");
  Key n = key_of(keyspace, "n");
  std::memcpy(keyspace.edit_string(0, n, 3) + 2, "!", 1);
  CHECK_EQ(value_of(*keyspace.find(0, n)), std::string("42!"));
  const Entry* small = put(keyspace, 0, std::string(16, 'k'), std::string(16, 'v'));
  CHECK_EQ(small->allocation_bytes(), 40u);
  CHECK_EQ(keyspace.entry_bytes(*small), 40u);
  small = put(keyspace, 0, std::string(16, 'k'), std::string(16, 'v'), Expiry::at(1));
  CHECK_EQ(small->allocation_bytes(), 48u);
}

void test_blobs_are_shared() {
  Keyspace keyspace(2, {1, 2, 3});
  std::string large(1'000'000, 'x');
  put(keyspace, 0, "a", large);
  size_t used = keyspace.used_bytes();
  Key a = key_of(keyspace, "a"), b = key_of(keyspace, "b");
  CHECK(keyspace.copy(0, a, 1, b));
  CHECK(keyspace.used_bytes() < used + 10'000);
  keyspace.edit_string(0, a, large.size())[0] = 'y';
  CHECK_EQ(value_of(*keyspace.find(1, b)), large);
  large[0] = 'y';
  CHECK_EQ(value_of(*keyspace.find(0, a)), large);
  CHECK(keyspace.erase(0, a) && keyspace.erase(1, b));
  keyspace.cron();
  keyspace.wait_for_reclaimer();
  keyspace.heap().collect();
  CHECK(keyspace.used_bytes() < 20'000);
}

void test_access() {
  Keyspace keyspace(1, {1, 2, 3});
  keyspace.set_now(1'000'000'000);
  put(keyspace, 0, "a", "1");
  Key a = key_of(keyspace, "a");
  keyspace.set_now(1'000'090'000);
  CHECK_EQ(keyspace.idle_seconds(*keyspace.find(0, a, false)), 90u);
  CHECK_EQ(keyspace.idle_seconds(*keyspace.find(0, a)), 0u);
  keyspace.set_access_policy({true, 10, 1});
  put(keyspace, 0, "b", "1");
  Key b = key_of(keyspace, "b");
  CHECK_EQ(keyspace.frequency(*keyspace.find(0, b, false)), 5u);
  for (int i = 0; i < 100'000; i++) {
    keyspace.begin_use();
    keyspace.find(0, b);
  }
  uint32_t hot = keyspace.frequency(*keyspace.find(0, b, false));
  CHECK(hot > 50 && hot <= 255);
  keyspace.set_now(1'000'090'000 + 10 * 60'000);
  CHECK_EQ(keyspace.frequency(*keyspace.find(0, b, false)), hot - 10);
}

void test_uses() {
  Keyspace keyspace(2, {1, 2, 3});
  keyspace.set_access_policy({true, 0, 0});  // each use adds one
  put(keyspace, 0, "a", "1");
  put(keyspace, 0, "b", "1");
  const Key a = key_of(keyspace, "a"), b = key_of(keyspace, "b");
  auto count = [&](const Key& key) { return keyspace.frequency(*keyspace.find(0, key, false)); };
  keyspace.begin_use();
  const std::string again = "a";
  const Key other = key_of(keyspace, again);
  for (int i = 0; i < 3; i++) {
    keyspace.find(0, a);
    keyspace.find(0, b);
    keyspace.edit_string(0, a, 2);
  }
  CHECK_EQ(count(a), 6u);
  CHECK_EQ(count(b), 6u);
  keyspace.find(0, other);  // the same name elsewhere
  CHECK_EQ(count(a), 7u);
  keyspace.use_again(0, a, 3);
  CHECK_EQ(count(a), 10u);
  keyspace.set_touching(false);
  keyspace.begin_use();
  keyspace.find(0, a);
  keyspace.use_again(0, a, 3);
  put(keyspace, 0, "a", "2");
  CHECK_EQ(count(a), 10u);
  keyspace.set_touching(true);
  const Key target = key_of(keyspace, "target");
  CHECK(keyspace.copy(0, a, 1, target));
  CHECK_EQ(keyspace.frequency(*keyspace.find(1, target, false)), 5u);
}

void test_random_keys(Random& random) {
  Keyspace keyspace(1, {random.next(), 2, 3});
  CHECK(keyspace.random(0) == nullptr);
  constexpr size_t kKeys = 500;
  for (size_t i = 0; i < kKeys; i++) put(keyspace, 0, std::to_string(i) + "k", "v");
  std::map<std::string, int> drawn;
  constexpr int kDraws = 100'000;
  for (int i = 0; i < kDraws; i++) drawn[text_of(keyspace.random(0)->key())]++;
  CHECK_EQ(drawn.size(), kKeys);
  for (const auto& [key, count] : drawn) CHECK(count > 60 && count < 800);
  Entry* sample[16];
  CHECK_EQ(keyspace.sample(0, false, sample, 16), 16u);
  CHECK_EQ(keyspace.sample(0, true, sample, 16), 0u);
}

void test_expiry_modes() {
  Keyspace keyspace(1, {1, 2, 3});
  keyspace.set_now(1000);
  put(keyspace, 0, "a", "v", Expiry::at(2000));
  Key a = key_of(keyspace, "a");
  int heard = 0;
  keyspace.set_removal_listener(
      [](void* context, int, ByteView key, Removal cause) {
        CHECK(key.size == 1 && key.data[0] == 'a' && cause == Removal::kExpired);
        ++*static_cast<int*>(context);
      },
      &heard);
  keyspace.set_now(2000);
  keyspace.set_expiry_mode(ExpiryMode::kHide);
  CHECK(keyspace.find(0, a) == nullptr);
  CHECK(keyspace.random(0) == nullptr);
  CHECK_EQ(keyspace.size(0), 1u);
  keyspace.set_expiry_mode(ExpiryMode::kIgnore);
  CHECK(keyspace.find(0, a) != nullptr);
  keyspace.set_expiry_mode(ExpiryMode::kRemove);
  CHECK(keyspace.find(0, a) == nullptr);
  CHECK_EQ(keyspace.size(0), 0u);
  CHECK_EQ(heard, 1);
  CHECK_EQ(keyspace.expired_keys(), 1u);
}

// Roots: a kind whose value is one counted allocation.
int live_roots = 0;
struct CountedType final : ValueType {
  void free(void* root, uint8_t, const Releaser& releaser) const override {
    live_roots--;
    releaser.free(root, 64);
  }
  bool is_heavy(const void*, uint8_t) const override { return false; }
  size_t memory(const void*, uint8_t) const override { return 64; }
  void* copy(const void* root, uint8_t, Heap& heap, uint64_t) const override {
    live_roots++;
    void* fresh = heap.alloc(64);
    std::memcpy(fresh, root, 64);
    return fresh;
  }
};

void test_roots() {
  CountedType type;
  Keyspace keyspace(1, {1, 2, 3});
  keyspace.register_type(ValueKind::kList, &type);
  Key a = key_of(keyspace, "a"), b = key_of(keyspace, "b");
  void* root = keyspace.heap().alloc(64);
  std::memset(root, 7, 64);
  live_roots = 1;
  keyspace.put_root(0, a, ValueKind::kList, 3, root, Expiry::none());
  CHECK(keyspace.set_expiry(0, a, 1'000'000) && keyspace.find(0, a)->root() == root);
  CHECK(keyspace.rename(0, a, b) && keyspace.find(0, b)->root() == root);
  CHECK(keyspace.copy(0, b, 0, a) && keyspace.find(0, a)->root() != root);
  CHECK_EQ(live_roots, 2);
  View* view = keyspace.open_view();
  CHECK(keyspace.set_expiry(0, b, 2'000'000) && keyspace.find(0, b)->root() == root);
  CHECK(keyspace.set_expiry(0, b, kNoExpiry) && keyspace.find(0, b)->root() == root);
  CHECK(keyspace.erase(0, b));
  CHECK_EQ(live_roots, 2);
  CHECK_EQ(view->find(0, b)->root(), root);
  CHECK(keyspace.rename(0, a, b));
  CHECK_EQ(static_cast<int>(view->find(0, a)->encoding()), 3);
  keyspace.close_view(view);
  keyspace.wait_for_reclaimer();
  CHECK_EQ(live_roots, 1);
  put(keyspace, 0, "b", "string");
  CHECK_EQ(live_roots, 0);
}

}  // namespace

int main(int argc, char** argv) {
  Random random = Random::from(argc, argv);
  test_encodings();
  test_blobs_are_shared();
  test_access();
  test_uses();
  test_expiry_modes();
  test_roots();
  test_random_keys(random);
  test_growth_and_shrinking(random);
  test_model(random);
  return 0;
}

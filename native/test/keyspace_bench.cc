// A bench of the keyspace alone: ns per operation and bytes per key. Not a test; the runner does not run it.
//   g++ -std=c++20 -O3 -Inative -pthread native/test/keyspace_bench.cc native/{memory,keyspace}/*.cc
// Arguments: number of keys (default: 100000 and 5000000).

#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <memory>
#include <vector>

#include "keyspace/keyspace.h"
#include "test/check.h"

using namespace redwing;

namespace {

constexpr size_t kBatch = 512;
constexpr size_t kKeyBytes = 16;
constexpr int64_t kNow = 1'700'000'000'000;

long resident_kb() {
  long pages = 0, resident = 0;
  if (FILE* file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%ld %ld", &pages, &resident) != 2) resident = 0;
    std::fclose(file);
  }
  return resident * 4;
}

// Seconds of this thread's CPU: the machine may be shared.
class Stopwatch {
 public:
  double seconds() const { return now() - start_; }

 private:
  static double now() {
#if defined(CLOCK_THREAD_CPUTIME_ID)
    timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
#else
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
#endif
  }
  double start_ = now();
};

struct Bench {
  explicit Bench(size_t keys) : keys_(keys), order_(keys) {
    for (size_t i = 0; i < keys; i++) order_[i] = static_cast<uint32_t>(i);
    for (size_t i = keys; i-- > 1;) std::swap(order_[i], order_[random_.below(i + 1)]);
    keyspace_.set_now(kNow);
  }

  // Runs `operation(key bytes, Key)` for `count` random keys, in batches, with or without the two phases.
  template <typename Operation>
  void measure(const char* name, size_t count, bool two_phase, Operation&& operation) {
    std::vector<uint8_t> bytes(kBatch * 32);
    Key keys[kBatch];
    double seconds = 0;
    for (size_t done = 0; done < count; done += kBatch) {
      size_t batch = std::min(kBatch, count - done);
      for (size_t i = 0; i < batch; i++) {
        std::snprintf(reinterpret_cast<char*>(&bytes[i * 32]), 32, "key:%012u", order_[(done + i) % keys_]);
      }
      Stopwatch watch;
      for (size_t i = 0; i < batch; i++) {
        keys[i] = keyspace_.key(&bytes[i * 32], kKeyBytes);
        if (two_phase) keyspace_.prefetch_bucket(0, keys[i].hash);
      }
      if (two_phase) {
        for (size_t i = 0; i < batch; i++) keyspace_.prefetch_entry(0, keys[i].hash);
      }
      for (size_t i = 0; i < batch; i++) operation(keys[i]);
      seconds += watch.seconds();
    }
    std::printf("  %-34s %-10s %7.1f ns/op\n", name, two_phase ? "two-phase" : "plain",
                seconds * 1e9 / static_cast<double>(count));
    std::fflush(stdout);
  }

  void fill(const char* name, bool with_ttl) {
    long before_kb = resident_kb();
    size_t used_before = keyspace_.used_bytes();
    size_t count = 0;
    measure(name, keys_, true, [&](const Key& key) {
      Expiry expiry =
          with_ttl ? Expiry::at(kNow + 1000 + static_cast<int64_t>(count++ % 3'600'000)) : Expiry::none();
      keyspace_.put_string(0, key, value_, 16, expiry);
    });
    auto keys = static_cast<double>(keys_);
    std::printf("  bytes per key: %.1f used, %.1f RSS (tables %.1f, index %.1f)\n",
                static_cast<double>(keyspace_.used_bytes() - used_before) / keys,
                static_cast<double>(resident_kb() - before_kb) * 1024 / keys,
                static_cast<double>(keyspace_.memory().tables) / keys,
                static_cast<double>(keyspace_.memory().index) / keys);
  }

  void run() {
    std::printf("%zu keys of 16 bytes, values of 16 bytes\n", keys_);
    fill("put, new", false);
    size_t rounds = std::max(keys_, size_t{2'000'000});
    uint64_t sum = 0;
    for (bool two_phase : {false, true}) {
      measure("find", rounds, two_phase,
              [&](const Key& key) { sum += keyspace_.find(0, key)->string().data[0]; });
      measure("put, same size", rounds, two_phase,
              [&](const Key& key) { keyspace_.put_string(0, key, value_, 16, Expiry::none()); });
    }
    measure("put, other size", rounds, true, [&](const Key& key) {
      keyspace_.put_string(0, key, value_, 8 + (size_++ & 15), Expiry::none());
    });
    measure("hash", rounds, false, [&](const Key& key) { sum += key.hash; });
    under_view();
    Stopwatch flushing;
    keyspace_.flush(0);
    std::printf("  flush %.1f us on the owner\n", flushing.seconds() * 1e6);
    keyspace_.wait_for_reclaimer();
    while (keyspace_.heap().collect() != 0) {
    }
    std::printf("  freed after %.0f ms; used %zu bytes\n", flushing.seconds() * 1e3, keyspace_.used_bytes());
    fill("put, new, with TTL", true);
    sweep();
    std::printf("  (%" PRIu64 ")\n", sum & 1);
  }

  void under_view() {
    View* view = keyspace_.open_view();
    measure("put under a view, first time", keys_, true,
            [&](const Key& key) { keyspace_.put_string(0, key, value_, 16, Expiry::none()); });
    measure("put under a view, again", keys_, true,
            [&](const Key& key) { keyspace_.put_string(0, key, value_, 16, Expiry::none()); });
    Stopwatch walking;
    ViewWalker walker(*view);
    size_t seen = 0;
    while (walker.next_segment([&](int, const Entry& entry) { seen += entry.key_size() != 0; })) {
    }
    std::printf("  walk of a view: %.1f ns per key\n", walking.seconds() * 1e9 / static_cast<double>(seen));
    std::printf("  retired for it: %.1f MB\n", static_cast<double>(keyspace_.memory().retired) / 1e6);
    Stopwatch closing;
    keyspace_.close_view(view);
    std::printf("  close_view: %.1f us\n", closing.seconds() * 1e6);
    keyspace_.wait_for_reclaimer();
    while (keyspace_.heap().collect() != 0) {
    }
  }

  void sweep() {
    for (int64_t now = kNow + 1; now <= kNow + 1 + 1998; now += 999) {
      Stopwatch watch;
      size_t removed = keyspace_.expire_cycle(now, INT64_MAX);
      std::printf("  expire sweep: %.2f ms, %zu removed\n", watch.seconds() * 1e3, removed);
    }
    double longest = 0, total = 0;
    size_t slices = 0, removed = 0;
    for (int64_t now = kNow + 2100; now < kNow + 12100; now += 10, slices++) {
      Stopwatch watch;
      removed += keyspace_.expire_cycle(now, 500);
      longest = std::max(longest, watch.seconds());
      total += watch.seconds();
    }
    std::printf("  10 s in slices of 500 us: %zu removed, %.2f ms CPU per second, longest slice %.2f ms\n",
                removed, total * 1e3 / 10, longest * 1e3);
  }

  size_t keys_;
  test::Random random_{1};
  std::vector<uint32_t> order_;
  uint8_t value_[32] = "value:xxxxxxxxxxyyyyyyyyyyzzzzz";
  size_t size_ = 0;
  Keyspace keyspace_{16, {1, 2, 3}};
};

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) {
    std::make_unique<Bench>(std::strtoull(argv[1], nullptr, 10))->run();
    return 0;
  }
  for (size_t keys : {size_t{100'000}, size_t{5'000'000}}) std::make_unique<Bench>(keys)->run();
  return 0;
}

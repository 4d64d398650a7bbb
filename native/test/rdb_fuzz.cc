// Feeds damaged values and files to what reads them, for as many cases as are asked for (1,000,000 if nothing
// is said): npm run fuzz:rdb [cases]. Meant for builds with sanitizers.
//
// Each case has a seed of its own, seed + number, which is told when it fails; REDWING_SEED with that and one
// case repeat it. What must hold: an error or a value that is sound, nothing left behind, no more memory at
// any time than a small multiple of the input, and an end within seconds.
#include <unistd.h>

#include <cinttypes>
#include <csignal>
#include <cstdio>
#include <fstream>

#include "rdb/snapshot_reader.h"
#include "test/check.h"
#include "test/rdb_mutations.h"
#include "test/rdb_payloads.h"

#if defined(__SANITIZE_ADDRESS__)
// The interface of the sanitizers' runtime; not every compiler brings its headers.
extern "C" {
int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void*, size_t),
                                              void (*on_free)(const volatile void*));
size_t __sanitizer_get_allocated_size(const volatile void* memory);
void __sanitizer_set_death_callback(void (*callback)());
}
#endif

namespace redwing::test {
namespace {

constexpr unsigned kSecondsMax = 20;

// ---- Memory ----

int64_t live_bytes = 0;
int64_t peak_bytes = 0;

#if defined(__SANITIZE_ADDRESS__)
void watch_memory() {
  __sanitizer_install_malloc_and_free_hooks(
      [](const volatile void*, size_t size) {
        live_bytes += static_cast<int64_t>(size);
        if (live_bytes > peak_bytes) peak_bytes = live_bytes;
      },
      [](const volatile void* memory) {
        live_bytes -= static_cast<int64_t>(__sanitizer_get_allocated_size(memory));
      });
}
#else
void watch_memory() {}
#endif

// Measures what a case takes.
class MemoryWatch {
 public:
  MemoryWatch() : before_(live_bytes) { peak_bytes = live_bytes; }
  // A compressed string, and the block in it, are what takes most.
  void check(size_t input_bytes) const {
    constexpr int64_t kTimes = 200, kMore = int64_t{1} << 20;
    CHECK(peak_bytes - before_ < kTimes * static_cast<int64_t>(input_bytes) + kMore);
  }

 private:
  const int64_t before_;
};

// ---- Seeds ----

// A packed block as a value: what is in front of it, and behind.
struct BlockSeed {
  std::string front;
  std::string block;
  std::string behind;
  size_t size_bytes;  // of the block's own length at its beginning; 0: it has none
};

std::vector<BlockSeed> block_seeds() {
  const std::string time = little(1900000000000, 8);
  const std::string node = listpack_of({"2", "1", "1",    "f", "0", "2", "0", "0", "v1", "4", "3",
                                        "1", "0", "gone", "4", "0", "4", "2", "1", "a",  "1", "6"});
  const auto of = [](rdb::Type type, const std::string& block, size_t size_bytes) {
    return BlockSeed{byte(type), block, "", size_bytes};
  };
  Texts many;
  for (int i = 0; i < 300; i++) many.push_back(std::to_string(i * 37));
  return {
      of(rdb::kHashZipmap, zipmap_of({"f", "v", "g", std::string(260, 'x')}), 0),
      of(rdb::kListZiplist, ziplist_of({"a", "12", std::string(300, 'x'), ""}), 4),
      of(rdb::kListZiplist, ziplist_of(many), 4),
      of(rdb::kSetIntegers, integers_of(2, {-5, 1, 700}), 0),
      of(rdb::kSetIntegers, integers_of(8, {-5, 1, 700}), 0),
      of(rdb::kSortedSetZiplist, ziplist_of({"a", "1", "b", "2.5"}), 4),
      of(rdb::kHashZiplist, ziplist_of({"f", "v", "g", "1"}), 4),
      of(rdb::kHashListpack, listpack_of({"f", "v", "g", "1"}), 4),
      of(rdb::kHashListpack, listpack_of(many), 4),
      of(rdb::kSortedSetListpack, listpack_of({"a", "1", "b", "2", "c", "2.5"}), 4),
      of(rdb::kSortedSetListpack, listpack_of(many), 4),
      of(rdb::kSetListpack, listpack_of({"a", "1", "b"}), 4),
      of(rdb::kSetListpack, listpack_of(many), 4),
      of(rdb::kHashListpackExEarly, listpack_of({"f", "v", "1900000000000", "g", "w", "0"}), 4),
      {byte(rdb::kHashListpackEx) + time, listpack_of({"f", "v", "1900000000000", "g", "w", "0"}), "", 4},
      {byte(rdb::kListQuicklist) + length(2), ziplist_of({"a", "b"}), text(ziplist_of({"c"})), 4},
      {byte(rdb::kListQuicklist2) + length(2) + length(2), listpack_of({"a", "1"}), length(1) + text("plain"),
       4},
      {byte(rdb::kStream) + length(1) + text(big(5) + big(1)), node,
       length(2) + length(9) + length(3) + length(0), 4},
      {byte(rdb::kStream2) + length(1) + text(big(5) + big(1)), node,
       length(2) + length(9) + length(3) + length(5) + length(1) + length(0) + length(0) + length(3) +
           length(0),
       4},
  };
}

std::vector<std::string> value_seeds() {
  std::vector<std::string> seeds = values_of_every_type();
  Texts many;
  for (int i = 0; i < 300; i++) many.push_back("m" + std::to_string(i));
  std::string scored = byte(rdb::kSortedSet2) + length(200),
              timed = byte(rdb::kHashMetadata) + little(1, 8) + length(200);
  for (int i = 0; i < 200; i++) {
    scored += text("m" + std::to_string(i)) + real(i % 7);
    timed += length(i % 50) + text("f" + std::to_string(i)) + text("v");
  }
  for (const std::string& seed : {byte(rdb::kList) + texts(many), byte(rdb::kSet) + texts(many),
                                  byte(rdb::kHash) + texts(many, 2), scored, timed})
    seeds.push_back(seed);
  return seeds;
}

// ---- Cases ----

class Fuzzer {
 public:
  Fuzzer() : path_("/tmp/rdb_fuzz." + std::to_string(::getpid())), keyspace_(16, HashSeed{}) {
    register_value_types(&keyspace_);
    keyspace_.set_now(1700000000000);
  }
  ~Fuzzer() { std::remove(path_.c_str()); }

  // True if it was accepted.
  bool run(Random& random) {
    constexpr uint64_t kFileCases = 20;
    return random.one_in(kFileCases) ? read_file(random) : restore_value(random);
  }

 private:
  bool restore_value(Random& random) {
    std::string value;
    if (random.one_in(2)) {
      value = mutated(values_[random.below(values_.size())], random);
    } else {
      const BlockSeed& seed = blocks_[random.below(blocks_.size())];
      std::string block = mutated(seed.block, random);
      // With its right length there is more to be looked at.
      if (seed.size_bytes != 0 && block.size() >= seed.size_bytes && !random.one_in(8))
        block.replace(0, seed.size_bytes, little(block.size(), seed.size_bytes));
      value = seed.front + text(block) + seed.behind;
      if (random.one_in(4)) value = mutated(value, random);
    }
    const MemoryWatch memory;
    const bool is_accepted = restorer_.restore(value);
    memory.check(value.size());
    return is_accepted;
  }

  bool read_file(Random& random) {
    std::string file = mutated(file_, random);
    if (file.size() > 8 && !random.one_in(4)) {
      file.resize(file.size() - 8);
      file += little(crc64(0, file.data(), file.size()), 8);
    }
    std::ofstream(path_, std::ios::binary) << file;
    const bool is_sound = read(nullptr, file.size()) == SnapshotReading::kDone;
    const bool is_read = read(&keyspace_, file.size()) == SnapshotReading::kDone;
    CHECK(!is_read || is_sound);
    keyspace_.flush_all();
    keyspace_.wait_for_reclaimer();
    keyspace_.cron();
    return is_read;
  }

  SnapshotReading::State read(Keyspace* keyspace, size_t bytes) {
    const MemoryWatch memory;
    SnapshotReader reader(keyspace);
    if (!reader.open(path_, 1700000000000, false, false)) return SnapshotReading::kFailed;
    SnapshotReading::State state;
    while ((state = reader.step(1000)) == SnapshotReading::kMore) {
    }
    CHECK(state == SnapshotReading::kDone || reader.reading().error != "");
    memory.check(bytes);
    return state;
  }

  const std::string path_;
  const std::vector<std::string> values_ = value_seeds();
  const std::vector<BlockSeed> blocks_ = block_seeds();
  const std::string file_ = file_of_every_type();
  Restorer restorer_;
  Keyspace keyspace_;
};

// Which case runs, for those who look when it fails.
volatile uint64_t current_seed = 0;

void tell_seed() {
  char line[64];
  const int size =
      std::snprintf(line, sizeof line, "the case has the seed %" PRIu64 "\n", uint64_t{current_seed});
  if (size > 0 && ::write(STDERR_FILENO, line, static_cast<size_t>(size)) < 0) return;
}

void on_signal(int signal) {
  tell_seed();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

}  // namespace
}  // namespace redwing::test

int main(int argc, char** argv) {
  using namespace redwing::test;
  const uint64_t cases = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1000000;
  const char* given = std::getenv("REDWING_SEED");
  const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  std::printf("seed %" PRIu64 ", %" PRIu64 " cases\n", seed, cases);
  std::fflush(stdout);
  std::signal(SIGABRT, on_signal);
  std::signal(SIGALRM, on_signal);
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_set_death_callback(tell_seed);
#endif
  watch_memory();
  Fuzzer fuzzer;
  const Stopwatch watch;
  uint64_t accepted = 0;
  for (uint64_t i = 0; i < cases; i++) {
    constexpr uint64_t kReportEvery = 100000;
    if (i > 0 && i % kReportEvery == 0) {
      std::printf("%" PRIu64 " cases, %" PRIu64 " accepted, %.0f cases/s\n", i, accepted,
                  static_cast<double>(i) / watch.seconds());
      std::fflush(stdout);
    }
    current_seed = seed + i;
    Random random(current_seed);
    ::alarm(kSecondsMax);
    accepted += fuzzer.run(random);
  }
  std::printf("%" PRIu64 " cases, %" PRIu64 " accepted, %.0f cases/s: ok\n", cases, accepted,
              static_cast<double>(cases) / watch.seconds());
}

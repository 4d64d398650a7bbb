// The append-only log against a file that fails as asked: what is said to be synced is on the disk, in order
// and whole, whatever goes wrong in between.
#include "log/append_log.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "memory/platform.h"
#include "test/check.h"

using namespace redwing;
using redwing::test::Random;

namespace {

constexpr int kDiskFull = -28, kBroken = -5;
constexpr int64_t kLongUs = 20'000'000;

// What a disk has and what a system has told of it; outlives the files of a log.
struct Disk {
  std::mutex mutex;
  std::string cached;       // the file as others read it
  size_t synced = 0;        // of it, on the disk
  size_t room = SIZE_MAX;   // beyond which writing fails
  size_t part = SIZE_MAX;   // most that one write takes
  bool sync_fails = false;  // and forgets what it should have synced
  bool truncate_fails = false;
  int closed = 0;

  std::string contents() {
    std::lock_guard lock(mutex);
    return cached;
  }
};

class FakeFile final : public LogFile {
 public:
  explicit FakeFile(std::shared_ptr<Disk> disk) : disk_(std::move(disk)) {}
  ~FakeFile() override {
    std::lock_guard lock(disk_->mutex);
    disk_->closed++;
  }
  int64_t write(const char* bytes, size_t size) override {
    std::lock_guard lock(disk_->mutex);
    const size_t left = disk_->room > disk_->cached.size() ? disk_->room - disk_->cached.size() : 0;
    const size_t taken = std::min({size, disk_->part, left});
    if (taken == 0) return kDiskFull;
    disk_->cached.append(bytes, taken);
    return static_cast<int64_t>(taken);
  }
  int sync() override {
    std::lock_guard lock(disk_->mutex);
    if (disk_->sync_fails) {
      // The pages are lost, though the file still has its length.
      std::fill(disk_->cached.begin() + static_cast<ptrdiff_t>(disk_->synced), disk_->cached.end(), '?');
      return kBroken;
    }
    disk_->synced = disk_->cached.size();
    return 0;
  }
  int truncate(uint64_t size) override {
    std::lock_guard lock(disk_->mutex);
    if (disk_->truncate_fails) return kBroken;
    disk_->cached.resize(size);
    disk_->synced = std::min(disk_->synced, disk_->cached.size());
    return 0;
  }

 private:
  std::shared_ptr<Disk> disk_;
};

void add(AppendLog& log, std::string bytes) { log.append(bytes); }

template <class Condition>
void await(Condition condition) {
  const int64_t end = platform::monotonic_us() + kLongUs;
  while (!condition()) {
    CHECK(platform::monotonic_us() < end);
    platform::sleep_ns(200'000);
  }
}

void test_order() {
  auto disk = std::make_shared<Disk>();
  std::atomic<int> told{0};
  AppendLog log([&told] { told++; });
  log.set_policy(SyncPolicy::kAlways);
  log.open(std::make_unique<FakeFile>(disk), 0);
  std::string expected;
  for (int i = 0; i < 5000; i++) {
    std::string turn = "turn " + std::to_string(i) + ";";
    expected += turn;
    log.append(turn);
    CHECK(turn.empty());
    if (i % 500 == 0) platform::sleep_ns(200'000);
  }
  CHECK_EQ(log.position(), expected.size());
  await([&log] { return log.synced() == log.position(); });
  CHECK(disk->contents() == expected);
  CHECK_EQ(disk->synced, expected.size());
  CHECK_EQ(log.file_size(), expected.size());
  CHECK(told > 0);
  await([&log] { return log.unsynced_since_us() == 0; });
}

void test_full_disk() {
  auto disk = std::make_shared<Disk>();
  disk->room = 10;
  AppendLog log([] {});
  log.set_policy(SyncPolicy::kAlways);
  log.open(std::make_unique<FakeFile>(disk), 0);
  add(log, "12345");
  await([&log] { return log.synced() == 5; });
  add(log, "67890abc");
  await([&log] { return log.failure().operation != nullptr; });
  CHECK_EQ(log.failure().error, kDiskFull);
  // The part that fitted was taken back.
  CHECK_EQ(disk->contents(), std::string("12345"));
  add(log, "def");
  CHECK(!log.finish(kLongUs));
  CHECK_EQ(log.synced(), uint64_t{5});
  {
    std::lock_guard lock(disk->mutex);
    disk->room = SIZE_MAX;
  }
  // It recovers by itself.
  await([&log] { return log.synced() == log.position(); });
  CHECK_EQ(disk->contents(), std::string("1234567890abcdef"));
  CHECK(log.failure().operation == nullptr);
}

void test_part_that_stays() {
  auto disk = std::make_shared<Disk>();
  disk->room = 3;
  disk->truncate_fails = true;
  AppendLog log([] {});
  log.open(std::make_unique<FakeFile>(disk), 0);
  add(log, "abcdef");
  await([&log] { return log.failure().operation != nullptr; });
  {
    std::lock_guard lock(disk->mutex);
    disk->room = SIZE_MAX;
  }
  CHECK(log.finish(kLongUs));
  CHECK_EQ(disk->contents(), std::string("abcdef"));
}

void test_failed_sync() {
  auto disk = std::make_shared<Disk>();
  AppendLog log([] {});
  log.set_policy(SyncPolicy::kAlways);
  log.open(std::make_unique<FakeFile>(disk), 0);
  add(log, "kept;");
  await([&log] { return log.synced() == 5; });
  {
    std::lock_guard lock(disk->mutex);
    disk->sync_fails = disk->truncate_fails = true;
  }
  add(log, "lost by the system;");
  await([&log] { return log.failure().operation != nullptr; });
  add(log, "appended meanwhile;");
  CHECK(!log.finish(kLongUs));
  {
    std::lock_guard lock(disk->mutex);
    disk->sync_fails = disk->truncate_fails = false;
  }
  CHECK(log.finish(kLongUs));
  CHECK_EQ(disk->contents(), std::string("kept;lost by the system;appended meanwhile;"));
  CHECK_EQ(disk->synced, disk->contents().size());
}

void test_next_file() {
  auto first = std::make_shared<Disk>(), second = std::make_shared<Disk>();
  second->cached = "there";
  AppendLog log([] {});
  log.set_policy(SyncPolicy::kNever);
  log.open(std::make_unique<FakeFile>(first), 0);
  add(log, "one");
  log.open(std::make_unique<FakeFile>(second), 5);
  add(log, "two");
  CHECK(log.finish(kLongUs));
  CHECK_EQ(first->contents(), std::string("one"));
  CHECK_EQ(first->synced, size_t{3});
  CHECK_EQ(first->closed, 1);
  CHECK_EQ(second->contents(), std::string("theretwo"));
  CHECK_EQ(log.file_size(), uint64_t{8});
  // A broken old file holds the new one back.
  first = std::make_shared<Disk>();
  first->sync_fails = true;
  log.open(std::make_unique<FakeFile>(first), 0);
  log.set_policy(SyncPolicy::kEverySecond);
  add(log, "three");
  auto third = std::make_shared<Disk>();
  log.open(std::make_unique<FakeFile>(third), 0);
  add(log, "four");
  CHECK(!log.finish(kLongUs));
  CHECK_EQ(third->contents(), std::string());
  {
    std::lock_guard lock(first->mutex);
    first->sync_fails = false;
  }
  CHECK(log.finish(kLongUs));
  CHECK_EQ(first->contents(), std::string("three"));
  CHECK_EQ(third->contents(), std::string("four"));
}

// What cannot be written to a file need not be when something else has it.
void test_superseded(bool by_sync) {
  auto first = std::make_shared<Disk>(), second = std::make_shared<Disk>(), third = std::make_shared<Disk>();
  AppendLog log([] {});
  log.set_policy(SyncPolicy::kAlways);
  log.open(std::make_unique<FakeFile>(first), 0);
  log.supersede();
  add(log, "kept");
  await([&log] { return log.synced() == 4; });
  {
    std::lock_guard lock(first->mutex);
    if (by_sync)
      first->sync_fails = first->truncate_fails = true;
    else
      first->room = 6;
  }
  add(log, "not kept");
  await([&log] { return log.failure().operation != nullptr; });
  log.open(std::make_unique<FakeFile>(second), 0);
  add(log, "neither");
  log.open(std::make_unique<FakeFile>(third), 0);
  add(log, "new");
  CHECK(!log.finish(kLongUs));
  CHECK_EQ(log.synced(), uint64_t{4});
  log.supersede();
  await([&log] { return log.synced() == log.position(); });
  CHECK_EQ(log.position(), uint64_t{22});
  CHECK_EQ(log.written(), log.position());
  CHECK_EQ(first->closed + second->closed, 2);
  CHECK_EQ(second->contents(), std::string());
  CHECK_EQ(third->contents(), std::string("new"));
  CHECK_EQ(log.file_size(), uint64_t{3});
  await([&log] { return log.failure().operation == nullptr && log.unsynced_since_us() == 0; });
  // Where it has arrived already, nothing is left to pass over.
  add(log, "er");
  log.supersede();
  CHECK(log.finish(kLongUs));
  CHECK_EQ(third->contents(), std::string("newer"));
}

// What could be written is brought to the disk, though what follows cannot be written.
void test_sync_behind_failed_write() {
  auto disk = std::make_shared<Disk>();
  AppendLog log([] {});
  log.set_policy(SyncPolicy::kEverySecond);
  log.open(std::make_unique<FakeFile>(disk), 0);
  const int64_t begin_us = platform::monotonic_us();
  add(log, "a");
  await([&log] { return log.synced() == 1; });
  add(log, "bcd");
  await([&log] { return log.written() == 4; });
  {
    std::lock_guard lock(disk->mutex);
    disk->room = 5;
  }
  add(log, "efg");
  await([&log] { return log.failure().operation != nullptr; });
  // Unless the next sync was due by then.
  const uint64_t synced = log.synced();
  if (platform::monotonic_us() - begin_us < 1'000'000) CHECK_EQ(synced, uint64_t{1});
  await([&log] { return log.synced() == 4; });
  CHECK_EQ(std::string(log.failure().operation), std::string("write"));
  await([&log] { return log.synced() == 4 && log.unsynced_since_us() != 0; });
  {
    std::lock_guard lock(disk->mutex);
    CHECK(disk->synced >= 4);
    disk->room = SIZE_MAX;
    disk->sync_fails = true;
  }
  CHECK(!log.finish(kLongUs));
  CHECK_EQ(std::string(log.failure().operation), std::string("fsync"));
  {
    std::lock_guard lock(disk->mutex);
    disk->sync_fails = false;
  }
  CHECK(log.finish(kLongUs));
  CHECK_EQ(disk->contents(), std::string("abcdefg"));
}

// Large pieces are taken as they are, whatever waits before them.
void test_large_piece() {
  auto disk = std::make_shared<Disk>();
  AppendLog log([] {});
  log.set_policy(SyncPolicy::kEverySecond);
  log.open(std::make_unique<FakeFile>(disk), 0);
  add(log, "small");
  std::string large(4 << 20, 'l');
  log.append(large);
  CHECK(large.capacity() < size_t{4} << 20);
  CHECK(log.finish(kLongUs));
  CHECK_EQ(disk->contents().size(), size_t{5} + (4 << 20));
}

void test_every_second() {
  auto disk = std::make_shared<Disk>();
  AppendLog log([] {});
  log.set_policy(SyncPolicy::kEverySecond);
  log.open(std::make_unique<FakeFile>(disk), 0);
  const int64_t begin = platform::monotonic_us();
  uint64_t turns = 0;
  while (platform::monotonic_us() - begin < 1'500'000) {
    add(log, "x");
    turns++;
    platform::sleep_ns(1'000'000);
  }
  await([&log] { return log.synced() == log.position(); });
  CHECK_EQ(disk->synced, turns);
  CHECK(log.syncs() <= 5);
  await([&log] { return log.unsynced_since_us() == 0; });
}

// A sync that is made longer ends as soon as it is to be so no more.
void test_delay() {
  auto disk = std::make_shared<Disk>();
  AppendLog log([] {});
  log.set_policy(SyncPolicy::kAlways);
  log.set_sync_delay_us(INT64_MAX / 2);
  log.open(std::make_unique<FakeFile>(disk), 0);
  add(log, "x");
  await([&log] { return log.is_syncing(); });
  CHECK(!log.finish(20'000));
  CHECK_EQ(log.synced(), uint64_t{0});
  const int64_t begin_us = platform::monotonic_us();
  log.set_sync_delay_us(0);
  CHECK(log.finish(kLongUs));
  log.set_sync_delay_us(20'000);
  add(log, "y");
  CHECK(log.finish(kLongUs));
  CHECK(platform::monotonic_us() - begin_us >= 20'000);
}

// Who writes alone after many does not wait for companions that never come.
void test_companions(Random& random) {
  auto disk = std::make_shared<Disk>();
  AppendLog log([] {});
  log.set_policy(SyncPolicy::kAlways);
  log.open(std::make_unique<FakeFile>(disk), 0);
  std::string expected;
  for (size_t size : {10000, 1, 1, 5000, 4375, 4374, 1}) {
    add(log, std::string(size, 'x'));
    expected.append(size, 'x');
    await([&log] { return log.synced() == log.position(); });
  }
  // So it is with those that come one after the other, in no order.
  for (int i = 0; i < 300; i++) {
    const size_t size = 1 + random.below(random.one_in(10) ? 5000 : 50);
    add(log, std::string(size, 'y'));
    expected.append(size, 'y');
    if (random.one_in(3)) platform::sleep_ns(random.below(300'000));
  }
  await([&log] { return log.synced() == log.position(); });
  CHECK(disk->contents() == expected);
}

// Anything fails at any time; what is synced never is less than what was said.
void test_storm(Random& random) {
  auto disk = std::make_shared<Disk>();
  AppendLog log([] {});
  log.set_policy(SyncPolicy::kAlways);
  log.open(std::make_unique<FakeFile>(disk), 0);
  std::string expected;
  for (int i = 0; i < 200; i++) {
    std::string turn = "<" + std::to_string(i) + std::string(random.below(40), '.') + ">";
    expected += turn;
    log.append(turn);
    const uint64_t synced = log.synced();
    std::lock_guard lock(disk->mutex);
    CHECK(disk->synced >= synced);
    CHECK(expected.compare(0, synced, disk->cached, 0, synced) == 0);
    disk->sync_fails = random.one_in(4);
    disk->truncate_fails = random.one_in(4);
    disk->part = random.one_in(3) ? 1 + random.below(9) : SIZE_MAX;
    disk->room = random.one_in(3) ? disk->cached.size() + random.below(20) : SIZE_MAX;
    if (random.one_in(20)) log.set_policy(static_cast<SyncPolicy>(random.below(2)));
    if (!random.one_in(10)) continue;
    disk->mutex.unlock();
    log.finish(kLongUs);
    disk->mutex.lock();
  }
  {
    std::lock_guard lock(disk->mutex);
    disk->sync_fails = disk->truncate_fails = false;
    disk->part = disk->room = SIZE_MAX;
  }
  CHECK(log.finish(kLongUs));
  CHECK(disk->contents() == expected);
  CHECK_EQ(disk->synced, expected.size());
}

// Files follow each other while anything fails; those before may be superseded, also while the thread writes.
void test_storm_of_files(Random& random) {
  struct Part {
    std::shared_ptr<Disk> disk;
    std::string expected;
    bool superseded = false;
  };
  std::vector<Part> parts;
  AppendLog log([] {});
  log.set_policy(SyncPolicy::kAlways);
  uint64_t synced = 0;
  for (int i = 0; i < 200; i++) {
    if (i == 0 || random.one_in(12)) {
      parts.push_back({std::make_shared<Disk>(), "", false});
      log.open(std::make_unique<FakeFile>(parts.back().disk), 0);
    }
    if (random.one_in(10)) {
      log.supersede();
      for (size_t k = 0; k + 1 < parts.size(); k++) parts[k].superseded = true;
    }
    std::string turn = "<" + std::to_string(i) + ">";
    parts.back().expected += turn;
    log.append(turn);
    if (random.one_in(4)) platform::sleep_ns(100'000);
    CHECK(log.synced() >= synced);
    synced = log.synced();
    CHECK(synced <= log.position());
    Disk& disk = *parts[random.below(parts.size())].disk;
    std::lock_guard lock(disk.mutex);
    disk.sync_fails = random.one_in(4);
    disk.truncate_fails = random.one_in(4);
    disk.part = random.one_in(3) ? 1 + random.below(9) : SIZE_MAX;
    disk.room = random.one_in(3) ? disk.cached.size() + random.below(20) : SIZE_MAX;
  }
  for (Part& part : parts) {
    if (part.superseded) continue;
    std::lock_guard lock(part.disk->mutex);
    part.disk->sync_fails = part.disk->truncate_fails = false;
    part.disk->part = part.disk->room = SIZE_MAX;
  }
  CHECK(log.finish(kLongUs));
  CHECK_EQ(log.written(), log.position());
  for (const Part& part : parts) {
    if (!part.superseded) CHECK(part.disk->contents() == part.expected);
  }
}

}  // namespace

int main(int argc, char** argv) {
  Random random = Random::from(argc, argv);
  test_order();
  test_full_disk();
  test_part_that_stays();
  test_failed_sync();
  test_next_file();
  test_superseded(false);
  test_superseded(true);
  test_sync_behind_failed_write();
  test_large_piece();
  test_every_second();
  test_delay();
  test_companions(random);
  for (int i = 0; i < 20; i++) test_storm(random);
  for (int i = 0; i < 20; i++) test_storm_of_files(random);
  return 0;
}

// Writing of snapshots: what is read back is what the view showed, while the owner writes on; every failure
// leaves what was there; commands in place of a snapshot.
#include "rdb/snapshot_writer.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "collections/digest.h"
#include "collections/hash/hash_writer.h"
#include "collections/value_types.h"
#include "rdb/snapshot_reader.h"
#include "rdb/value_codec.h"
#include "test/check.h"
#include "test/rdb_payloads.h"

namespace redwing {
namespace {

namespace fs = std::filesystem;
using test::Random;

constexpr int kDatabases = 4;
constexpr int64_t kNow = 1'700'000'000'000;

ByteView view_of(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// A folder of its own, removed in the end.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "redwing-snapshot-XXXXXX").string();
    CHECK(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { fs::remove_all(path_); }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  size_t files() const {
    return static_cast<size_t>(std::distance(fs::directory_iterator(path_), fs::directory_iterator()));
  }

 private:
  fs::path path_;
};

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Values of every type, and behind them some large ones.
constexpr size_t kLargePayloads = 3;
std::vector<std::string> payloads(Random& random) {
  std::vector<std::string> all;
  for (const std::string& value : test::values_of_every_type()) all.push_back(test::payload(value));
  test::Texts many;
  for (int i = 0; i < 3000; i++) many.push_back(std::to_string(i) + random.bytes(random.below(40)));
  all.push_back(test::payload(test::byte(rdb::kList) + test::texts(many)));
  all.push_back(test::payload(test::byte(rdb::kSet) + test::texts(many)));
  all.push_back(test::payload(test::byte(rdb::kHash) + test::texts(many, 2)));
  return all;
}

class Data {
 public:
  explicit Data(Random& random)
      : random_(random), keyspace_(kDatabases, {random.next(), random.next(), random.next()}) {
    register_value_types(&keyspace_);
    keyspace_.set_now(kNow);
  }
  Keyspace& keyspace() { return keyspace_; }

  void change() {
    const int db = static_cast<int>(random_.below(3));
    const std::string name = "key:" + std::to_string(random_.below(3'000));
    const Key key = keyspace_.key(view_of(name).data, name.size());
    switch (random_.below(8)) {
      case 0:
        keyspace_.erase(db, key);
        break;
      case 1:
        keyspace_.set_expiry(
            db, key, random_.one_in(2) ? kNoExpiry : kNow + 1 + static_cast<int64_t>(random_.below(1e9)));
        break;
      case 2: {
        const std::vector<std::string>& values = payloads_;
        const size_t small = values.size() - kLargePayloads;
        const std::string& value = values[random_.below(random_.one_in(40) ? values.size() : small)];
        restore_value(&keyspace_, db, key, {view_of(value)}, {});
        break;
      }
      default: {
        const std::string value = random_.one_in(4) ? std::to_string(random_.next()) : text();
        keyspace_.put_string(db, key, view_of(value).data, value.size(), Expiry::none());
      }
    }
  }

 private:
  std::string text() {
    if (random_.one_in(300)) return random_.bytes(random_.below(200'000));
    return std::string(random_.below(60), 'x') + random_.bytes(random_.below(30));
  }

  Random& random_;
  Keyspace keyspace_;
  std::vector<std::string> payloads_ = payloads(random_);
};

std::string digest_of_view(Keyspace& keyspace) {
  View* view = keyspace.open_view();
  const std::string hex = digest_databases(*view).hex();
  keyspace.close_view(view);
  return hex;
}

std::string digest_of_file(const std::string& path, uint64_t keys, int version) {
  Keyspace keyspace(kDatabases, {1, 2, 3});
  register_value_types(&keyspace);
  keyspace.set_now(kNow);
  SnapshotReader reader(&keyspace);
  CHECK(reader.open(path, kNoExpiry, true, false));
  while (reader.step(100'000) == SnapshotReading::kMore) {
  }
  CHECK_EQ(reader.reading().error, std::string());
  CHECK_EQ(reader.reading().keys, keys);
  CHECK_EQ(reader.reading().version, version);
  return digest_of_view(keyspace);
}

// Snapshots while the owner writes.
void test_under_writing(Random& random) {
  const Folder folder;
  Data data(random);
  for (int i = 0; i < 6'000; i++) data.change();
  for (int round = 0; round < 5; round++) {
    SnapshotOptions options;
    options.temporary_path = folder / "temporary";
    options.final_path = folder / "final";
    options.compresses = round % 2 == 0;
    options.has_checksum = round % 3 != 0;
    options.sync_bytes = round < 3 ? 4096 : 0;
    options.has_expiring_fields = true;
    options.as_commands = round == 4;
    options.key_use = static_cast<KeyUse>(round % 3);
    options.facts = {{"redis-ver", "7.0.15"}, {"ctime", "123"}};
    SnapshotProgress progress;
    SnapshotResult result;
    const std::string expected = digest_of_view(data.keyspace());
    View* view = data.keyspace().open_view();
    std::atomic<bool> is_done{false};
    std::thread worker([&] {
      result = write_snapshot(view, options, &progress);
      is_done.store(true, std::memory_order_release);
    });
    while (!is_done.load(std::memory_order_acquire)) {
      for (int i = 0; i < 50; i++) data.change();
      data.keyspace().cron();
    }
    worker.join();
    data.keyspace().close_view(view);
    CHECK(result.failed == nullptr);
    CHECK_EQ(result.bytes, uint64_t{fs::file_size(options.final_path)});
    CHECK_EQ(progress.keys.load(), result.keys);
    CHECK_EQ(folder.files(), size_t{1});
    if (options.as_commands) continue;
    CHECK_EQ(digest_of_file(options.final_path, result.keys, 12), expected);
  }
}

SnapshotResult write(Keyspace& keyspace, const SnapshotOptions& options, bool is_cancelled = false) {
  SnapshotProgress progress;
  progress.is_cancelled = is_cancelled;
  View* view = keyspace.open_view();
  const SnapshotResult result = write_snapshot(view, options, &progress);
  keyspace.close_view(view);
  return result;
}

void test_empty(Random& random) {
  const Folder folder;
  Data data(random);
  SnapshotOptions options;
  options.temporary_path = folder / "temporary";
  CHECK(write(data.keyspace(), options).failed == nullptr);
  // As Redis ends a file: the opcode, and the checksum of "REDIS0010" and it.
  CHECK_EQ(contents(options.temporary_path).substr(0, 10), std::string("REDIS0010\xff"));
  CHECK_EQ(contents(options.temporary_path).size(), size_t{18});
}

void test_failures(Random& random) {
  const Folder folder;
  Data data(random);
  for (int i = 0; i < 5000; i++) data.change();
  SnapshotOptions options;
  options.temporary_path = folder / "temporary";
  options.final_path = folder / "final";
  std::ofstream(options.final_path) << "before";

  const auto fails = [&](const std::string& step, int error, bool is_cancelled = false) {
    const SnapshotResult result = write(data.keyspace(), options, is_cancelled);
    CHECK_EQ(std::string(result.failed == nullptr ? "" : result.failed), step);
    CHECK_EQ(result.error, error);
  };
  fails("cancel", ECANCELED, true);
  options.key_delay_us = 1'000'000;
  fails("cancel", ECANCELED, true);
  options.key_delay_us = 0;
  options.temporary_path = folder / "none/temporary";
  fails("open", ENOENT);
  CHECK_EQ(contents(folder / "final"), std::string("before"));
  CHECK_EQ(folder.files(), size_t{1});
  options.temporary_path = folder / "temporary";
  options.final_path = folder / "none/final";
  fails("rename", ENOENT);
  CHECK_EQ(folder.files(), size_t{1});
  // A disk that is full. The name must not be that of the device, which would be removed.
  if (fs::exists("/dev/full")) {
    fs::create_symlink("/dev/full", options.temporary_path);
    fails("write", ENOSPC);
    CHECK(fs::exists("/dev/full"));
    CHECK_EQ(folder.files(), size_t{1});
  }
}

void test_commands(Random& random) {
  const Folder folder;
  Data data(random);
  Keyspace& keyspace = data.keyspace();
  const std::string name = "a";
  const Key key = keyspace.key(view_of(name).data, name.size());
  keyspace.put_string(0, key, view_of("x").data, 1, Expiry::none());
  keyspace.put_string(2, key, view_of("17").data, 2, Expiry::at(kNow + 5));
  SnapshotOptions options;
  options.temporary_path = folder / "temporary";
  options.as_commands = true;
  options.commands_head = "#TS:1\r\n";
  CHECK(write(keyspace, options).failed == nullptr);
  CHECK_EQ(contents(options.temporary_path),
           std::string("#TS:1\r\n*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\nx\r\n"
                       "*2\r\n$6\r\nSELECT\r\n$1\r\n2\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$2\r\n17\r\n"
                       "*3\r\n$9\r\nPEXPIREAT\r\n$1\r\na\r\n$13\r\n1700000000005\r\n"));
}

}  // namespace
}  // namespace redwing

int main(int argc, char** argv) {
  redwing::Random random = redwing::Random::from(argc, argv);
  redwing::test_empty(random);
  redwing::test_failures(random);
  redwing::test_commands(random);
  redwing::test_under_writing(random);
  return 0;
}

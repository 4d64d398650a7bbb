// Reading of the RDB format: every type, whole files, and what is broken.
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "collections/digest.h"
#include "memory/platform.h"
#include "rdb/snapshot_reader.h"
#include "test/check.h"
#include "test/rdb_mutations.h"
#include "test/rdb_payloads.h"

namespace redwing::test {
namespace {

using namespace std::string_literals;

void test_every_type_is_read() {
  Restorer restorer;
  for (const std::string& value : values_of_every_type()) CHECK(restorer.restore(value));
}

void test_what_is_cut_short_is_refused() {
  Restorer restorer;
  for (const std::string& value : values_of_every_type()) {
    for (size_t size = 0; size < value.size(); size++) CHECK(!restorer.restore(value.substr(0, size)));
  }
}

void test_broken_values() {
  Restorer restorer;
  const auto refused = [&restorer](rdb::Type type, const std::string& body) {
    CHECK(!restorer.restore(byte(type) + body));
  };
  // Twice the same.
  refused(rdb::kSet, texts({"a", "a"}));
  refused(rdb::kSet, texts({"1", "1"}));
  refused(rdb::kSetListpack, text(listpack_of({"a", "b", "a"})));
  refused(rdb::kHash, texts({"f", "1", "f", "2"}, 2));
  refused(rdb::kHashZipmap, text(zipmap_of({"f", "1", "f", "2"})));
  refused(rdb::kHashZiplist, text(ziplist_of({"f", "1", "f", "2"})));
  refused(rdb::kHashListpack, text(listpack_of({"f", "1", "f", "2"})));
  refused(rdb::kHashListpackExEarly, text(listpack_of({"f", "1", "0", "f", "2", "0"})));
  refused(rdb::kSortedSet2, length(2) + text("a") + real(1) + text("a") + real(2));
  refused(rdb::kSortedSetListpack, text(listpack_of({"a", "1", "a", "2"})));
  refused(rdb::kSortedSetListpack, text(listpack_of({"a", "1.5", "a", "2"})));
  refused(rdb::kSortedSetZiplist, text(ziplist_of({"a", "1", "a", "2"})));
  // Half a pair; no elements; more than there can be.
  refused(rdb::kHashListpack, text(listpack_of({"f", "1", "g"})));
  refused(rdb::kHashZiplist, text(ziplist_of({"f"})));
  refused(rdb::kHashListpackExEarly, text(listpack_of({"f", "1"})));
  for (rdb::Type type : {rdb::kList, rdb::kSet, rdb::kSortedSet, rdb::kHash, rdb::kSortedSet2}) {
    refused(type, length(0));
    refused(type, length(uint64_t{1} << 40));
  }
  refused(rdb::kSetListpack, text(listpack_of({})));
  refused(rdb::kListQuicklist2, length(1) + length(3) + text(listpack_of({"a"})));
  refused(rdb::kListQuicklist2, length(1) + length(1) + text(""));
  // What is no number.
  refused(rdb::kSortedSet2, length(1) + text("a") + little(0x7ff8000000000000, 8));
  refused(rdb::kSortedSet, length(1) + text("a") + byte(253));
  refused(rdb::kSortedSet, length(1) + text("a") + byte(3) + "1x5");
  refused(rdb::kSortedSetListpack, text(listpack_of({"a", "nan"})));
  refused(rdb::kSetIntegers, text(integers_of(2, {3, 1})));
  refused(rdb::kSetIntegers, text(integers_of(2, {1, 1})));
  refused(rdb::kSetIntegers, text(integers_of(3, {1})));
  refused(rdb::kSetIntegers, text(integers_of(2, {})));
  refused(rdb::kHashListpackExEarly, text(listpack_of({"f", "1", "soon"})));
  refused(rdb::kHashListpackExEarly, text(listpack_of({"f", "1", "-5"})));
  // Strings that say more than they are; types that are none, or of modules.
  refused(rdb::kString, byte(rdb::kSixtyFourBits) + big(uint64_t{1} << 60));
  refused(rdb::kString, "\xc3\x05\x81"s + big(uint64_t{1} << 40) + "aaaaa"s);
  refused(rdb::kString, "\xc4"s);
  refused(rdb::kModule, length(1));
  refused(rdb::kModule2, length(1));
  CHECK(!restorer.restore("\x08"s + length(1)));
  CHECK(!restorer.restore("\x1a"s + length(1)));
}

// The forms that values take do not depend on how they were written.
void test_same_values_have_the_same_digest() {
  Keyspace keyspace(1, HashSeed{});
  register_value_types(&keyspace);
  const auto digest_of = [&keyspace](const std::string& value) {
    const std::string whole = payload(value);
    const Key key = keyspace.key(reinterpret_cast<const uint8_t*>("k"), 1);
    Entry* entry = nullptr;
    const RestoreResult result =
        restore_value(&keyspace, 0, key, {{reinterpret_cast<const uint8_t*>(whole.data()), whole.size()}},
                      Expiry::none(), {}, &entry);
    CHECK(result == RestoreResult::kOk);
    Digest digest;
    digest_value(*entry, 0, &digest);
    return digest.hex();
  };
  const Texts pairs = {"f", "v", "g", "17"}, members = {"a", "b", "17"};
  const std::string hash = digest_of(byte(rdb::kHash) + texts(pairs, 2));
  CHECK_EQ(digest_of(byte(rdb::kHashZipmap) + text(zipmap_of(pairs))), hash);
  CHECK_EQ(digest_of(byte(rdb::kHashZiplist) + text(ziplist_of(pairs))), hash);
  CHECK_EQ(digest_of(byte(rdb::kHashListpack) + text(listpack_of(pairs))), hash);
  CHECK_EQ(digest_of(byte(rdb::kSetListpack) + text(listpack_of(members))),
           digest_of(byte(rdb::kSet) + texts(members)));
  CHECK_EQ(digest_of(byte(rdb::kSetIntegers) + text(integers_of(4, {-2, 1, 300000}))),
           digest_of(byte(rdb::kSet) + texts({"1", "-2", "300000"})));
  const std::string list = digest_of(byte(rdb::kList) + texts(members));
  CHECK_EQ(digest_of(byte(rdb::kListZiplist) + text(ziplist_of(members))), list);
  CHECK_EQ(digest_of(byte(rdb::kListQuicklist) + length(2) + text(ziplist_of({"a", "b"})) +
                     text(ziplist_of({"17"}))),
           list);
  CHECK_EQ(digest_of(byte(rdb::kListQuicklist2) + length(2) + length(2) + text(listpack_of({"a", "b"})) +
                     length(1) + text("17")),
           list);
  const std::string scored =
      digest_of(byte(rdb::kSortedSet2) + length(2) + text("b") + real(2.5) + text("a") + real(1));
  CHECK_EQ(digest_of(byte(rdb::kSortedSetListpack) + text(listpack_of({"a", "1", "b", "2.5"}))), scored);
  CHECK_EQ(digest_of(byte(rdb::kSortedSetZiplist) + text(ziplist_of({"a", "1", "b", "2.5"}))), scored);
  CHECK_EQ(digest_of(byte(rdb::kStream) + stream_of(1)), digest_of(byte(rdb::kStream3) + stream_of(3)));
}

// ---- Files ----

class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& bytes)
      : path_("/tmp/rdb_read_test." + std::to_string(::getpid())) {
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  ~TemporaryFile() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

SnapshotReading read_file(Keyspace* keyspace, const std::string& bytes, int64_t now_ms = 1700000000000) {
  const TemporaryFile file(bytes);
  SnapshotReader reader(keyspace);
  if (reader.open(file.path(), now_ms, false, false)) {
    while (reader.step(100) == SnapshotReading::kMore) {
    }
  }
  return reader.reading();
}

// Keeps the process from having more memory than it has and `more_bytes`, where the build can live with that.
class MemoryLimit {
 public:
  explicit MemoryLimit(size_t more_bytes) {
#if !defined(RW_SANITIZED) && defined(__linux__)
    size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    ::getrlimit(RLIMIT_AS, &before_);
    const rlimit limit{pages * static_cast<size_t>(::sysconf(_SC_PAGESIZE)) + more_bytes, before_.rlim_max};
    CHECK_EQ(::setrlimit(RLIMIT_AS, &limit), 0);
#else
    static_cast<void>(more_bytes);
#endif
  }
  ~MemoryLimit() {
#if !defined(RW_SANITIZED) && defined(__linux__)
    ::setrlimit(RLIMIT_AS, &before_);
#endif
  }

 private:
  rlimit before_{};
};

// Texts that say they are longer than may be, or than there is memory for: no more than an error.
void test_overstated_texts() {
  constexpr size_t kPacked = size_t{8} << 20;  // 704 MB, if it were true
  const std::string long_text = overstated_text(kPacked);
  Restorer restorer;
  std::vector<std::string> values;
  for (rdb::Type type : {rdb::kString, rdb::kHashZipmap, rdb::kListZiplist, rdb::kSetIntegers,
                         rdb::kSetListpack, rdb::kHashListpack, rdb::kSortedSetListpack})
    values.push_back(byte(type) + long_text);
  for (rdb::Type type : {rdb::kList, rdb::kSet, rdb::kHash, rdb::kSortedSet2, rdb::kListQuicklist})
    values.push_back(byte(type) + length(1) + long_text + long_text);
  values.push_back(byte(rdb::kStream3) + length(1) + long_text);
  for (const std::string& value : values) {
    const MemoryLimit limit(size_t{400} << 20);
    CHECK(!restorer.restore(value));
  }
  const std::string head = "REDIS0009";
  for (const std::string& behind :
       {byte(rdb::kString) + long_text, byte(rdb::kString) + text("key") + long_text,
        byte(rdb::kFact) + text("fact") + long_text, byte(rdb::kFunction) + long_text}) {
    Keyspace keyspace(1, HashSeed{});
    const MemoryLimit limit(size_t{400} << 20);
    const SnapshotReading reading = read_file(&keyspace, head + behind);
    CHECK(reading.error != "");
    CHECK(reading.error_offset >= head.size());
  }
}

// The longest text that may be is one, and one byte more is refused before memory is there for it.
void test_longest_text() {
  Keyspace keyspace(1, HashSeed{});
  register_value_types(&keyspace);
  const Key key = keyspace.key(reinterpret_cast<const uint8_t*>("k"), 1);
  const auto restores = [&](const std::string& value, uint64_t longest) {
    const std::string whole = payload(value);
    const ByteView view{reinterpret_cast<const uint8_t*>(whole.data()), whole.size()};
    return restore_value(&keyspace, 0, key, {view, longest}, Expiry::none()) == RestoreResult::kOk;
  };
  // 'a', and 99 times the same from one byte back.
  const std::string compressed = "\xc3"s + length(5) + length(100) + "\0a\xe0\x5a\0"s;
  const std::string plain = text(std::string(100, 'a'));
  for (const std::string& one : {compressed, plain}) {
    const std::string string = byte(rdb::kString) + one, list = byte(rdb::kList) + length(1) + one;
    for (const std::string& value : {string, list}) {
      CHECK(restores(value, 100));
      CHECK(!restores(value, 99));
    }
  }
}

void test_files() {
  const std::string file = file_of_every_type();
  const auto values = values_of_every_type();
  Keyspace keyspace(16, HashSeed{});
  register_value_types(&keyspace);
  keyspace.set_now(1700000000000);
  const SnapshotReading reading = read_file(&keyspace, file);
  CHECK_EQ(reading.error, "");
  CHECK_EQ(reading.keys, values.size());
  CHECK_EQ(reading.bytes, file.size());
  CHECK_EQ(reading.version, 12);
  CHECK_EQ(reading.facts.size(), 1u);
  CHECK_EQ(reading.functions.front(), "#!lua name=x");
  CHECK_EQ(keyspace.size(0), 10u);
  const SnapshotReading checked = read_file(nullptr, file);
  CHECK_EQ(checked.error, "");
  CHECK_EQ(checked.keys, values.size());
  CHECK_EQ(checked.expiring, reading.expiring);
  // All that expires has expired by then.
  const SnapshotReading late = read_file(nullptr, file, 2000000000000);
  CHECK_EQ(late.keys + late.expired, values.size());
  CHECK_EQ(late.expired, reading.expiring);
  for (const SnapshotReading& each : {reading, checked, late}) {
    CHECK_EQ(each.keys_in_file(), values.size());
    CHECK_EQ(each.expiring_in_file(), reading.expiring);
  }
}

// Empty texts where nothing longer was taken before, kept while others are taken.
void test_empty_texts() {
  const std::string file = "REDIS0004" + byte(rdb::kHash) + text("") + texts({"", ""}, 2) + byte(rdb::kList) +
                           text("l") + texts({""}) + byte(rdb::kEndOfFile);
  Keyspace keyspace(1, HashSeed{});
  register_value_types(&keyspace);
  const SnapshotReading reading = read_file(&keyspace, file);
  CHECK_EQ(reading.error, "");
  CHECK_EQ(reading.keys, 2u);
}

void test_broken_files() {
  const std::string file = file_of_every_type();
  CHECK(read_file(nullptr, "").error != "");
  CHECK(read_file(nullptr, "REDIS0013" + file.substr(9)).error != "");
  CHECK(read_file(nullptr, "RADIS0012" + file.substr(9)).error != "");
  for (size_t size = 0; size < file.size(); size += 7)
    CHECK(read_file(nullptr, file.substr(0, size)).error != "");
  std::string changed = file;
  changed[changed.size() - 20] ^= 1;
  CHECK(read_file(nullptr, changed).error != "");
  CHECK(read_file(nullptr, file + "more").error != "");
  // Without a checksum nothing is compared, and older versions have none.
  CHECK_EQ(read_file(nullptr, file.substr(0, file.size() - 8) + std::string(8, '\0')).error, "");
  CHECK_EQ(read_file(nullptr, "REDIS0004" + file.substr(9, file.size() - 17)).error, "");
  const SnapshotReading reading =
      read_file(nullptr, "REDIS0004"s + byte(rdb::kSet) + text("key") + texts({"a", "a"}));
  CHECK_EQ(reading.error_key, "key");
  CHECK_EQ(reading.error_offset, 19u);
}

// A file that is larger than any buffer, with strings of all sizes.
void test_large_files(Random& random) {
  std::string file = "REDIS0009" + byte(rdb::kSelectDb) + length(0);
  std::vector<std::pair<std::string, std::string>> all;
  for (int i = 0; i < 20000; i++) {
    const size_t size = random.one_in(2000) ? random.below(2000000) : random.below(100);
    all.emplace_back("key:" + std::to_string(i), random.bytes(size));
    file += byte(rdb::kString) + text(all.back().first) + text(all.back().second);
  }
  file += byte(rdb::kEndOfFile);
  file += little(crc64(0, file.data(), file.size()), 8);
  Keyspace keyspace(1, HashSeed{});
  CHECK_EQ(read_file(&keyspace, file).error, "");
  for (const auto& [name, value] : all) {
    const Entry* entry =
        keyspace.find(0, keyspace.key(reinterpret_cast<const uint8_t*>(name.data()), name.size()));
    CHECK(entry != nullptr);
    if (entry->is_int()) continue;
    const ByteView view = entry->string();
    CHECK(std::string(reinterpret_cast<const char*>(view.data), view.size) == value);
  }
  CHECK_EQ(keyspace.size(0), all.size());
}

void test_mutations(Random& random) {
  constexpr int kCases = 4000;
  const std::vector<std::string> values = values_of_every_type();
  Restorer restorer;
  for (int i = 0; i < kCases; i++) restorer.restore(mutated(values[random.below(values.size())], random));
}

}  // namespace
}  // namespace redwing::test

int main(int argc, char** argv) {
  using namespace redwing::test;
  Random random = Random::from(argc, argv);
  test_every_type_is_read();
  test_what_is_cut_short_is_refused();
  test_broken_values();
  test_overstated_texts();
  test_longest_text();
  test_same_values_have_the_same_digest();
  test_files();
  test_empty_texts();
  test_broken_files();
  test_large_files(random);
  test_mutations(random);
  std::puts("ok");
}

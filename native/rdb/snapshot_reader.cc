#include "rdb/snapshot_reader.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>

#include "collections/value_types.h"
#include "memory/platform.h"
#include "rdb/decode_value.h"
#include "rdb/format.h"
#include "rdb/rdb_input.h"
#include "rdb/small_strings.h"

namespace redwing {

namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

std::string error_text(const char* what, int error) {
  return std::string(what).append(": ").append(std::strerror(error));
}

}  // namespace

class SnapshotReader::Impl {
 public:
  Impl(Keyspace* keyspace, const CollectionLimits& limits) : limits_(limits), is_check_(keyspace == nullptr) {
    if (is_check_) scratch_.emplace(1, HashSeed{});
    keyspace_ = is_check_ ? &*scratch_ : keyspace;
  }

  bool open(const std::string& path, int64_t now_ms, bool keeps_expired, bool has_tail);
  void set_verifies_checksum(bool verifies) { verifies_checksum_ = verifies; }
  SnapshotReading::State step(int64_t budget_us);
  const SnapshotReading& reading() const { return reading_; }

 private:
  // What was said of the key that comes next.
  struct KeyFacts {
    int64_t expiry_ms = kNoExpiry;
    int64_t idle_seconds = -1;
    int frequency = -1;
  };

  bool open_failed(std::string error);
  bool take_header();
  SnapshotReading::State fail(const char* reason);
  SnapshotReading::State failed();
  SnapshotReading::State take_records();
  bool take_record(bool* is_end);
  bool take_opcode(uint8_t opcode, bool* is_end);
  bool take_database();
  bool take_fact();
  bool take_function();
  bool take_module_aux();
  bool take_key(uint8_t type);
  bool take_end();
  bool take_checksum();
  bool has_expired(int64_t at_ms) const {
    return at_ms != kNoExpiry && reading_.now_ms != kNoExpiry && !keeps_expired_ && at_ms <= reading_.now_ms;
  }
  void take_small_strings();

  const CollectionLimits limits_;
  const bool is_check_;
  std::optional<Keyspace> scratch_;  // where values of a check are made
  Keyspace* keyspace_;
  std::unique_ptr<std::FILE, CloseFile> file_;
  std::optional<RdbInput> input_;
  SnapshotReading reading_;
  SnapshotReading::State state_ = SnapshotReading::kFailed;
  bool keeps_expired_ = false;
  bool has_tail_ = false;
  bool verifies_checksum_ = true;
  int db_ = 0;
  KeyFacts facts_;
  RdbText name_, text_;
};

// ---- The beginning ----

bool SnapshotReader::Impl::open_failed(std::string error) {
  reading_.error = std::move(error);
  state_ = SnapshotReading::kFailed;
  return false;
}

bool SnapshotReader::Impl::open(const std::string& path, int64_t now_ms, bool keeps_expired, bool has_tail) {
  reading_ = {};
  reading_.now_ms = now_ms;
  keeps_expired_ = keeps_expired;
  has_tail_ = has_tail;
  file_.reset(std::fopen(path.c_str(), "rb"));
  if (file_ == nullptr) return open_failed(error_text("it cannot be opened", errno));
  std::setvbuf(file_.get(), nullptr, _IONBF, 0);
  std::error_code error;
  reading_.total_bytes = std::filesystem::file_size(path, error);
  if (error) return open_failed("it cannot be read: " + error.message());
  input_.emplace(file_.get(), reading_.total_bytes);
  if (!take_header()) {
    fail(reading_.total_bytes == 0 ? "it is empty" : "it does not begin as an RDB file does");
    return false;
  }
  if (reading_.version < 1 || reading_.version > rdb::kVersionMax) {
    fail("its version is not known");
    return false;
  }
  state_ = SnapshotReading::kMore;
  return true;
}

bool SnapshotReader::Impl::take_header() {
  ByteView header;
  if (reading_.total_bytes < rdb::kHeaderBytes || !input_->take_view(rdb::kHeaderBytes, &header))
    return false;
  if (std::memcmp(header.data, rdb::kMagic, rdb::kMagicBytes) != 0) return false;
  for (size_t i = rdb::kMagicBytes; i < rdb::kHeaderBytes; i++) {
    if (header.data[i] < '0' || header.data[i] > '9') return false;
    reading_.version = reading_.version * 10 + (header.data[i] - '0');
  }
  return true;
}

// ---- Steps ----

SnapshotReading::State SnapshotReader::Impl::fail(const char* reason) {
  input_->fail(reason);
  return failed();
}

SnapshotReading::State SnapshotReader::Impl::failed() {
  reading_.error = input_->error();
  if (errno != 0 && std::ferror(file_.get()) != 0) reading_.error += std::string(": ") + std::strerror(errno);
  reading_.error_offset = input_->error_offset();
  return state_ = SnapshotReading::kFailed;
}

SnapshotReading::State SnapshotReader::Impl::step(int64_t budget_us) {
  if (state_ != SnapshotReading::kMore) return state_;
  const int64_t deadline_us = platform::monotonic_us() + budget_us;
  do {
    state_ = take_records();
  } while (state_ == SnapshotReading::kMore && platform::monotonic_us() < deadline_us);
  reading_.bytes = input_->offset();
  return state_;
}

// Some records: those that a look at the clock is worth.
SnapshotReading::State SnapshotReader::Impl::take_records() {
  constexpr uint64_t kBytes = 16384;
  const uint64_t until = input_->offset() + kBytes;
  do {
    take_small_strings();
    bool is_end = false;
    if (!take_record(&is_end)) return failed();
    if (is_end) return take_end() ? SnapshotReading::kDone : failed();
  } while (input_->offset() < until);
  return SnapshotReading::kMore;
}

void SnapshotReader::Impl::take_small_strings() {
  if (facts_.expiry_ms != kNoExpiry || facts_.idle_seconds >= 0 || facts_.frequency >= 0) return;
  SmallStrings strings(is_check_ ? nullptr : keyspace_, db_);
  const uint8_t* at = input_->buffered();
  const uint8_t* const end = input_->buffered_end();
  SmallString string;
  while (const uint8_t* behind = read_small_string(at, end, &string)) {
    at = behind;
    if (has_expired(string.expiry_ms)) {
      reading_.expired++;
      continue;
    }
    reading_.keys++;
    reading_.expiring += string.expiry_ms != kNoExpiry;
    strings.add(string);
  }
  strings.flush();
  input_->take_up_to(at);
}

bool SnapshotReader::Impl::take_record(bool* is_end) {
  const uint8_t code = input_->take_byte();
  if (input_->failed()) return false;
  return code >= rdb::kSlotInfo ? take_opcode(code, is_end) : take_key(code);
}

// ---- What is no key ----

bool SnapshotReader::Impl::take_opcode(uint8_t opcode, bool* is_end) {
  RdbInput& input = *input_;
  switch (opcode) {
    case rdb::kEndOfFile:
      *is_end = true;
      break;
    case rdb::kSelectDb:
      return take_database();
    case rdb::kResizeDb:
      input.take_length();
      input.take_length();
      break;
    case rdb::kSlotInfo:
      input.take_length();
      input.take_length();
      input.take_length();
      break;
    case rdb::kExpirySeconds:
      facts_.expiry_ms = int64_t{static_cast<int32_t>(input.take_u32())} * 1000;
      break;
    case rdb::kExpiryMs:
      facts_.expiry_ms = static_cast<int64_t>(input.take_u64());
      break;
    case rdb::kIdle:
      facts_.idle_seconds = static_cast<int64_t>(input.take_length() & INT64_MAX);
      break;
    case rdb::kFrequency:
      facts_.frequency = input.take_byte();
      break;
    case rdb::kFact:
      return take_fact();
    case rdb::kFunction:
      return take_function();
    case rdb::kFunctionEarly:
      return input.fail("it has functions in a form that was never released");
    default:
      return take_module_aux();
  }
  return !input.failed();
}

bool SnapshotReader::Impl::take_database() {
  const uint64_t number = input_->take_length();
  if (input_->failed()) return false;
  if (is_check_) {
    db_ = 0;
    return number <= INT32_MAX || input_->fail("the number of a database is none");
  }
  if (number >= static_cast<uint64_t>(keyspace_->databases()))
    return input_->fail("it has more databases than are configured");
  db_ = static_cast<int>(number);
  return true;
}

bool SnapshotReader::Impl::take_fact() {
  constexpr uint64_t kLongest = uint64_t{1} << 20;
  if (!input_->take_kept_text(&name_, kLongest) || !input_->take_text(&text_, kLongest)) return false;
  const auto text_of = [](ByteView view) {
    return view.size == 0 ? std::string() : std::string(reinterpret_cast<const char*>(view.data), view.size);
  };
  reading_.facts.emplace_back(text_of(name_.view), text_of(text_.view));
  return true;
}

bool SnapshotReader::Impl::take_function() {
  constexpr uint64_t kLongest = uint64_t{1} << 29;
  if (!input_->take_text(&text_, kLongest)) return false;
  reading_.functions.emplace_back(reinterpret_cast<const char*>(text_.view.data), text_.view.size);
  return true;
}

// What a module keeps beside its values is left out: its parts say how long they are.
bool SnapshotReader::Impl::take_module_aux() {
  RdbInput& input = *input_;
  input.take_length();
  if (input.take_length() != rdb::kModuleUnsigned) return input.fail("what a module keeps is broken");
  input.take_length();
  while (!input.failed()) {
    switch (input.take_length()) {
      case rdb::kModuleEnd:
        return !input.failed();
      case rdb::kModuleSigned:
      case rdb::kModuleUnsigned:
        input.take_length();
        break;
      case rdb::kModuleFloat:
        input.skip(4);
        break;
      case rdb::kModuleDouble:
        input.skip(8);
        break;
      case rdb::kModuleString:
        input.skip_text();
        break;
      default:
        input.fail("what a module keeps is broken");
    }
  }
  return false;
}

// ---- Keys ----

bool SnapshotReader::Impl::take_key(uint8_t type) {
  if (!input_->take_kept_text(&name_)) return false;
  const KeyFacts facts = facts_;
  facts_ = {};
  const bool expires = facts.expiry_ms != kNoExpiry, is_due = has_expired(facts.expiry_ms);
  Destination to{keyspace_, db_, keyspace_->key(name_.view.data, name_.view.size),
                 expires ? Expiry::at(facts.expiry_ms) : Expiry::none()};
  to.is_trial = is_check_ || is_due;
  // It is near when the value has been made.
  if (!to.is_trial) keyspace_->prefetch_bucket(db_, to.key.hash);
  Entry* entry = nullptr;
  const Decoded decoded = decode_value(&*input_, type, to, limits_, &entry);
  if (decoded == Decoded::kFailed) {
    constexpr size_t kShown = 1024;
    reading_.error_key.assign(reinterpret_cast<const char*>(name_.view.data),
                              std::min(name_.view.size, kShown));
    return false;
  }
  if (decoded == Decoded::kEmpty) {
    reading_.empty++;
  } else if (is_due) {
    reading_.expired++;
  } else {
    reading_.keys++;
    reading_.expiring += expires;
    if (entry != nullptr) keyspace_->restore_access(entry, facts.idle_seconds, facts.frequency);
  }
  return true;
}

// ---- The end ----

bool SnapshotReader::Impl::take_end() {
  if (reading_.version >= rdb::kVersionOfChecksums && !take_checksum()) return false;
  return has_tail_ || input_->left() == 0 || input_->fail("there is something behind its end");
}

bool SnapshotReader::Impl::take_checksum() {
  const uint64_t checksum = input_->checksum();
  const uint64_t stated = input_->take_u64();
  if (input_->failed()) return false;
  // 0: it was written without one.
  if (!verifies_checksum_ || stated == 0 || stated == checksum) return true;
  return input_->fail("its checksum is wrong: some of it was changed");
}

// ---- The face ----

SnapshotReader::SnapshotReader(Keyspace* keyspace, const CollectionLimits& limits)
    : impl_(std::make_unique<Impl>(keyspace, limits)) {}
SnapshotReader::~SnapshotReader() = default;

bool SnapshotReader::open(const std::string& path, int64_t now_ms, bool keeps_expired, bool has_tail) {
  return impl_->open(path, now_ms, keeps_expired, has_tail);
}
void SnapshotReader::set_verifies_checksum(bool verifies) { impl_->set_verifies_checksum(verifies); }
SnapshotReading::State SnapshotReader::step(int64_t budget_us) { return impl_->step(budget_us); }
const SnapshotReading& SnapshotReader::reading() const { return impl_->reading(); }

}  // namespace redwing

#include "rdb/snapshot_writer.h"

#include <algorithm>

#include "keyspace/entry.h"
#include "rdb/command_snapshot.h"
#include "rdb/encode_value.h"
#include "rdb/format.h"
#include "rdb/snapshot_file.h"
#include "rdb/view_passage.h"

namespace redwing {

namespace {

constexpr uint32_t kAccessMask = (1 << 24) - 1;
constexpr uint32_t kMinutesMask = (1 << 16) - 1;
constexpr uint32_t kCounterMask = 255;
constexpr int64_t kMsPerSecond = 1000;
constexpr uint32_t kSecondsPerDay = 86400;
constexpr uint32_t kMinutesPerDay = 1440;
constexpr int64_t kMsPerMinute = 60000;

// How long ago something was, on a clock that begins again behind `mask`. Keys go on being used while they
// are written: what is less than a day ahead of the view was just now.
uint32_t elapsed_since(uint32_t then, int64_t now, uint32_t mask, uint32_t day) {
  const uint32_t elapsed = (static_cast<uint32_t>(now) - then) & mask;
  return elapsed > mask - day ? 0 : elapsed;
}

ByteView view_of(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

class SnapshotWriter {
 public:
  SnapshotWriter(const View& view, const SnapshotOptions& options, ByteSink* sink)
      : view_(view),
        options_(options),
        out_(sink, {.compresses = options.compresses, .has_checksum = options.has_checksum}) {}

  void put_head() {
    const int version = options_.has_expiring_fields ? rdb::kVersionOfExpiringFields : rdb::kVersion;
    std::string digits = std::to_string(version);
    digits.insert(0, rdb::kHeaderBytes - rdb::kMagicBytes - digits.size(), '0');
    out_.put_bytes(view_of(rdb::kMagic + digits));
    for (const auto& [name, text] : options_.facts) {
      out_.put_byte(rdb::kFact);
      out_.put_string(view_of(name));
      out_.put_string(view_of(text));
    }
    for (const std::string& library : options_.functions) {
      out_.put_byte(rdb::kFunction);
      out_.put_string(view_of(library));
    }
  }

  void put_database(int db) {
    out_.put_byte(rdb::kSelectDb);
    out_.put_length(static_cast<uint64_t>(db));
    out_.put_byte(rdb::kResizeDb);
    out_.put_length(view_.size(db));
    out_.put_length(view_.expires(db));
  }

  void put_key(const Entry& entry) {
    if (entry.has_expiry()) {
      out_.put_byte(rdb::kExpiryMs);
      out_.put_fixed64(static_cast<uint64_t>(entry.expiry_ms()));
    }
    if (options_.key_use != KeyUse::kNone) put_use(entry.access());
    const rdb::Type type = rdb_type_of(entry);
    out_.put_byte(type);
    out_.put_string(entry.key());
    encode_value(entry, type, &out_);
  }

  bool put_end() {
    out_.put_byte(rdb::kEndOfFile);
    out_.put_fixed64(out_.checksum());
    return out_.flush();
  }

  bool ok() const { return out_.ok(); }

 private:
  void put_use(uint32_t access) {
    if (options_.key_use == KeyUse::kIdle) {
      out_.put_byte(rdb::kIdle);
      return out_.put_length(elapsed_since(access, view_.now() / kMsPerSecond, kAccessMask, kSecondsPerDay));
    }
    uint32_t counter = access & kCounterMask;
    if (options_.frequency_decay_minutes != 0) {
      const uint32_t elapsed =
          elapsed_since(access >> 8, view_.now() / kMsPerMinute, kMinutesMask, kMinutesPerDay);
      counter -= std::min(counter, elapsed / options_.frequency_decay_minutes);
    }
    out_.put_byte(rdb::kFrequency);
    out_.put_byte(static_cast<uint8_t>(counter));
  }

  const View& view_;
  const SnapshotOptions& options_;
  RdbOutput out_;
};

}  // namespace

SnapshotResult write_snapshot(View* view, const SnapshotOptions& options, SnapshotProgress* progress) {
  SnapshotFile file(options, progress);
  ViewPassage passage(view, options, progress);
  bool is_whole = false;
  if (options.as_commands) {
    CommandSnapshot writer(options, &file);
    writer.put_head();
    is_whole = passage.run(&writer) && writer.put_end();
  } else {
    SnapshotWriter writer(*view, options, &file);
    writer.put_head();
    is_whole = passage.run(&writer) && writer.put_end();
  }
  if (is_whole) is_whole = file.finish();
  SnapshotResult result;
  result.keys = passage.keys();
  result.bytes = file.bytes();
  if (is_whole) return result;
  file.check_cancelled();
  result.error = file.error();
  result.failed = file.failed();
  return result;
}

}  // namespace redwing

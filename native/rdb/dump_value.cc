#include <utility>

#include "rdb/encode_value.h"
#include "rdb/value_codec.h"

namespace redwing {

namespace {

// Room for most values; what does not fit grows the text.
constexpr size_t kBufferBytes = 4096;

class TextSink final : public ByteSink {
 public:
  bool take(ByteView bytes) override {
    text_.append(reinterpret_cast<const char*>(bytes.data), bytes.size);
    return true;
  }
  std::string text_;
};

}  // namespace

std::string dump_value(const Entry& entry) {
  TextSink sink;
  RdbOutput::Options options;
  options.buffer_bytes = kBufferBytes;
  RdbOutput out(&sink, options);
  const rdb::Type type = rdb_type_of(entry);
  out.put_byte(type);
  encode_value(entry, type, &out);
  out.put_byte(needs_expiring_fields(type) ? rdb::kVersionOfExpiringFields : rdb::kVersion);
  out.put_byte(0);
  out.put_fixed64(out.checksum());
  out.flush();
  return std::move(sink.text_);
}

}  // namespace redwing

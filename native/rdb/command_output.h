// CommandOutput: commands in RESP, as append-only files hold them, on their way to a sink.
//
//   *count CRLF, then for each argument: $size CRLF, bytes CRLF
//
// Thread: one at a time. Cost: a copy of each byte.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "collections/stream/stream_id.h"
#include "memory/assert.h"
#include "rdb/rdb_output.h"
#include "types/double.h"
#include "types/listpack.h"

namespace redwing {

class CommandOutput {
 public:
  explicit CommandOutput(ByteSink* sink) : out_(sink, {.compresses = false, .has_checksum = false}) {}

  /// Begins a command of so many arguments, its name included, which must follow.
  void begin(uint64_t arguments) {
    RW_ASSERT(due_ == 0, "a command gets all the arguments that it announced");
    put_header('*', arguments);
    due_ = arguments;
  }
  void put(ByteView argument) {
    due_--;
    put_header('$', argument.size);
    out_.put_bytes(argument);
    out_.put_bytes({kLineEnd, sizeof kLineEnd});
  }
  /// A word that stands in the program's text.
  template <size_t size>
  void put(const char (&word)[size]) {
    put(ByteView{reinterpret_cast<const uint8_t*>(word), size - 1});
  }
  void put(const PackedValue& value) {
    uint8_t digits[kInt64TextMax];
    put(value.text(digits));
  }
  void put_integer(int64_t number) { put(PackedValue::of_integer(number)); }
  /// So that it reads back as the same double.
  void put_double(double number) {
    uint8_t text[kDoubleTextMax];
    put(ByteView{text, format_double(number, text)});
  }
  void put_id(StreamId id) {
    uint8_t text[kStreamIdTextMax];
    put(ByteView{text, format_stream_id(id, text)});
  }
  /// Bytes between commands.
  void put_raw(ByteView bytes) { out_.put_bytes(bytes); }

  bool flush() { return out_.flush(); }
  bool ok() const { return out_.ok(); }

 private:
  static constexpr uint8_t kLineEnd[2] = {'\r', '\n'};

  void put_header(char kind, uint64_t number) {
    char line[24] = {kind};
    char* end = std::to_chars(line + 1, line + sizeof line - sizeof kLineEnd, number).ptr;
    std::memcpy(end, kLineEnd, sizeof kLineEnd);
    end += sizeof kLineEnd;
    out_.put_bytes({reinterpret_cast<const uint8_t*>(line), static_cast<size_t>(end - line)});
  }

  RdbOutput out_;
  uint64_t due_ = 0;  // arguments of the command that was begun
};

}  // namespace redwing

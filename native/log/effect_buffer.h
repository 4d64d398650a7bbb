// EffectBuffer: the effects of the commands of one turn, as RESP commands, on their way to the append-only
// log (and to replicas). Filled by operations of the store while commands execute; taken as a whole by
// whoever logs, at the end of the turn.
//
// A unit is what one command leaves: several effects of it stand between MULTI and EXEC, a single one does
// not:
//
//   open_unit     MULTI is written, since more effects will mostly follow
//   close_unit    EXEC is written; or, behind a single effect, MULTI is taken away again, unless it has left
//
// Invariants
//   1. A frame that was begun gets as many arguments as it announced before anything else is written.
//   2. What is taken are whole frames.
//
// Thread: the event loop. Cost: a copy of each byte; a unit of one effect is moved once.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "memory/assert.h"
#include "memory/byte_view.h"

namespace redwing {

class EffectBuffer {
 public:
  bool is_on() const { return is_on_; }
  void turn_on(bool on) {
    is_on_ = on;
    if (on) return;
    bytes_.clear();
    unit_is_open_ = false;
    missing_ = 0;
  }
  /// Whole frames.
  void append(const void* bytes, size_t size) {
    RW_ASSERT(missing_ == 0, "a frame of effects is incomplete");
    bytes_.append(static_cast<const char*>(bytes), size);
  }
  size_t size() const { return bytes_.size(); }
  /// All that was written since the last time; the caller hands its own storage in exchange, which is
  /// cleared.
  void swap(std::string& other) {
    RW_ASSERT(missing_ == 0, "a frame of effects is incomplete");
    other.clear();
    bytes_.swap(other);
    unit_has_left_ = true;
  }

  // ---- frames ----

  /// Begins a command of so many arguments, which follow.
  void begin_frame(int32_t arguments) {
    RW_ASSERT(missing_ == 0, "a frame of effects is incomplete");
    missing_ = arguments;
    header('*', static_cast<size_t>(arguments));
  }
  void argument(const void* bytes, size_t size) {
    header('$', size);
    bytes_.append(static_cast<const char*>(bytes), size);
    bytes_.append("\r\n", 2);
    missing_--;
  }
  void argument(ByteView text) { argument(text.data, text.size); }
  void integer(int64_t value) {
    char digits[kDigitsMax];
    argument(digits, static_cast<size_t>(std::to_chars(digits, digits + kDigitsMax, value).ptr - digits));
  }
  /// Arguments that are bulk strings of RESP already.
  void bulks(const void* bytes, size_t size, int32_t arguments) {
    bytes_.append(static_cast<const char*>(bytes), size);
    missing_ -= arguments;
  }

  // ---- units ----

  void open_unit() {
    RW_ASSERT(!unit_is_open_, "units of effects do not nest");
    unit_is_open_ = true;
    unit_has_left_ = false;
    unit_at_ = bytes_.size();
    append(kMulti.data(), kMulti.size());
  }
  /// `effects`: how many were written since it was opened.
  void close_unit(int32_t effects) {
    if (!unit_is_open_) return;
    unit_is_open_ = false;
    if (effects > 1 || unit_has_left_)
      append(kExec.data(), kExec.size());
    else
      bytes_.erase(unit_at_, kMulti.size());
  }

 private:
  static constexpr std::string_view kMulti = "*1\r\n$5\r\nMULTI\r\n";
  static constexpr std::string_view kExec = "*1\r\n$4\r\nEXEC\r\n";
  static constexpr size_t kDigitsMax = 24;

  void header(char type, size_t number) {
    char text[kDigitsMax];
    text[0] = type;
    char* end = std::to_chars(text + 1, text + kDigitsMax, number).ptr;
    *end++ = '\r';
    *end++ = '\n';
    bytes_.append(text, static_cast<size_t>(end - text));
  }

  bool is_on_ = false;
  bool unit_is_open_ = false;
  bool unit_has_left_ = false;  // what the unit began with was taken
  size_t unit_at_ = 0;
  int32_t missing_ = 0;  // arguments of the frame that was begun
  std::string bytes_;
};

}  // namespace redwing

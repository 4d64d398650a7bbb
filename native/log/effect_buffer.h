// EffectBuffer: the effects of the commands of one turn, as RESP commands, on their way to the append-only
// log (and to replicas). Filled by operations of the store while commands execute; taken as a whole by
// whoever logs, at the end of the turn.
//
// Thread: the event loop. Cost: a copy of each byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "memory/byte_view.h"

namespace redwing {

class EffectBuffer {
 public:
  bool is_on() const { return is_on_; }
  void turn_on(bool on) {
    is_on_ = on;
    if (!on) bytes_.clear();
  }
  void append(const void* bytes, size_t size) { bytes_.append(static_cast<const char*>(bytes), size); }
  size_t size() const { return bytes_.size(); }
  /// All that was written since the last time; the caller hands its own storage in exchange, which is
  /// cleared.
  void swap(std::string& other) {
    other.clear();
    bytes_.swap(other);
  }

 private:
  bool is_on_ = false;
  std::string bytes_;
};

}  // namespace redwing

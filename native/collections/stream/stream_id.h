// StreamId: the identifier of a stream's entry: a time in unix ms and a sequence number within it, both
// unsigned 64 bits, ordered by time first. As text "ms-seq".
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

#include "memory/byte_view.h"

namespace redwing {

struct StreamId {
  uint64_t ms = 0;
  uint64_t seq = 0;

  friend auto operator<=>(const StreamId&, const StreamId&) = default;

  static constexpr StreamId min() { return {0, 0}; }
  static constexpr StreamId max() { return {UINT64_MAX, UINT64_MAX}; }
  bool is_zero() const { return ms == 0 && seq == 0; }

  /// To the next identifier; false (and unchanged) at the greatest.
  bool increment() {
    if (*this == max()) return false;
    if (++seq == 0) ms++;
    return true;
  }
  /// To the one before; false (and unchanged) at 0-0.
  bool decrement() {
    if (is_zero()) return false;
    if (seq-- == 0) ms--;
    return true;
  }
};

/// Bytes that format_stream_id may write.
inline constexpr size_t kStreamIdTextMax = 41;

/// Writes "ms-seq" to `out` (at least kStreamIdTextMax bytes) and returns its length.
size_t format_stream_id(StreamId id, uint8_t* out);

/// What may stand for an identifier beside "ms" and "ms-seq".
struct StreamIdSyntax {
  bool extremes = false;      // "-" is the least, "+" the greatest
  bool any_sequence = false;  // "ms-*": the sequence is left open
  uint64_t missing_seq = 0;   // of the form "ms"
};

/// Reads an identifier; false if it is none. Numbers are read as strtoull does (leading blanks, signs and
/// zeros pass, as in Redis) up to 64 bits; a NUL ends the text; longer texts than 127 bytes are refused.
/// `*open` is set to whether the sequence was left open, and may be nullptr.
bool parse_stream_id(ByteView text, const StreamIdSyntax& syntax, StreamId* id, bool* open);

}  // namespace redwing

// Writers of what replies about streams are made of. `Out` is Arenas or ChunkedReply.
#pragma once

#include <algorithm>

#include "binding/packed_reply.h"
#include "binding/reply.h"
#include "collections/stream/stream.h"
#include "memory/byte_view.h"

namespace redwing {

template <typename Out>
void write_stream_id(Out& out, StreamId id) {
  uint8_t text[kStreamIdTextMax];
  out.write_bulk(text, format_stream_id(id, text));
}

template <typename Out>
void write_bytes(Out& out, ByteView bytes) {
  out.write_bulk(bytes.data, bytes.size);
}

/// A name of the reply's own.
template <typename Out, size_t size>
void write_label(Out& out, const char (&label)[size]) {
  out.write_bulk(reinterpret_cast<const uint8_t*>(label), size - 1);
}

/// The entry at a cursor: its id, and its fields and values in turn.
template <typename Out>
void write_stream_entry(Out& out, const StreamCursor& cursor) {
  out.write_array_header(2);
  write_stream_id(out, cursor.entry().id);
  out.write_array_header(size_t{cursor.entry().fields} * 2);
  cursor.visit_fields([&out](const PackedValue& field, const PackedValue& value) {
    write_packed(out, field);
    write_packed(out, value);
  });
}

/// Encodes entries of a stream where there is room: the tight loop under the reading of ranges.
class StreamEntryEncoder {
 public:
  /// What write_stream_entry writes, from `at` on, where everything up to `limit` may be used as scratch.
  /// Returns the end of it; nullptr if the entry does not fit.
  uint8_t* encode(const StreamCursor& cursor, uint8_t* at, uint8_t* limit);

 private:
  uint8_t* put_id(StreamId id, uint8_t* at);

  static constexpr size_t kStep = 16;
  // The last identifier as text, copied in steps, and how much of that is its time with the dash.
  uint8_t id_text_[kStreamIdTextMax + kStep];
  uint64_t ms_ = 0;
  size_t ms_size_ = 0;
};

/// An array of the entries between two ids, `count` at most.
template <typename Out>
void write_stream_range(Out& out, const Stream& stream, StreamId from, StreamId to, uint64_t count,
                        bool reverse) {
  uint64_t left = stream.count_between(from, to, count);
  out.write_array_header(left);
  StreamCursor cursor(stream, from, to, reverse);
  const auto advance = [&] { RW_ASSERT(cursor.next(), "a stream holds as many entries as it counts"); };
  if (left > 0) advance();
  StreamEntryEncoder encoder;
  while (left > 0) {
    const uint64_t before = left;
    fill_room(out, [&](uint8_t* at, uint8_t* limit) {
      while (left > 0) {
        uint8_t* end = encoder.encode(cursor, at, limit);
        if (end == nullptr) break;
        at = end;
        if (--left > 0) advance();
      }
      return at;
    });
    if (left < before) continue;
    write_stream_entry(out, cursor);  // it needs more than all of the room
    if (--left > 0) advance();
  }
}

/// About how many elements the reading of so many entries touches; wide entries count for more.
inline int64_t cost_of_entries(const Stream& stream, uint64_t entries) {
  constexpr uint64_t kElementBytes = 32;
  const uint64_t bytes_each = stream.block_bytes / std::max<uint64_t>(stream.length, 1);
  return static_cast<int64_t>(entries * (1 + bytes_each / kElementBytes));
}

/// The same for the entries between two ids, `count` at most. O(log n).
inline int64_t cost_of_range(const Stream& stream, StreamId from, StreamId to, uint64_t count) {
  constexpr uint64_t kFew = 128;  // not worth a look at where the range lies
  uint64_t entries = std::min(count, stream.length);
  if (entries > kFew) entries = std::min(entries, stream.count_in_blocks(from, to));
  return cost_of_entries(stream, entries);
}

inline bool is_stream(const Entry& entry) { return entry.kind() == ValueKind::kStream; }

/// A limit that stands in a number register; negative, or too large to matter: none.
inline uint64_t count_from_register(double value) {
  constexpr double kNoLimit = 1e18;
  return value < 0 || value > kNoLimit ? UINT64_MAX : static_cast<uint64_t>(value);
}

/// A number register as an integer, as near as it comes.
inline int64_t integer_from_register(double value) {
  constexpr double kNearest = 9.2e18;
  return static_cast<int64_t>(std::clamp(value, -kNearest, kNearest));
}

}  // namespace redwing

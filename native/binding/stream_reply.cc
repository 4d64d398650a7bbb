#include "binding/stream_reply.h"

#include <cstring>

namespace redwing {

namespace {

uint8_t* put_array_header(uint8_t* at, uint64_t count) {
  *at++ = '*';
  at += format_int64(static_cast<int64_t>(count), at);
  *at++ = '\r';
  *at++ = '\n';
  return at;
}

}  // namespace

// Identifiers that follow each other mostly have the same time, whose text is kept.
uint8_t* StreamEntryEncoder::put_id(StreamId id, uint8_t* at) {
  if (ms_size_ == 0 || id.ms != ms_) {
    const size_t size = format_stream_id({id.ms, 0}, id_text_) - 1;
    ms_ = id.ms;
    ms_size_ = size;
  }
  // A sequence beyond the range of int64 is rare.
  const size_t size = id.seq <= INT64_MAX
                          ? ms_size_ + format_int64(static_cast<int64_t>(id.seq), id_text_ + ms_size_)
                          : format_stream_id(id, id_text_);
  at = put_bulk_header(at, static_cast<uint32_t>(size));
  for (size_t i = 0; i < size; i += kStep) std::memcpy(at + i, id_text_ + i, kStep);
  std::memcpy(at + size, "\r\n", 2);
  return at + size + 2;
}

uint8_t* StreamEntryEncoder::encode(const StreamCursor& cursor, uint8_t* at, uint8_t* limit) {
  // An identifier with its header and a step, and two array headers.
  constexpr ptrdiff_t kHeadBytes = 128;
  if (limit - at < kHeadBytes) return nullptr;
  const StreamEntry& entry = cursor.entry();
  const uint8_t* list = cursor.reader().list();
  std::memcpy(at, "*2\r\n", 4);
  at = put_id(entry.id, at + 4);
  at = put_array_header(at, uint64_t{entry.fields} * 2);
  uint32_t body = entry.body;
  if (!entry.same_fields) {
    uint64_t elements = uint64_t{entry.fields} * 2;
    at = encode_packed(list, &body, &elements, at, limit);
    return elements == 0 ? at : nullptr;
  }
  uint32_t name = cursor.reader().master_fields();
  for (uint32_t i = 0; i < entry.fields; i++) {
    uint64_t names = 1, values = 1;
    at = encode_packed(list, &name, &names, at, limit);
    at = encode_packed(list, &body, &values, at, limit);
    if (names + values > 0) return nullptr;
  }
  return at;
}

}  // namespace redwing

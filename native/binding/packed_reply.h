// Runs of listpack elements as bulk strings of a reply: the tight loop under every reading of small values.
//
//   listpack   | 0x83 a b c 0x04 | 0x07 0x01 | ...        reply   $3\r\nabc\r\n $1\r\n7\r\n ...
//
// Elements are encoded into a room of kPackedRoom bytes at a time, which is a piece of the reply arena
// itself, or a buffer where the reply is built in chunks. Those too long for that are written one by one.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "binding/long_reads.h"
#include "binding/reply.h"
#include "transport/arenas.h"
#include "types/listpack.h"

namespace redwing {

inline constexpr size_t kPackedRoom = 16384;

/// Longest bulk string that put_bulk_header knows.
inline constexpr uint32_t kShortBulkMax = 63;

struct BulkHeader {
  char text[7];
  uint8_t size;
};
static_assert(sizeof(BulkHeader) == 8);

/// "$12\r\n" for every short length.
constexpr std::array<BulkHeader, kShortBulkMax + 1> make_bulk_headers() {
  std::array<BulkHeader, kShortBulkMax + 1> headers{};
  for (uint32_t length = 0; length <= kShortBulkMax; length++) {
    BulkHeader& header = headers[length];
    header.text[header.size++] = '$';
    if (length >= 10) header.text[header.size++] = static_cast<char>('0' + length / 10);
    header.text[header.size++] = static_cast<char>('0' + length % 10);
    header.text[header.size++] = '\r';
    header.text[header.size++] = '\n';
  }
  return headers;
}
inline constexpr std::array<BulkHeader, kShortBulkMax + 1> kBulkHeaders = make_bulk_headers();

/// Puts the header of a short bulk string to `at`, which has room for eight bytes; returns the end of it.
RW_INLINE uint8_t* put_bulk_header(uint8_t* at, uint32_t length) {
  std::memcpy(at, &kBulkHeaders[length], sizeof(BulkHeader));
  return at + kBulkHeaders[length].size;
}

/// Encodes elements from `*pos` on while `*elements` are left and the next one fits; moves both. Writes from
/// `at` on, where everything up to `limit` may be used as scratch, and returns the end of what it wrote.
uint8_t* encode_packed(const uint8_t* block, uint32_t* pos, uint64_t* elements, uint8_t* at, uint8_t* limit);

/// Gives encode(uint8_t* at, uint8_t* limit) a room of kPackedRoom bytes; it returns the end of what it
/// wrote, which becomes a part of the reply.
template <typename Encode>
void fill_room(Arenas& out, Encode&& encode) {
  uint8_t* room = out.ensure(kPackedRoom);
  out.cursor() += static_cast<int32_t>(encode(room, room + kPackedRoom) - room);
}
template <typename Encode>
void fill_room(ChunkedReply& out, Encode&& encode) {
  std::array<uint8_t, kPackedRoom> room;
  out.write(room.data(), static_cast<size_t>(encode(room.data(), room.data() + kPackedRoom) - room.data()));
}

/// Writes so many elements from `pos` on, each as a bulk string. Returns the position behind them.
template <typename Out>
uint32_t write_packed_run(Out& out, const uint8_t* block, uint32_t pos, uint64_t elements) {
  for (;;) {
    fill_room(out,
              [&](uint8_t* at, uint8_t* limit) { return encode_packed(block, &pos, &elements, at, limit); });
    if (elements == 0) return pos;
    // It stopped because the room was full, or because an element needs more than all of it.
    const PackedValue value = listpack::get(block, pos);
    if (value.is_integer() || value.size < kPackedRoom / 2) continue;
    write_packed(out, value);
    pos = listpack::next(block, pos);
    if (--elements == 0) return pos;
  }
}

}  // namespace redwing

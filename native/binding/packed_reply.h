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

/// Encodes elements from `*pos` on while `*elements` are left and the next one fits; moves both. Writes fewer
/// than kPackedRoom bytes from `at` on, of which all may be used as scratch, and returns the end of what it
/// wrote.
uint8_t* encode_packed(const uint8_t* block, uint32_t* pos, uint64_t* elements, uint8_t* at);

inline void fill_room(Arenas& out, const uint8_t* block, uint32_t* pos, uint64_t* elements) {
  uint8_t* room = out.ensure(kPackedRoom);
  out.cursor() += static_cast<int32_t>(encode_packed(block, pos, elements, room) - room);
}
inline void fill_room(ChunkedReply& out, const uint8_t* block, uint32_t* pos, uint64_t* elements) {
  std::array<uint8_t, kPackedRoom> room;
  out.write(room.data(), static_cast<size_t>(encode_packed(block, pos, elements, room.data()) - room.data()));
}

/// Writes so many elements from `pos` on, each as a bulk string. Returns the position behind them.
template <typename Out>
uint32_t write_packed_run(Out& out, const uint8_t* block, uint32_t pos, uint64_t elements) {
  for (;;) {
    fill_room(out, block, &pos, &elements);
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

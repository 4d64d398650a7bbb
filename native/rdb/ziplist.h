// Ziplist and zipmap: the packed blocks that listpacks took the place of, read only, from files of Redis
// before 7.0 (ziplists) and 2.6 (zipmaps).
//
//   ziplist   | bytes 32 | tail 32 | count 16 | entry ... | 0xFF |
//   entry     back, head, body
//   back      bytes of the entry before: one byte below 254, or 0xFE and 32 bits
//   head      00llllll             string of 0..63 bytes, the body
//             01llllll l           string of up to 16383 bytes, high bits first
//             0x80 llll            string, its length in 32 bits, high byte first
//             0xC0 0xD0 0xE0       integer of 16, 32, 64 bits, little-endian
//             0xF0 0xFE            integer of 24, 8 bits
//             0xF1 .. 0xFD         the integers 0 .. 12
//   tail      offset of the last entry, of the 0xFF if there is none; count 65535: not known
//
//   zipmap    | count 8 | length, name, length, free 8, value, free bytes | ... | 0xFF |
//   length    one byte below 254, or 0xFE and 32 bits, little-endian; count 254 and above: not known
//
// Numbers are little-endian where nothing else is said. Everything is checked before it is shown, and no byte
// beyond the block is read. (Formats: read off files that Redis 2.4 to 6.2 wrote.)
//
// Thread: any. Cost: O(bytes).
#pragma once

#include <cstddef>
#include <cstdint>

#include "memory/byte_view.h"
#include "types/listpack.h"

namespace redwing {

/// Goes over the entries of a ziplist that was checked.
class ZiplistReader {
 public:
  /// Whether the bytes are one ziplist; `*count` becomes the number of its entries.
  static bool validate(ByteView block, uint64_t* count);

  explicit ZiplistReader(ByteView block);
  /// The next entry, as it is stored in a listpack; false behind the last.
  bool next(PackedValue* value);

 private:
  const uint8_t* at_;
};

/// Goes over the pairs of a zipmap that was checked.
class ZipmapReader {
 public:
  static bool validate(ByteView block, uint64_t* pairs);

  explicit ZipmapReader(ByteView block) : at_(block.data + 1) {}
  bool next(ByteView* name, ByteView* value);

 private:
  const uint8_t* at_;
};

}  // namespace redwing

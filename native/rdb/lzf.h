// LZF: fast compression of strings, as RDB files hold them.
//
//   000nnnnn, bytes               n + 1 bytes as they are
//   nnn hhhhh, llllllll           n + 2 bytes (n 1..6) again that begin h*256 + l + 1 bytes back
//   111 hhhhh, nnnnnnnn, llllllll n + 9 bytes, the same
//
//   A copy may reach into itself: 7 bytes from 1 back repeat the last byte. The length of what comes out is
//   not in the stream.
//
// (Format: M. Lehmann, LibLZF; read off what Redis writes.)
//
// Cost: O(size). A compressor has 32 KB of memory that it need not clear between strings.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace redwing {

class LzfCompressor {
 public:
  /// Compresses into `out`, which has room for `out_size` bytes. Returns how many it takes, 0 if it does not
  /// fit; `out` is then undefined. Up to 2^31 bytes; longer ones are not compressed.
  size_t compress(const uint8_t* data, size_t size, uint8_t* out, size_t out_size);

 private:
  static constexpr uint32_t kTableBits = 13;
  uint32_t* slot_of(const uint8_t* at);

  // Where three bytes were last seen, by their hash: base_ + offset. Less than base_: in an earlier string.
  std::array<uint32_t, size_t{1} << kTableBits> seen_{};
  uint32_t base_ = 1;
};

/// Decompresses into `out`. True if the stream is sound and makes exactly `out_size` bytes. Never reads or
/// writes beyond the sizes.
bool lzf_decompress(const uint8_t* data, size_t size, uint8_t* out, size_t out_size);

}  // namespace redwing

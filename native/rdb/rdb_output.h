// RdbOutput: the elements of the RDB format (rdb/format.h) as bytes on their way to a sink, with their
// checksum.
//
// Everything goes through one buffer, which is handed to the sink when it is full; what is larger than the
// buffer passes it by. A sink that has failed is not asked again; what follows is dropped, and ok() is false.
//
// Thread: one at a time. Cost: a copy of each byte, and its checksum.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

#include "memory/byte_view.h"
#include "rdb/format.h"
#include "rdb/lzf.h"
#include "types/listpack.h"

namespace redwing {

/// Where the bytes go.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  /// Takes bytes that hold during the call only. False: it has failed for good.
  virtual bool take(ByteView bytes) = 0;
};

class RdbOutput {
 public:
  struct Options {
    bool compresses = true;  // strings of more than 20 bytes
    bool has_checksum = true;
    size_t buffer_bytes = size_t{1} << 17;  // at least kBufferBytesMin
  };
  static constexpr size_t kBufferBytesMin = 64;

  RdbOutput(ByteSink* sink, const Options& options);

  // -- Elements. --

  void put_byte(uint8_t byte) {
    reserve(1);
    *at_++ = byte;
  }
  /// Eight bytes, little-endian.
  void put_fixed64(uint64_t number) {
    reserve(sizeof number);
    std::memcpy(at_, &number, sizeof number);
    at_ += sizeof number;
  }
  void put_double(double number) {
    uint64_t bits;
    std::memcpy(&bits, &number, sizeof bits);
    put_fixed64(bits);
  }
  /// A length, or any other number of up to 64 bits.
  void put_length(uint64_t length) {
    reserve(kLengthBytesMax);
    at_ = write_length(at_, length);
  }
  /// A string: as an integer or compressed where that is possible.
  void put_string(ByteView text) {
    if (text.size <= kIntegerTextMax) {
      const bool numeric =
          text.size > 0 && (static_cast<uint8_t>(text.data[0] - '0') <= 9 || text.data[0] == '-');
      int64_t number;
      if (numeric && parse_int64(text.data, text.size, &number) && put_small_integer(number)) return;
    } else if (text.size > kCompressibleMin && compresses_ && put_compressed(text)) {
      return;
    }
    put_length(text.size);
    put_bytes(text);
  }
  /// The decimal text of an integer, as a string.
  void put_integer(int64_t number) {
    if (put_small_integer(number)) return;
    uint8_t digits[kInt64TextMax];
    const size_t size = format_int64(number, digits);
    put_length(size);
    put_bytes({digits, size});
  }
  void put_packed(const PackedValue& value) {
    if (value.is_integer()) return put_integer(value.integer);
    put_string({value.data, value.size});
  }
  /// Bytes as they are.
  void put_bytes(ByteView bytes) {
    if (bytes.size > static_cast<size_t>(end_ - at_)) [[unlikely]]
      return put_large(bytes);
    std::memcpy(at_, bytes.data, bytes.size);
    at_ += bytes.size;
  }

  // -- The whole. --

  /// Hands over what is in the buffer. Returns ok().
  bool flush();
  /// The checksum of all bytes so far; 0 without one.
  uint64_t checksum() const;
  /// Bytes so far.
  uint64_t bytes() const { return flushed_ + static_cast<size_t>(at_ - buffer_.get()); }
  /// Whether the sink has taken everything that it was given.
  bool ok() const { return ok_; }

 private:
  static constexpr size_t kLengthBytesMax = 9;
  static constexpr size_t kIntegerTextMax = 11;   // "-2147483648"
  static constexpr size_t kCompressibleMin = 20;  // more than that

  void reserve(size_t size) {
    if (static_cast<size_t>(end_ - at_) < size) [[unlikely]]
      flush();
  }
  static uint8_t* write_length(uint8_t* out, uint64_t length);
  bool put_small_integer(int64_t number);
  bool put_compressed(ByteView text);
  void put_large(ByteView bytes);
  void hand_over(ByteView bytes);

  ByteSink* const sink_;
  const bool compresses_;
  const bool has_checksum_;
  const std::unique_ptr<uint8_t[]> buffer_;
  uint8_t* at_;
  uint8_t* const end_;
  uint64_t crc_ = 0;  // of what was handed over
  uint64_t flushed_ = 0;
  bool ok_ = true;
  std::unique_ptr<LzfCompressor> compressor_;  // made when it is first needed
  std::unique_ptr<uint8_t[]> packed_;          // what it writes to
  size_t packed_size_ = 0;
};

inline uint8_t* RdbOutput::write_length(uint8_t* out, uint64_t length) {
  if (length <= rdb::kSixBitsMax) {
    *out++ = static_cast<uint8_t>(length);
  } else if (length <= rdb::kFourteenBitsMax) {
    *out++ = static_cast<uint8_t>(rdb::kFourteenBits | length >> 8);
    *out++ = static_cast<uint8_t>(length);
  } else {
    const int bytes = length <= UINT32_MAX ? 4 : 8;
    *out++ = bytes == 4 ? rdb::kThirtyTwoBits : rdb::kSixtyFourBits;
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) *out++ = static_cast<uint8_t>(length >> shift);
  }
  return out;
}

inline bool RdbOutput::put_small_integer(int64_t number) {
  reserve(5);
  if (number == static_cast<int8_t>(number)) {
    at_[0] = rdb::kSpecial | rdb::kInt8;
    at_[1] = static_cast<uint8_t>(number);
    at_ += 2;
    return true;
  }
  if (number == static_cast<int16_t>(number)) {
    const auto narrow = static_cast<int16_t>(number);
    at_[0] = rdb::kSpecial | rdb::kInt16;
    std::memcpy(at_ + 1, &narrow, sizeof narrow);
    at_ += 3;
    return true;
  }
  if (number != static_cast<int32_t>(number)) return false;
  const auto narrow = static_cast<int32_t>(number);
  at_[0] = rdb::kSpecial | rdb::kInt32;
  std::memcpy(at_ + 1, &narrow, sizeof narrow);
  at_ += 5;
  return true;
}

}  // namespace redwing

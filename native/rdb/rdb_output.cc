#include "rdb/rdb_output.h"

#include <algorithm>

#include "memory/assert.h"
#include "rdb/crc64.h"

namespace redwing {

namespace {
// The memory that a compressor writes to: at least so much, and no more is kept for the next string.
constexpr size_t kPackedBytesMin = size_t{1} << 10;
constexpr size_t kPackedBytesKept = size_t{1} << 20;
// Compressing must save more than this.
constexpr size_t kSavedBytes = 4;
}  // namespace

RdbOutput::RdbOutput(ByteSink* sink, const Options& options)
    : sink_(sink),
      compresses_(options.compresses),
      has_checksum_(options.has_checksum),
      buffer_(std::make_unique_for_overwrite<uint8_t[]>(options.buffer_bytes)),
      at_(buffer_.get()),
      end_(at_ + options.buffer_bytes) {
  RW_ASSERT(options.buffer_bytes >= kBufferBytesMin, "an element that is not a string fits the buffer");
}

void RdbOutput::hand_over(ByteView bytes) {
  if (has_checksum_) crc_ = crc64(crc_, bytes.data, bytes.size);
  flushed_ += bytes.size;
  if (ok_) ok_ = sink_->take(bytes);
}

bool RdbOutput::flush() {
  const auto size = static_cast<size_t>(at_ - buffer_.get());
  at_ = buffer_.get();
  if (size > 0) hand_over({buffer_.get(), size});
  return ok_;
}

void RdbOutput::put_large(ByteView bytes) {
  const auto capacity = static_cast<size_t>(end_ - buffer_.get());
  // The buffer is filled up, so that the sink gets full ones.
  const auto room = std::min(static_cast<size_t>(end_ - at_), bytes.size);
  std::memcpy(at_, bytes.data, room);
  at_ += room;
  bytes = {bytes.data + room, bytes.size - room};
  flush();
  if (bytes.size >= capacity) return hand_over(bytes);
  std::memcpy(at_, bytes.data, bytes.size);
  at_ += bytes.size;
}

uint64_t RdbOutput::checksum() const {
  if (!has_checksum_) return 0;
  return crc64(crc_, buffer_.get(), static_cast<size_t>(at_ - buffer_.get()));
}

bool RdbOutput::put_compressed(ByteView text) {
  const size_t room = text.size - kSavedBytes;
  if (packed_size_ < room) {
    packed_size_ = std::max(room, kPackedBytesMin);
    packed_ = std::make_unique_for_overwrite<uint8_t[]>(packed_size_);
  }
  if (compressor_ == nullptr) compressor_ = std::make_unique<LzfCompressor>();
  const size_t size = compressor_->compress(text.data, text.size, packed_.get(), room);
  if (size > 0) {
    put_byte(rdb::kSpecial | rdb::kLzf);
    put_length(size);
    put_length(text.size);
    put_bytes({packed_.get(), size});
  }
  if (packed_size_ > kPackedBytesKept) {
    packed_.reset();
    packed_size_ = 0;
  }
  return size > 0;
}

}  // namespace redwing

#include "transport/connection.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "keyspace/blob.h"
#include "memory/assert.h"
#include "memory/platform.h"
#include "transport/relay.h"

namespace redwing {

Connection::Connection() = default;
Connection::~Connection() = default;

void ByteBuffer::reserve(size_t bytes) {
  if (bytes <= capacity) return;
  auto bigger = std::make_unique_for_overwrite<uint8_t[]>(bytes);
  if (size > 0) std::memcpy(bigger.get(), data.get(), size);
  data = std::move(bigger);
  capacity = bytes;
}

void ByteBuffer::append(const uint8_t* bytes, size_t count) {
  if (count == 0) return;
  if (size + count > capacity) reserve(size == 0 ? count : (size + count) * 2);
  std::memcpy(data.get() + size, bytes, count);
  size += count;
}

void ByteBuffer::clear() {
  data.reset();
  size = capacity = 0;
}

ByteBuffer& InputBacklog::space(size_t least) {
  RW_ASSERT(least <= kBlockBytes, "more room than a block has");
  if (blocks_.empty() || kBlockBytes - blocks_.back().size < least)
    blocks_.emplace_back().reserve(kBlockBytes);
  return blocks_.back();
}

void InputBacklog::added(size_t count) {
  ByteBuffer& last = blocks_.back();
  RW_ASSERT(last.size + count <= last.capacity, "more was put into a block than it takes");
  last.size += count;
  size_ += count;
}

void InputBacklog::append(const uint8_t* bytes, size_t count) {
  while (count > 0) {
    ByteBuffer& last = space(1);
    const size_t part = std::min(count, kBlockBytes - last.size);
    std::memcpy(last.data.get() + last.size, bytes, part);
    added(part);
    bytes += part;
    count -= part;
  }
}

ByteBuffer InputBacklog::take() {
  RW_ASSERT(!blocks_.empty(), "an empty backlog has no block");
  ByteBuffer first = std::move(blocks_.front());
  blocks_.pop_front();
  size_ -= first.size;
  return first;
}

void Connection::drop_input() {
  waiting.clear();
  big.reset();
  backlog.reset();
}

void FreeOutputBytes::operator()(uint8_t* bytes) const {
  if (mapped > 0) {
    platform::unmap(bytes, mapped);
  } else {
    delete[] bytes;
  }
}

OutputBytes make_output_bytes(size_t capacity) {
  if (capacity < kMappedOutputBytes)
    return OutputBytes(std::make_unique_for_overwrite<uint8_t[]>(capacity).release());
  constexpr size_t kPageBytes = 4096;
  const size_t mapped = (capacity + kPageBytes - 1) & ~(kPageBytes - 1);
  void* bytes = platform::map_aligned(mapped, kPageBytes);
  RW_ASSERT(bytes != nullptr, "out of memory");
  return OutputBytes(static_cast<uint8_t*>(bytes), FreeOutputBytes{mapped});
}

OutputChunk::OutputChunk(OutputBytes bytes, size_t size, size_t capacity)
    : bytes_(std::move(bytes)), size_(size), capacity_(capacity) {}

OutputChunk::OutputChunk(Blob* blob, Heap& heap) : blob_(blob), heap_(&heap), size_(blob->size) {}

OutputChunk::OutputChunk(const uint8_t* lent, size_t size) : lent_(lent), size_(size) {}

OutputChunk::OutputChunk(OutputChunk&& other) noexcept
    : bytes_(std::move(other.bytes_)),
      lent_(std::exchange(other.lent_, nullptr)),
      blob_(std::exchange(other.blob_, nullptr)),
      heap_(other.heap_),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)),
      skipped_(std::exchange(other.skipped_, 0)) {}

OutputChunk& OutputChunk::operator=(OutputChunk&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  std::swap(lent_, other.lent_);
  std::swap(blob_, other.blob_);
  std::swap(heap_, other.heap_);
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
  std::swap(skipped_, other.skipped_);
  return *this;
}

OutputChunk::~OutputChunk() {
  if (blob_ != nullptr) blob_->release(Releaser(*heap_, true));
}

const uint8_t* OutputChunk::data() const {
  const uint8_t* bytes = blob_ != nullptr ? blob_->data() : lent_ != nullptr ? lent_ : bytes_.get();
  return bytes + skipped_;
}

void OutputChunk::skip(size_t count) {
  RW_ASSERT(count < size_, "a chunk that was written whole is dropped");
  skipped_ += count;
  size_ -= count;
}

bool OutputChunk::try_append(const uint8_t* bytes, size_t count) {
  if (bytes_ == nullptr || capacity_ - skipped_ - size_ < count) return false;
  std::memcpy(bytes_.get() + skipped_ + size_, bytes, count);
  size_ += count;
  return true;
}

bool OutputChunk::try_extend(const uint8_t* bytes, size_t count) {
  if (lent_ == nullptr || lent_ + skipped_ + size_ != bytes) return false;
  size_ += count;
  return true;
}

void OutputChunk::own() {
  if (lent_ == nullptr) return;
  bytes_ = make_output_bytes(size_);
  std::memcpy(bytes_.get(), lent_ + skipped_, size_);
  capacity_ = size_;
  skipped_ = 0;
  lent_ = nullptr;
}

}  // namespace redwing

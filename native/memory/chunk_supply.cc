#include "memory/chunk_supply.h"

#include <chrono>
#include <cstdint>

#include "memory/platform.h"

namespace redwing {

namespace {

// The smallest page of any system; where huge pages were given, all touches but the first cost nothing.
constexpr size_t kPageBytes = 4096;

void touch(void* chunk, size_t bytes) {
  auto* at = static_cast<volatile uint8_t*>(chunk);
  for (size_t offset = 0; offset < bytes; offset += kPageBytes) at[offset] = 0;
}

}  // namespace

ChunkSupply::~ChunkSupply() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
  for (void* chunk : ready_) platform::unmap(chunk, chunk_bytes_);
}

void ChunkSupply::want(size_t count) {
  {
    std::lock_guard lock(mutex_);
    wanted_ = count;
    if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
  }
  wake_.notify_one();
}

void* ChunkSupply::take() {
  std::lock_guard lock(mutex_);
  if (ready_.empty()) return nullptr;
  void* chunk = ready_.back();
  ready_.pop_back();
  return chunk;
}

size_t ChunkSupply::ready() {
  std::lock_guard lock(mutex_);
  return ready_.size();
}

void ChunkSupply::work() {
  platform::lower_thread_priority();
  std::unique_lock lock(mutex_);
  const auto is_asked = [this] { return stopping_ || ready_.size() < wanted_; };
  for (;;) {
    if (ready_.empty()) {
      wake_.wait(lock, is_asked);
    } else if (!wake_.wait_for(lock, std::chrono::milliseconds(kept_ms_), is_asked)) {
      give_back(lock);
      continue;
    }
    if (stopping_) return;
    make(lock);
  }
}

// One more, without the lock.
void ChunkSupply::make(std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  void* chunk = platform::map_aligned(chunk_bytes_, chunk_bytes_);
  if (chunk != nullptr) {
    platform::advise_huge(chunk, chunk_bytes_);
    touch(chunk, chunk_bytes_);
  }
  lock.lock();
  if (chunk != nullptr) {
    ready_.push_back(chunk);
  } else {
    wanted_ = 0;  // the owner learns of it when it asks the system itself
  }
}

void ChunkSupply::give_back(std::unique_lock<std::mutex>& lock) {
  wanted_ = 0;
  std::vector<void*> chunks;
  chunks.swap(ready_);
  lock.unlock();
  for (void* chunk : chunks) platform::unmap(chunk, chunk_bytes_);
  lock.lock();
}

}  // namespace redwing

#include "keyspace/reclaimer.h"

#include <utility>

#include "keyspace/table.h"

namespace redwing {

namespace {
constexpr uint32_t kGatheredMax = 508;
constexpr size_t kGatheredBytesMax = size_t{1} << 20;
}  // namespace

Reclaimer::~Reclaimer() {
  flush();
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Reclaimer::free_list(RetiredChunk* chunks) {
  if (chunks != nullptr) push({chunks, nullptr, true, 0, 0});
}

void Reclaimer::free_table(std::unique_ptr<Table> table, size_t bytes) {
  const uint64_t keys = table->size();
  handed_objects_ += keys;
  pending_bytes_.fetch_add(bytes, std::memory_order_relaxed);
  push({nullptr, std::move(table), false, bytes, keys});
}

void Reclaimer::free_item(RetiredKind kind, void* address, size_t bytes) {
  if (gathered_ == nullptr) gathered_ = RetiredChunk::create(heap_, kGatheredMax);
  RW_ASSERT(kind != RetiredKind::kMemory, "each gathered item is one word");
  gathered_->add(kind, address, bytes);
  handed_objects_++;
  pending_bytes_.fetch_add(bytes, std::memory_order_relaxed);
  if (!gathered_->has_room() || gathered_->bytes >= kGatheredBytesMax) flush();
}

void Reclaimer::flush() {
  if (gathered_ == nullptr) return;
  RetiredChunk* chunk = std::exchange(gathered_, nullptr);
  push({chunk, nullptr, false, chunk->bytes, chunk->count});
}

void Reclaimer::wait_idle() {
  flush();
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return tasks_.empty() && !busy_; });
}

void Reclaimer::push(Task task) {
  {
    std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  }
  wake_.notify_one();
}

void Reclaimer::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
    if (tasks_.empty()) return;
    std::vector<Task> batch = std::exchange(tasks_, {});
    busy_ = true;
    lock.unlock();
    for (Task& task : batch) perform(task);
    batch.clear();
    lock.lock();
    busy_ = false;
    if (tasks_.empty()) idle_.notify_all();
  }
}

void Reclaimer::perform(Task& task) {
  Releaser releaser(heap_, false);
  if (task.table != nullptr) {
    size_t retired = task.table->destroy_all(releaser);
    uncount_retired(retired);
    task.table.reset();
  }
  size_t bytes = free_chunks(task.chunks, types_, releaser);
  if (task.retired) uncount_retired(bytes);
  pending_bytes_.fetch_sub(task.bytes, std::memory_order_relaxed);
  freed_objects_.fetch_add(task.objects, std::memory_order_relaxed);
}

}  // namespace redwing

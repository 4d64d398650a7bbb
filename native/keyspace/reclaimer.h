// Reclaimer: the background thread on which a keyspace frees what is large or many.
//
// The owner thread hands over lists of retired items and whole tables; the thread, started with the first of
// them, frees them through Heap::free_remote. Nothing handed over may be reachable by anyone else.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "keyspace/entry.h"
#include "keyspace/retired.h"
#include "memory/heap.h"

namespace redwing {

class Table;

class Reclaimer {
 public:
  Reclaimer(Heap& heap, const ValueTypes& types) : heap_(heap), types_(types) {}
  /// Finishes all that was handed over.
  ~Reclaimer();
  Reclaimer(const Reclaimer&) = delete;
  Reclaimer& operator=(const Reclaimer&) = delete;

  /// Takes over a chunk list (nullptr is fine). O(1).
  void free_list(RetiredChunk* chunks);
  /// Takes over a table with all that is in it, about `bytes` of it. O(1).
  void free_table(std::unique_ptr<Table> table, size_t bytes);
  /// Takes over one item; items are gathered until flush() or until they are many.
  void free_item(RetiredKind kind, void* address, size_t bytes);
  /// Hands gathered items to the thread.
  void flush();
  /// Waits until everything handed over is freed. For tests and orderly ends.
  void wait_idle();

  /// Bytes kept for views: the owner adds what it retires, freeing subtracts.
  void count_retired(size_t bytes) { retired_bytes_.fetch_add(bytes, std::memory_order_relaxed); }
  void uncount_retired(size_t bytes) { retired_bytes_.fetch_sub(bytes, std::memory_order_relaxed); }
  size_t retired_bytes() const { return retired_bytes_.load(std::memory_order_relaxed); }
  /// Bytes of the items and tables that were handed over and are not freed yet. They are taken off only when
  /// all of a task is freed, so meanwhile some of them are no longer among the heap's used bytes.
  size_t pending_bytes() const { return pending_bytes_.load(std::memory_order_relaxed); }
  /// Keys (of tables) and items that were handed over, and how many of them have been freed.
  uint64_t handed_objects() const { return handed_objects_; }
  uint64_t freed_objects() const { return freed_objects_.load(std::memory_order_relaxed); }

 private:
  struct Task {
    RetiredChunk* chunks;
    std::unique_ptr<Table> table;
    bool retired;      // the chunks' bytes are part of retired_bytes_
    size_t bytes;      // part of pending_bytes_
    uint64_t objects;  // part of handed_objects_
  };

  void push(Task task);
  void run();
  void perform(Task& task);

  Heap& heap_;
  const ValueTypes& types_;
  RetiredChunk* gathered_ = nullptr;
  std::atomic<size_t> retired_bytes_{0};
  std::atomic<size_t> pending_bytes_{0};
  uint64_t handed_objects_ = 0;
  std::atomic<uint64_t> freed_objects_{0};
  std::mutex mutex_;
  std::condition_variable wake_, idle_;
  std::vector<Task> tasks_;
  bool busy_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace redwing

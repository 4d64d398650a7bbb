// WorkerPool: a few background threads that run long work over frozen views, in the order in which it was
// given.
//
// Threads start with the first task and have a lower priority than the event loop, so that on a machine whose
// cores are all busy the loop still goes first. Ownership: the owner destroys the pool on the thread that
// made it; the destructor waits for running tasks, and drops those that have not begun. `run` may be called
// from the owner's thread only.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace redwing {

class WorkerPool {
 public:
  explicit WorkerPool(size_t threads) : threads_max_(threads) {}
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Runs `task` on one of the threads, soon. A task must not throw.
  void run(std::function<void()> task);

 private:
  void work();

  const size_t threads_max_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  size_t idle_ = 0;
  bool stopping_ = false;
};

}  // namespace redwing

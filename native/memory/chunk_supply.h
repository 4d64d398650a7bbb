// ChunkSupply: chunks of address space whose pages have been touched ahead, by a thread, for a heap that
// grows fast. The first touch of a page costs what the system needs to find and clear memory: for a huge page
// 0.1 ms, in a virtual machine whose host has to find it too, several. A loop that takes its chunks from here
// seldom pays for it.
//
//   heap (loop)  --want(n)-->  thread: map, ask for huge pages, touch
//                <--take()---  ready chunks
//
// Invariants
//   1. A chunk is made only while fewer are ready than are wanted, one at a time; each is in one place: being
//      made, ready, or taken and the owner's.
//   2. What nobody takes for `kept_ms` is given back to the system, so that a store that has stopped growing
//      pays for no memory that it does not use.
//
// Threads. One owner calls want() and take(), which hold a lock for some instructions; the thread begins with
// the first want() and ends with the supply. It has the lowest priority: where no core is free, the owner
// finds nothing ready and maps its chunks itself.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>
#include <vector>

namespace redwing {

class ChunkSupply {
 public:
  /// How long a chunk waits to be taken, in milliseconds.
  static constexpr int kKeptMs = 5000;

  /// Chunks of `chunk_bytes`, aligned to as much; a power of 2 and no less than a page.
  explicit ChunkSupply(size_t chunk_bytes, int kept_ms = kKeptMs)
      : chunk_bytes_(chunk_bytes), kept_ms_(kept_ms) {}
  /// Waits for the thread, which is at most about making one chunk, and gives back what is ready.
  ~ChunkSupply();
  ChunkSupply(const ChunkSupply&) = delete;
  ChunkSupply& operator=(const ChunkSupply&) = delete;

  /// Asks that `count` chunks be ready soon. O(1).
  void want(size_t count);
  /// A chunk that is ready, the caller's from now on; nullptr if none is. All its bytes are 0. O(1).
  void* take();
  /// How many are ready. For tests and figures.
  size_t ready();

 private:
  void work();
  void make(std::unique_lock<std::mutex>& lock);
  void give_back(std::unique_lock<std::mutex>& lock);

  const size_t chunk_bytes_;
  const int kept_ms_;
  std::mutex mutex_;
  std::condition_variable wake_;
  size_t wanted_ = 0;
  bool stopping_ = false;
  std::vector<void*> ready_;
  std::thread thread_;
};

}  // namespace redwing

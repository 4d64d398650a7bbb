// CommandQueue: commands kept to be executed later, together: those of a transaction. They are kept here and
// not in JavaScript's memory because what thousands of clients queue would keep its collector busy.
//
//   bytes      what the arguments lie in, and what stood between them
//   args       (offset in bytes, length) of each argument, as in a frame (see Arenas)
//   commands   (number, first argument, how many) of each command
//
// Ownership: a CommandQueues owns its queues. Thread: the event loop's only.
// Invariant: bytes are fewer than 2^31; whoever adds has made sure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "memory/assert.h"
#include "transport/arenas.h"

namespace redwing {

class CommandQueue {
 public:
  /// Words of a command.
  static constexpr size_t kWords = 3;

  /// Copies commands `from` to `to` of the chunk, at least one, with whatever stands between their arguments.
  /// O(their bytes)
  void add_rows(const Arenas& arenas, int32_t from, int32_t to);
  /// Copies the command `id`, whose `count` arguments stand in the current frame from `first` on. O(its
  /// bytes)
  void add(const Arenas& arenas, int32_t id, int32_t first, int32_t count);

  size_t size() const { return commands_.size() / kWords; }
  size_t bytes() const { return bytes_.size(); }
  size_t arguments() const { return args_.size() / 2; }
  /// Bytes of memory that it takes.
  size_t memory() const;
  /// The number of command `i`.
  int32_t id(size_t i) const {
    RW_ASSERT(i < size(), "a command of the queue");
    return commands_[i * kWords];
  }
  /// Words that copy_to writes to `args`.
  size_t words() const { return args_.size() + commands_.size(); }
  /// Copies all of it: bytes() to `bytes`; the arguments, then the commands to `args`. O(bytes)
  void copy_to(uint8_t* bytes, int32_t* args) const;

 private:
  std::vector<uint8_t> bytes_;
  std::vector<int32_t> args_, commands_;
};

/// Queues by number.
class CommandQueues {
 public:
  /// A new queue, empty; its number, which may be that of one that was closed. O(1)
  int32_t open();
  /// There must be a queue of that number.
  CommandQueue& at(int32_t number);
  /// It and its memory are gone.
  void close(int32_t number);

 private:
  std::vector<std::unique_ptr<CommandQueue>> queues_;  // null: free
  std::vector<int32_t> free_;
};

}  // namespace redwing

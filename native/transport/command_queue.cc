#include "transport/command_queue.h"

#include <cstring>

namespace redwing {

void CommandQueue::add_rows(const Arenas& arenas, int32_t from, int32_t to) {
  RW_ASSERT(from < to, "rows to queue");
  const int32_t* row = arenas.commands() + static_cast<ptrdiff_t>(from) * kCommandWords;
  const int32_t* last = arenas.commands() + static_cast<ptrdiff_t>(to - 1) * kCommandWords;
  const int32_t first = row[kCommandFirst], end = last[kCommandFirst] + last[kCommandCount];
  const Bytes first_bytes = arenas.chunk_argument(first), last_bytes = arenas.chunk_argument(end - 1);
  const auto moved_args = static_cast<int32_t>(arguments()) - first;
  const auto moved_bytes =
      static_cast<int32_t>(bytes()) - static_cast<int32_t>(first_bytes.data - arenas.input());
  bytes_.insert(bytes_.end(), first_bytes.data, last_bytes.data + last_bytes.size);
  size_t at = args_.size();
  args_.resize(at + 2 * static_cast<size_t>(end - first));
  const int32_t* pair = arenas.args() + 2 * static_cast<ptrdiff_t>(first);
  for (int32_t i = first; i < end; i++, pair += 2) {
    args_[at++] = pair[0] + moved_bytes;
    args_[at++] = pair[1];
  }
  at = commands_.size();
  commands_.resize(at + kWords * static_cast<size_t>(to - from));
  for (; row <= last; row += kCommandWords) {
    commands_[at++] = row[kCommandId];
    commands_[at++] = row[kCommandFirst] + moved_args;
    commands_[at++] = row[kCommandCount];
  }
}

void CommandQueue::add(const Arenas& arenas, int32_t id, int32_t first, int32_t count) {
  commands_.insert(commands_.end(), {id, static_cast<int32_t>(arguments()), count});
  for (int32_t i = first; i < first + count; i++) {
    const Bytes argument = arenas.argument(i);
    args_.insert(args_.end(), {static_cast<int32_t>(bytes()), static_cast<int32_t>(argument.size)});
    bytes_.insert(bytes_.end(), argument.data, argument.data + argument.size);
  }
}

size_t CommandQueue::memory() const {
  return sizeof *this + bytes_.capacity() + (args_.capacity() + commands_.capacity()) * sizeof(int32_t);
}

void CommandQueue::copy_to(uint8_t* bytes, int32_t* args) const {
  if (!bytes_.empty()) std::memcpy(bytes, bytes_.data(), bytes_.size());
  std::memcpy(args, args_.data(), args_.size() * sizeof(int32_t));
  std::memcpy(args + args_.size(), commands_.data(), commands_.size() * sizeof(int32_t));
}

int32_t CommandQueues::open() {
  if (free_.empty()) {
    free_.push_back(static_cast<int32_t>(queues_.size()));
    queues_.emplace_back();
  }
  const int32_t number = free_.back();
  free_.pop_back();
  queues_[static_cast<size_t>(number)] = std::make_unique<CommandQueue>();
  return number;
}

CommandQueue& CommandQueues::at(int32_t number) {
  const auto index = static_cast<size_t>(number);
  RW_ASSERT(number >= 0 && index < queues_.size() && queues_[index] != nullptr, "a queue of that number");
  return *queues_[index];
}

void CommandQueues::close(int32_t number) {
  at(number);
  queues_[static_cast<size_t>(number)] = nullptr;
  free_.push_back(number);
}

}  // namespace redwing

// Queues of commands: any chunks and single commands, in any order, are executed as they came; numbers are
// used again.
#include "transport/command_queue.h"

#include <cstring>
#include <string>
#include <vector>

#include "test/check.h"

using namespace redwing;
using namespace redwing::test;

namespace {

struct Command {
  int32_t id;
  std::vector<std::string> words;
  bool operator==(const Command&) const = default;
};

Command any_command(Random& random) {
  Command command{static_cast<int32_t>(random.below(400)), {}};
  const uint64_t words = 1 + random.below(6);
  for (uint64_t i = 0; i < words; i++)
    command.words.emplace_back(random.below(random.one_in(10) ? 5000 : 20),
                               static_cast<char>('a' + random.below(26)));
  return command;
}

// Puts commands into the chunk as the parser does: arguments with something between them.
void fill_chunk(const Arenas& arenas, const std::vector<Command>& commands) {
  size_t at = 0;
  int32_t argument = 0;
  int32_t* row = arenas.commands();
  for (const Command& command : commands) {
    row[kCommandId] = command.id;
    row[kCommandFirst] = argument;
    row[kCommandCount] = static_cast<int32_t>(command.words.size());
    row += kCommandWords;
    for (const std::string& word : command.words) {
      at += 5;
      arenas.args()[2 * argument] = static_cast<int32_t>(at);
      arenas.args()[2 * argument + 1] = static_cast<int32_t>(word.size());
      argument++;
      if (!word.empty()) std::memcpy(arenas.input() + at, word.data(), word.size());
      at += word.size() + 2;
    }
  }
}

std::vector<Command> read(const CommandQueue& queue) {
  std::vector<uint8_t> bytes(queue.bytes() + 1);
  std::vector<int32_t> args(queue.words());
  queue.copy_to(bytes.data(), args.data());
  std::vector<Command> found;
  for (size_t i = 0; i < queue.size(); i++) {
    const int32_t* row = args.data() + 2 * queue.arguments() + i * CommandQueue::kWords;
    CHECK_EQ(row[0], queue.id(i));
    Command& command = found.emplace_back(Command{row[0], {}});
    for (int32_t k = row[1]; k < row[1] + row[2]; k++) {
      const auto* from = reinterpret_cast<const char*>(bytes.data()) + args[2 * static_cast<size_t>(k)];
      command.words.emplace_back(from, static_cast<size_t>(args[2 * static_cast<size_t>(k) + 1]));
    }
  }
  return found;
}

void test_at_random(Random& random) {
  Arenas arenas;
  CommandQueues queues;
  const int32_t number = queues.open();
  std::vector<Command> expected;
  for (int round = 0; round < 100; round++) {
    std::vector<Command> chunk;
    const uint64_t size = 1 + random.below(30);
    for (uint64_t i = 0; i < size; i++) chunk.push_back(any_command(random));
    fill_chunk(arenas, chunk);
    const auto from = static_cast<int32_t>(random.below(size));
    const auto to = static_cast<int32_t>(
        from + 1 + static_cast<int32_t>(random.below(size - static_cast<uint64_t>(from))));
    if (random.one_in(2)) {
      queues.at(number).add_rows(arenas, from, to);
      expected.insert(expected.end(), chunk.begin() + from, chunk.begin() + to);
    } else {
      const int32_t* row = arenas.commands() + static_cast<ptrdiff_t>(from) * kCommandWords;
      queues.at(number).add(arenas, row[kCommandId], row[kCommandFirst], row[kCommandCount]);
      expected.push_back(chunk[static_cast<size_t>(from)]);
    }
  }
  CHECK(read(queues.at(number)) == expected);
  CHECK(queues.at(number).memory() >= queues.at(number).bytes());
}

void test_numbers() {
  Arenas arenas;
  CommandQueues queues;
  fill_chunk(arenas, {{7, {"PING"}}});
  const int32_t a = queues.open(), b = queues.open();
  CHECK(a != b);
  queues.at(a).add_rows(arenas, 0, 1);
  queues.close(a);
  CHECK_EQ(queues.open(), a);
  CHECK_EQ(queues.at(a).size(), size_t{0});
  CHECK_EQ(queues.at(b).size(), size_t{0});
}

}  // namespace

int main(int argc, char** argv) {
  Random random = Random::from(argc, argv);
  test_at_random(random);
  test_numbers();
  return 0;
}

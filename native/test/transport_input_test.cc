// What connections send: cut where it likes, larger than the arena, faster than it is executed, and while the
// connection waits. Everything is executed once and in order, what is kept is bounded, and an end is
// reported.
#include <algorithm>
#include <string>
#include <vector>

#include "test/transport_rig.h"

using namespace redwing;
using namespace redwing::test;

namespace {

constexpr size_t kMany = 12u << 20;  // bytes: more than the input arena

// Commands that count up, of at least `bytes` together, and what they reply.
struct Counting {
  std::string commands, replies;
};
Counting counting(size_t bytes) {
  Counting all;
  for (int i = 0; all.commands.size() < bytes; i++) {
    const std::string reply = std::to_string(i) + std::string(100, '.') + "\n";
    all.commands += "e " + reply;
    all.replies += reply;
  }
  return all;
}

std::string value(size_t size) { return "v " + std::to_string(size) + "\n" + pattern(size); }

void test_cut_commands() {
  Rig rig;
  Client a = rig.connect(), b = rig.connect();
  for (char c : std::string("e one\ne two\n")) {
    a.send(std::string(1, c));
    b.send("e b\n");
    rig.turn();
  }
  rig.settle(a, b);
  CHECK_EQ(a.take(), "one\ntwo\n");
  CHECK_EQ(b.take().size(), size_t{24});
}

void test_values_beyond_the_arena() {
  Rig rig;
  Client a = rig.connect();
  for (size_t size : {size_t{70000}, size_t{1} << 20, size_t{9} << 20}) {
    const std::string sent = "e 1\n" + value(size) + value(100) + "e 2\n";
    for (size_t at = 0; at < sent.size(); at += 30000) {
      a.send(std::string_view(sent).substr(at, 30000));
      rig.turn();
      a.flush();
    }
    rig.settle(a);
    CHECK_EQ(a.take(), "1\n" + sum(pattern(size)) + sum(pattern(100)) + "2\n");
  }
}

void test_rows_that_yield() {
  Rig rig;
  rig.commands_max = 7;
  Client a = rig.connect();
  const Counting all = counting(100000);
  a.send(all.commands);
  a.half_close();
  rig.settle(a);
  CHECK(a.take() == all.replies);
  CHECK(a.is_ended && rig.ended.contains(a.id));
}

// All that is sent while it waits is kept, and executed in order, up to where it waits again.
void test_input_while_waiting() {
  Rig rig;
  Client a = rig.connect(), b = rig.connect();
  const Counting all = counting(kMany);
  a.send("k\n");
  rig.settle(a, b);
  const std::string rest = "e x\n" + value(3u << 20) + "k\ne last\n";
  a.send(all.commands + rest);
  rig.settle(a, b);
  CHECK_EQ(rig.transport->facts(a.id).input_bytes, all.commands.size() + rest.size());
  CHECK(rig.transport->buffers(a.id).input >= all.commands.size());
  CHECK_EQ(a.take(), "");
  rig.transport->resume(a.id);
  b.send("e others are served meanwhile\n");
  rig.turn();
  CHECK_EQ(b.take(), "others are served meanwhile\n");
  rig.settle(a, b);
  CHECK(a.take() == all.replies + "x\n" + sum(pattern(3u << 20)));
  a.send("e behind\n");
  rig.settle(a, b);
  CHECK_EQ(a.take(), "");
  rig.transport->resume(a.id);
  rig.settle(a, b);
  CHECK_EQ(a.take(), "last\nbehind\n");
  CHECK_EQ(rig.transport->input_bytes(), size_t{0});
}

// A frame that is cut where a block of what was kept ends, and almost complete, needs the next block.
void test_frame_cut_between_blocks() {
  for (size_t missing : {size_t{1}, size_t{40000}, size_t{200000}}) {
    Rig rig;
    Client a = rig.connect();
    a.send("k\n");
    rig.settle(a);
    const std::string first = value((2u << 20) + 1000), sent = first.substr(0, first.size() - missing);
    a.send(sent);
    rig.settle(a);
    a.send(first.substr(sent.size()) + "e 1\n");
    rig.settle(a);
    rig.transport->resume(a.id);
    rig.settle(a);
    CHECK_EQ(a.take(), sum(pattern((2u << 20) + 1000)) + "1\n");
  }
}

void test_end_while_waiting() {
  for (bool is_half : {true, false}) {
    Rig rig;
    Client a = rig.connect();
    a.send("k\n" + counting(3u << 20).commands);
    rig.settle(a);
    CHECK(rig.ended.empty());
    if (is_half)
      a.half_close();
    else
      a.close();
    rig.settle(a);
    CHECK(rig.ended.contains(a.id));
    CHECK_EQ(a.take(), "");
    CHECK_EQ(rig.transport->connection_count(), size_t{0});
  }
}

// It ends when it is resumed already: what it has sent is executed, unless it waits once more.
void test_end_when_resumed() {
  for (bool waits_again : {false, true}) {
    Rig rig;
    Client a = rig.connect();
    std::string commands;
    constexpr uint64_t kCount = 200000;
    for (uint64_t i = 0; i < kCount; i++) {
      if (waits_again && i == kCount / 2) commands += "k\n";
      commands += "w 12345678901234567890\n";
    }
    a.send("k\n" + commands);
    rig.settle(a);
    rig.transport->resume(a.id);
    a.half_close();
    for (int i = 0; i < 40; i++) {
      rig.turn();
      a.take();
    }
    rig.gate.take_effects();
    CHECK_EQ(rig.gate.position(), waits_again ? kCount / 2 : kCount);
    CHECK(rig.ended.contains(a.id));
    CHECK_EQ(rig.transport->connection_count(), size_t{0});
  }
}

void test_input_limit() {
  Rig rig;
  rig.transport->set_input_limit(4u << 20);
  Client a = rig.connect(), b = rig.connect();
  a.send("k\n" + counting(3u << 20).commands);
  b.send(counting(3u << 20).commands);  // who does not wait keeps nothing
  rig.settle(a, b);
  CHECK(rig.ended.empty());
  a.send(counting(2u << 20).commands);
  rig.settle(a, b);
  CHECK(rig.overran.contains(a.id) && rig.ended.contains(a.id));
  CHECK(a.is_ended);
  CHECK_EQ(rig.transport->connection_count(), size_t{1});
}

// Who does not take its output is not read beyond a bound, and goes on when it does.
void test_held_by_its_output() {
  Rig rig;
  Client a = rig.connect();
  const Counting all = counting(4u << 20);
  a.send("l 20000000\ne 1\n");
  rig.turn(3);
  a.send(all.commands);
  for (int i = 0; i < 100; i++) {
    rig.turn();
    a.flush();
  }
  CHECK(rig.transport->facts(a.id).input_bytes <= 2 * Transport::kWaitingInputBytes + 65536);
  rig.settle(a);
  CHECK(a.take() == large(20000000) + "1\n" + all.replies);
}

// Many that come at once wait for each other, and who was here before does not wait for them.
void test_newcomers() {
  Rig rig;
  Client old = rig.connect();
  old.send("e old\n");
  rig.settle(old);
  CHECK_EQ(old.take(), "old\n");
  std::vector<Client> newcomers;
  for (int i = 0; i < 100; i++) newcomers.push_back(rig.connect());
  for (Client& each : newcomers) each.send("e new\n");
  old.send("e old\n");
  rig.turn();
  CHECK_EQ(old.take(), "old\n");
  int served = 0;
  for (Client& each : newcomers) served += each.read();
  CHECK_EQ(served, Transport::kStrangerRowsMax);
  rig.turn(8);
  for (Client& each : newcomers) CHECK_EQ(each.take(), "new\n");
  CHECK_EQ(rig.strangers_max, Transport::kStrangerRowsMax);
  // They are strangers no more.
  for (Client& each : newcomers) each.send("e again\n");
  rig.turn();
  for (Client& each : newcomers) CHECK_EQ(each.take(), "again\n");
}

// Strangers that are put off stay in their order, and those behind them are not read before.
void test_strangers_put_off() {
  constexpr size_t kStrangers = 100;
  Rig rig;
  rig.strangers_share = 3;
  std::vector<Client> strangers;
  for (size_t i = 0; i < kStrangers; i++) strangers.push_back(rig.connect());
  for (Client& each : strangers) {
    rig.transport->set_stranger(each.id, true);
    each.send("e 1\ne 2\n");
  }
  size_t served = 0;
  for (int i = 0; i < 40 && served < kStrangers; i++) {
    rig.turn();
    for (Client& each : strangers) each.read();
    const size_t before = served;
    while (served < kStrangers && strangers[served].received == "1\n2\n") served++;
    CHECK(served > before);
    for (size_t k = served; k < kStrangers; k++) CHECK(strangers[k].received.empty());
  }
  CHECK_EQ(served, kStrangers);
  CHECK_EQ(rig.strangers_max, Transport::kStrangerRowsMax);
}

// Those that have more to say than a turn takes do not keep newcomers from being heard.
void test_newcomers_that_yield() {
  Rig rig;
  rig.commands_max = 1;
  std::vector<Client> talkers;
  for (int i = 0; i < 40; i++) talkers.push_back(rig.connect());
  for (int i = 0; i < 1000; i++)
    for (Client& each : talkers) each.send("e 1\n");
  rig.turn(4);
  Client late = rig.connect();
  late.send("e late\n");
  rig.turn(2);
  CHECK_EQ(late.take(), "late\n");
  for (Client& each : talkers) {
    each.read();
    CHECK(each.received.size() < 2 * 10);
  }
}

// Many that leave at once are seen off by and by, and nobody waits for that; whoever was blocked is gone
// before anything else is executed.
void test_many_that_leave() {
  constexpr size_t kEach = 100;
  Rig rig;
  Client old = rig.connect();
  std::vector<Client> idle, blocked;
  for (size_t i = 0; i < kEach; i++) {
    idle.push_back(rig.connect());
    idle.back().send("e 1\n");
    blocked.push_back(rig.connect());
    blocked.back().send("k\n");
  }
  rig.turn(20);
  old.send("e 1\n");
  rig.settle(old);
  old.take();
  for (Client& each : idle) {
    CHECK_EQ(each.take(), "1\n");
    each.close();
  }
  // Of some the end comes behind a command that is not complete.
  for (size_t i = 0; i < kEach; i++) {
    if (i % 2 == 0) blocked[i].send("e never");
    blocked[i].close();
  }
  old.send("e 2\n");
  rig.turn();
  CHECK_EQ(old.take(), "2\n");
  // An end behind bytes is read with the turn that follows.
  for (size_t i = 1; i < kEach; i += 2) CHECK(rig.ended.contains(blocked[i].id));
  CHECK(rig.ended.size() <= kEach + Transport::kEndRowsMax);
  rig.turn();
  for (const Client& each : blocked) CHECK(rig.ended.contains(each.id));
  CHECK(rig.ended.size() <= kEach + 2 * Transport::kEndRowsMax);
  CHECK_EQ(rig.transport->connection_count(), 2 * kEach + 1 - rig.ended.size());
  rig.turn(4);
  CHECK_EQ(rig.ended.size(), 2 * kEach);
  CHECK_EQ(rig.transport->connection_count(), size_t{1});
}

// To many whose connections are broken something is pushed before all of them are seen off.
void test_many_that_are_lost() {
  constexpr size_t kLost = 100, kOthers = 20;
  Rig rig;
  Client old = rig.connect();
  old.send("e 1\n");
  rig.settle(old);
  std::vector<Client> lost, others;
  for (size_t i = 0; i < kLost; i++) {
    lost.push_back(rig.connect());
    // What they have not read breaks the connection when they leave.
    lost.back().send("e 1\n");
    rig.audience.push_back(lost.back().id);
  }
  rig.turn(10);
  for (Client& each : lost) each.close();
  old.send("m news\n");
  rig.turn();
  CHECK(rig.ended.size() <= Transport::kEndRowsMax);
  std::erase_if(rig.audience, [&rig](int32_t id) { return rig.ended.contains(id); });
  old.send("m more\n");
  rig.turn();
  for (size_t i = 0; i < kOthers; i++) others.push_back(rig.connect());
  for (Client& each : others) each.send("e 2\n");
  rig.turn(10);
  for (Client& each : others) CHECK_EQ(each.take(), "2\n");
  CHECK_EQ(rig.transport->connection_count(), kOthers + 1);
  rig.audience.clear();
}

// Who was held is not executed when it is lost, however many others are.
void test_held_that_are_lost() {
  constexpr size_t kHeld = 40;
  Rig rig;
  std::vector<Client> held;
  for (size_t i = 0; i < kHeld; i++) {
    held.push_back(rig.connect());
    held.back().send("l 20000000\ne 1\nw never\n");
  }
  rig.turn(10);
  rig.gate.take_effects();
  const uint64_t effects = rig.gate.position();
  for (Client& each : held) each.close();
  rig.turn(10);
  rig.gate.take_effects();
  CHECK_EQ(rig.gate.position(), effects);
  CHECK_EQ(rig.ended.size(), kHeld);
  CHECK_EQ(rig.transport->connection_count(), size_t{0});
}

// Any commands in pieces of any size, with waits in between.
void test_at_random(Random& random) {
  Rig rig;
  Client a = rig.connect();
  std::string commands, replies;
  while (commands.size() < (16u << 20)) {
    const uint64_t kind = random.below(40);
    const size_t size = random.below(random.one_in(20) ? 3u << 20 : 20000);
    if (kind == 0) {
      commands += "k\n";
    } else if (kind < 20) {
      commands += value(size);
      replies += sum(pattern(size));
    } else {
      const std::string word = std::to_string(random.next()) + "\n";
      commands += "e " + word;
      replies += word;
    }
  }
  size_t sent = 0;
  for (int turns = 0; turns < 20000 && a.received.size() < replies.size(); turns++) {
    const size_t part = 1 + random.below(random.one_in(3) ? 4u << 20 : 100000);
    a.flush();
    a.send(std::string_view(commands).substr(sent, part));
    sent = std::min(sent + part, commands.size());
    rig.commands_max = random.one_in(2) ? 1 << 30 : static_cast<int>(1 + random.below(20));
    rig.turn();
    a.read();
    if (random.one_in(8)) rig.transport->resume(a.id);
    CHECK(replies.starts_with(a.received));
  }
  CHECK(a.received == replies);
}

}  // namespace

int main(int argc, char** argv) {
  Random random = Random::from(argc, argv);
  test_cut_commands();
  test_values_beyond_the_arena();
  test_rows_that_yield();
  test_input_while_waiting();
  test_frame_cut_between_blocks();
  test_end_while_waiting();
  test_end_when_resumed();
  test_input_limit();
  test_held_by_its_output();
  test_newcomers();
  test_strangers_put_off();
  test_newcomers_that_yield();
  test_many_that_leave();
  test_many_that_are_lost();
  test_held_that_are_lost();
  test_at_random(random);
}

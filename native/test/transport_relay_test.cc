// Connections without a socket: what is handed in is executed, what is replied can be taken, in any pieces,
// and the owner is told of each turn's news and of the end.
#include <string>

#include "test/transport_rig.h"

using namespace redwing;
using namespace redwing::test;

namespace {

// The owner of a relay.
struct Owner {
  explicit Owner(Rig& of) : rig(of), number(of.transport->open_relay({"10.0.0.1:1", "10.0.0.2:2", 7})) {}

  bool input(const std::string& text) {
    return rig.transport->relay_input(number, reinterpret_cast<const uint8_t*>(text.data()), text.size());
  }
  // Takes all that there is, in pieces of `room`, and says that it has left.
  void take(size_t room) {
    std::string into(room, '\0');
    auto* place = reinterpret_cast<uint8_t*>(into.data());
    do {
      while (const size_t count = rig.transport->take_relay_output(number, place, room))
        received.append(into, 0, count);
    } while (rig.transport->relay_sent(number) > 0);
  }
  // Whether it was told of something since the last time.
  bool was_told(int32_t event) {
    bool any = false;
    std::erase_if(rig.notices, [&](const Rig::Notice& notice) {
      const bool is_it = notice.relay == number && notice.event == event;
      any = any || is_it;
      return is_it;
    });
    return any;
  }

  Rig& rig;
  int32_t number;
  std::string received;
};

void test_input_and_output() {
  Rig rig;
  Owner owner(rig);
  CHECK(owner.input("e 1\nb 100000\ne "));
  rig.turn(2);
  CHECK(owner.was_told(kRelayOutput));
  owner.take(1000);
  CHECK(owner.input("2\nv 200000\n" + pattern(200000)));
  rig.turn(2);
  owner.take(70000);
  CHECK(owner.received == "1\n" + bulk(100000) + "2\n" + sum(pattern(200000)));
  CHECK_EQ(rig.transport->buffered_bytes(), size_t{0});
  CHECK_EQ(rig.transport->facts(0).peer, "10.0.0.1:1");
}

void test_input_while_waiting() {
  Rig rig;
  Owner owner(rig);
  std::string commands, replies;
  while (commands.size() < (9u << 20)) {
    const std::string reply = std::to_string(commands.size()) + "\n";
    commands += "e " + reply;
    replies += reply;
  }
  owner.input("k\n");
  rig.turn(2);
  for (size_t at = 0; at < commands.size(); at += 60000) {
    CHECK(owner.input(commands.substr(at, 60000)));
    rig.turn();
  }
  rig.transport->resume(0);
  owner.input("e behind\n");
  for (int i = 0; i < 40; i++) {
    rig.turn();
    owner.take(1u << 20);
  }
  CHECK(owner.received == replies + "behind\n");
}

void test_ends() {
  Rig rig;
  Owner first(rig), second(rig), third(rig), fourth(rig);
  first.input("e 1\n");
  rig.transport->relay_ended(first.number, false);
  second.input("k\ne never\n");
  third.input("e 3\nq\n");
  rig.turn(2);
  rig.transport->relay_ended(second.number, false);
  rig.turn(3);
  CHECK_EQ(rig.ended.size(), size_t{2});
  // What was replied before the end can still be taken; then it is closed.
  CHECK(!first.was_told(kRelayClosed) && !third.was_told(kRelayClosed));
  first.take(100);
  third.take(100);
  rig.turn(2);
  CHECK_EQ(first.received, "1\n");
  CHECK_EQ(third.received, "3\n");
  CHECK(first.was_told(kRelayClosed) && second.was_told(kRelayClosed) && third.was_told(kRelayClosed));
  fourth.input("e 4\n");
  rig.turn(2);
  rig.transport->relay_ended(fourth.number, true);
  rig.turn(2);
  CHECK(fourth.was_told(kRelayClosed));
  CHECK_EQ(rig.transport->connection_count(), size_t{0});
}

void test_behind_a_gate() {
  Rig rig;
  rig.transport->set_gate(&rig.gate);
  Owner owner(rig);
  owner.input("w 1\nb 100000\n");
  rig.turn(3);
  owner.take(1000);
  CHECK_EQ(owner.received, "");
  rig.transport->relay_ended(owner.number, false);
  rig.turn(3);
  rig.gate.release_all();
  rig.turn(3);
  owner.take(1000);
  rig.turn(2);
  CHECK(owner.received == "1\n" + bulk(100000));
  CHECK(owner.was_told(kRelayClosed));
  rig.transport->set_gate(nullptr);
}

}  // namespace

int main(int argc, char** argv) {
  Random::from(argc, argv);
  test_input_and_output();
  test_input_while_waiting();
  test_ends();
  test_behind_a_gate();
}

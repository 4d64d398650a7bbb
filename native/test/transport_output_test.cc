// What connections are sent: in order, whatever a socket takes at once; counted in each turn; pushed to one
// and to many; and ended where it passes its limit.
#include <string>
#include <vector>

#include "test/transport_rig.h"

using namespace redwing;
using namespace redwing::test;

namespace {

void test_slow_sockets(Random& random) {
  Rig rig;
  Client a = rig.connect();
  std::string expected;
  for (int i = 0; i < 200; i++) {
    limit_writes(rig.loop, random.one_in(3) ? SIZE_MAX : random.below(60000));
    const size_t size = random.below(random.one_in(3) ? 200000 : 500);
    const std::string number = std::to_string(size) + "\n";
    a.send("b " + number + "l " + number + "e " + number);
    expected += bulk(size) + large(size) + number;
    rig.turn();
    if (random.one_in(2)) a.read();
    CHECK(expected.starts_with(a.received));
  }
  limit_writes(rig.loop, SIZE_MAX);
  rig.settle(a);
  CHECK(a.take() == expected);
}

// What a turn has replied is known in its midst, whichever way it has left the arena.
void test_count_of_a_turn() {
  Rig rig;
  Client a = rig.connect(), b = rig.connect();
  const auto replied = [&rig, &a, &b](const std::string& commands) {
    a.send(commands);
    rig.settle(a, b);
    return rig.replied;
  };
  CHECK_EQ(replied("e 1\n"), 2.0);
  CHECK_EQ(replied("b 1000\n"), static_cast<double>(bulk(1000).size()));
  CHECK_EQ(replied("b 100000\nb 200000\n"), static_cast<double>(bulk(100000).size() + bulk(200000).size()));
  CHECK_EQ(replied("l 40000000\n"), static_cast<double>(large(40000000).size()));
  const std::string to_b = std::to_string(b.id);
  CHECK_EQ(replied("s " + to_b + " served\ne 1\n"), 8.0);
  CHECK_EQ(replied("s " + to_b + " $100000\n"), static_cast<double>(bulk(100000).size()));
  CHECK_EQ(replied("e 1\n"), 2.0);
}

void test_pushing_to_many() {
  Rig rig;
  std::vector<Client> clients;
  for (int i = 0; i < 20; i++) {
    clients.push_back(rig.connect());
    if (i > 0) rig.audience.push_back(clients.back().id);
  }
  const std::string bytes(30000, 'x');
  std::string commands, expected;
  // Messages that follow each other become longer ones, until there is no room for what all share.
  for (int i = 0; i < 12; i++) {
    const std::string message = std::to_string(i) + bytes;
    commands += "m " + message + "\n";
    expected += message;
  }
  // They come in one turn, since it waits while they arrive.
  clients[0].send("k\n" + commands);
  rig.settle(clients[0]);
  rig.transport->resume(clients[0].id);
  clients[7].send("e own\n");
  limit_writes(rig.loop, 10000);
  rig.turn();
  limit_writes(rig.loop, SIZE_MAX);
  for (int i = 0; i < 20; i++) {
    rig.turn();
    for (Client& client : clients) client.read();
  }
  for (size_t i = 1; i < clients.size(); i++)
    CHECK(clients[i].take() == (i == 7 ? "own\n" + expected : expected));
  // A turn's messages to one that goes in it, and to one that is gone.
  clients[3].close();
  clients[0].send("m once\n");
  rig.turn(3);
  clients[0].send("m twice\n");
  rig.turn(3);
  CHECK_EQ(clients[4].take(), "oncetwice");
}

void test_ending_after_output() {
  Rig rig;
  Client a = rig.connect();
  limit_writes(rig.loop, 50000);
  a.send("b 300000\ne 1\nq\ne never\n");
  for (int i = 0; i < 40 && !a.is_ended; i++) {
    rig.turn();
    a.read();
  }
  CHECK(a.is_ended);
  CHECK(a.take() == bulk(300000) + "1\n");
}

void test_limits() {
  Rig rig;
  rig.transport->set_output_limit(1, {5000000, 1000000, 2000});
  Client a = rig.connect(), b = rig.connect(), c = rig.connect();
  for (Client* client : {&a, &b}) rig.transport->set_limit_class(client->id, 1);
  limit_writes(rig.loop, 0);
  a.send("l 6000000\n");
  b.send("l 2000000\n");
  c.send("l 6000000\n");
  rig.turn(3);
  CHECK(rig.ended.contains(a.id));  // beyond the hard limit
  CHECK(!rig.ended.contains(b.id) && !rig.ended.contains(c.id));
  rig.loop.now_ms += 1999;
  rig.transport->check_output_limits();
  rig.turn(2);
  CHECK(!rig.ended.contains(b.id));
  rig.loop.now_ms += 1;
  rig.transport->check_output_limits();
  rig.turn(2);
  CHECK(rig.ended.contains(b.id));
  CHECK_EQ(rig.transport->ended_by_limit(), uint64_t{2});
  limit_writes(rig.loop, SIZE_MAX);
  rig.settle(c);
  CHECK(c.take() == large(6000000));
}

// The peer is gone while output waits for it: the connection's end is reported though nothing is read from
// it.
void test_peer_that_is_gone() {
  Rig rig;
  Client a = rig.connect();
  a.send("l 20000000\ne 1\n");
  rig.turn(3);
  CHECK(rig.transport->buffered_bytes() > Transport::kHoldBytes);
  a.close();
  rig.turn(4);
  CHECK(rig.ended.contains(a.id));
  CHECK_EQ(rig.transport->connection_count(), size_t{0});
}

}  // namespace

int main(int argc, char** argv) {
  Random random = Random::from(argc, argv);
  test_slow_sockets(random);
  test_count_of_a_turn();
  test_pushing_to_many();
  test_ending_after_output();
  test_limits();
  test_peer_that_is_gone();
}

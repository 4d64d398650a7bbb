// Output that is kept back until what it depends on is durable: nothing leaves early, and everything leaves
// in order, whatever becomes of its connection, however large it is, and however the gate opens.
#include <algorithm>
#include <string>
#include <vector>

#include "test/transport_rig.h"

using namespace redwing;
using namespace redwing::test;

namespace {

constexpr size_t kLarge = 20u << 20;  // more than the reply arena

struct GatedRig : Rig {
  GatedRig() { transport->set_gate(&gate); }
  ~GatedRig() override { transport->set_gate(nullptr); }
};

void test_replies_wait_in_order() {
  GatedRig rig;
  Client a = rig.connect(), b = rig.connect();
  a.send("w 1\ne 2\n");
  b.send("e 3\n");
  rig.settle(a, b);
  a.send("e 4\n");
  rig.settle(a, b);
  // Who only reads waits as well: it may have seen what is not durable yet.
  CHECK_EQ(a.received + b.received, "");
  CHECK_EQ(rig.transport->facts(a.id).output_bytes, size_t{6});
  rig.gate.release_all();
  rig.settle(a, b);
  CHECK_EQ(a.take(), "1\n2\n4\n");
  CHECK_EQ(b.take(), "3\n");
  // Nothing is kept back when nothing has to be made durable, beyond the turn.
  a.send("e 5\n");
  rig.settle(a, b);
  CHECK_EQ(a.take(), "5\n");
  CHECK_EQ(rig.transport->buffered_bytes(), size_t{0});
}

void test_gate_opens_in_parts() {
  GatedRig rig;
  Client a = rig.connect(), b = rig.connect(), c = rig.connect();
  const auto step = [&rig, &a, &b, &c](Client& client, const char* text) {
    client.send(text);
    rig.settle(a, b, c);
  };
  step(a, "w a1\n");  // 1
  step(b, "e b1\n");
  step(b, "w b2\nw b3\n");  // 3
  step(a, "e a2\n");
  step(c, "w c1\n");  // 4
  rig.gate.release(1);
  rig.settle(a, b, c);
  CHECK_EQ(a.take(), "a1\n");
  CHECK_EQ(b.take(), "b1\n");
  rig.gate.release(2);  // in the midst of what one turn has done
  rig.settle(a, b, c);
  CHECK_EQ(a.take() + b.take(), "");
  step(b, "e b4\n");
  rig.gate.release(3);
  rig.settle(a, b, c);
  CHECK_EQ(a.take(), "a2\n");
  CHECK_EQ(b.take(), "b2\nb3\n");
  CHECK_EQ(c.take(), "");
  rig.gate.release(4);
  rig.settle(a, b, c);
  CHECK_EQ(b.take(), "b4\n");
  CHECK_EQ(c.take(), "c1\n");
}

void test_gate_is_taken_away() {
  GatedRig rig;
  Client a = rig.connect();
  a.send("w 1\n");
  rig.settle(a);
  a.send("w 2\n");
  rig.settle(a);
  CHECK_EQ(a.received, "");
  rig.transport->set_gate(nullptr);
  rig.settle(a);
  CHECK_EQ(a.take(), "1\n2\n");
  rig.transport->set_gate(&rig.gate);
  a.send("w 3\n");
  rig.settle(a);
  CHECK_EQ(a.received, "");
  rig.gate.release_all();
  rig.settle(a);
  CHECK_EQ(a.take(), "3\n");
}

// Those that go are taken out of the list of those with something withheld, wherever they stand in it.
void test_peers_go_while_gated() {
  GatedRig rig;
  std::vector<Client> clients;
  for (int i = 0; i < 6; i++) {
    clients.push_back(rig.connect());
    clients.back().send("w " + std::to_string(i) + "\n");
  }
  rig.turn(3);
  clients[0].close();
  clients[3].half_close();
  clients[5].close();
  rig.turn(3);
  CHECK_EQ(rig.ended.size(), size_t{3});
  CHECK_EQ(rig.transport->connection_count(), size_t{3});
  rig.gate.release_all();
  rig.turn(3);
  for (int i : {1, 2, 3, 4}) CHECK_EQ(clients[static_cast<size_t>(i)].take(), std::to_string(i) + "\n");
  // Who has only ended its side gets what was kept for it, and then the end.
  CHECK(clients[3].is_ended);
  CHECK(!clients[4].is_ended);
}

// Output that the socket of one whose peer has ended its side does not take at once is dropped.
void test_half_closed_peer_that_reads_nothing() {
  GatedRig rig;
  Client a = rig.connect();
  a.send("l 3000000\nw 1\n");
  rig.turn(2);
  a.half_close();
  rig.turn(2);
  CHECK(rig.ended.contains(a.id));
  rig.gate.release_all();
  rig.turn(4);
  CHECK_EQ(rig.transport->buffered_bytes(), size_t{0});
  const std::string received = a.take();
  CHECK(a.is_ended);
  CHECK(large(3000000).starts_with(received));
}

void test_ended_by_the_server_while_gated() {
  GatedRig rig;
  Client a = rig.connect(), b = rig.connect(), c = rig.connect();
  a.send("w 1\nq\ne never\n");
  b.send("w 2\n");
  c.send("w 3\n");
  rig.settle(a, b, c);
  rig.transport->close(b.id, true);
  rig.transport->close(c.id, false);
  rig.settle(a, b, c);
  CHECK(c.is_ended);
  CHECK(!a.is_ended && !b.is_ended);
  CHECK_EQ(rig.transport->connection_count(), size_t{0});
  rig.gate.release_all();
  rig.settle(a, b, c);
  CHECK(a.is_ended && b.is_ended);
  CHECK_EQ(a.take(), "1\n");
  CHECK_EQ(b.take(), "2\n");
  CHECK_EQ(c.take(), "");
}

// Connections that still have something withheld when everything ends.
void test_shut_down_while_gated() {
  GatedRig rig;
  Client a = rig.connect(), b = rig.connect();
  a.send("w 1\nb 100000\n");
  b.send("w 2\nq\n");
  rig.turn(2);
  CHECK(rig.heap.used_bytes() > 0);
}

void test_large_replies() {
  GatedRig rig;
  Client a = rig.connect(), b = rig.connect();
  b.send("e before\n");
  a.send("w 1\nl " + std::to_string(kLarge) + "\ne 2\ne 3\n");
  rig.settle(a, b);
  CHECK_EQ(a.received + b.received, "");
  // So much output waits that nothing more is executed.
  CHECK_EQ(rig.transport->buffered_bytes(), 2 + large(kLarge).size() + 7);
  rig.gate.release_all();
  rig.settle(a, b);
  CHECK_EQ(b.take(), "before\n");
  CHECK(a.take() == "1\n" + large(kLarge) + "2\n3\n");
}

void test_lent_replies() {
  GatedRig rig;
  Client a = rig.connect(), b = rig.connect();
  a.send("e 1\nb 100000\ne 2\n");
  b.send("w 3\nb 70000\nb 80000\n");
  rig.settle(a, b);
  CHECK_EQ(a.received + b.received, "");
  CHECK(rig.heap.used_bytes() > 250000);
  a.send("b 90000\n");
  rig.settle(a, b);
  rig.transport->close(b.id, false);  // what was lent to it is given back at once
  rig.settle(a, b);
  CHECK(rig.heap.used_bytes() < 250000);
  rig.gate.release_all();
  rig.settle(a, b);
  CHECK(a.take() == "1\n" + bulk(100000) + "2\n" + bulk(90000));
  CHECK_EQ(rig.heap.used_bytes(), size_t{0});
}

// Sockets take little at a time: what was released and what is kept back stay apart, in their order.
void test_slow_sockets() {
  GatedRig rig;
  Client a = rig.connect();
  limit_writes(rig.loop, 5000);
  a.send("w 1\nb 100000\nl 50000\n");
  rig.turn(2);
  rig.gate.release_all();
  rig.turn(3);
  a.send("w 2\nb 70000\n");
  rig.turn(3);
  const uint64_t before = rig.transport->bytes_written();
  rig.turn(100);
  a.read();
  rig.settle(a);
  CHECK(rig.transport->bytes_written() > before);
  CHECK(a.take() == "1\n" + bulk(100000) + large(50000));
  rig.gate.release_all();
  rig.settle(a);
  CHECK(a.take() == "2\n" + bulk(70000));
}

void test_pushes_and_served() {
  GatedRig rig;
  Client a = rig.connect(), b = rig.connect(), c = rig.connect();
  b.send("e b1\nk\ne b2\n");
  rig.settle(a, b, c);
  CHECK_EQ(b.take(), "b1\n");
  const std::string to_b = std::to_string(b.id), to_c = std::to_string(c.id);
  c.send("e c1\n");
  a.send("w a1\np " + to_c + " pushed\ns " + to_b + " served\np " + to_c + " again\n");
  rig.settle(a, b, c);
  CHECK_EQ(a.received + b.received + c.received, "");
  const std::string outside = "outside";
  rig.transport->send(c.id, reinterpret_cast<const uint8_t*>(outside.data()), outside.size());
  rig.settle(a, b, c);
  CHECK_EQ(c.received, "");
  rig.gate.release_all();
  rig.settle(a, b, c);
  CHECK_EQ(a.take(), "a1\n");
  CHECK_EQ(b.take(), "servedb2\n");
  CHECK_EQ(c.take(), "pushedagainc1\noutside");
  // Behind what was replied before in the same turn.
  a.send("w a2\n");
  c.send("p " + std::to_string(a.id) + " pushed\ne c2\n");
  rig.settle(a, b, c);
  CHECK_EQ(a.received + c.received, "");
  rig.gate.release_all();
  rig.settle(a, b, c);
  CHECK_EQ(a.take(), "a2\npushed");
  CHECK_EQ(c.take(), "c2\n");
}

// While effects come faster than they are kept, who has output that waits executes nothing more.
void test_flooded() {
  GatedRig rig;
  Client a = rig.connect(), b = rig.connect();
  rig.gate.flood(true);
  a.send("w 1\n");
  rig.turn(2);
  a.send("w 2\n");
  rig.turn(2);
  CHECK_EQ(rig.gate.position(), uint64_t{1});
  // It goes on when its output has left, or there is no flood any more.
  rig.gate.release_all();
  rig.turn(3);
  CHECK_EQ(a.take(), "1\n");
  CHECK_EQ(rig.gate.position(), uint64_t{2});
  rig.gate.flood(false);
  a.send("w 3\n");
  rig.gate.release_all();
  rig.turn(3);
  CHECK_EQ(rig.gate.position(), uint64_t{3});
  rig.gate.release_all();
  rig.settle(a, b);
  CHECK_EQ(a.take(), "2\n3\n");
}

// Output that waits at the gate counts for the limit on it.
void test_output_limit() {
  GatedRig rig;
  rig.transport->set_output_limit(0, {200000, 0, 0});
  Client a = rig.connect(), b = rig.connect();
  a.send("w 1\nb 100000\n");
  b.send("w 2\n");
  rig.settle(a, b);
  CHECK(!a.is_ended);
  a.send("b 100000\n");
  rig.settle(a, b);
  CHECK(a.is_ended && rig.ended.contains(a.id));
  CHECK_EQ(rig.transport->ended_by_limit(), uint64_t{1});
  rig.gate.release_all();
  rig.settle(a, b);
  CHECK_EQ(a.take(), "");
  CHECK_EQ(b.take(), "2\n");
}

// What one client is due: all of it, and how much of that may leave when which effects are durable.
struct Due {
  std::string text;
  std::vector<std::pair<uint64_t, size_t>> free;
};

// Many clients, whose output is compared with what may have left, whenever the gate opens a little.
void test_at_random(Random& random) {
  GatedRig rig;
  std::vector<Client> clients;
  std::vector<Due> due(8);
  for (size_t i = 0; i < due.size(); i++) clients.push_back(rig.connect());
  const auto read = [&](bool is_whole) {
    for (size_t i = 0; i < clients.size(); i++) {
      size_t free = 0;
      for (auto [position, size] : due[i].free)
        if (position <= rig.gate.released()) free = size;
      if (clients[i].read()) CHECK(due[i].text.starts_with(clients[i].received));
      CHECK(clients[i].received.size() <= free);
      CHECK(!is_whole || clients[i].received.size() == free);
    }
  };
  for (int round = 0; round < 120; round++) {
    limit_writes(rig.loop, random.one_in(2) ? SIZE_MAX : 1 + random.below(40000));
    uint64_t position = rig.gate.position();
    std::vector<std::pair<size_t, std::string>> replied;
    for (uint64_t i = random.below(4); i > 0; i--) {
      const size_t who = random.below(clients.size());
      const size_t size = 1 + random.below(random.one_in(4) ? 150000 : 100);
      const std::string word = std::to_string(random.next());
      const bool writes = random.one_in(2);
      position += writes;
      clients[who].send((writes ? "w " : "e ") + word + "\nb " + std::to_string(size) + "\n");
      replied.emplace_back(who, word + "\n" + bulk(size));
    }
    rig.turn();
    CHECK_EQ(rig.gate.position(), position);
    for (const auto& [who, text] : replied) {
      due[who].text += text;
      due[who].free.emplace_back(position, due[who].text.size());
    }
    if (random.one_in(3))
      rig.gate.release(rig.gate.released() + random.below(position - rig.gate.released() + 1));
    rig.turn(static_cast<int>(random.below(3)));
    read(false);
  }
  limit_writes(rig.loop, SIZE_MAX);
  for (bool is_all : {false, true}) {
    if (is_all) rig.gate.release_all();
    for (int i = 0; i < 200; i++) {
      rig.turn();
      read(false);
    }
    read(true);
  }
}

}  // namespace

int main(int argc, char** argv) {
  Random random = Random::from(argc, argv);
  test_replies_wait_in_order();
  test_gate_opens_in_parts();
  test_gate_is_taken_away();
  test_peers_go_while_gated();
  test_half_closed_peer_that_reads_nothing();
  test_ended_by_the_server_while_gated();
  test_shut_down_while_gated();
  test_large_replies();
  test_lent_replies();
  test_slow_sockets();
  test_pushes_and_served();
  test_flooded();
  test_output_limit();
  test_at_random(random);
}

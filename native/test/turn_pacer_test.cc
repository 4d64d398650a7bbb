// How long a turn waits, for what came in the window before.
#include "transport/turn_pacer.h"

#include <cstdint>

#include "test/check.h"

using redwing::TurnPacer;

namespace {

struct Load {
  uint32_t turns, rows_each, connections;
};

// What is planned behind a window of `elapsed` ns in which there was such a load.
uint64_t planned(TurnPacer& pacer, uint64_t& now, Load load, uint64_t elapsed = TurnPacer::kWindowNs) {
  const uint32_t window = pacer.window();
  uint32_t rows = 0;
  for (uint32_t turn = 0; turn < load.turns; turn++) {
    if (turn > 0) pacer.plan(now + turn);
    for (uint32_t i = 0; i < load.rows_each; i++) pacer.count(rows++ < load.connections);
  }
  CHECK_EQ(pacer.window(), window);
  now += elapsed;
  const uint64_t wait = pacer.plan(now);
  CHECK_EQ(pacer.window(), window + 1);
  // It holds for the whole window.
  CHECK_EQ(pacer.plan(now + TurnPacer::kWindowNs - 1), wait);
  return wait;
}

}  // namespace

int main() {
  TurnPacer pacer;
  uint64_t now = 1'000'000'000;
  pacer.plan(now);
  // Few clients never wait, however much they ask.
  CHECK_EQ(planned(pacer, now, {10, 1, TurnPacer::kBusyConnections - 1}), uint64_t{0});
  // Many with small turns wait for as long as a quarter of them takes.
  CHECK_EQ(planned(pacer, now, {20, 1, 16}), uint64_t{100'000});
  CHECK_EQ(planned(pacer, now, {40, 1, 16}), uint64_t{50'000});
  CHECK_EQ(planned(pacer, now, {10, 1, 10}), TurnPacer::kWaitNsMax);
  // Turns that are full already, and waits that are not worth it.
  CHECK_EQ(planned(pacer, now, {10, 10, 16}), uint64_t{0});
  CHECK_EQ(planned(pacer, now, {200, 1, 16}), uint64_t{0});
  // What came long ago says nothing.
  CHECK_EQ(planned(pacer, now, {40, 1, 16}, 2 * TurnPacer::kWindowNs), uint64_t{0});
}

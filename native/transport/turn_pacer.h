// TurnPacer: how long the loop should wait before it looks at its sockets again, so that turns carry more.
//
// A server that is faster than its clients looks at the sockets after every request or two, and pays a turn's
// fixed cost (a poll, a call into JavaScript and back) for each. When many connections are busy at once,
// waiting for a moment lets several requests arrive for one turn, as network cards do with their interrupts.
// The wait is short against the time that a request of so many clients takes anyway, and there is none
//   - while fewer than kBusyConnections different connections sent something within a window,
//   - when turns are full already, as under load that the server itself limits.
//
// Terms
//   window    kWindowNs of time; what was counted in the last one decides for the current one
//   share     the part of a window's connections that a turn should serve
//
// Thread: the event loop's. Cost: a clock reading a turn.
#pragma once

#include <cstdint>

namespace redwing {

class TurnPacer {
 public:
  static constexpr uint64_t kWindowNs = 500'000;
  static constexpr uint32_t kBusyConnections = 8;
  // A turn should serve this fraction of the busy connections.
  static constexpr uint32_t kShare = 4;
  static constexpr uint64_t kWaitNsMax = 100'000;
  // Shorter waits cost more than they bring.
  static constexpr uint64_t kWaitNsMin = 15'000;

  // Number of the current window, for `count`.
  uint32_t window() const { return window_; }
  // A row was added; `is_new` if it is the connection's first in this window.
  void count(bool is_new) {
    rows_++;
    connections_ += is_new;
  }
  // A turn begins at `now_ns`; nanoseconds to wait before its poll, 0: none.
  uint64_t plan(uint64_t now_ns);

 private:
  uint32_t window_ = 1;
  uint64_t window_start_ns_ = 0;
  uint32_t rows_ = 0, connections_ = 0, turns_ = 0;
  uint64_t wait_ns_ = 0;
};

}  // namespace redwing

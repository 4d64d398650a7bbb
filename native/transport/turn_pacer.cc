#include "transport/turn_pacer.h"

#include <algorithm>

namespace redwing {

uint64_t TurnPacer::plan(uint64_t now_ns) {
  turns_++;
  const uint64_t elapsed = now_ns - window_start_ns_;
  if (elapsed < kWindowNs) return wait_ns_;
  wait_ns_ = 0;
  if (connections_ >= kBusyConnections && elapsed < 2 * kWindowNs) {
    const uint64_t wanted_rows = connections_ / kShare;
    // The time in which that many rows arrive, at the rate of the window that ends now.
    const uint64_t wait = elapsed * wanted_rows / rows_;
    const bool is_full = rows_ >= static_cast<uint64_t>(turns_) * wanted_rows * 2;
    if (wait >= kWaitNsMin && !is_full) wait_ns_ = std::min(wait, kWaitNsMax);
  }
  window_++;
  window_start_ns_ = now_ns;
  rows_ = connections_ = turns_ = 0;
  return wait_ns_;
}

}  // namespace redwing

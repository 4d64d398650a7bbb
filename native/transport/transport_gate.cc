// Output that is kept back until what it depends on is durable (see output_gate.h).
//
//   turn 1  replies of it ─► withheld, ticket 1 ┐   ticket 1 = all effects up to position 70
//   turn 2  replies of it ─► withheld, ticket 2 ┘   ticket 2 = all effects up to position 95
//   released up to 80: what has ticket 1 goes to the outputs, and is written
//
// A ticket is taken for what happens between two closings, so that output can be withheld before it is known
// where the effects of its turn end. A reading reply gets a ticket as well: it may show what the writes of
// others did that are not durable yet.
//
// Invariants
//   1. What a connection has withheld comes behind all that is in its `out`, in the order of tickets.
//   2. Withheld bytes count in `out_bytes`, as all output that waits.
//   3. A connection whose peer ended its side while something is withheld stays until that is released. What
//   its
//      socket does not take at once then is dropped: the peer might never read it.
//   4. Connections with something withheld are in `withholding_`, at `withheld_slot`.
#include <algorithm>
#include <utility>

#include "memory/assert.h"
#include "transport/transport.h"

namespace redwing {

void Transport::set_gate(OutputGate* gate) {
  gate_ = gate;
  if (gate != nullptr) return;
  tickets_.clear();
  released_ticket_ = ticket_++;
  release_withheld();
}

bool Transport::must_withhold(const Connection& c) const {
  return !c.withheld.empty() || (gate_ != nullptr && gate_->is_shut(executing_));
}

void Transport::withhold(Connection& c, OutputChunk chunk) {
  if (c.withheld.empty()) {
    c.withheld_slot = withholding_.size();
    withholding_.push_back(&c);
  }
  ticket_is_used_ = true;
  c.withheld.push_back({ticket_, std::move(chunk)});
}

// Appends to what is withheld last, if that is of this turn and has room.
bool Transport::extend_withheld(Connection& c, const uint8_t* bytes, size_t size) {
  if (c.withheld.empty() || c.withheld.back().ticket != ticket_) return false;
  return c.withheld.back().chunk.try_append(bytes, size);
}

void Transport::forget_withheld(Connection& c) {
  if (c.withheld.empty()) return;
  c.withheld.clear();
  Connection* last = withholding_.back();
  withholding_[c.withheld_slot] = last;
  last->withheld_slot = c.withheld_slot;
  withholding_.pop_back();
}

// What was withheld since the last time depends on the effects that there are by now.
void Transport::close_ticket() {
  if (gate_ == nullptr) return;
  if (std::exchange(ticket_is_used_, false)) tickets_.push_back({ticket_++, gate_->position()});
  release();
}

void Transport::release() {
  if (gate_ == nullptr || tickets_.empty()) return;
  const uint64_t position = gate_->released();
  const uint64_t before = released_ticket_;
  while (!tickets_.empty() && tickets_.front().position <= position) {
    released_ticket_ = tickets_.front().ticket;
    tickets_.pop_front();
  }
  if (released_ticket_ != before) release_withheld();
}

void Transport::release_withheld() {
  std::vector<Connection*> connections = withholding_;
  for (Connection* c : connections) {
    if (c->withheld.empty() || c->withheld.front().ticket > released_ticket_) continue;
    auto end = std::find_if(c->withheld.begin(), c->withheld.end(),
                            [this](const Withheld& w) { return w.ticket > released_ticket_; });
    for (auto w = c->withheld.begin(); w != end; ++w) c->out.push_back(std::move(w->chunk));
    if (end == c->withheld.end())
      forget_withheld(*c);
    else
      c->withheld.erase(c->withheld.begin(), end);
    flush(*c);
    if (c->closing) continue;
    if (c->close_after) {
      const bool is_half = c->peer_gone && !c->relay && c->withheld.empty();
      if (c->out_bytes == 0 || is_half) finish_close(*c);
      continue;
    }
    if (!c->peer_gone && check_output_limit(*c)) go_on_if_held(*c);
  }
}

// A connection that executes nothing because of its output goes on when enough of that has left.
void Transport::go_on_if_held(Connection& c) {
  if (!c.held || c.out_bytes > kHoldBytes / 2) return;
  if (gate_ != nullptr && c.out_bytes > 0 && gate_->is_flooded()) return;
  c.held = false;
  make_ready(c);
}

}  // namespace redwing

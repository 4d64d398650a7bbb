// Connections without a socket (see relay.h): their opening, their input, their output, and what their owner
// is told.
#include <algorithm>
#include <cstring>
#include <utility>

#include "memory/assert.h"
#include "transport/layout.h"
#include "transport/transport.h"

namespace redwing {

Connection* Transport::find_relay(int32_t number) const {
  return number >= 0 && static_cast<size_t>(number) < relays_.size() ? relays_[static_cast<size_t>(number)]
                                                                     : nullptr;
}

int32_t Transport::open_relay(RelayPeer peer) {
  auto c = std::make_unique<Connection>();
  c->transport = this;
  c->relay = std::make_unique<Relay>();
  c->relay->facts = std::move(peer);
  uv_idle_init(loop_, &c->handle.inert);
  handles_++;
  Connection* owned = c.release();  // libuv has it from here; on_closed takes it back
  owned->handle.any.data = owned;
  if (free_relays_.empty()) {
    free_relays_.push_back(static_cast<int32_t>(relays_.size()));
    relays_.push_back(nullptr);
  }
  const int32_t number = owned->relay->number = free_relays_.back();
  free_relays_.pop_back();
  relays_[static_cast<size_t>(number)] = owned;
  relay_count_++;
  admit(*owned);
  return number;
}

// ---- input ----

bool Transport::relay_input(int32_t number, const uint8_t* bytes, size_t size) {
  Connection* c = find_relay(number);
  if (c == nullptr || c->close_after || c->peer_gone || c->relay->ended) return true;
  Relay& relay = *c->relay;
  relay.arrived.append(bytes, size);
  list_relay(*c);
  const size_t kept = relay.arrived.size + (c->waits ? c->waiting.size : 0);
  relay.held_back = kept >= kWaitingInputBytes && !reads_on(*c);
  return !relay.held_back;
}

void Transport::relay_ended(int32_t number, bool gone) {
  Connection* c = find_relay(number);
  if (c == nullptr) return;
  if (gone) c->ends_in_order = false;
  if (gone && c->close_after) return finish_close(*c);
  if (c->close_after || c->peer_gone || c->relay->ended) return;
  c->relay->ended = true;
  c->ends_in_order = !gone;
  list_relay(*c);
}

void Transport::list_relay(Connection& c) {
  if (c.relay->listed) return;
  c.relay->listed = true;
  relay_inputs_.push_back(c.relay->number);
  wake();
}

void Transport::take_in_relays() {
  std::vector<int32_t> listed = std::exchange(relay_inputs_, {});
  for (int32_t number : listed) {
    Connection* c = find_relay(number);
    if (c == nullptr || !c->relay->listed) continue;
    c->relay->listed = false;
    if (!take_in_relay(*c)) list_relay(*c);
  }
}

// False: there is no row left for it in this turn.
bool Transport::take_in_relay(Connection& c) {
  RW_ASSERT(!in_batch_, "input is not taken in while a batch is executed");
  Relay& relay = *c.relay;
  if (c.close_after || c.peer_gone) {
    relay.arrived.clear();
    return true;
  }
  if (relay.arrived.size > 0 && !take_in_arrived(c)) return false;
  if (relay.ended) {
    if (c.ready)
      c.peer_gone = true;  // reported with the bytes that came before
    else
      peer_gone(c);
  } else if (relay.held_back && !c.waits) {
    tell_input(c);
  }
  return true;
}

bool Transport::take_in_arrived(Connection& c) {
  ByteBuffer& arrived = c.relay->arrived;
  if (c.backlog && !c.waits) return false;
  if (c.big && c.big->size + arrived.size >= c.big_expected && !c.waits && c.row < 0 &&
      rows_ == kBatchRowsMax)
    return false;
  bytes_read_ += arrived.size;
  reads_++;
  if (c.big) {
    c.big->append(arrived.data.get(), arrived.size);
    arrived.clear();
    count_input(c);
    if (c.big->size < c.big_expected || c.waits) return true;
    if (c.row < 0) add_row(c, 0, 0, kRowBig);
    row(c.row)[kRowTo] = static_cast<int32_t>(c.big->size);
    return true;
  }
  if (c.waiting.size == 0 && !c.backlog) {
    c.waiting = std::exchange(arrived, ByteBuffer{});
    count_input(c);
  } else {
    keep_arrived(c, arrived.data.get(), arrived.size);
    arrived.clear();
  }
  if (!c.waits) make_ready(c);
  return true;
}

// What arrived for a connection with input that waits comes behind that.
void Transport::keep_arrived(Connection& c, const uint8_t* bytes, size_t size) {
  if (!c.backlog && c.waiting.size < kWaitingInputBytes) {
    c.waiting.append(bytes, size);
  } else {
    if (!c.backlog) c.backlog = std::make_unique<InputBacklog>();
    c.backlog->append(bytes, size);
  }
  count_input(c);
  check_input_limit(c);
}

// ---- output ----

size_t Transport::output_to_take(const Connection& c) const {
  if (!c.writing || c.closing) return 0;
  const Relay& relay = *c.relay;
  const std::vector<OutputChunk>& chunks = c.writing->chunks;
  return relay.chunk < chunks.size() ? chunks[relay.chunk].size() - relay.offset : 0;
}

size_t Transport::take_relay_output(int32_t number, uint8_t* into, size_t room) {
  Connection* c = find_relay(number);
  size_t taken = 0;
  if (c == nullptr) return taken;
  Relay& relay = *c->relay;
  while (taken < room) {
    const size_t size = std::min(output_to_take(*c), room - taken);
    if (size == 0) break;
    const OutputChunk& chunk = c->writing->chunks[relay.chunk];
    std::memcpy(into + taken, chunk.data() + relay.offset, size);
    taken += size;
    relay.offset += size;
    if (relay.offset < chunk.size()) continue;
    relay.chunk++;
    relay.offset = 0;
  }
  return taken;
}

size_t Transport::relay_sent(int32_t number) {
  Connection* c = find_relay(number);
  if (c == nullptr || c->closing || !c->writing) return 0;
  if (output_to_take(*c) == 0) {
    c->relay->chunk = c->relay->offset = 0;
    written(*c, 0);
  }
  return output_to_take(*c);
}

// ---- telling the owner ----

void Transport::tell(const Relay& relay, int32_t event) {
  notices_.push_back({relay.number, event});
  wake();
}

void Transport::tell_output(Connection& c) {
  if (!std::exchange(c.relay->tells_output, true)) tell(*c.relay, kRelayOutput);
}

void Transport::tell_input(Connection& c) {
  if (!std::exchange(c.relay->tells_input, true)) tell(*c.relay, kRelayInput);
}

void Transport::forget_relay(Connection& c) {
  relays_[static_cast<size_t>(c.relay->number)] = nullptr;
  tell(*c.relay, kRelayClosed);
}

void Transport::tell_owners() {
  std::vector<Notice> notices = std::exchange(notices_, {});
  for (const Notice& notice : notices) {
    if (notice.event == kRelayClosed) {
      free_relays_.push_back(notice.number);
      relay_count_--;
      events_.on_relay(notice.number, notice.event, 0);
      continue;
    }
    Connection* c = find_relay(notice.number);
    if (c == nullptr) continue;
    Relay& relay = *c->relay;
    size_t bytes = 0;
    if (notice.event == kRelayOutput) {
      relay.tells_output = false;
      bytes = output_to_take(*c);
    } else {
      relay.tells_input = relay.held_back = false;
    }
    events_.on_relay(notice.number, notice.event, bytes);
  }
  rest();
}

}  // namespace redwing

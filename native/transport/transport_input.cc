// The reading half of the transport: where the next bytes of a connection go, and how they become a row.
#include <algorithm>
#include <cstring>
#include <utility>

#include "memory/assert.h"
#include "transport/transport.h"

namespace redwing {

namespace {
// Most bytes that one connection may bring into one batch, so that none starves the others.
constexpr size_t kRowBytesMax = 1u << 20;
// A big frame is read in pieces of up to this size.
constexpr size_t kBigReadBytes = 1u << 20;
// Most that is set aside for a big frame on its word alone; beyond that its buffer grows with what arrives.
constexpr size_t kBigReserveBytes = 64u << 20;
// Connections that wait with commands which one turn delivers. Each of them may reply some kilobytes whatever
// the turn has replied already, and there may be 10,000 that were cut short in turns before.
constexpr int32_t kReadyRowsMax = 32;
// Less room than this in the arena is not worth a read.
constexpr size_t kSmallestRead = 4096;
}  // namespace

void Transport::start_reading(Connection& c) {
  if (c.reading || c.closing) return;
  if (c.relay) {
    if (c.relay->held_back) tell_input(c);
    return;
  }
  c.reading = uv_read_start(&c.handle.stream, on_alloc, on_read) == 0;
}

void Transport::stop_reading(Connection& c) {
  if (!c.reading) return;
  uv_read_stop(&c.handle.stream);
  c.reading = false;
}

void Transport::on_alloc(uv_handle_t* handle, size_t, uv_buf_t* buffer) {
  auto* c = static_cast<Connection*>(handle->data);
  *buffer = c->transport->place_for(*c);
}

uv_buf_t Transport::place_for(Connection& c) {
  // What has arrived before is executed first: `on_read` stops reading until then.
  if (c.backlog && !c.waits) return uv_buf_init(nullptr, 0);
  if (c.big) {
    ByteBuffer& big = *c.big;
    if (big.capacity - big.size < kSmallestRead)
      big.reserve(big.capacity + std::max(big.capacity / 2, kBigReadBytes));
    count_input(c);
    size_t room = std::min(big.capacity - big.size, kBigReadBytes);
    return uv_buf_init(reinterpret_cast<char*>(big.data.get() + big.size), static_cast<unsigned>(room));
  }
  return c.waits ? waiting_place(c) : arena_place(c);
}

uv_buf_t Transport::waiting_place(Connection& c) {
  ByteBuffer* into = &c.waiting;
  if (c.backlog || c.waiting.size >= kWaitingInputBytes) {
    // Enough is kept: `on_read` stops reading, and the socket's own buffer holds the rest back.
    if (!reads_on(c)) return uv_buf_init(nullptr, 0);
    if (!c.backlog) c.backlog = std::make_unique<InputBacklog>();
    into = &c.backlog->space(kSmallestRead);
  } else if (into->capacity - into->size < kSmallestRead) {
    into->reserve(into->capacity * 2 + kSmallestRead);
  }
  count_input(c);
  return uv_buf_init(reinterpret_cast<char*>(into->data.get() + into->size),
                     static_cast<unsigned>(into->capacity - into->size));
}

// ---- strangers ----

void Transport::set_stranger(int32_t id, bool is_stranger) {
  if (Connection* c = find(id)) c->is_stranger = is_stranger;
}

// The next ones in line are read in this turn; before others, so that none waits for ever.
void Transport::begin_strangers() {
  // Who was put off goes first: whoever is read now would stand before them.
  stranger_rows_ = std::exchange(strangers_put_off_, false) ? kStrangerRowsMax : 0;
  for (int32_t i = stranger_rows_; i < kStrangerRowsMax && !strangers_in_line_.empty();
       strangers_in_line_.pop_front()) {
    Connection* c = find(strangers_in_line_.front());
    if (c == nullptr || !c->in_line) continue;
    c->in_line = false;
    if (!c->peer_gone) start_reading(*c);
    i++;
  }
}

// Whether a stranger is not read in this turn, since others have had the part of all of them.
bool Transport::queues_up(Connection& c) {
  if (!c.counts_as_stranger() || stranger_rows_ < kStrangerRowsMax) return false;
  c.in_line = true;
  strangers_in_line_.push_back(c.id);
  return true;
}

// Behind the last row's bytes, which are this connection's own or another's; a cut frame is put in front.
uv_buf_t Transport::arena_place(Connection& c) {
  uv_buf_t none = uv_buf_init(nullptr, 0);
  size_t rest = 0;
  if (c.row >= 0) {
    const int32_t* r = row(c.row);
    bool last = static_cast<size_t>(r[kRowTo]) == input_used_;
    if (!last || r[kRowTo] - r[kRowFrom] >= static_cast<int32_t>(kRowBytesMax)) return none;
  } else {
    rest = c.waiting.size;
    if (rows_ == kBatchRowsMax || queues_up(c)) return none;
  }
  size_t used = input_used_ + rest;
  if (used + kSmallestRead > static_cast<size_t>(kInputBytes)) return none;
  size_t room = std::min(static_cast<size_t>(kInputBytes) - used, static_cast<size_t>(kReadBytes));
  if (rest > 0) std::memcpy(arenas_.input() + input_used_, c.waiting.data.get(), rest);
  return uv_buf_init(reinterpret_cast<char*>(arenas_.input() + used), static_cast<unsigned>(room));
}

void Transport::on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t*) {
  auto* c = static_cast<Connection*>(stream->data);
  // Reading may be stopped here but not where the place for it is asked for: libuv would call a callback that
  // is gone.
  if (count == UV_ENOBUFS && (c->waits || c->in_line || c->backlog)) return c->transport->stop_reading(*c);
  if (count == 0 || count == UV_ENOBUFS) return;
  if (count < 0) {
    c->ends_in_order = count == UV_EOF;
    return c->transport->peer_gone(*c);
  }
  c->transport->take_in(*c, static_cast<size_t>(count));
}

void Transport::take_in(Connection& c, size_t count) {
  bytes_read_ += count;
  reads_++;
  if (c.big) {
    c.big->size += count;
    if (c.big->size < c.big_expected || c.waits) return;
    if (c.row < 0 && rows_ < kBatchRowsMax) add_row(c, 0, 0, kRowBig);
    if (c.row >= 0) row(c.row)[kRowTo] = static_cast<int32_t>(c.big->size);
    return;
  }
  if (c.waits) {
    if (c.backlog)
      c.backlog->added(count);
    else
      c.waiting.size += count;
    check_input_limit(c);
    return;
  }
  size_t rest = c.row < 0 ? c.waiting.size : 0;
  auto to = static_cast<int32_t>(input_used_ + rest + count);
  if (c.row < 0) {
    add_row(c, static_cast<int32_t>(input_used_), to, 0);
    c.waiting.clear();
  } else {
    row(c.row)[kRowTo] = to;
  }
  input_used_ = static_cast<size_t>(to);
}

int32_t* Transport::add_row(Connection& c, int32_t from, int32_t to, int32_t flags) {
  RW_ASSERT(rows_ < kBatchRowsMax && c.row < 0, "a row too many");
  c.row = rows_++;
  // It has had its turn, wherever it stands in the line: its place there is nobody's.
  c.in_line = false;
  stranger_rows_ += c.counts_as_stranger();
  if (c.counts_as_stranger()) flags |= kRowStranger;
  pacer_.count(c.window != pacer_.window());
  c.window = pacer_.window();
  int32_t* r = row(c.row);
  r[kRowConnection] = c.id;
  r[kRowFrom] = r[kRowConsumed] = from;
  r[kRowTo] = to;
  r[kRowReplyFrom] = r[kRowReplyTo] = 0;
  r[kRowMissing] = 0;
  r[kRowFlags] = flags;
  return r;
}

// A connection that has sent too much while it waits is ended.
void Transport::check_input_limit(Connection& c) {
  if (!reads_on(c) || c.input_bytes() <= input_limit_) return;
  c.overran = true;
  end_early(c);
}

// Ends a connection whatever it has sent or still sends: that it is gone is reported as a row of its own.
void Transport::end_early(Connection& c) {
  c.ends_first = c.ends_first || reads_on(c);
  c.drop_input();
  count_input(c);
  c.waits = c.held = false;
  stop_reading(c);
  c.ends_in_order = false;
  c.peer_gone = true;
  make_ready(c);
}

// End of stream or an error: what arrived before is still executed, then the end is reported, in order.
void Transport::peer_gone(Connection& c) {
  stop_reading(c);
  c.peer_gone = true;
  c.ends_first = c.ends_first || reads_on(c);
  if (c.row >= 0) {
    row(c.row)[kRowFlags] |= kRowClosed;
    return;
  }
  if (!c.ready) {
    // A command that is not complete, or what would have been executed once its output had left.
    c.drop_input();
    count_input(c);
  }
  if (only_ends(c) && may_end(c))
    end_row(c);
  else
    make_ready(c);
}

// Whether there is room in this turn for a row that only says that a connection has ended.
bool Transport::may_end(const Connection& c) const {
  return rows_ < kBatchRowsMax && (end_rows_ < kEndRowsMax || c.ends_first);
}

void Transport::end_row(Connection& c) {
  end_rows_ += !c.ends_first;
  add_row(c, 0, 0, kRowClosed | (c.overran ? kRowOverran : 0));
}

// ---- what was not consumed ----

void Transport::finish_row(int32_t index) {
  const int32_t* r = row(index);
  Connection* c = find(r[kRowConnection]);
  if (c == nullptr || c->row != index) return;
  size_t replied = static_cast<size_t>(r[kRowReplyTo] - r[kRowReplyFrom]);
  if (index >= drained_rows_ && replied > 0) write_out(*c, arenas_.reply() + r[kRowReplyFrom], replied);
  c->row = -1;
  const bool yields = (r[kRowFlags] & kRowYield) != 0;
  const bool is_last = (r[kRowFlags] & kRowClosed) != 0 && !yields;
  // Who goes on in the next turn is no newcomer then, and must not keep others from being read.
  const bool is_put_off = yields && r[kRowConsumed] == r[kRowFrom];
  strangers_put_off_ = strangers_put_off_ || (is_put_off && c->counts_as_stranger());
  c->is_new = c->is_new && is_put_off;
  if ((r[kRowFlags] & kRowCloseAfter) != 0 || is_last)
    return close(c->id, !c->peer_gone || (c->ends_in_order && (c->relay || !c->withheld.empty())));
  c->waits = (r[kRowFlags] & (kRowWait | kRowHold)) != 0;
  c->held = (r[kRowFlags] & kRowHold) != 0;
  if (gate_ != nullptr && !c->waits && c->out_bytes > 0 && gate_->is_flooded()) c->waits = c->held = true;
  if ((r[kRowFlags] & kRowBig) != 0)
    keep_big_rest(*c, r);
  else
    keep_rest(*c, r);
  const bool has_waited = c->backlog != nullptr;
  // What is left of a row that neither waits nor yields is a cut frame: it needs more, however long it is.
  const auto missing = static_cast<size_t>(std::max(r[kRowMissing], 1));
  take_from_backlog(*c, c->waits || yields ? 0 : c->waiting.size + missing);
  count_input(*c);
  if (c->peer_gone && reads_on(*c)) return end_early(*c);
  if (!check_output_limit(*c)) return;
  // It goes on with what it has sent meanwhile, or waits again and may send more.
  if (has_waited && reads_on(*c)) start_reading(*c);
  if ((yields || has_waited || c->peer_gone) && !c->waits) make_ready(*c);
  go_on_if_held(*c);
}

// What comes next joins what was not consumed: as much as a row takes, or `least`, or as a big frame needs.
void Transport::take_from_backlog(Connection& c, size_t least) {
  const size_t wanted = std::max(least, kWaitingInputBytes);
  while (c.backlog && (c.big ? c.big->size < c.big_expected : c.waiting.size < wanted)) {
    ByteBuffer block = c.backlog->take();
    if (c.backlog->empty()) c.backlog.reset();
    ByteBuffer& into = c.big ? *c.big : c.waiting;
    if (into.size == 0)
      into = std::move(block);
    else
      into.append(block.data.get(), block.size);
  }
}

void Transport::keep_rest(Connection& c, const int32_t* r) {
  auto rest = static_cast<size_t>(r[kRowTo] - r[kRowConsumed]);
  if (rest == 0) return;
  const uint8_t* bytes = arenas_.input() + r[kRowConsumed];
  if (!c.waits && (r[kRowFlags] & kRowGrow) != 0) {
    c.big = std::make_unique<ByteBuffer>();
    c.big_expected = rest + static_cast<size_t>(r[kRowMissing]);
    c.big->reserve(std::min(c.big_expected, kBigReserveBytes) + kReadBytes);
    c.big->append(bytes, rest);
    return;
  }
  RW_ASSERT(c.waiting.size == 0, "bytes of a connection wait in one place");
  c.waiting.append(bytes, rest);
}

// A big frame that is complete gives its tail back to the ordinary way; one that is not goes on growing.
void Transport::keep_big_rest(Connection& c, const int32_t* r) {
  ByteBuffer& big = *c.big;
  if (r[kRowConsumed] == 0 && !c.waits) {
    c.big_expected = big.size + static_cast<size_t>(std::max(r[kRowMissing], 1));
    return;
  }
  std::unique_ptr<ByteBuffer> done = std::move(c.big);
  c.big_expected = 0;
  auto consumed = static_cast<size_t>(r[kRowConsumed]);
  c.waiting.append(done->data.get() + consumed, done->size - consumed);
  if (!c.waits && c.waiting.size > 0) make_ready(c);
}

ByteBuffer* Transport::big_frame(int32_t id) {
  Connection* c = find(id);
  return c == nullptr ? nullptr : c->big.get();
}

// ---- delivery without a read ----

void Transport::deliver_ready() {
  std::vector<int32_t> ready = std::exchange(ready_, {});
  // When there is no room for one, those behind it wait as well: they were resumed later.
  // So they do when enough have been delivered: each may execute something, and the others must not wait for
  // all.
  bool full = false;
  int32_t delivered = 0;
  for (int32_t id : ready) {
    Connection* c = find(id);
    if (c == nullptr || !c->ready) continue;
    c->ready = false;
    if (only_ends(*c)) {
      if (may_end(*c))
        end_row(*c);
      else
        make_ready(*c);
      continue;
    }
    full = full || delivered == kReadyRowsMax;
    if (!full && deliver(*c)) {
      delivered++;
      continue;
    }
    full = full || c->row < 0;
    make_ready(*c);
  }
  rest();
}

// Nothing is left of it but its end, which was not reported.
bool Transport::only_ends(const Connection& c) {
  return c.peer_gone && c.row < 0 && !c.backlog && c.waiting.size == 0 &&
         !(c.big && c.big->size >= c.big_expected);
}

bool Transport::deliver(Connection& c) {
  if (c.row >= 0) {
    // What it had kept stands in front of what was read. It is not to be delivered again: its row may end in
    // a wait.
    if (c.waiting.size > 0 || c.peer_gone) return false;
    start_reading(c);
    return true;
  }
  if (rows_ == kBatchRowsMax) return false;
  const int32_t end_flag = c.peer_gone && !c.backlog ? kRowClosed : 0;
  if (c.big && c.big->size >= c.big_expected) {
    add_row(c, 0, static_cast<int32_t>(c.big->size), kRowBig);
    if (!c.peer_gone && !c.backlog) start_reading(c);
    return true;
  }
  size_t size = c.waiting.size;
  if (size > static_cast<size_t>(kInputBytes) - input_used_) {
    if (size <= static_cast<size_t>(kInputBytes)) return false;  // the next turn's arena is empty
    c.waits = c.held = false;
    c.big = std::make_unique<ByteBuffer>(std::move(c.waiting));
    c.waiting = ByteBuffer{};
    add_row(c, 0, static_cast<int32_t>(c.big->size), kRowBig);
    if (!c.peer_gone && !c.backlog) start_reading(c);
    return true;
  }
  c.waits = c.held = false;
  if (size > 0) {
    std::memcpy(arenas_.input() + input_used_, c.waiting.data.get(), size);
    auto from = static_cast<int32_t>(input_used_);
    input_used_ += size;
    add_row(c, from, static_cast<int32_t>(input_used_), end_flag);
    c.waiting.clear();
    count_input(c);
  }
  if (!c.peer_gone && !c.backlog) start_reading(c);
  return true;
}

}  // namespace redwing

// Pushing: output for a connection that is not the one whose command is being executed (messages of pub/sub,
// invalidations, replies to clients that have waited), kept in order with its own replies of the turn.
//
//   row before the current one   its replies of this turn are queued first, what is pushed behind them
//   row behind the current one   what is pushed is queued; the replies of its row will follow
//   no row in this turn          what is pushed is queued
//
// All that was queued so leaves at the end of the turn, in one write a connection, however many messages it
// is; or, when there are thousands of connections, in this turn and the next ones, a bounded time of each.
// What goes to many is kept once, in a block of the turn, and lent to their outputs; where messages follow
// each other in it, an output's part only becomes longer. What a socket does not take then is copied.
#include <algorithm>

#include "memory/assert.h"
#include "transport/transport.h"

namespace redwing {

namespace {
// Chunks that one write takes, at most.
constexpr size_t kBuffersMax = 64;
// Of what goes to many, in one turn; what is more is copied for each.
constexpr size_t kSharedBytes = 262144;
// What writing to those that were pushed to may take of a turn, and how often the clock is read.
constexpr uint64_t kFlushNs = 2'000'000;
constexpr size_t kFlushStep = 16;
}  // namespace

void Transport::push(int32_t id, const uint8_t* bytes, size_t size) {
  Connection* c = find(id);
  if (c == nullptr || c->closing || size == 0) return;
  if (!in_batch_) {
    write_out(*c, bytes, size);
    check_output_limit(*c);
    return;
  }
  settle_row(*c);
  queue_bytes(*c, bytes, size);
  mark_pushed(*c);
}

void Transport::push_to_many(const int32_t* ids, size_t count, const uint8_t* bytes, size_t size) {
  const uint8_t* shared = in_batch_ && count > 1 ? share(bytes, size) : nullptr;
  for (size_t i = 0; i < count; i++) {
    Connection* c = shared == nullptr ? nullptr : find(ids[i]);
    if (c == nullptr || c->closing || c->writing || c->relay || must_withhold(*c)) {
      push(ids[i], bytes, size);
      continue;
    }
    settle_row(*c);
    c->out_bytes += size;
    buffered_bytes_ += size;
    if (c->out.empty() || !c->out.back().try_extend(shared, size)) c->out.emplace_back(shared, size);
    mark_pushed(*c);
  }
}

// Copies bytes to where they stay until the end of the turn; null: there is no room left.
const uint8_t* Transport::share(const uint8_t* bytes, size_t size) {
  if (size == 0 || size > kSharedBytes - shared_used_) return nullptr;
  if (!shared_) shared_ = std::make_unique_for_overwrite<uint8_t[]>(kSharedBytes);
  uint8_t* copy = shared_.get() + shared_used_;
  std::copy_n(bytes, size, copy);
  shared_used_ += size;
  return copy;
}

// Takes the replies of a row that was executed in this turn out of the arena.
void Transport::settle_row(Connection& c) {
  const int32_t current = arenas_.control()[kCurrentRow];
  RW_ASSERT(c.row < 0 || c.row != current || reply_to() >= 0, "the current row is not pushed to");
  if (c.row < drained_rows_ || c.row >= current) return;
  int32_t* r = row(c.row);
  const auto size = static_cast<size_t>(r[kRowReplyTo] - r[kRowReplyFrom]);
  if (size > 0) queue_bytes(c, arenas_.reply() + r[kRowReplyFrom], size);
  r[kRowReplyFrom] = r[kRowReplyTo] = 0;
}

void Transport::mark_pushed(Connection& c) {
  if (c.pushed) return;
  c.pushed = true;
  pushed_.push_back(c.id);
}

void Transport::end_reply_to() {
  const int32_t from = arenas_.control()[kReplyToFrom];
  RW_ASSERT(from >= 0 && from <= arenas_.cursor(), "a reply begins behind its end");
  const auto size = static_cast<size_t>(arenas_.cursor() - from);
  count_replied(size);
  if (arenas_.control()[kDiscardReplies] == 0) push(reply_to(), arenas_.reply() + from, size);
  arenas_.cursor() = from;
}

void Transport::flush_pushed() {
  const uint64_t end = uv_hrtime() + kFlushNs;
  size_t done = 0;
  for (; done < pushed_.size(); done++) {
    if (done % kFlushStep == kFlushStep - 1 && uv_hrtime() > end) break;
    Connection* c = find(pushed_[done]);
    if (c == nullptr || !c->pushed) continue;
    c->pushed = false;
    flush(*c);
    if (!c->closing) check_output_limit(*c);
  }
  pushed_.erase(pushed_.begin(), pushed_.begin() + static_cast<ptrdiff_t>(done));
  for (int32_t id : pushed_) {
    Connection* c = find(id);
    if (c == nullptr || !c->pushed) continue;
    for (OutputChunk& chunk : c->out) chunk.own();
  }
  shared_used_ = 0;
  if (pushed_.empty())
    rest();
  else
    wake();
}

// Writes what waits at once, if nothing is on its way already; what the socket does not take goes on waiting.
void Transport::flush(Connection& c) {
  if (c.writing || c.out.empty() || c.closing) return;
  if (c.relay) return start_write(c);
  uv_buf_t buffers[kBuffersMax];
  const size_t count = std::min(c.out.size(), kBuffersMax);
  for (size_t i = 0; i < count; i++) {
    buffers[i] = uv_buf_init(reinterpret_cast<char*>(const_cast<uint8_t*>(c.out[i].data())),
                             static_cast<unsigned>(c.out[i].size()));
  }
  const int written = uv_try_write(&c.handle.stream, buffers, static_cast<unsigned>(count));
  auto left = static_cast<size_t>(std::max(written, 0));
  if (left > 0) writes_++;
  bytes_written_ += left;
  buffered_bytes_ -= left;
  c.out_bytes -= left;
  size_t whole = 0;
  while (left > 0 && left >= c.out[whole].size()) left -= c.out[whole++].size();
  if (left > 0) c.out[whole].skip(left);
  c.out.erase(c.out.begin(), c.out.begin() + static_cast<ptrdiff_t>(whole));
  start_write(c);
}

}  // namespace redwing

// The writing half of the transport: one write a connection and turn, a queue for what the socket does not
// take.
#include <algorithm>
#include <utility>

#include "keyspace/blob.h"
#include "memory/assert.h"
#include "transport/socket_tuning.h"
#include "transport/transport.h"

namespace redwing {

namespace {
// Chunks of queued output grow with what waits: up to this, and then to what is mapped.
constexpr size_t kSmallestChunk = 512;
constexpr size_t kLargestChunk = 16384;
constexpr size_t kMuchWaits = 8 * kMappedOutputBytes;
constexpr size_t kBuffersMax = 64;      // chunks that one write takes, at most
constexpr size_t kWriteBytes = 262144;  // and bytes: a longer write would keep the loop from other clients
}  // namespace

// Bytes of a finished row, or of `send`: to the socket if nothing waits before them, else to the queue.
void Transport::write_out(Connection& c, const uint8_t* bytes, size_t size) {
  if (c.closing || size == 0) return;
  if (c.out_bytes == 0 && !c.relay && !must_withhold(c)) {
    int sent = send_now(&c.handle.stream, bytes, size);
    if (sent > 0) {
      writes_++;
      bytes_written_ += static_cast<size_t>(sent);
      bytes += sent;
      size -= static_cast<size_t>(sent);
    } else if (sent < 0 && sent != UV_EAGAIN) {
      return;  // the read side reports the broken connection
    }
    if (size == 0) return;
  }
  queue_bytes(c, bytes, size);
  start_write(c);
}

void Transport::queue_bytes(Connection& c, const uint8_t* bytes, size_t size) {
  c.out_bytes += size;
  buffered_bytes_ += size;
  count_output(c);
  const bool withholds = must_withhold(c);
  if (withholds ? extend_withheld(c, bytes, size) : !c.out.empty() && c.out.back().try_append(bytes, size))
    return;
  const size_t grown =
      c.out_bytes < kMuchWaits ? std::clamp(c.out_bytes, kSmallestChunk, kLargestChunk) : kMappedOutputBytes;
  const size_t capacity = std::max(size, grown);
  OutputBytes copy = make_output_bytes(capacity);
  std::copy_n(bytes, size, copy.get());
  OutputChunk chunk(std::move(copy), size, capacity);
  if (withholds) return withhold(c, std::move(chunk));
  c.out.push_back(std::move(chunk));
}

// The same with a chunk.
void Transport::queue_chunk(Connection& c, OutputChunk chunk) {
  c.out_bytes += chunk.size();
  buffered_bytes_ += chunk.size();
  count_output(c);
  if (must_withhold(c)) return withhold(c, std::move(chunk));
  c.out.push_back(std::move(chunk));
}

void Transport::start_write(Connection& c) {
  if (c.writing || c.out.empty() || c.closing) return;
  c.writing = std::make_unique<WriteRequest>();
  WriteRequest& w = *c.writing;
  w.request.data = &c;
  size_t count = 0;
  for (size_t bytes = 0; count < c.out.size() && count < kBuffersMax && bytes < kWriteBytes; count++)
    bytes += c.out[count].size();
  auto end = c.out.begin() + static_cast<ptrdiff_t>(count);
  for (OutputChunk& chunk : c.out) chunk.own();  // the write may take longer than the turn
  w.chunks.assign(std::make_move_iterator(c.out.begin()), std::make_move_iterator(end));
  c.out.erase(c.out.begin(), end);
  if (c.relay) {
    for (const OutputChunk& chunk : w.chunks) w.bytes += chunk.size();
    return tell_output(c);
  }
  uv_buf_t buffers[kBuffersMax];
  for (size_t i = 0; i < count; i++) {
    const OutputChunk& chunk = w.chunks[i];
    w.bytes += chunk.size();
    buffers[i] = uv_buf_init(reinterpret_cast<char*>(const_cast<uint8_t*>(chunk.data())),
                             static_cast<unsigned>(chunk.size()));
  }
  if (uv_write(&w.request, &c.handle.stream, buffers, static_cast<unsigned>(count), on_written) != 0)
    fail_write(c);
}

// The socket takes nothing any more, as after a failed read: nobody will get what waits. That the connection
// is gone is reported all the same, which is where it is forgotten.
void Transport::fail_write(Connection& c) {
  c.writing.reset();
  forget_withheld(c);
  c.out.clear();
  buffered_bytes_ -= std::exchange(c.out_bytes, 0);
  if (c.close_after) return finish_close(c);
  if (c.row < 0) return end_early(c);
  // Behind its row, which goes on.
  stop_reading(c);
  c.ends_in_order = false;
  c.peer_gone = true;
}

void Transport::on_written(uv_write_t* request, int status) {
  auto* c = static_cast<Connection*>(request->data);
  c->transport->written(*c, status);
}

void Transport::written(Connection& c, int status) {
  std::unique_ptr<WriteRequest> done = std::move(c.writing);
  if (c.closing) return;
  c.out_bytes -= done->bytes;
  buffered_bytes_ -= done->bytes;
  if (status != 0) {  // the peer is gone; the read side may be stopped, so this side reports it
    if (c.close_after) return finish_close(c);
    if (!c.peer_gone)
      peer_gone(c);
    else if (c.row < 0)
      end_early(c);  // what it has sent and is still to be executed would never be replied to
    return;
  }
  writes_++;
  bytes_written_ += done->bytes;
  done.reset();
  if (!c.out.empty()) {
    start_write(c);
  } else if (c.close_after && c.out_bytes == 0) {
    return finish_close(c);
  }
  go_on_if_held(c);
}

// False: the connection passed its limit and was ended; the end is reported as a row of its own.
bool Transport::check_output_limit(Connection& c) {
  const OutputLimit& limit = limits_[c.limit_class];
  bool hard = limit.hard_bytes > 0 && c.out_bytes > limit.hard_bytes;
  bool soft = limit.soft_bytes > 0 && c.out_bytes > limit.soft_bytes;
  uint64_t now = uv_now(loop_);
  if (!soft) {
    c.soft_since_ms = 0;
  } else if (c.soft_since_ms == 0) {
    c.soft_since_ms = now == 0 ? 1 : now;
    soft = false;
  } else {
    soft = now - c.soft_since_ms >= limit.soft_ms;
  }
  if (!hard && !soft) return true;
  if (!c.peer_gone) ended_by_limit_++;
  end_early(c);
  return false;
}

void Transport::check_output_limits() {
  if (buffered_bytes_ == 0) return;
  for (Connection* c : connections_) {
    if (c != nullptr && c->soft_since_ms != 0 && !c->peer_gone) check_output_limit(*c);
  }
}

void Transport::send(int32_t id, const uint8_t* bytes, size_t size) {
  Connection* c = find(id);
  if (c == nullptr) return;
  write_out(*c, bytes, size);
  check_output_limit(*c);
}

void Transport::send_chunk(int32_t id, OutputChunk chunk) {
  Connection* c = find(id);
  if (c == nullptr || c->closing) return;
  queue_chunk(*c, std::move(chunk));
  start_write(*c);
  check_output_limit(*c);
}

// ---- ReplySink ----

void Transport::drain() {
  const int32_t to = reply_to();
  if (to < 0) return drain_rows();
  const int32_t from = arenas_.control()[kReplyToFrom], end = arenas_.cursor();
  if (in_batch_) {
    arenas_.cursor() = from;
    drain_rows();
  } else {
    RW_ASSERT(from == 0, "outside a batch, the arena holds one reply");
  }
  count_replied(static_cast<size_t>(end - from));
  push(to, arenas_.reply() + from, static_cast<size_t>(end - from));
  arenas_.control()[kReplyToFrom] = arenas_.cursor() = 0;
}

// The replies of all rows up to and with the current one leave.
void Transport::drain_rows() {
  int32_t current = arenas_.control()[kCurrentRow];
  RW_ASSERT(in_batch_ && current >= drained_rows_, "replies are drained while a row is executed");
  for (int32_t i = drained_rows_; i < current; i++) {
    const int32_t* r = row(i);
    Connection* c = find(r[kRowConnection]);
    size_t size = static_cast<size_t>(r[kRowReplyTo] - r[kRowReplyFrom]);
    if (c != nullptr && c->row == i) write_out(*c, arenas_.reply() + r[kRowReplyFrom], size);
  }
  drained_rows_ = current;
  int32_t* r = row(current);
  Connection* c = find(r[kRowConnection]);
  size_t size = static_cast<size_t>(arenas_.cursor() - r[kRowReplyFrom]);
  if (c != nullptr && arenas_.control()[kDiscardReplies] == 0) {
    write_out(*c, arenas_.reply() + r[kRowReplyFrom], size);
    if (c->out_bytes > kHoldBytes) arenas_.control()[kHold] = 1;
  }
  r[kRowReplyFrom] = r[kRowReplyTo] = 0;
  count_replied(static_cast<size_t>(arenas_.cursor()));
  arenas_.cursor() = 0;
}

void Transport::append_blob(Blob* blob, Heap& heap) {
  OutputChunk chunk(blob, heap);
  drain();
  const bool is_pushed = reply_to() >= 0;
  Connection* c = find(is_pushed ? reply_to() : row(arenas_.control()[kCurrentRow])[kRowConnection]);
  if (c == nullptr || c->closing || arenas_.control()[kDiscardReplies] != 0) return;
  count_replied(chunk.size());
  queue_chunk(*c, std::move(chunk));
  if (is_pushed) return mark_pushed(*c);
  start_write(*c);
  if (c->out_bytes > kHoldBytes) arenas_.control()[kHold] = 1;
}

}  // namespace redwing

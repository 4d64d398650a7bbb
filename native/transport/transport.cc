// Listening, accepting, ending connections, and the turn of the loop. Reading is in transport_input.cc,
// writing in transport_output.cc.
#include "transport/transport.h"

#include <cstring>
#include <utility>

#include "memory/assert.h"
#include "memory/platform.h"
#include "transport/socket_tuning.h"

namespace redwing {

struct Transport::Listener {
  Connection::Handle handle;
  Transport* transport = nullptr;
  bool is_unix = false;
  bool holds_connection = false;  // that came when enough had been accepted in its turn
};

namespace {
// Connections that one turn accepts: thousands that come at once must not keep others waiting.
constexpr int32_t kAcceptsMax = 32;

template <class Handle>
uv_handle_t* as_handle(Handle* h) {
  return reinterpret_cast<uv_handle_t*>(h);
}

// "1.2.3.4:5" or "[::1]:5", as Redis prints an address.
std::string format_address(const sockaddr_storage& address) {
  char ip[64] = "?";
  if (address.ss_family == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&address);
    uv_ip6_name(v6, ip, sizeof ip);
    return std::string("[").append(ip).append("]:").append(std::to_string(ntohs(v6->sin6_port)));
  }
  const auto* v4 = reinterpret_cast<const sockaddr_in*>(&address);
  uv_ip4_name(v4, ip, sizeof ip);
  return std::string(ip) + ":" + std::to_string(ntohs(v4->sin_port));
}

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address.starts_with("[::1]:") || address.starts_with("[::ffff:127.");
}

int bind_tcp(uv_tcp_t* handle, const char* address, int port, bool ipv6_only) {
  sockaddr_storage at{};
  int error = uv_ip4_addr(address, port, reinterpret_cast<sockaddr_in*>(&at));
  const bool v6 = error != 0;
  if (v6) error = uv_ip6_addr(address, port, reinterpret_cast<sockaddr_in6*>(&at));
  if (error != 0) return error;
  const unsigned flags = v6 && ipv6_only ? static_cast<unsigned>(UV_TCP_IPV6ONLY) : 0u;
  return uv_tcp_bind(handle, reinterpret_cast<sockaddr*>(&at), flags);
}

// A descriptor is an int on Unix, a handle on Windows.
int descriptor_number(int fd) { return fd; }
[[maybe_unused]] int descriptor_number(void* handle) {
  return static_cast<int>(reinterpret_cast<intptr_t>(handle));
}
}  // namespace

Transport::Transport(uv_loop_t* loop, Arenas& arenas, TransportEvents& events)
    : loop_(loop),
      arenas_(arenas),
      events_(events),
      check_(new uv_check_t),
      prepare_(new uv_prepare_t),
      wake_(new uv_idle_t) {
  uv_check_init(loop_, check_);
  check_->data = this;
  uv_check_start(check_, on_check);
  uv_unref(as_handle(check_));
  uv_prepare_init(loop_, prepare_);
  prepare_->data = this;
  uv_prepare_start(prepare_, on_prepare);
  uv_unref(as_handle(prepare_));
  platform::prefer_precise_sleeps();
  uv_idle_init(loop_, wake_);
  wake_->data = this;
  handles_ = 3;
  arenas_.set_sink(this);
}

Transport::~Transport() { RW_ASSERT(handles_ == 0, "a transport is shut down before it is destroyed"); }

int Transport::listen_tcp(const char* address, int port, int backlog, bool ipv6_only) {
  auto listener = std::make_unique<Listener>();
  listener->transport = this;
  int error = uv_tcp_init(loop_, &listener->handle.tcp);
  if (error != 0) return error;
  handles_++;
  listener->handle.any.data = listener.get();
  error = bind_tcp(&listener->handle.tcp, address, port, ipv6_only);
  if (error == 0) error = uv_listen(&listener->handle.stream, backlog, on_accept);
  Listener* kept = listeners_.emplace_back(std::move(listener)).get();
  if (error != 0) {
    uv_close(&kept->handle.any,
             [](uv_handle_t* h) { static_cast<Listener*>(h->data)->transport->one_handle_less(); });
  }
  return error;
}

int Transport::probe_tcp(const char* address, int port, bool ipv6_only) const {
  auto probe = std::make_unique<uv_tcp_t>();
  int error = uv_tcp_init(loop_, probe.get());
  if (error != 0) return error;
  uv_tcp_t* handle = probe.release();  // libuv has it until it is closed
  error = bind_tcp(handle, address, port, ipv6_only);
  // Two sockets may be bound to one port as long as neither listens.
  if (error == 0) {
    auto on_connection = [](uv_stream_t*, int) {};
    error = uv_listen(reinterpret_cast<uv_stream_t*>(handle), 1, on_connection);
  }
  uv_close(as_handle(handle), [](uv_handle_t* h) { delete reinterpret_cast<uv_tcp_t*>(h); });
  return error;
}

int Transport::listen_unix(const char* path, int backlog) {
  auto listener = std::make_unique<Listener>();
  listener->transport = this;
  listener->is_unix = true;
  int error = uv_pipe_init(loop_, &listener->handle.pipe, 0);
  if (error != 0) return error;
  handles_++;
  listener->handle.any.data = listener.get();
  error = uv_pipe_bind(&listener->handle.pipe, path);
  if (error == 0) error = uv_listen(&listener->handle.stream, backlog, on_accept);
  Listener* kept = listeners_.emplace_back(std::move(listener)).get();
  if (error != 0) {
    uv_close(&kept->handle.any,
             [](uv_handle_t* h) { static_cast<Listener*>(h->data)->transport->one_handle_less(); });
  }
  return error;
}

void Transport::close_listener(Listener& listener) {
  if (uv_is_closing(&listener.handle.any)) return;
  uv_close(&listener.handle.any,
           [](uv_handle_t* h) { static_cast<Listener*>(h->data)->transport->one_handle_less(); });
}

void Transport::close_tcp_listeners(size_t from, size_t to) {
  RW_ASSERT(from <= to && to <= listeners_.size(), "only listeners that were begun are closed");
  for (size_t i = from; i < to; i++) {
    if (!listeners_[i]->is_unix) close_listener(*listeners_[i]);
  }
}

void Transport::close_listeners() {
  for (auto& listener : listeners_) close_listener(*listener);
}

void Transport::on_accept(uv_stream_t* server, int status) {
  auto* listener = static_cast<Listener*>(server->data);
  if (status != 0) return;
  // libuv tells of no other one before this is accepted.
  if (listener->transport->accepted_ == kAcceptsMax) {
    listener->holds_connection = listener->transport->accepts_later_ = true;
    return;
  }
  listener->transport->accept(*listener);
}

// What came too late for the last turn.
void Transport::accept_postponed() {
  if (!std::exchange(accepts_later_, false)) return;
  for (auto& listener : listeners_) {
    if (std::exchange(listener->holds_connection, false) && !uv_is_closing(&listener->handle.any))
      accept(*listener);
  }
}

int32_t Transport::take_id() {
  if (!free_ids_.empty()) {
    int32_t id = free_ids_.back();
    free_ids_.pop_back();
    return id;
  }
  connections_.push_back(nullptr);
  return static_cast<int32_t>(connections_.size() - 1);
}

void Transport::accept(Listener& listener) {
  accepted_++;
  auto c = std::make_unique<Connection>();
  c->transport = this;
  c->is_unix = listener.is_unix;
  if (c->is_unix)
    uv_pipe_init(loop_, &c->handle.pipe, 0);
  else
    uv_tcp_init(loop_, &c->handle.tcp);
  handles_++;
  Connection* owned = c.release();  // libuv has it from here; on_closed takes it back
  owned->handle.any.data = owned;
  if (uv_accept(&listener.handle.stream, &owned->handle.stream) != 0) {
    owned->closing = true;
    uv_close(&owned->handle.any, on_closed);
    return;
  }
  configure_socket(*owned);
  admit(*owned);
}

void Transport::admit(Connection& c) {
  c.id = take_id();
  connections_[static_cast<size_t>(c.id)] = &c;
  open_count_++;
  start_reading(c);
  events_.on_connect(c.id);
}

void Transport::configure_socket(Connection& c) const {
  if (c.is_unix) return;
  uv_tcp_nodelay(&c.handle.tcp, 1);
  tune_loopback_socket(&c.handle.tcp);
  if (keepalive_seconds_ > 0) uv_tcp_keepalive(&c.handle.tcp, 1, static_cast<unsigned>(keepalive_seconds_));
}

void Transport::set_limit_class(int32_t id, uint8_t limit_class) {
  RW_ASSERT(limit_class < kLimitClasses, "unknown class of output limit");
  if (Connection* c = find(id)) c->limit_class = limit_class;
}

ConnectionFacts Transport::facts(int32_t id) const {
  ConnectionFacts facts;
  Connection* c = find(id);
  if (c == nullptr) return facts;
  facts.is_unix = c->is_unix;
  sockaddr_storage address{};
  int size = sizeof address;
  if (c->is_unix) {
    char path[512];
    size_t length = sizeof path;
    if (uv_pipe_getsockname(&c->handle.pipe, path, &length) != 0) length = 0;
    facts.local = facts.peer = std::string(path, length) + ":0";
    facts.is_loopback = true;
  } else if (c->relay) {
    facts.peer = c->relay->facts.peer;
    facts.local = c->relay->facts.local;
    facts.is_loopback = is_loopback(facts.peer);
  } else {
    if (uv_tcp_getpeername(&c->handle.tcp, reinterpret_cast<sockaddr*>(&address), &size) == 0)
      facts.peer = format_address(address);
    size = sizeof address;
    if (uv_tcp_getsockname(&c->handle.tcp, reinterpret_cast<sockaddr*>(&address), &size) == 0)
      facts.local = format_address(address);
    facts.is_loopback = is_loopback(facts.peer);
  }
  uv_os_fd_t fd{};
  if (c->relay)
    facts.fd = c->relay->facts.fd;
  else if (uv_fileno(&c->handle.any, &fd) == 0)
    facts.fd = descriptor_number(fd);
  facts.input_bytes = c->input_bytes();
  facts.input_capacity = c->input_capacity();
  facts.output_bytes = c->out_bytes;
  facts.output_chunks = c->out.size() + (c->writing ? c->writing->chunks.size() : 0);
  return facts;
}

BufferBytes Transport::buffers(int32_t id) const {
  const Connection* c = find(id);
  return c == nullptr ? BufferBytes{} : BufferBytes{c->input_capacity(), c->out_bytes};
}

BufferBytes Transport::take_buffer_peaks() {
  const BufferBytes peaks = std::exchange(peaks_, {});
  // What has not changed since then is not told of by anybody.
  for (const Connection* c : connections_) {
    if (c == nullptr) continue;
    peaks_.input = std::max(peaks_.input, c->input_capacity());
    count_output(*c);
  }
  return {std::max(peaks.input, peaks_.input), std::max(peaks.output, peaks_.output)};
}

// To be called when buffers of a connection's input may have grown or gone.
void Transport::count_input(Connection& c) {
  const size_t now = c.input_capacity();
  input_bytes_ += now - c.counted_input;
  c.counted_input = now;
  peaks_.input = std::max(peaks_.input, now);
}

// ---- ending ----

void Transport::close(int32_t id, bool after_output) {
  Connection* c = find(id);
  if (c == nullptr) return;
  connections_[static_cast<size_t>(id)] = nullptr;
  ids_to_free_.push_back(id);
  open_count_--;
  c->row = -1;
  stop_reading(*c);
  c->close_after = true;
  if (!after_output || c->out_bytes == 0) return finish_close(*c);
  leaving_.insert(c);
  start_write(*c);  // what was pushed in this turn may not be on its way yet
}

void Transport::finish_close(Connection& c) {
  if (c.closing) return;
  c.closing = true;
  leaving_.erase(&c);
  forget_withheld(c);
  if (c.relay) forget_relay(c);
  buffered_bytes_ -= c.out_bytes;
  c.out_bytes = 0;
  input_bytes_ -= std::exchange(c.counted_input, 0);
  uv_close(&c.handle.any, on_closed);
}

void Transport::on_closed(uv_handle_t* handle) {
  auto* c = static_cast<Connection*>(handle->data);
  Transport* transport = c->transport;
  std::unique_ptr<Connection> gone(c);
  transport->one_handle_less();
}

void Transport::one_handle_less() {
  RW_ASSERT(handles_ > 0, "a handle was closed twice");
  if (--handles_ == 0 && on_shut_down_) std::exchange(on_shut_down_, nullptr)();
}

void Transport::shut_down(std::function<void()> done) {
  on_shut_down_ = std::move(done);
  close_listeners();
  for (size_t id = 0; id < connections_.size(); id++) close(static_cast<int32_t>(id), false);
  while (!leaving_.empty()) finish_close(**leaving_.begin());
  auto closed = [](uv_handle_t* h) {
    auto* transport = static_cast<Transport*>(h->data);
    if (h->type == UV_CHECK)
      delete reinterpret_cast<uv_check_t*>(h);
    else if (h->type == UV_PREPARE)
      delete reinterpret_cast<uv_prepare_t*>(h);
    else
      delete reinterpret_cast<uv_idle_t*>(h);
    transport->one_handle_less();
  };
  uv_close(as_handle(std::exchange(check_, nullptr)), closed);
  uv_close(as_handle(std::exchange(prepare_, nullptr)), closed);
  uv_close(as_handle(std::exchange(wake_, nullptr)), closed);
  if (arenas_.sink() == this) arenas_.set_sink(nullptr);
}

// ---- the turn ----

// Before the poll: lets a busy turn's requests gather (see TurnPacer).
void Transport::on_prepare(uv_prepare_t* prepare) {
  auto* transport = static_cast<Transport*>(prepare->data);
  transport->turns_++;
  transport->begin_strangers();
  transport->accepted_ = transport->end_rows_ = 0;
  transport->accept_postponed();
  if (transport->gate_ != nullptr) {
    transport->gate_->take_effects();
    transport->close_ticket();
  }
  const uint64_t wait_ns = transport->pacer_.plan(uv_hrtime());
  // Where replies wait for the disk, requests gather meanwhile.
  const bool waits = transport->tickets_.empty() && transport->ready_.empty() && transport->pushed_.empty();
  if (wait_ns != 0 && waits) platform::sleep_ns(wait_ns);
}

void Transport::on_check(uv_check_t* check) {
  auto* transport = static_cast<Transport*>(check->data);
  if (!transport->relay_inputs_.empty()) transport->take_in_relays();
  if (!transport->ready_.empty()) transport->deliver_ready();
  if (transport->rows_ > 0) {
    transport->run_batch();
  } else if (!transport->pushed_.empty()) {
    transport->flush_pushed();
  }
  if (transport->relay_count_ > 0) transport->tell_owners();
}

void Transport::run_batch() {
  RW_ASSERT(!in_batch_, "a batch does not start another");
  in_batch_ = true;
  drained_rows_ = 0;
  arenas_.cursor() = 0;
  arenas_.numbers()[kTurnReplied] = 0;
  int32_t rows = rows_;
  executing_ = true;
  events_.on_batch(rows);
  if (gate_ != nullptr) gate_->take_effects();
  executing_ = false;
  for (int32_t i = 0; i < rows; i++) finish_row(i);
  flush_pushed();
  close_ticket();
  arenas_.cursor() = 0;
  arenas_.control()[kCurrentRow] = -1;
  input_used_ = 0;
  rows_ = 0;
  in_batch_ = false;
  free_ids_.insert(free_ids_.end(), ids_to_free_.begin(), ids_to_free_.end());
  ids_to_free_.clear();
}

void Transport::resume(int32_t id) {
  Connection* c = find(id);
  if (c == nullptr) return;
  // It waits since this very turn: its row is not finished yet.
  const bool row_waits = in_batch_ && c->row >= 0 && (row(c->row)[kRowFlags] & kRowWait) != 0;
  if (row_waits) row(c->row)[kRowFlags] &= ~kRowWait;
  if (row_waits || (c->waits && !c->held)) make_ready(*c);
}

void Transport::make_ready(Connection& c) {
  if (c.ready) return;
  c.ready = true;
  ready_.push_back(c.id);
  wake();
}

// The loop does not sleep before the next check.
void Transport::wake() {
  if (wake_ != nullptr) uv_idle_start(wake_, [](uv_idle_t*) {});
}

void Transport::rest() {
  if (wake_ != nullptr && ready_.empty() && pushed_.empty() && relay_inputs_.empty() && notices_.empty())
    uv_idle_stop(wake_);
}

}  // namespace redwing

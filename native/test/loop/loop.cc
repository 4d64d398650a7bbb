#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "memory/assert.h"
#include "transport/socket_tuning.h"

namespace {

int start(uv_loop_t* loop, uv_handle_t* handle, uv_handle_type type) {
  *handle = uv_handle_t{};
  handle->loop = loop;
  handle->type = type;
  handle->fd = -1;
  loop->handles.push_back(handle);
  return 0;
}

int activate(uv_handle_t* handle, uv_loop_cb callback) {
  handle->on_turn = callback;
  handle->is_active = true;
  return 0;
}

// Handles as they are now: callbacks may add and close some.
template <class Visit>
void each(uv_loop_t& loop, Visit visit) {
  const std::vector<uv_handle_t*> handles = loop.handles;
  for (uv_handle_t* handle : handles) {
    const bool is_here = std::find(loop.handles.begin(), loop.handles.end(), handle) != loop.handles.end();
    if (is_here && !handle->is_closing) visit(*handle);
  }
}

void run_phase(uv_loop_t& loop, uv_handle_type type) {
  each(loop, [type](uv_handle_t& handle) {
    if (handle.type == type && handle.is_active) handle.on_turn(&handle);
  });
}

// Bytes that the socket takes now, within what it may take in this turn; or an error.
int write_some(uv_stream_t& stream, const char* bytes, size_t size) {
  const size_t part = std::min(size, stream.room);
  if (part == 0) return size == 0 ? 0 : UV_EAGAIN;
  const ssize_t count = send(stream.fd, bytes, part, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (count < 0) return errno == EAGAIN || errno == EWOULDBLOCK ? UV_EAGAIN : UV_EPIPE;
  stream.room -= static_cast<size_t>(count);
  return static_cast<int>(count);
}

// Goes on with the first write; whether it has come to its end.
bool go_on(uv_stream_t& stream) {
  uv_write_t& write = *stream.writing->front();
  while (write.status == 0 && !write.left->empty()) {
    uv_buf_t& next = write.left->front();
    const int count = write_some(stream, next.base, next.len);
    if (count == UV_EAGAIN) return false;
    if (count < 0) {
      write.status = count;
      break;
    }
    next.base += count;
    next.len -= static_cast<size_t>(count);
    if (next.len == 0) write.left->pop_front();
  }
  return true;
}

void end_write(uv_stream_t& stream) {
  uv_write_t* write = stream.writing->front();
  stream.writing->pop_front();
  delete std::exchange(write->left, nullptr);
  write->callback(write, write->status);
}

void write_all(uv_stream_t& stream) {
  while (!stream.is_closing && stream.writing != nullptr && !stream.writing->empty() && go_on(stream))
    end_write(stream);
}

// As libuv, reads until there is nothing left, or a buffer was not filled. Behind an error nothing is
// written.
void read_all(uv_stream_t& stream) {
  while (!stream.is_closing && stream.on_read != nullptr) {
    pollfd ready{stream.fd, POLLIN, 0};
    if (poll(&ready, 1, 0) <= 0 || ready.revents == 0) return;
    uv_buf_t buffer{nullptr, 0};
    stream.on_alloc(&stream, 65536, &buffer);
    if (buffer.base == nullptr || buffer.len == 0) return stream.on_read(&stream, UV_ENOBUFS, &buffer);
    const ssize_t count = recv(stream.fd, buffer.base, buffer.len, MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return stream.on_read(&stream, 0, &buffer);
    stream.is_broken = count < 0;
    if (count <= 0) return stream.on_read(&stream, count == 0 ? UV_EOF : UV_ECONNRESET, &buffer);
    stream.on_read(&stream, count, &buffer);
    if (static_cast<size_t>(count) < buffer.len) return;
  }
}

void poll_streams(uv_loop_t& loop) {
  each(loop, [&loop](uv_handle_t& handle) {
    handle.room = loop.room;
    if (handle.type != UV_STREAM) return;
    if (handle.connecting != nullptr) {
      while (!handle.is_closing && !handle.connecting->empty()) {
        const size_t before = handle.connecting->size();
        handle.on_connection(&handle, 0);
        if (handle.connecting->size() == before) break;  // it is accepted later
      }
      return;
    }
    write_all(handle);
    if (!handle.is_closing) read_all(handle);
  });
}

void end_closed(uv_loop_t& loop) {
  for (uv_handle_t* handle : std::exchange(loop.closed, {})) {
    while (handle->writing != nullptr && !handle->writing->empty()) {
      handle->writing->front()->status = UV_EPIPE;
      end_write(*handle);
    }
    delete handle->writing;
    if (handle->connecting != nullptr)
      for (int fd : *handle->connecting) close(fd);
    delete handle->connecting;
    if (handle->fd >= 0) close(handle->fd);
    if (handle->on_close != nullptr) handle->on_close(handle);
  }
}

}  // namespace

uint64_t uv_hrtime() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<uint64_t>(std::chrono::nanoseconds(now).count());
}

int uv_check_init(uv_loop_t* loop, uv_check_t* handle) { return start(loop, handle, UV_CHECK); }
int uv_check_start(uv_check_t* handle, uv_loop_cb callback) { return activate(handle, callback); }
int uv_prepare_init(uv_loop_t* loop, uv_prepare_t* handle) { return start(loop, handle, UV_PREPARE); }
int uv_prepare_start(uv_prepare_t* handle, uv_loop_cb callback) { return activate(handle, callback); }
int uv_idle_init(uv_loop_t* loop, uv_idle_t* handle) { return start(loop, handle, UV_IDLE); }
int uv_idle_start(uv_idle_t* handle, uv_loop_cb callback) { return activate(handle, callback); }
int uv_idle_stop(uv_idle_t* handle) {
  handle->is_active = false;
  return 0;
}
void uv_unref(uv_handle_t*) {}

void uv_close(uv_handle_t* handle, uv_close_cb callback) {
  RW_ASSERT(!handle->is_closing, "a handle is closed once");
  handle->is_closing = true;
  handle->on_close = callback;
  std::erase(handle->loop->handles, handle);
  handle->loop->closed.push_back(handle);
}

int uv_is_closing(const uv_handle_t* handle) { return handle->is_closing ? 1 : 0; }

int uv_fileno(const uv_handle_t* handle, uv_os_fd_t* fd) {
  *fd = handle->fd;
  return handle->fd < 0 ? -EBADF : 0;
}

int uv_pipe_init(uv_loop_t* loop, uv_pipe_t* handle, int) { return start(loop, handle, UV_STREAM); }
int uv_pipe_bind(uv_pipe_t*, const char*) { return 0; }
int uv_pipe_getsockname(const uv_pipe_t*, char*, size_t* size) {
  *size = 0;
  return 0;
}

int uv_listen(uv_stream_t* handle, int, uv_connection_cb callback) {
  handle->on_connection = callback;
  handle->connecting = new std::deque<int>;
  return 0;
}

int uv_accept(uv_stream_t* listener, uv_stream_t* connection) {
  if (listener->connecting->empty()) return UV_EAGAIN;
  connection->fd = listener->connecting->front();
  listener->connecting->pop_front();
  connection->writing = new std::deque<uv_write_t*>;
  connection->room = connection->loop->room;
  return 0;
}

int uv_read_start(uv_stream_t* handle, uv_alloc_cb alloc, uv_read_cb read) {
  handle->on_alloc = alloc;
  handle->on_read = read;
  return 0;
}

int uv_read_stop(uv_stream_t* handle) {
  handle->on_read = nullptr;
  return 0;
}

int uv_try_write(uv_stream_t* handle, const uv_buf_t* buffers, unsigned count) {
  if (handle->is_broken) return UV_EPIPE;
  if (!handle->writing->empty()) return UV_EAGAIN;
  int written = 0;
  for (unsigned i = 0; i < count; i++) {
    const int part = write_some(*handle, buffers[i].base, buffers[i].len);
    if (part < 0) return written > 0 ? written : part;
    written += part;
    if (static_cast<size_t>(part) < buffers[i].len) break;
  }
  return written;
}

int uv_write(uv_write_t* request, uv_stream_t* handle, const uv_buf_t* buffers, unsigned count,
             uv_write_cb callback) {
  if (handle->is_broken) return UV_EPIPE;
  request->handle = handle;
  request->callback = callback;
  request->status = 0;
  request->left = new std::deque<uv_buf_t>(buffers, buffers + count);
  handle->writing->push_back(request);
  if (handle->writing->size() == 1) go_on(*handle);
  return 0;
}

int uv_tcp_init(uv_loop_t*, uv_tcp_t*) { return -ENOTSUP; }
int uv_tcp_bind(uv_tcp_t*, const sockaddr*, unsigned) { return -ENOTSUP; }
int uv_tcp_nodelay(uv_tcp_t*, int) { return -ENOTSUP; }
int uv_tcp_keepalive(uv_tcp_t*, int, unsigned) { return -ENOTSUP; }
int uv_tcp_getpeername(const uv_tcp_t*, sockaddr*, int*) { return -ENOTSUP; }
int uv_tcp_getsockname(const uv_tcp_t*, sockaddr*, int*) { return -ENOTSUP; }
int uv_ip4_addr(const char*, int, sockaddr_in*) { return -ENOTSUP; }
int uv_ip6_addr(const char*, int, sockaddr_in6*) { return -ENOTSUP; }
int uv_ip4_name(const sockaddr_in*, char*, size_t) { return -ENOTSUP; }
int uv_ip6_name(const sockaddr_in6*, char*, size_t) { return -ENOTSUP; }

namespace redwing {

void tune_loopback_socket(uv_tcp_t*) {}

// Not past the loop, which says how much a socket takes.
int send_now(uv_stream_t* stream, const uint8_t* bytes, size_t size) {
  const uv_buf_t buffer{reinterpret_cast<char*>(const_cast<uint8_t*>(bytes)), size};
  return uv_try_write(stream, &buffer, 1);
}

}  // namespace redwing

namespace redwing::test {

void run_turn(uv_loop_t& loop) {
  run_phase(loop, UV_IDLE);
  run_phase(loop, UV_PREPARE);
  poll_streams(loop);
  run_phase(loop, UV_CHECK);
  end_closed(loop);
}

int connect_to(uv_loop_t& loop) {
  int ends[2];
  RW_ASSERT(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0, "no pair of sockets");
  for (int fd : ends) fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  for (uv_handle_t* handle : loop.handles) {
    if (handle->connecting == nullptr) continue;
    handle->connecting->push_back(ends[1]);
    return ends[0];
  }
  RW_ASSERT(false, "nobody listens");
  return -1;
}

void limit_writes(uv_loop_t& loop, size_t bytes) {
  loop.room = bytes;
  for (uv_handle_t* handle : loop.handles) handle->room = bytes;
}

}  // namespace redwing::test

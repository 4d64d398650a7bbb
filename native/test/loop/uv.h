// The part of libuv's interface that the transport uses, over a small loop of its own, so that native tests
// need no library and decide themselves what happens in which turn. Everything else runs on libuv itself.
//
//   a turn (`run_turn`):  prepare | what is readable, what was written, who connects | check | closed handles
//
// As with libuv, callbacks of a write and of a close come in a later phase, never within the call that began
// them. Listeners are pipes only, and reached with `connect_to`; bytes go through a pair of connected
// sockets. How much a connection's socket takes at once can be limited, so that output waits when a test
// wants it to.
//
// Thread: one for each loop.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

enum { UV_EAGAIN = -11, UV_EPIPE = -32, UV_ECONNRESET = -104, UV_ENOBUFS = -105, UV_EOF = -4095 };
enum { UV_TCP_IPV6ONLY = 1 };
enum uv_handle_type { UV_UNKNOWN_HANDLE, UV_CHECK, UV_PREPARE, UV_IDLE, UV_STREAM };

using uv_os_fd_t = int;

struct uv_buf_t {
  char* base;
  size_t len;
};

struct uv_handle_t;
struct uv_write_t;
using uv_stream_t = uv_handle_t;
using uv_tcp_t = uv_handle_t;
using uv_pipe_t = uv_handle_t;
using uv_idle_t = uv_handle_t;
using uv_check_t = uv_handle_t;
using uv_prepare_t = uv_handle_t;

using uv_alloc_cb = void (*)(uv_handle_t*, size_t, uv_buf_t*);
using uv_read_cb = void (*)(uv_stream_t*, ssize_t, const uv_buf_t*);
using uv_write_cb = void (*)(uv_write_t*, int);
using uv_connection_cb = void (*)(uv_stream_t*, int);
using uv_close_cb = void (*)(uv_handle_t*);
using uv_loop_cb = void (*)(uv_handle_t*);

struct uv_write_t {
  void* data;
  uv_stream_t* handle;
  uv_write_cb callback;
  std::deque<uv_buf_t>* left;  // not yet written: the bytes are the caller's until the callback
  int status;
};

struct uv_loop_t {
  std::vector<uv_handle_t*> handles;
  std::vector<uv_handle_t*> closed;  // their callbacks have not been called
  uint64_t now_ms = 1;
  size_t room = SIZE_MAX;  // most that a socket takes in one turn
};

// Every kind of handle, since they are cast into each other. Plain, because it is a member of a union.
struct uv_handle_t {
  void* data;
  uv_loop_t* loop;
  uv_handle_type type;
  bool is_active, is_closing;
  bool is_broken;  // a read has failed
  uv_loop_cb on_turn;
  uv_close_cb on_close;
  int fd;
  size_t room;  // what the socket still takes in this turn
  uv_alloc_cb on_alloc;
  uv_read_cb on_read;
  uv_connection_cb on_connection;
  std::deque<int>* connecting;       // of a listener
  std::deque<uv_write_t*>* writing;  // of a connection
};

inline uv_buf_t uv_buf_init(char* base, unsigned size) { return {base, size}; }
uint64_t uv_hrtime();
inline uint64_t uv_now(const uv_loop_t* loop) { return loop->now_ms; }

int uv_check_init(uv_loop_t* loop, uv_check_t* handle);
int uv_check_start(uv_check_t* handle, uv_loop_cb callback);
int uv_prepare_init(uv_loop_t* loop, uv_prepare_t* handle);
int uv_prepare_start(uv_prepare_t* handle, uv_loop_cb callback);
int uv_idle_init(uv_loop_t* loop, uv_idle_t* handle);
int uv_idle_start(uv_idle_t* handle, uv_loop_cb callback);
int uv_idle_stop(uv_idle_t* handle);
void uv_unref(uv_handle_t* handle);
void uv_close(uv_handle_t* handle, uv_close_cb callback);
int uv_is_closing(const uv_handle_t* handle);
int uv_fileno(const uv_handle_t* handle, uv_os_fd_t* fd);

int uv_pipe_init(uv_loop_t* loop, uv_pipe_t* handle, int ipc);
int uv_pipe_bind(uv_pipe_t* handle, const char* path);
int uv_pipe_getsockname(const uv_pipe_t* handle, char* path, size_t* size);
int uv_listen(uv_stream_t* handle, int backlog, uv_connection_cb callback);
int uv_accept(uv_stream_t* listener, uv_stream_t* connection);
int uv_read_start(uv_stream_t* handle, uv_alloc_cb alloc, uv_read_cb read);
int uv_read_stop(uv_stream_t* handle);
int uv_try_write(uv_stream_t* handle, const uv_buf_t* buffers, unsigned count);
int uv_write(uv_write_t* request, uv_stream_t* handle, const uv_buf_t* buffers, unsigned count, uv_write_cb);

// There is no TCP here: these fail.
int uv_tcp_init(uv_loop_t* loop, uv_tcp_t* handle);
int uv_tcp_bind(uv_tcp_t* handle, const sockaddr* address, unsigned flags);
int uv_tcp_nodelay(uv_tcp_t* handle, int on);
int uv_tcp_keepalive(uv_tcp_t* handle, int on, unsigned seconds);
int uv_tcp_getpeername(const uv_tcp_t* handle, sockaddr* address, int* size);
int uv_tcp_getsockname(const uv_tcp_t* handle, sockaddr* address, int* size);
int uv_ip4_addr(const char* text, int port, sockaddr_in* address);
int uv_ip6_addr(const char* text, int port, sockaddr_in6* address);
int uv_ip4_name(const sockaddr_in* address, char* text, size_t size);
int uv_ip6_name(const sockaddr_in6* address, char* text, size_t size);

// ---- what tests do beside
// ----------------------------------------------------------------------------------

namespace redwing::test {

// One turn of the loop, which does not sleep.
void run_turn(uv_loop_t& loop);
// A socket, not blocking, whose other end the loop's only listener accepts in the next turn. The caller's.
int connect_to(uv_loop_t& loop);
// Most that a connection's socket takes in one turn from now on, bytes; all connections of the loop.
void limit_writes(uv_loop_t& loop, size_t bytes);

}  // namespace redwing::test

#include "transport/socket_tuning.h"

#if defined(__linux__)
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#endif

namespace redwing {

#if defined(__linux__)

namespace {
bool is_loopback(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET)
    return ntohl(reinterpret_cast<const sockaddr_in&>(address).sin_addr.s_addr) >> 24 == 127;
  if (address.ss_family != AF_INET6) return false;
  const in6_addr& v6 = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
  return IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127);
}
}  // namespace

void tune_loopback_socket(uv_tcp_t* handle) {
  sockaddr_storage peer{};
  int size = sizeof peer;
  uv_os_fd_t fd = -1;
  if (uv_tcp_getpeername(handle, reinterpret_cast<sockaddr*>(&peer), &size) != 0 || !is_loopback(peer))
    return;
  if (uv_fileno(reinterpret_cast<uv_handle_t*>(handle), &fd) != 0) return;
  constexpr char kPlainest[] = "reno";  // built into every Linux kernel
  setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, kPlainest, sizeof kPlainest - 1);
}

int send_now(uv_stream_t* stream, const uint8_t* bytes, size_t size) {
  uv_os_fd_t fd = -1;
  if (const int error = uv_fileno(reinterpret_cast<uv_handle_t*>(stream), &fd); error != 0) return error;
  for (;;) {
    const ssize_t sent = send(fd, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) return static_cast<int>(sent);
    if (errno != EINTR) return uv_translate_sys_error(errno);
  }
}

#else

void tune_loopback_socket(uv_tcp_t*) {}

int send_now(uv_stream_t* stream, const uint8_t* bytes, size_t size) {
  uv_buf_t buffer =
      uv_buf_init(reinterpret_cast<char*>(const_cast<uint8_t*>(bytes)), static_cast<unsigned>(size));
  return uv_try_write(stream, &buffer, 1);
}

#endif

}  // namespace redwing

// What is special to a platform's sockets. Best effort: a system that refuses a setting works without it.
#pragma once

#include <uv.h>

#include <cstddef>
#include <cstdint>

namespace redwing {

// For a TCP connection of this machine with itself. There is no network in between to be congested, so it
// gets the cheapest congestion control: a system's default may be one that keeps a model of the path for
// every packet (BBR takes about 4 % of a pipelined server's time on Linux).
void tune_loopback_socket(uv_tcp_t* handle);

// Writes what a stream takes at once, when nothing of it is queued in libuv. Returns the bytes written or an
// error of libuv (UV_EAGAIN: none were taken). On Linux it is one `send`: the kernel's way through `write`,
// which libuv takes, is 0.1 us longer.
int send_now(uv_stream_t* stream, const uint8_t* bytes, size_t size);

}  // namespace redwing

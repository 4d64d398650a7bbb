// What is special to a platform's sockets. Best effort: a system that refuses a setting works without it.
#pragma once

#include <uv.h>

namespace redwing {

// For a TCP connection of this machine with itself. There is no network in between to be congested, so it
// gets the cheapest congestion control: a system's default may be one that keeps a model of the path for
// every packet (BBR takes about 4 % of a pipelined server's time on Linux).
void tune_loopback_socket(uv_tcp_t* handle);

}  // namespace redwing

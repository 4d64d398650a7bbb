// Relay: what a connection without a socket has instead. Its bytes come and go through whoever opened it (a
// TLS endpoint, which holds the socket and sees the cipher text).
//
//   owner ── hand_in ──► arrived ──► (check) waiting or big ──► rows, as of any connection
//   owner ◄── take ◄── writing ◄── out ◄── replies
//
// The owner is told, once per turn and after the batch, that output may be taken, that input may be handed in
// again after it was held back, and that the connection is closed. Output that was taken counts as waiting
// until the owner says that it has left, so that every limit on a client's output holds here too.
//
// Invariants
//   1. At most one write is under way, and its bytes are taken in order, each once.
//   2. Input is only taken in at the beginning of a check, never while a batch is executed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "transport/connection.h"

namespace redwing {

// What an owner tells of the peer that it speaks for.
struct RelayPeer {
  std::string peer, local;  // as in ConnectionFacts
  int fd = -1;
};

struct Relay {
  int32_t number = -1;  // its own, not that of the connection: it stays while output leaves after a close
  RelayPeer facts;
  ByteBuffer arrived;
  bool listed = false;        // in the transport's list of relays to take input from
  bool ended = false;         // the peer has ended its side, not yet taken in
  bool held_back = false;     // the owner was told to hand in no more
  bool tells_output = false;  // the owner will be told of output, or of room for input
  bool tells_input = false;
  size_t chunk = 0, offset = 0;  // of the write under way, how far it was taken
};

}  // namespace redwing

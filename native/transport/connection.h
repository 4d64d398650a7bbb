// Connection: one client's socket, the bytes of it that wait on either side, and its state in the transport.
//
// Input waits in one of two places: `waiting` (a cut frame to be joined to the next read; everything, while
// the connection executes nothing) or `big` (a frame too large for the arena). What arrives for a connection
// that waits long, beyond what one row takes, comes behind it in `backlog`. Output waits in `out`, a queue of
// chunks: owned copies of the arena, and shared large strings.
//
// Ownership: created and destroyed by the Transport; the object lives until libuv's close callback.
// Thread: the event loop's only. Cost of an idle one: about 460 bytes.
#pragma once

#include <uv.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

namespace redwing {

struct Blob;
class Heap;
class Transport;
struct Relay;

// A growable run of bytes without initialisation; empty costs no allocation.
struct ByteBuffer {
  std::unique_ptr<uint8_t[]> data;
  size_t size = 0, capacity = 0;

  void reserve(size_t bytes);
  void append(const uint8_t* bytes, size_t count);
  void clear();  // gives the memory back
};

// Input of a connection that waits, in blocks that are taken out one by one: what is executed of many
// megabytes is not what all the rest is moved for.
class InputBacklog {
 public:
  static constexpr size_t kBlockBytes = 1u << 20;

  bool empty() const { return blocks_.empty(); }
  size_t size() const { return size_; }
  size_t capacity() const { return blocks_.size() * kBlockBytes; }
  // Where the next bytes can be put, with room for at least `least` (at most kBlockBytes).
  ByteBuffer& space(size_t least);
  // So many were put there.
  void added(size_t count);
  void append(const uint8_t* bytes, size_t count);
  // The oldest block; there must be one.
  ByteBuffer take();

 private:
  std::deque<ByteBuffer> blocks_;
  size_t size_ = 0;
};

// Room for output. Much of it is mapped from the system, and given back with it: the C library keeps what is
// freed between smaller things, and a server would stay as large as its slowest clients once made it.
struct FreeOutputBytes {
  size_t mapped = 0;  // 0: it is an array
  void operator()(uint8_t* bytes) const;
};
using OutputBytes = std::unique_ptr<uint8_t[], FreeOutputBytes>;
/// From this size on room is mapped.
inline constexpr size_t kMappedOutputBytes = 128u << 10;
/// `capacity` bytes without initialisation; aborts when the system has no memory.
OutputBytes make_output_bytes(size_t capacity);

// A run of output bytes: a copy of its own, a reference on a large string, or lent: bytes that are somebody
// else's and stay as they are until the end of the turn only.
class OutputChunk {
 public:
  OutputChunk(OutputBytes bytes, size_t size, size_t capacity);
  OutputChunk(Blob* blob, Heap& heap);  // takes over one reference on a blob of that heap
  OutputChunk(const uint8_t* lent, size_t size);
  OutputChunk(OutputChunk&& other) noexcept;
  OutputChunk& operator=(OutputChunk&& other) noexcept;
  ~OutputChunk();

  const uint8_t* data() const;
  size_t size() const { return size_; }
  // Leaves out the first `count` bytes (less than all), which have been written.
  void skip(size_t count);
  // Appends when the chunk owns enough spare room; false otherwise.
  bool try_append(const uint8_t* bytes, size_t count);
  // Makes a lent chunk longer when `bytes` are what comes behind it where it lies; false otherwise.
  bool try_extend(const uint8_t* bytes, size_t count);
  // Copies what is lent.
  void own();
  // Heap bytes that exist for this chunk alone.
  size_t footprint() const { return blob_ == nullptr ? capacity_ : 0; }

 private:
  OutputBytes bytes_;
  const uint8_t* lent_ = nullptr;
  Blob* blob_ = nullptr;
  Heap* heap_ = nullptr;
  size_t size_ = 0, capacity_ = 0, skipped_ = 0;
};

// Output that may not leave before its ticket is released (see transport_gate.cc).
struct Withheld {
  uint64_t ticket;
  OutputChunk chunk;
};

// The chunks that one uv_write carries; alive while libuv has it.
struct WriteRequest {
  uv_write_t request;
  std::vector<OutputChunk> chunks;
  size_t bytes = 0;
};

struct Connection {
  Connection();
  ~Connection();

  union Handle {
    uv_handle_t any;
    uv_stream_t stream;
    uv_tcp_t tcp;
    uv_pipe_t pipe;
    uv_idle_t inert;  // never started: what a relay has in the place of a socket
  } handle;
  Transport* transport = nullptr;
  int32_t id = -1;
  uint32_t window = 0;  // of the pacer, in which it last had a row
  int32_t row = -1;     // its row in the batch of this turn, -1: none
  bool is_unix = false;
  bool reading = false;        // uv_read_start is in force
  bool waits = false;          // executes nothing until resumed; what arrives goes to `waiting`
  bool held = false;           // waits because its output waits: resumed when that has left
  bool ready = false;          // in the transport's list of connections to deliver without a read
  bool closing = false;        // uv_close was called
  bool close_after = false;    // close when the output has left
  bool pushed = false;         // in the transport's list of connections whose output leaves with the turn
  bool peer_gone = false;      // read error or end of stream, not yet reported
  bool ends_first = false;     // was blocked when it ended: others must not serve it, so this is told before
  bool ends_in_order = false;  // the peer ended its side, no error: replies to what it sent still leave
  uint8_t limit_class = 0;     // whose output limit applies
  bool is_stranger = false;    // has not proved who it is
  bool is_new = true;          // has had no row yet but such as were put off
  bool in_line = false;        // a stranger that is not read before its turn comes
  bool overran = false;        // has sent more while it waits than may be kept, not yet reported
  ByteBuffer waiting;
  std::unique_ptr<InputBacklog> backlog;  // comes behind `waiting` or `big`; null: nothing
  std::unique_ptr<ByteBuffer> big;
  size_t big_expected = 0;  // deliver the big frame when it has this many bytes
  std::vector<OutputChunk> out;
  std::vector<Withheld> withheld;  // comes behind `out`
  size_t withheld_slot = 0;        // where the transport lists it while something is withheld
  std::unique_ptr<WriteRequest> writing;
  std::unique_ptr<Relay> relay;  // null: the connection has a socket
  size_t out_bytes = 0;          // waiting in `out`, `withheld` and `writing`
  uint64_t soft_since_ms = 0;    // since when the soft output limit is passed, loop time; 0: it is not

  size_t counted_input = 0;  // its part of the transport's count of input buffers

  size_t input_capacity() const {
    return waiting.capacity + (big ? big->capacity : 0) + (backlog ? backlog->capacity() : 0);
  }
  size_t input_bytes() const {
    return waiting.size + (big ? big->size : 0) + (backlog ? backlog->size() : 0);
  }
  // Whether it shares a part of each turn with all others of whom nothing good is known yet.
  bool counts_as_stranger() const { return is_stranger || is_new; }
  // What has arrived and was not executed is forgotten.
  void drop_input();
};

}  // namespace redwing

// Transport: sockets on Node's own libuv loop, one batch per loop turn.
//
// A turn: libuv's poll phase reads every readable socket straight into the input arena, a row of the batch
// each. The check handle then hands the batch over in one call (`TransportEvents::on_batch`); when it
// returns, each row says how much was consumed and which part of the reply arena is its own, and each
// connection's replies leave in one write.
//
//   poll: read, read, read ... | check: deliver the ready ones, on_batch(rows), finish each row
//
// What was not consumed waits in its connection: a cut frame is joined to the next read; a connection that
// must wait (it blocks, or its output is held back) keeps its unexecuted commands as unconsumed bytes until
// it is resumed.
//
// Ownership: the Transport owns its listeners and connections; ids are slots, reused only in a later turn
// than that in which the connection's end was reported. Thread: the event loop's only. Reads and writes meet
// the rest of the server only in rows and regions of the arenas, so that they can move to threads with
// regions of their own.
//
// Invariants
//   1. A connection has at most one row in a batch; its bytes are contiguous in the arena.
//   2. Bytes of one connection are never in two of: arena row, `waiting`, `big`, except while a row is made
//      or finished. What is in its `backlog` comes behind them, and what is read then behind that: of a
//      connection that does not wait, nothing is read until it is empty.
//   3. After `close(id)` no row names that connection's id before a new `on_connect` with it.
#pragma once

#include <uv.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "memory/assert.h"
#include "transport/arenas.h"
#include "transport/connection.h"
#include "transport/output_gate.h"
#include "transport/relay.h"
#include "transport/turn_pacer.h"

namespace redwing {

class TransportEvents {
 public:
  virtual ~TransportEvents() = default;
  // A batch of `rows` rows is in the arenas. The replies of a row are [kRowReplyFrom, kRowReplyTo).
  virtual void on_batch(int32_t rows) = 0;
  // A connection was accepted. Whatever is answered here with `send` and `close` holds.
  virtual void on_connect(int32_t id) = 0;
  // A relay's owner is told: kRelayOutput with the bytes that may be taken, kRelayInput, kRelayClosed.
  virtual void on_relay(int32_t relay, int32_t event, size_t bytes) = 0;
};

// Thresholds on the output that waits for a client, as `client-output-buffer-limit` has them. 0: no limit.
struct OutputLimit {
  size_t hard_bytes = 0, soft_bytes = 0;
  uint64_t soft_ms = 0;
};

// What CLIENT LIST tells of a connection.
struct ConnectionFacts {
  std::string peer, local;  // "ip:port", "[ip6]:port" or a path with ":0"
  int fd = -1;
  bool is_unix = false, is_loopback = false;
  size_t input_bytes = 0, input_capacity = 0, output_bytes = 0, output_chunks = 0;
};

// Bytes of memory that buffers of connections take.
struct BufferBytes {
  size_t input = 0, output = 0;
};

class Transport final : public ReplySink {
 public:
  // Connections that have not proved who they are, and those of which nothing was executed yet, get so many
  // rows of a turn, all together: 10,000 that send as fast as they are replied to, or come at once, would
  // make turns of 100 ms.
  static constexpr int32_t kStrangerRowsMax = 16;
  // Connections whose end a turn reports, apart from those that ended behind their last commands and those
  // that were blocked: each takes tens of microseconds, and 10,000 may end at once.
  static constexpr int32_t kEndRowsMax = 32;
  // Output waiting for a client beyond which no more of its commands are executed, until half of it has left.
  static constexpr size_t kHoldBytes = 8u << 20;
  // Input kept for a connection that executes nothing because of its output, beyond which it is not read. One
  // that waits for something else is read on up to the input limit, so that its end is noticed.
  static constexpr size_t kWaitingInputBytes = 1u << 20;
  static constexpr size_t kLimitClasses = 3;

  Transport(uv_loop_t* loop, Arenas& arenas, TransportEvents& events);
  ~Transport() override;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  // Begin to listen; 0 or a libuv error. `ipv6_only` keeps "::" from taking IPv4's port as well.
  int listen_tcp(const char* address, int port, int backlog, bool ipv6_only);
  int listen_unix(const char* path, int backlog);
  // Whether `listen_tcp` would succeed at this moment; nothing is left behind.
  int probe_tcp(const char* address, int port, bool ipv6_only) const;
  // Listeners ever begun, and an end to those of TCP among them that were begun from `from` up to, not
  // including, `to`: their ports are free when it returns. Connections they have accepted stay.
  size_t listener_count() const { return listeners_.size(); }
  void close_tcp_listeners(size_t from, size_t to);
  void close_listeners();
  void set_keepalive(int seconds) {
    keepalive_seconds_ = seconds;
  }  // 0: off; for connections accepted from now on
  void set_output_limit(size_t limit_class, OutputLimit limit) { limits_[limit_class] = limit; }
  // Most bytes that are kept for a connection that waits: with more it is ended, which its last row tells
  // (kRowOverran). At least kWaitingInputBytes.
  void set_input_limit(size_t bytes) { input_limit_ = bytes; }
  void set_limit_class(int32_t id, uint8_t limit_class);
  // Whether a connection is one of the strangers, all of whom together get a small part of each turn. So does
  // every connection until something of it was executed.
  void set_stranger(int32_t id, bool is_stranger);

  // Appends bytes to a connection's output outside a batch and writes what can be written.
  void send(int32_t id, const uint8_t* bytes, size_t size);
  void send_chunk(int32_t id, OutputChunk chunk);
  // Appends bytes to a connection's output behind all that this turn has replied to it so far, and before
  // what it will still reply; they leave with the turn, in one write. The connection of the current row is
  // not pushed to: what is for it is written into the arena, in its place.
  void push(int32_t id, const uint8_t* bytes, size_t size);
  // The same for each of `count` connections.
  void push_to_many(const int32_t* ids, size_t count, const uint8_t* bytes, size_t size);
  // While control[kReplyTo] names a connection, what is written into the reply arena, from kReplyToFrom on,
  // is for it instead of being the current row's reply: a client that has waited is served by another's
  // command. Pushes what there is of it; to be called before kReplyTo is -1 again.
  void end_reply_to();
  // Ends a connection: at once, or when its output has left. No row will be reported for it any more.
  void close(int32_t id, bool after_output);
  // Delivers a connection that waits (kRowWait) again, with what it has kept, in this turn or the next.
  void resume(int32_t id);
  // Ends connections whose output has been beyond the soft limit for too long though nothing was added to it:
  // to be called from time to time, outside a batch. O(connections) while output waits.
  void check_output_limits();
  bool is_open(int32_t id) const { return find(id) != nullptr; }
  ConnectionFacts facts(int32_t id) const;
  // The big frame of a connection whose row has kRowBig; valid until the end of the turn.
  ByteBuffer* big_frame(int32_t id);

  size_t connection_count() const { return open_count_; }
  size_t buffered_bytes() const { return buffered_bytes_; }  // output kept in memory for all connections
  size_t input_bytes() const { return input_bytes_; }  // buffers of commands that are not complete or wait
  uint64_t bytes_read() const { return bytes_read_; }
  uint64_t bytes_written() const { return bytes_written_; }
  // How often something was read from a connection, and written to one.
  uint64_t reads() const { return reads_; }
  uint64_t writes() const { return writes_; }
  // Turns of the loop, and connections that were ended because of their output limit.
  uint64_t turns() const { return turns_; }
  uint64_t ended_by_limit() const { return ended_by_limit_; }
  // Of one connection; nothing if there is no such connection. O(1).
  BufferBytes buffers(int32_t id) const;
  // The most that buffers of a single connection have taken since the last call. O(connections).
  BufferBytes take_buffer_peaks();

  // Connections without a socket (see relay.h). Opens one and reports it with `on_connect`; its number.
  int32_t open_relay(RelayPeer peer);
  // Hands in what the peer sent, which is copied. False: no more until kRelayInput is told.
  bool relay_input(int32_t relay, const uint8_t* bytes, size_t size);
  // The peer has ended its side; what it sent before is executed, and replied unless the peer is gone.
  void relay_ended(int32_t relay, bool gone);
  // Takes at most `room` bytes of output; how many. They count as waiting until `relay_sent`.
  size_t take_relay_output(int32_t relay, uint8_t* into, size_t room);
  // What was taken has left; the bytes that may be taken next.
  size_t relay_sent(int32_t relay);

  // ReplySink, for the row that is being executed (control[kCurrentRow]).
  void drain() override;
  void append_blob(Blob* blob, Heap& heap) override;

  // From now on output leaves when `gate` says so; null: at once, and what was withheld now. Not owned.
  void set_gate(OutputGate* gate);

  // To be called by whoever is about to fill the input arena by itself, outside a batch: what connections
  // have brought for the next one lies there until it was delivered, and must not be written over.
  void expect_free_input() const {
    RW_ASSERT(rows_ == 0, "the input arena is taken while commands of connections wait in it");
  }

  // Closes everything and calls `done` when libuv has let go of every handle.
  void shut_down(std::function<void()> done);

 private:
  struct Listener;

  int32_t reply_to() const { return arenas_.control()[kReplyTo]; }
  Connection* find(int32_t id) const {
    return id >= 0 && static_cast<size_t>(id) < connections_.size() ? connections_[static_cast<size_t>(id)]
                                                                    : nullptr;
  }
  static void on_accept(uv_stream_t* server, int status);
  static void on_alloc(uv_handle_t* handle, size_t suggested, uv_buf_t* buffer);
  static void on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer);
  static void on_written(uv_write_t* request, int status);
  static void on_closed(uv_handle_t* handle);
  static void on_check(uv_check_t* check);
  static void on_prepare(uv_prepare_t* prepare);

  static void close_listener(Listener& listener);
  void accept(Listener& listener);
  void admit(Connection& c);
  void configure_socket(Connection& c) const;
  int32_t take_id();
  void begin_strangers();
  bool queues_up(Connection& c);
  void accept_postponed();
  uv_buf_t place_for(Connection& c);
  uv_buf_t arena_place(Connection& c);
  void take_in(Connection& c, size_t count);
  void peer_gone(Connection& c);
  bool may_end(const Connection& c) const;
  void end_row(Connection& c);
  int32_t* row(int32_t index) const { return arenas_.batch() + static_cast<ptrdiff_t>(index) * kRowWords; }
  int32_t* add_row(Connection& c, int32_t from, int32_t to, int32_t flags);
  void start_reading(Connection& c);
  void stop_reading(Connection& c);

  void deliver_ready();
  static bool only_ends(const Connection& c);
  bool deliver(Connection& c);
  void make_ready(Connection& c);
  void run_batch();
  void finish_row(int32_t index);
  void keep_rest(Connection& c, const int32_t* r);
  void keep_big_rest(Connection& c, const int32_t* r);
  bool reads_on(const Connection& c) const { return c.waits && !c.held; }
  void keep_arrived(Connection& c, const uint8_t* bytes, size_t size);
  void take_from_backlog(Connection& c, size_t least);
  void check_input_limit(Connection& c);
  void end_early(Connection& c);
  uv_buf_t waiting_place(Connection& c);

  void write_out(Connection& c, const uint8_t* bytes, size_t size);
  void queue_bytes(Connection& c, const uint8_t* bytes, size_t size);
  void start_write(Connection& c);
  void fail_write(Connection& c);
  bool check_output_limit(Connection& c);
  void written(Connection& c, int status);
  void finish_close(Connection& c);

  struct Ticket {
    uint64_t ticket, position;
  };
  bool must_withhold(const Connection& c) const;
  void withhold(Connection& c, OutputChunk chunk);
  bool extend_withheld(Connection& c, const uint8_t* bytes, size_t size);
  void forget_withheld(Connection& c);
  void close_ticket();
  void release();
  void release_withheld();
  void go_on_if_held(Connection& c);

  void queue_chunk(Connection& c, OutputChunk chunk);
  void settle_row(Connection& c);
  const uint8_t* share(const uint8_t* bytes, size_t size);
  void mark_pushed(Connection& c);
  void flush_pushed();
  void flush(Connection& c);
  void drain_rows();
  void count_replied(size_t bytes) { arenas_.numbers()[kTurnReplied] += static_cast<double>(bytes); }
  void count_input(Connection& c);
  void count_output(const Connection& c) { peaks_.output = std::max(peaks_.output, c.out_bytes); }
  void one_handle_less();

  struct Notice {
    int32_t number, event;
  };
  Connection* find_relay(int32_t number) const;
  void list_relay(Connection& c);
  void take_in_relays();
  bool take_in_relay(Connection& c);
  bool take_in_arrived(Connection& c);
  size_t output_to_take(const Connection& c) const;
  void tell(const Relay& relay, int32_t event);
  void tell_output(Connection& c);
  void tell_input(Connection& c);
  void forget_relay(Connection& c);
  void tell_owners();
  void wake();
  void rest();

  uv_loop_t* loop_;
  Arenas& arenas_;
  TransportEvents& events_;
  // On the heap because libuv's close callbacks may outlive the wish to close.
  uv_check_t* check_;
  uv_prepare_t* prepare_;
  uv_idle_t* wake_;  // active while something waits for the next check, so that the loop does not sleep
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::vector<Connection*> connections_;  // by id; null: free or closed
  std::vector<int32_t> free_ids_, ids_to_free_;
  std::vector<int32_t> ready_;
  std::deque<int32_t> strangers_in_line_;                    // in the order in which they are read again
  int32_t stranger_rows_ = 0, end_rows_ = 0, accepted_ = 0;  // in this turn
  bool strangers_put_off_ = false;     // this turn has left rows of them to the next one as they were
  bool accepts_later_ = false;         // a listener holds a connection for the next turn
  std::vector<int32_t> pushed_;        // connections to which something was pushed in this turn
  std::unique_ptr<uint8_t[]> shared_;  // what is lent to the outputs of many; null: nothing ever was
  size_t shared_used_ = 0;
  std::unordered_set<Connection*> leaving_;  // closed, but their output has not left yet
  std::vector<Connection*> relays_;          // by number; null: free or closed
  std::vector<int32_t> free_relays_, relay_inputs_;
  std::vector<Notice> notices_;
  size_t relay_count_ = 0;  // including those whose close has not been told
  OutputGate* gate_ = nullptr;
  uint64_t ticket_ = 1, released_ticket_ = 0;
  bool ticket_is_used_ = false;
  std::deque<Ticket> tickets_;            // closed, not released
  std::vector<Connection*> withholding_;  // with something withheld
  TurnPacer pacer_;
  OutputLimit limits_[kLimitClasses];
  size_t input_limit_ = SIZE_MAX;
  size_t input_used_ = 0;
  int32_t rows_ = 0;
  int32_t drained_rows_ = 0;  // rows of the running batch whose replies have left the arena already
  bool in_batch_ = false;
  bool executing_ = false;  // in a batch, before its effects are taken
  int keepalive_seconds_ = 300;
  size_t open_count_ = 0, handles_ = 0, buffered_bytes_ = 0, input_bytes_ = 0;
  uint64_t bytes_read_ = 0, bytes_written_ = 0, reads_ = 0, writes_ = 0;
  uint64_t turns_ = 0, ended_by_limit_ = 0;
  BufferBytes peaks_;
  std::function<void()> on_shut_down_;
};

}  // namespace redwing

// What tests of the transport share: a transport on a loop of the tests' own, clients at the other ends of
// its sockets, and a server of a few commands, which stand in lines:
//
//   e <text>       replies the text          w <text>   the same, and leaves an effect
//   l <n>          replies n bytes           b <n>      replies a string of n bytes that is lent to the
//   socket p <id> <text>  pushes to a connection    s <id> <text>   serves one that has waited m <text>
//   pushes to all of `audience` k              waits until resumed       q          ends the connection v <n>
//   has n bytes behind its line; replies their number and sum
//
// Thread: one.
#pragma once

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "keyspace/blob.h"
#include "memory/heap.h"
#include "test/check.h"
#include "transport/arenas.h"
#include "transport/layout.h"
#include "transport/transport.h"

namespace redwing::test {

/// Bytes that tell where in the run they stand.
inline std::string pattern(size_t size) {
  std::string text(size, '\0');
  for (size_t i = 0; i < size; i++) text[i] = static_cast<char>('a' + (i * 7 + i / 251) % 26);
  return text;
}

/// What `b <size>` replies, and `l <size>`.
inline std::string bulk(size_t size) { return "$" + std::to_string(size) + "\r\n" + pattern(size) + "\r\n"; }
inline std::string large(size_t size) { return pattern(size) + "\n"; }

/// The number of bytes of `v <size>` with what it replies, for a payload of `pattern`.
inline std::string sum(std::string_view payload) {
  uint64_t total = 0;
  for (char c : payload) total = total * 31 + static_cast<uint8_t>(c);
  return std::to_string(payload.size()) + ":" + std::to_string(total) + "\n";
}

/// A gate that keeps output back until all effects that it may depend on are released, as `appendfsync
/// always`.
class Gate final : public OutputGate {
 public:
  void take_effects() override { position_ += std::exchange(pending_, 0); }
  bool is_shut(bool within_batch) const override {
    return within_batch || pending_ > 0 || position_ != released_;
  }
  uint64_t position() const override { return position_; }
  uint64_t released() const override { return released_; }
  bool is_flooded() const override { return is_flooded_; }

  void effect() { pending_++; }
  /// Effects up to there are durable.
  void release(uint64_t position) { released_ = position; }
  void release_all() { released_ = position_; }
  void flood(bool is_flooded) { is_flooded_ = is_flooded; }

 private:
  uint64_t position_ = 0, released_ = 0, pending_ = 0;
  bool is_flooded_ = false;
};

/// The other end of a connection.
class Client {
 public:
  explicit Client(int fd) : fd_(fd) {}
  Client(Client&& other) noexcept
      : received(std::move(other.received)), id(other.id), fd_(std::exchange(other.fd_, -1)) {}
  ~Client() { close(); }

  /// All of it is taken, however little the socket takes at once: what is left goes with `flush`.
  void send(std::string_view text) {
    unsent_ += text;
    flush();
  }
  void flush() {
    while (!unsent_.empty()) {
      const ssize_t count = ::send(fd_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
      if (count <= 0) return;
      unsent_.erase(0, static_cast<size_t>(count));
    }
  }
  /// Appends what has come to `received`; whether there was anything.
  bool read() {
    char bytes[65536];
    bool any = false;
    while (fd_ >= 0) {
      const ssize_t count = ::recv(fd_, bytes, sizeof bytes, 0);
      if (count == 0) is_ended = true;
      if (count <= 0) break;
      received.append(bytes, static_cast<size_t>(count));
      any = true;
    }
    return any;
  }
  std::string take() {
    read();
    return std::exchange(received, {});
  }
  void half_close() { shutdown(fd_, SHUT_WR); }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

  std::string received;
  int32_t id = -1;
  bool is_ended = false;  // the server has ended its side

 private:
  int fd_;
  std::string unsent_;
};

/// The server.
class Rig : public TransportEvents {
 public:
  Rig() : transport(std::make_unique<Transport>(&loop, arenas, *this)) {
    CHECK_EQ(transport->listen_unix("", 16), 0);
  }
  /// Everything is let go of: connections, and strings that were lent.
  ~Rig() override {
    bool is_done = false;
    transport->shut_down([&is_done] { is_done = true; });
    for (int i = 0; i < 4 && !is_done; i++) run_turn(loop);
    CHECK(is_done);
    CHECK_EQ(transport->buffered_bytes(), size_t{0});
    CHECK_EQ(transport->input_bytes(), size_t{0});
    transport.reset();
    CHECK_EQ(heap.used_bytes(), size_t{0});
  }

  Client connect() {
    Client client(connect_to(loop));
    run_turn(loop);
    client.id = connected_;
    return client;
  }
  void turn(int count = 1) {
    for (int i = 0; i < count; i++) run_turn(loop);
  }
  /// Turns, and reading by these clients, until nothing has come for some.
  template <class... Clients>
  void settle(Clients&... clients) {
    for (int quiet = 0; quiet < 8; quiet++) {
      turn();
      const uint64_t reads = transport->reads();
      (clients.flush(), ...);
      const bool any = (0 + ... + (clients.read() ? 1 : 0)) > 0;
      if (any || std::exchange(last_reads_, reads) != reads) quiet = 0;
    }
  }

  void on_batch(int32_t rows) override {
    batches++;
    int32_t strangers = 0;
    for (int32_t i = 0; i < rows; i++) {
      int32_t* r = arenas.batch() + static_cast<ptrdiff_t>(i) * kRowWords;
      arenas.control()[kCurrentRow] = i;
      arenas.control()[kHold] = 0;
      r[kRowReplyFrom] = arenas.cursor();
      strangers += (r[kRowFlags] & kRowStranger) != 0;
      if ((r[kRowFlags] & kRowStranger) != 0 && strangers > strangers_share)
        r[kRowFlags] |= kRowYield;
      else
        execute_row(r);
      r[kRowReplyTo] = arenas.cursor();
      if ((r[kRowFlags] & kRowClosed) != 0) ended.insert(r[kRowConnection]);
      if ((r[kRowFlags] & kRowOverran) != 0) overran.insert(r[kRowConnection]);
    }
    strangers_max = std::max(strangers_max, strangers);
    replied = arenas.numbers()[kTurnReplied] + arenas.cursor();
  }
  void on_connect(int32_t id) override {
    connected_ = id;
    ended.erase(id);
  }
  void on_relay(int32_t relay, int32_t event, size_t bytes) override {
    notices.push_back({relay, event, bytes});
  }

  struct Notice {
    int32_t relay, event;
    size_t bytes;
  };
  uv_loop_t loop;
  Arenas arenas;
  Heap heap;
  Gate gate;
  std::unique_ptr<Transport> transport;
  std::set<int32_t> ended, overran;  // connections whose end was reported
  std::vector<Notice> notices;
  std::vector<int32_t> audience;
  double replied = 0;  // in the last turn that had rows, as the transport and the arena tell, bytes
  int batches = 0;
  int32_t strangers_max = 0;          // most rows of strangers in a batch
  int commands_max = 1 << 30;         // of a row, in one turn: then it yields
  int32_t strangers_share = 1 << 30;  // rows of strangers of a turn that are executed, the others yield

 private:
  void execute_row(int32_t* r) {
    const bool is_big = (r[kRowFlags] & kRowBig) != 0;
    const uint8_t* base = is_big ? transport->big_frame(r[kRowConnection])->data.get() : arenas.input();
    std::string_view bytes(reinterpret_cast<const char*>(base), static_cast<size_t>(r[kRowTo]));
    auto at = static_cast<size_t>(r[kRowConsumed]);
    for (int done = 0; at < bytes.size(); done++) {
      if (done == commands_max) {
        r[kRowFlags] |= kRowYield;
        break;
      }
      const size_t size = execute(r, bytes.substr(at));
      at += size;
      const int32_t stops = kRowWait | kRowHold | kRowCloseAfter;
      if (size == 0 || (r[kRowFlags] & stops) != 0 || is_big) break;
    }
    r[kRowConsumed] = static_cast<int32_t>(at);
  }

  // One command; how many bytes it has, 0: it is not complete.
  size_t execute(int32_t* r, std::string_view bytes) {
    const size_t end = bytes.find('\n');
    if (end == std::string_view::npos) return 0;
    const char kind = bytes[0];
    const std::string rest(end > 2 ? bytes.substr(2, end - 2) : "");
    const size_t number = std::strtoull(rest.c_str(), nullptr, 10);
    if (kind == 'v') return execute_value(r, bytes, end + 1, number);
    if (kind == 'w') gate.effect();
    if (kind == 'e' || kind == 'w') reply(rest + "\n");
    if (kind == 'l') reply(large(number));
    if (kind == 'b') reply_blob(number);
    if (kind == 'p' || kind == 's') give(kind, static_cast<int32_t>(number), rest.substr(rest.find(' ') + 1));
    if (kind == 'm')
      transport->push_to_many(audience.data(), audience.size(), reinterpret_cast<const uint8_t*>(rest.data()),
                              rest.size());
    if (kind == 'k') r[kRowFlags] |= kRowWait;
    if (kind == 'q') r[kRowFlags] |= kRowCloseAfter;
    if (arenas.control()[kHold] != 0) r[kRowFlags] |= kRowHold;
    return end + 1;
  }

  size_t execute_value(int32_t* r, std::string_view bytes, size_t head, size_t size) {
    if (bytes.size() - head < size) {
      const size_t missing = size - (bytes.size() - head);
      r[kRowMissing] = static_cast<int32_t>(missing);
      if (missing >= static_cast<size_t>(kBigFrameBytes)) r[kRowFlags] |= kRowGrow;
      return 0;
    }
    reply(sum(bytes.substr(head, size)));
    return head + size;
  }

  void give(char kind, int32_t id, const std::string& text) {
    if (kind == 'p') return transport->push(id, reinterpret_cast<const uint8_t*>(text.data()), text.size());
    arenas.control()[kReplyTo] = id;
    arenas.control()[kReplyToFrom] = arenas.cursor();
    if (text[0] == '$')
      reply_blob(std::strtoull(text.c_str() + 1, nullptr, 10));
    else
      reply(text);
    transport->end_reply_to();
    arenas.control()[kReplyTo] = -1;
    transport->resume(id);
  }

  void reply(const std::string& text) { arenas.write(text.data(), text.size()); }
  void reply_blob(size_t size) {
    Blob* blob = Blob::create(heap, size, size);
    pattern(size).copy(reinterpret_cast<char*>(blob->data()), size);
    arenas.write_blob(blob, heap);
    blob->release(Releaser(heap, true));
  }

  int32_t connected_ = -1;
  uint64_t last_reads_ = 0;
};

}  // namespace redwing::test

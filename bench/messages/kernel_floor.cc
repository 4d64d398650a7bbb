// kernel_floor: the least that a server can do for the loads of `npm run bench:messages`, to show what of
// each is the kernel's. It waits with epoll, reads what has come once per ready connection, and writes what
// Redis would write, one write for each connection that gets something. It parses nothing and keeps nothing:
// what a request is, it sees from its first bytes and its length, which the scenarios (scenarios.ts) keep the
// same.
//
//   kernel_floor PORT     on 127.0.0.1, until it is killed; beside the loads it knows PING
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr int kMostEvents = 1024;
constexpr int kMostConnections = 65536;
// As much as Redis reads at once.
constexpr size_t kReadBytes = 16 * 1024;
constexpr int kLists = 100;

constexpr std::string_view kPublish = "*3\r\n$7\r\nPUBLISH\r\n$7\r\nchannel\r\n$16\r\nmessage:00000016\r\n";
constexpr std::string_view kMessage = "*3\r\n$7\r\nmessage\r\n$7\r\nchannel\r\n$16\r\nmessage:00000016\r\n";
constexpr std::string_view kSubscribed = "*3\r\n$9\r\nsubscribe\r\n$7\r\nchannel\r\n:1\r\n";
constexpr std::string_view kBlpop = "*3\r\n$5\r\nBLPOP\r\n$7\r\nlist:";
constexpr std::string_view kLpush = "*3\r\n$5\r\nLPUSH\r\n$7\r\nlist:";
constexpr std::string_view kExec = "*1\r\n$4\r\nEXEC\r\n";
constexpr std::string_view kSubscribe = "*2\r\n$9\r\nSUBSCRIBE\r\n";

void check(bool holds, const char* what) {
  if (holds) return;
  std::perror(what);
  std::exit(1);
}

class Floor {
 public:
  explicit Floor(uint16_t port) : epoll_(epoll_create1(0)), listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    const int on = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0, "bind");
    check(listen(listener_, 511) == 0, "listen");
    watch(listener_);
    transaction_ = "+OK\r\n";
    for (int i = 0; i < 10; i++) transaction_ += "+QUEUED\r\n";
    transaction_ += "*10\r\n";
    for (int i = 0; i < 10; i++) transaction_ += "+OK\r\n";
    waiters_.fill(-1);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, kMostEvents> events;
    for (;;) {
      const int ready = epoll_wait(epoll_, events.data(), kMostEvents, -1);
      for (int i = 0; i < ready; i++) {
        const int from = events[static_cast<size_t>(i)].data.fd;
        if (from == listener_)
          accept_one();
        else
          serve(from);
      }
    }
  }

 private:
  void watch(int descriptor) const {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = descriptor;
    check(epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) == 0, "epoll_ctl");
  }

  void accept_one() const {
    const int client = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
    if (client < 0) return;
    check(client < kMostConnections, "too many connections");
    const int on = 1;
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    watch(client);
  }

  // The loads await every byte before they send more, so nothing of this fails or is cut short.
  static void send_to(int client, std::string_view bytes) {
    check(write(client, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()), "write");
  }

  void serve(int client) {
    const ssize_t got = read(client, buffer_.data(), buffer_.size());
    if (got <= 0) {
      std::erase(subscribers_, client);
      close(client);
      return;
    }
    const std::string_view request(buffer_.data(), static_cast<size_t>(got));
    if (request.starts_with(kPublish))
      publish(client, request.size() / kPublish.size());
    else if (request.starts_with(kLpush))
      push(client, request);
    else if (request.starts_with(kBlpop))
      waiters_[list_of(request, kBlpop)] = client;
    else if (request.starts_with(kSubscribe)) {
      subscribers_.push_back(client);
      send_to(client, kSubscribed);
    } else if (request.find("PING") != std::string_view::npos)
      send_to(client, "+PONG\r\n");
    else
      execute(client, request);
  }

  static size_t list_of(std::string_view request, std::string_view command) {
    const size_t at = command.size();
    return static_cast<size_t>((request[at] - '0') * 10 + request[at + 1] - '0') % kLists;
  }

  void publish(int client, size_t messages) {
    text_.clear();
    for (size_t i = 0; i < messages; i++) text_ += ":50\r\n";
    send_to(client, text_);
    text_.clear();
    for (size_t i = 0; i < messages; i++) text_ += kMessage;
    for (const int subscriber : subscribers_) send_to(subscriber, text_);
  }

  // An LPUSH, and mostly a BLPOP behind it.
  void push(int client, std::string_view request) {
    const size_t list = list_of(request, kLpush);
    send_to(client, ":1\r\n");
    if (waiters_[list] >= 0) {
      text_ = "*2\r\n$7\r\nlist:";
      text_ += request.substr(kLpush.size(), 2);
      text_ += "\r\n$7\r\nelement\r\n";
      send_to(waiters_[list], text_);
      waiters_[list] = -1;
    }
    const size_t next = request.find(kBlpop);
    if (next != std::string_view::npos) waiters_[list_of(request.substr(next), kBlpop)] = client;
  }

  // Transactions, of which each EXEC is counted: what was queued is taken for granted. A client's write comes
  // in one read.
  void execute(int client, std::string_view request) {
    text_.clear();
    for (size_t at = request.find(kExec); at != std::string_view::npos; at = request.find(kExec, at + 1))
      text_ += transaction_;
    if (!text_.empty()) send_to(client, text_);
  }

  int epoll_;
  int listener_;
  std::vector<int> subscribers_;
  std::array<int, kLists> waiters_;
  std::array<char, kReadBytes> buffer_;
  std::string transaction_;
  std::string text_;
};

}  // namespace

int main(int count, char** words) {
  const int port = count == 2 ? std::atoi(words[1]) : 0;
  if (port < 1 || port > 65535) {
    std::fputs("usage: kernel_floor PORT\n", stderr);
    return 2;
  }
  Floor(static_cast<uint16_t>(port)).run();
}

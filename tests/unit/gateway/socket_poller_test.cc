// Sockets are told of once, and a line knows from that whether there is more to read.
#include "gateway/net/socket_poller.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/net/line.h"

namespace rastro {
namespace {

// One end of a connection within the process; the other end is a line.
class Peer {
 public:
  explicit Peer(int socket) : socket_(socket) {}
  ~Peer() { close(); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  void send(std::string_view text) const {
    EXPECT_EQ(::send(socket_, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  }
  void read_all() const {
    std::array<char, 65536> bytes;
    while (::recv(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT) > 0) continue;
  }
  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }

 private:
  int socket_;
};

class Watched final : public SocketPoller::Watcher, public std::enable_shared_from_this<Watched> {
 public:
  Watched(SocketPoller& poller, int socket) : line(socket), poller_(poller) {
    poller.add(socket, *this, error);
    EXPECT_FALSE(error) << error.message();
  }
  void socket_ready(SocketEvents events) override {
    ++told;
    last = events;
    line.note(events);
    if (line.socket() >= 0 && then) then();
  }
  void leave() {
    if (line.socket() < 0) return;
    poller_.remove(line.socket(), shared_from_this());
    line.close();
  }
  std::string read(std::size_t size) {
    std::string bytes(size, '\0');
    const std::size_t got = line.read_some(reinterpret_cast<std::uint8_t*>(bytes.data()), size, error);
    bytes.resize(got);
    return bytes;
  }

  Line line;
  int told = 0;
  SocketEvents last;
  error_code error;
  std::function<void()> then;  // when it is told

 private:
  SocketPoller& poller_;
};

class SocketPollerTest : public testing::Test {
 protected:
  struct Pair {
    std::shared_ptr<Watched> near = nullptr;
    std::unique_ptr<Peer> far = nullptr;
  };
  Pair connect() {
    std::array<int, 2> sockets{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, sockets.data()), 0);
    return {std::make_shared<Watched>(poller_, sockets[0]), std::make_unique<Peer>(sockets[1])};
  }
  void run() {
    io_.restart();
    io_.poll();
  }

  asio::io_context io_;
  SocketPoller poller_{io_};
};

TEST_F(SocketPollerTest, TellsOfWhatCameBeforeAndOnceOfEach) {
  const Pair pair = connect();
  pair.far->send("before");
  run();
  EXPECT_EQ(pair.near->told, 1);
  EXPECT_TRUE(pair.near->last.readable);
  run();
  EXPECT_EQ(pair.near->told, 1) << "told twice of the same";
  pair.far->send("after");
  run();
  EXPECT_EQ(pair.near->told, 2);
  EXPECT_EQ(pair.near->read(100), "beforeafter");
}

TEST_F(SocketPollerTest, AllOfACrowdAreToldOnceAlsoWhileSomeLeave) {
  constexpr std::size_t kCrowd = 400;  // several times what the system is asked for at once
  std::vector<Pair> crowd;
  for (std::size_t i = 0; i < kCrowd; ++i) {
    crowd.push_back(connect());
    crowd[i].far->send("x");
    if (i % 3 == 0) crowd[i].near->then = [watched = crowd[i].near.get()] { watched->leave(); };
  }
  run();
  for (const Pair& pair : crowd) {
    EXPECT_EQ(pair.near->told, 1);
    EXPECT_TRUE(pair.near->last.readable);
  }
}

TEST_F(SocketPollerTest, AReadThatFillsItsBufferMayHaveLeftMore) {
  const Pair pair = connect();
  pair.far->send("abcd");
  run();
  EXPECT_EQ(pair.near->read(4), "abcd");
  EXPECT_TRUE(pair.near->line.can_read());
  EXPECT_EQ(pair.near->read(4), "");
  EXPECT_EQ(pair.near->error, asio::error::would_block);
  EXPECT_FALSE(pair.near->line.can_read());
  pair.far->send("e");
  run();
  EXPECT_EQ(pair.near->read(4), "e");
  EXPECT_FALSE(pair.near->line.can_read()) << "asked for what cannot be there";
}

TEST_F(SocketPollerTest, TheEndIsReadWithoutBeingToldAgain) {
  Pair pair = connect();
  pair.far->send("last words");
  pair.far->close();
  run();
  EXPECT_TRUE(pair.near->last.ended);
  EXPECT_EQ(pair.near->read(100), "last words");
  ASSERT_TRUE(pair.near->line.can_read()) << "nothing would tell of the end";
  EXPECT_EQ(pair.near->read(100), "");
  EXPECT_EQ(pair.near->error, asio::error::eof);
}

TEST_F(SocketPollerTest, TellsWhenAFullSocketTakesMore) {
  const Pair pair = connect();
  run();
  const std::vector<std::uint8_t> bytes(65536, 'x');
  error_code error;
  while (!error) pair.near->line.write_some(bytes, error);
  EXPECT_EQ(error, asio::error::would_block);
  const int told = pair.near->told;
  run();
  EXPECT_EQ(pair.near->told, told);
  pair.far->read_all();
  run();
  EXPECT_EQ(pair.near->told, told + 1);
  EXPECT_TRUE(pair.near->last.writable);
}

// Its event is on its way already, to an object that must not be gone; the address sanitizer says.
TEST_F(SocketPollerTest, OneThatLeavesWhileAnotherIsToldIsStillThere) {
  Pair first = connect();
  Pair second = connect();
  const auto leave = [](std::shared_ptr<Watched>& who) {
    who->leave();
    who.reset();
  };
  first.near->then = [&] { leave(second.near); };
  second.near->then = [&] { leave(first.near); };
  const std::weak_ptr<Watched> a = first.near;
  const std::weak_ptr<Watched> b = second.near;
  first.far->send("a");
  second.far->send("b");
  run();
  EXPECT_NE(a.expired(), b.expired()) << "the first that is told makes the other leave";
}

}  // namespace
}  // namespace rastro

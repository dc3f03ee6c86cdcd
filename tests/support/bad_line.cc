#include "tests/support/bad_line.h"

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>
#include <vector>

#include "gateway/net/asio.h"

namespace rastro::test {
namespace {

// Of both directions together: from nothing at all to some packets of twenty records.
constexpr std::uint64_t kFarthest = 20'000;
// The longest piece that is handed on at once: shorter than most frames.
constexpr std::size_t kPiece = 64;

using Piece = std::array<char, kPiece>;

// One device and its way to the gateway.
struct Connection {
  Connection(tcp::socket from_device, asio::io_context& io) : device(std::move(from_device)), gateway(io) {}

  tcp::socket device;
  tcp::socket gateway;
  Piece up;
  Piece down;
  std::uint64_t carries = 0;
  BadLine::Fate fate = BadLine::Fate::kClosed;
  bool ended = false;
};

void end(tcp::socket& socket, bool reset) {
  error_code ignored;
  if (reset) socket.set_option(asio::socket_base::linger(true, 0), ignored);
  socket.close(ignored);
}

}  // namespace

struct BadLine::State {
  State(std::uint16_t gateway_port, std::uint64_t seed)
      : gateway(asio::ip::address_v4::loopback(), gateway_port), random(seed) {}

  void accept() {
    acceptor.async_accept([this](error_code error, tcp::socket socket) {
      if (error) return;
      const auto connection = std::make_shared<Connection>(std::move(socket), io);
      connection->carries = random() % kFarthest;
      connection->fate = static_cast<Fate>(random() % kFates);
      connections.push_back(connection);
      connection->gateway.async_connect(gateway, [this, connection](error_code refused) {
        if (refused) return end_it(*connection, Fate::kClosed);
        pump(connection, connection->device, connection->gateway, connection->up);
        pump(connection, connection->gateway, connection->device, connection->down);
      });
      accept();
    });
  }

  void pump(const std::shared_ptr<Connection>& of, tcp::socket& from, tcp::socket& to, Piece& piece) {
    const std::size_t most = 1 + random() % kPiece;
    from.async_read_some(
        asio::buffer(piece, most), [=, this, &from, &to, &piece](error_code error, std::size_t got) {
          if (of->ended) return;
          if (error) return end_it(*of, Fate::kClosed);
          const auto carried = static_cast<std::size_t>(std::min<std::uint64_t>(got, of->carries));
          of->carries -= carried;
          asio::async_write(to, asio::buffer(piece, carried),
                            [=, this, &from, &to, &piece](error_code broken, std::size_t) {
                              if (of->ended) return;
                              if (broken) return end_it(*of, Fate::kClosed);
                              if (of->carries == 0) return end_it(*of, of->fate);
                              pump(of, from, to, piece);
                            });
        });
  }

  void end_it(Connection& connection, Fate fate) {
    connection.ended = true;
    ++ended[static_cast<std::size_t>(fate)];
    if (fate == Fate::kSilent) return;  // both ends stay open, and hear nothing
    end(connection.device, fate == Fate::kReset);
    end(connection.gateway, fate == Fate::kReset);
  }

  asio::io_context io{1};
  tcp::acceptor acceptor{io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  const tcp::endpoint gateway;
  std::mt19937_64 random;
  std::vector<std::shared_ptr<Connection>> connections;
  std::array<std::atomic<std::uint64_t>, kFates> ended{};
  std::thread thread;
};

BadLine::BadLine(std::uint16_t gateway, std::uint64_t seed) : state_(std::make_unique<State>(gateway, seed)) {
  state_->accept();
  state_->thread = std::thread([this] { state_->io.run(); });
}

BadLine::~BadLine() {
  state_->io.stop();
  state_->thread.join();
}

std::uint16_t BadLine::port() const { return state_->acceptor.local_endpoint().port(); }

std::array<std::uint64_t, BadLine::kFates> BadLine::ended() const {
  std::array<std::uint64_t, kFates> counts{};
  std::ranges::copy(state_->ended, counts.begin());
  return counts;
}

}  // namespace rastro::test

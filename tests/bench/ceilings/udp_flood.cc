// Teltonika datagrams of one record each, many at a call: where `rastro simulate` is a fleet of devices with
// a socket each, this is the most that one thread can send. Each datagram is encoded once by the device side
// and then only given its number and its time. With a window it waits for replies as the devices together
// would, and nothing is sent twice.
//
// usage: udp_flood --port PORT [--devices 2000] [--seconds 5] [--window 0] [--sockets 4] [--seed 1]
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <iostream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "gateway/commands/simulate/device_client.h"
#include "gateway/commands/simulate/device_socket.h"
#include "protocols/registry.h"
#include "tests/bench/ceilings/arguments.h"

namespace {

using namespace rastro;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kBatchSize = 64;
// teltonika.md 1.5: length, packet id, a byte, AVL packet id, length of the identity, identity; then codec,
// count and the time of the first record.
constexpr std::size_t kPacketIdAt = 2;
constexpr std::size_t kAvlPacketIdAt = 5;
constexpr std::size_t kTimeAt = 8 + 15 + 2;
// What is outstanding after this was lost.
constexpr std::chrono::milliseconds kPatience{1000};

using Datagram = std::vector<std::uint8_t>;

struct Counts {
  std::uint64_t sent = 0;
  std::uint64_t replies = 0;
  std::uint64_t lost = 0;  // no reply within the patience
};

std::vector<Datagram> make_datagrams(std::size_t devices, std::uint64_t seed) {
  std::vector<Datagram> datagrams;
  for (std::size_t i = 0; i < devices; ++i) {
    Vehicle vehicle(seed + i);
    const auto device =
        find_protocol("teltonika")->open_device(DeviceIdentity(simulated_imei(seed, i)), Transport::kUdp);
    device->encode_data({vehicle.drive(1, 0)}, datagrams.emplace_back());
  }
  return datagrams;
}

template <typename Integer>
void put(Integer value, std::size_t at, Datagram& to) {
  for (std::size_t i = 0; i < sizeof(value); ++i)
    to[at + i] = static_cast<std::uint8_t>(value >> (8 * (sizeof(value) - 1 - i)));
}

// One socket and what is under way on it.
class Lane {
 public:
  explicit Lane(const SocketAddress& to) {
    if (!socket_.connect(Transport::kUdp, to, nullptr)) throw std::runtime_error("no socket");
    for (std::size_t i = 0; i < kBatchSize; ++i) {
      replies_[i].msg_hdr.msg_iov = &reply_vectors_[i];
      replies_[i].msg_hdr.msg_iovlen = 1;
      reply_vectors_[i] = {reply_bytes_[i].data(), reply_bytes_[i].size()};
      batch_[i].msg_hdr.msg_iov = &vectors_[i];
      batch_[i].msg_hdr.msg_iovlen = 1;
    }
  }

  // Sends the next of each of a batch of devices, whose datagrams begin at `first`.
  std::uint64_t send(std::span<Datagram> datagrams, std::int64_t time_ms) {
    for (std::size_t i = 0; i < datagrams.size(); ++i) {
      Datagram& datagram = datagrams[i];
      put(++packet_id_, kPacketIdAt, datagram);
      put(static_cast<std::uint8_t>(packet_id_), kAvlPacketIdAt, datagram);
      put(static_cast<std::uint64_t>(time_ms), kTimeAt, datagram);
      vectors_[i] = {datagram.data(), datagram.size()};
    }
    const int sent =
        ::sendmmsg(socket_.descriptor(), batch_.data(), static_cast<unsigned>(datagrams.size()), 0);
    return sent > 0 ? static_cast<std::uint64_t>(sent) : 0;
  }

  std::uint64_t take_replies() {
    std::uint64_t taken = 0;
    for (;;) {
      const int got = ::recvmmsg(socket_.descriptor(), replies_.data(), kBatchSize, MSG_DONTWAIT, nullptr);
      if (got <= 0) return taken;
      taken += static_cast<std::uint64_t>(got);
    }
  }

 private:
  DeviceSocket socket_;
  std::uint16_t packet_id_ = 0;
  std::array<mmsghdr, kBatchSize> batch_{};
  std::array<iovec, kBatchSize> vectors_{};
  std::array<mmsghdr, kBatchSize> replies_{};
  std::array<iovec, kBatchSize> reply_vectors_{};
  std::array<std::array<std::uint8_t, 16>, kBatchSize> reply_bytes_{};
};

class Flood {
 public:
  Flood(const bench::Arguments& arguments)
      : datagrams_(make_datagrams(arguments.count("devices", 2000), arguments.count("seed", 1))),
        window_(arguments.count("window", 0)),
        limit_(arguments.number("seconds", 5)) {
    const auto to = make_socket_address("127.0.0.1", static_cast<std::uint16_t>(arguments.count("port", 0)));
    for (std::size_t i = 0; i < arguments.count("sockets", 4); ++i)
      lanes_.push_back(std::make_unique<Lane>(*to));
  }

  void run() {
    const auto start = Clock::now();
    for (std::size_t at = 0; Clock::now() - start < limit_;) {
      Lane& lane = *lanes_[turn_++ % lanes_.size()];
      const std::size_t count = std::min(kBatchSize, datagrams_.size() - at);
      counts_.sent += lane.send(std::span(datagrams_).subspan(at, count), time_ms_);
      at += count;
      if (at == datagrams_.size()) {
        at = 0;
        time_ms_ += 1000;
      }
      if (window_ > 0) wait_for_room();
    }
    seconds_ = std::chrono::duration<double>(Clock::now() - start).count();
    window_ = 1;
    wait_for_room();
  }

  void print() const {
    std::cout << "{\"sent\":" << counts_.sent << ",\"replies\":" << counts_.replies
              << ",\"lost\":" << counts_.lost << ",\"seconds\":" << seconds_
              << ",\"replies_a_second\":" << static_cast<double>(counts_.replies) / seconds_ << "}\n";
  }

 private:
  std::uint64_t outstanding() const { return counts_.sent - counts_.replies - counts_.lost; }

  void wait_for_room() {
    auto last = Clock::now();
    for (;;) {
      std::uint64_t taken = 0;
      for (const auto& lane : lanes_) taken += lane->take_replies();
      counts_.replies += taken;
      if (outstanding() < window_ || counts_.replies + counts_.lost > counts_.sent) return;
      const auto now = Clock::now();
      if (taken > 0) {
        last = now;
      } else if (now - last > kPatience) {
        counts_.lost += outstanding();
        return;
      } else {
        std::this_thread::sleep_for(std::chrono::microseconds(100));
      }
    }
  }

  std::vector<Datagram> datagrams_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::uint64_t window_;
  const std::chrono::duration<double> limit_;
  std::size_t turn_ = 0;
  // In the past, so that no record is from the future; each device's are a second apart.
  std::int64_t time_ms_ =
      (std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()) -
       std::chrono::hours(24))
          .count() *
      1000;
  double seconds_ = 0;
  Counts counts_;
};

}  // namespace

int main(int argc, char** argv) {
  try {
    Flood flood(rastro::bench::Arguments(argc, argv));
    flood.run();
    flood.print();
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "udp_flood: " << error.what() << '\n';
    return 1;
  }
}

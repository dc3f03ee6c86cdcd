#include "gateway/net/udp_listener.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "gateway/clock.h"
#include "gateway/net/refusal_log.h"
#include "gateway/net/tcp_listener.h"

namespace rastro {
namespace {

constexpr std::size_t kBatchSize = 64;
// Above every packet that a device may send over UDP (teltonika.md 1.5 names 1,280 bytes, field captures 2
// KiB); a longer one is cut by the kernel and refused by its length field.
constexpr std::size_t kDatagramSize = 4096;
// How many batches are taken before others of the shard have their turn.
constexpr int kBatchesAtOnce = 16;
// Bursts arrive while a batch is journaled; the default of 208 KiB holds a few hundred datagrams.
constexpr int kReceiveBuffer = 8 << 20;
// Above every acknowledgement (teltonika.md 1.5: 7 bytes; GT06's longest, with a time, some 20).
constexpr std::size_t kReplySize = 64;

DatagramLimit::Source source_of(const udp::endpoint& from) {
  return {ip_address(from.address()), from.port()};
}

}  // namespace

struct UdpListener::Batch {
  std::array<mmsghdr, kBatchSize> headers{};
  std::array<iovec, kBatchSize> vectors{};
  std::array<sockaddr_storage, kBatchSize> addresses{};
  std::vector<std::uint8_t> bytes = std::vector<std::uint8_t>(kBatchSize * kDatagramSize);

  Batch() {
    for (std::size_t i = 0; i < kBatchSize; ++i) {
      vectors[i] = {bytes.data() + i * kDatagramSize, kDatagramSize};
      headers[i].msg_hdr.msg_iov = &vectors[i];
      headers[i].msg_hdr.msg_iovlen = 1;
      headers[i].msg_hdr.msg_name = &addresses[i];
    }
  }

  int receive(int socket) {
    for (auto& header : headers) header.msg_hdr.msg_namelen = sizeof(sockaddr_storage);
    return ::recvmmsg(socket, headers.data(), kBatchSize, MSG_DONTWAIT, nullptr);
  }

  udp::endpoint from(std::size_t i) const {
    udp::endpoint endpoint;
    std::memcpy(endpoint.data(), &addresses[i], headers[i].msg_hdr.msg_namelen);
    endpoint.resize(headers[i].msg_hdr.msg_namelen);
    return endpoint;
  }
};

// One call into the kernel for each of a few thousand replies a second is most of what UDP costs.
struct UdpListener::Outbox {
  std::array<mmsghdr, kBatchSize> headers{};
  std::array<iovec, kBatchSize> vectors{};
  std::array<udp::endpoint, kBatchSize> to;
  std::array<std::array<std::uint8_t, kReplySize>, kBatchSize> bytes;
  std::size_t count = 0;

  bool full() const { return count == kBatchSize; }

  void add(const udp::endpoint& receiver, ByteView reply) {
    to[count] = receiver;
    std::ranges::copy(reply, bytes[count].begin());
    vectors[count] = {bytes[count].data(), reply.size()};
    msghdr& header = headers[count].msg_hdr;
    header.msg_name = to[count].data();
    header.msg_namelen = static_cast<socklen_t>(to[count].size());
    header.msg_iov = &vectors[count];
    header.msg_iovlen = 1;
    ++count;
  }

  // The network may lose a datagram at any place, also the first one on the way: the device asks again.
  void send(int socket) {
    for (std::size_t done = 0; done < count;) {
      const int sent =
          ::sendmmsg(socket, headers.data() + done, static_cast<unsigned>(count - done), MSG_DONTWAIT);
      done += sent > 0 ? static_cast<std::size_t>(sent) : 1;
    }
    count = 0;
  }
};

UdpListener::UdpListener(Shard& shard, const ListenerConfig& config, int passed)
    : shard_(shard),
      config_(config),
      metrics_(shard.context().metrics.listener(config.protocol->name, Transport::kUdp)),
      socket_(shard.io()),
      batch_(std::make_unique<Batch>()),
      outbox_(std::make_unique<Outbox>()),
      bad_datagrams_(static_cast<double>(shard.context().config.bad_datagrams_per_second)) {
  session_ = config_.protocol->open(session_options(config_, shard.context().directory));
  try {
    if (passed == kNoSocket) {
      bind();
    } else {
      socket_.assign(udp::v4(), copy_of_socket(passed));  // the family matters to bind() and connect() alone
    }
    socket_.non_blocking(true);
  } catch (const boost::system::system_error& e) {
    throw boost::system::system_error(e.code(), "cannot listen on UDP " + config.bind);
  }
}

UdpListener::~UdpListener() = default;

void UdpListener::bind() {
  const auto endpoint = bind_endpoint<udp::endpoint>(config_.bind);
  socket_.open(endpoint.protocol());
  socket_.set_option(ReusePort(true));
  error_code ignored;
  socket_.set_option(asio::socket_base::receive_buffer_size(kReceiveBuffer), ignored);
  socket_.bind(endpoint);
}

// The socket stays open: what is journaled is still to be answered.
void UdpListener::stop() { socket_.cancel(); }

void UdpListener::wait_readable() {
  socket_.async_wait(udp::socket::wait_read, [this](error_code error) {
    if (!error) receive();
  });
}

void UdpListener::receive() {
  for (int round = 0; round < kBatchesAtOnce; ++round) {
    const int got = batch_->receive(socket_.native_handle());
    if (got <= 0) break;
    for (std::size_t i = 0; i < static_cast<std::size_t>(got); ++i) {
      take(ByteView(batch_->bytes).subspan(i * kDatagramSize, batch_->headers[i].msg_len), batch_->from(i));
    }
    if (static_cast<std::size_t>(got) < kBatchSize) break;
  }
  flush();
  wait_readable();
}

const std::string& UdpListener::text_of(const asio::ip::address& address) {
  if (last_text_.empty() || address != last_address_) {
    last_address_ = address;
    last_text_ = address.to_string();
  }
  return last_text_;
}

void UdpListener::take(ByteView datagram, const udp::endpoint& from) {
  metrics_.bytes_received.Increment(static_cast<double>(datagram.size()));
  if (bad_datagrams_.may_be_blocked() && drops(datagram, from)) return;
  SessionOutput& out = shard_.output();
  out.clear();
  session_->consume(datagram, now_ms(), out);
  if (session_->identity().empty())  // nobody's
    bad_datagrams_.note_bad(source_of(from), std::chrono::steady_clock::now());
  if (out.raw.empty()) return Ingest::count(metrics_, datagram.size(), out);
  const auto refuse = [&](std::string_view reason) {
    Ingest::count(metrics_, datagram.size(), out);
    shard_.context().metrics.refused(reason).Increment(units_of(out));
  };
  switch (shard_.ingest().admit(session_->identity())) {
    case Admission::kWelcome:
      break;
    case Admission::kRejected:
      return refuse("rejected_device");
    case Admission::kUnavailable:
      return refuse("directory_unavailable");
  }
  if (shard_.context().networks.is_foreign(session_->identity(), ip_address(from.address()))) {
    raise_identity_alarm(shard_.context().alarms, IdentityAlarm::kForeignNetwork, session_->identity(),
                         from.address().to_string());
  }
  std::uint64_t end = 0;
  const std::string& peer = text_of(from.address());
  // A datagram that the journal does not take cannot wait for it as a connection does; the device sends it
  // again.
  if (shard_.ingest().store(config_, session_->identity(), peer, out, end) != journal::Append::kAccepted) {
    return refuse("journal_unavailable");
  }
  Ingest::count(metrics_, datagram.size(), out);
  for (const Reply& reply : out.replies) {
    const ByteView bytes = ByteView(out.reply_bytes).subspan(reply.bytes.first, reply.bytes.count);
    if (reply.after_durable && end > 0) {
      shard_.reply_when_durable(end, *this, from, bytes);
    } else {
      send(from, bytes);
    }
  }
}

bool UdpListener::drops(ByteView datagram, const udp::endpoint& from) {
  if (!bad_datagrams_.blocks(source_of(from), std::chrono::steady_clock::now())) return false;
  metrics_.bytes_rejected.Increment(static_cast<double>(datagram.size()));
  metrics_.datagrams_dropped.Increment();
  log_dropped_datagrams(from.address().to_string(), config_);
  return true;
}

void UdpListener::send(const udp::endpoint& to, ByteView reply) {
  metrics_.replies.Increment();
  if (reply.size() > kReplySize) {
    error_code ignored;
    socket_.send_to(asio::buffer(reply.data(), reply.size()), to, 0, ignored);
    return;
  }
  if (outbox_->full()) flush();
  outbox_->add(to, reply);
}

void UdpListener::flush() {
  if (outbox_->count > 0) outbox_->send(socket_.native_handle());
}

}  // namespace rastro

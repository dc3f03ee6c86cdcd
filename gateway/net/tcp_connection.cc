#include "gateway/net/tcp_connection.h"

#include <algorithm>
#include <cstring>

#include "gateway/clock.h"
#include "gateway/log.h"
#include "protocols/registry.h"
#include "protocols/stray.h"

namespace rastro {
namespace {

// One read takes this much at most, so that a fast sender does not starve the shard's others.
constexpr std::size_t kReadSize = 64U << 10;
// Replies are a few bytes each; a peer that has this much waiting does not read them.
constexpr std::size_t kMaxUnsent = 64U << 10;
// What may come before a device has said who it is: some kilobytes of modem text at most. Reading noise costs
// time.
constexpr std::size_t kMaxNoiseBeforeLogin = 4096;
// A command that the line was never idle for goes back to the queue, well before it counts as one that got no
// answer (pipeline/postgis/command_queue.cc) and the next is sent.
constexpr std::int64_t kMaxHoldMs = 5LL * 60 * 1000;
// Enough of a first line to tell a stray by; nobody waits for more.
constexpr std::size_t kSniffSize = 16;

}  // namespace

TcpConnection::TcpConnection(Shard& shard, const ListenerConfig& listener, ListenerMetrics& metrics,
                             tcp::socket socket, const asio::ip::address& peer)
    : shard_(shard),
      listener_(listener),
      metrics_(metrics),
      socket_(std::move(socket)),
      peer_(peer.to_string()),
      deadline_(std::chrono::steady_clock::now() +
                std::chrono::seconds(shard.context().config.login_timeout_s)) {
  SessionOptions options;
  options.transport = Transport::kTcp;
  options.checksum = listener.checksum;
  options.settings = listener.settings;
  options.surroundings = &shard.context().directory;
  session_ = listener.protocol->open(options);
  shard_.context().open_connections.fetch_add(1, std::memory_order_relaxed);
  metrics_.connections_open.Increment();
}

TcpConnection::~TcpConnection() {
  shard_.context().open_connections.fetch_sub(1, std::memory_order_relaxed);
  metrics_.connections_open.Decrement();
}

void TcpConnection::start() {
  error_code ignored;
  socket_.set_option(tcp::no_delay(true), ignored);  // acknowledgements are a few bytes and must not wait
  socket_.set_option(asio::socket_base::keep_alive(true), ignored);
  socket_.non_blocking(true, ignored);
  wait_readable();
}

void TcpConnection::supersede() {
  asio::post(shard_.io(), [self = shared_from_this()] { self->finish(CloseReason::kNewerConnection); });
}

void TcpConnection::finish(CloseReason reason) {
  if (!open_) return;
  reading_ = Reading::kEnded;
  ending_ = reason;
  end_if_done();
}

void TcpConnection::end_if_done() {
  if (open_ && reading_ == Reading::kEnded && replies_waiting_ == 0 && unsent_.empty()) close(ending_);
}

void TcpConnection::close(CloseReason reason) {
  if (!open_) return;
  open_ = false;
  metrics_.closed[static_cast<std::size_t>(reason)]->Increment();
  metrics_.bytes_rejected.Increment(static_cast<double>(unparsed_.size()));
  for (const DeviceIdentity& identity : claimed_) shard_.context().identities.release(identity, this);
  for (OutgoingCommand& command : commands_)
    shard_.context().commands.report({std::move(command), CommandReport::Outcome::kNotWritten});
  commands_.clear();
  error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
  shard_.remove(shared_from_this());
}

void TcpConnection::close_overdue() {
  close(session_->identity().empty() ? CloseReason::kLoginTimeout : CloseReason::kIdleTimeout);
}

void TcpConnection::extend_deadline() {
  if (session_->identity().empty()) return;  // the login deadline stands, however much is sent
  deadline_ = std::chrono::steady_clock::now() + std::chrono::seconds(shard_.context().config.idle_timeout_s);
}

void TcpConnection::wait_readable() {
  socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](error_code error) {
    if (error || !self->open_ || self->reading_ != Reading::kYes) return;
    self->read();
  });
}

void TcpConnection::read() {
  auto& buffer = shard_.scratch();
  buffer.resize(unparsed_.size() + kReadSize);
  std::ranges::copy(unparsed_, buffer.begin());
  error_code error;
  const std::size_t got = socket_.read_some(asio::buffer(buffer.data() + unparsed_.size(), kReadSize), error);
  if (error == asio::error::would_block || error == asio::error::try_again) return wait_readable();
  if (error) return finish(error == asio::error::eof ? CloseReason::kPeerClosed : CloseReason::kReset);
  metrics_.bytes_received.Increment(static_cast<double>(got));
  extend_deadline();

  if (!take(ByteView(buffer).first(unparsed_.size() + got))) return;
  if (unparsed_.empty()) unparsed_.shrink_to_fit();
  if (unparsed_.size() > static_cast<std::size_t>(shard_.context().config.max_unparsed_bytes) &&
      reading_ == Reading::kYes) {
    return close(CloseReason::kUnparsedLimit);
  }
  write_commands();
  if (reading_ == Reading::kYes) wait_readable();
}

void TcpConnection::resume() {
  if (!open_ || reading_ != Reading::kStalled) return;
  reading_ = Reading::kYes;
  const std::vector<std::uint8_t> in = std::move(unparsed_);
  if (!take(in)) return;
  write_commands();
  if (reading_ == Reading::kYes) wait_readable();
}

bool TcpConnection::take(ByteView in) {
  unparsed_.clear();  // they stand in `in`: close() must not count them again
  const ByteView rest = in.subspan(parse(in));
  if (open_) {
    unparsed_.assign(rest.begin(), rest.end());
  } else {
    metrics_.bytes_rejected.Increment(static_cast<double>(rest.size()));
  }
  return open_;
}

std::size_t TcpConnection::parse(ByteView in) {
  if (!sniffed_ && is_stray(in)) return 0;
  if (!sniffed_) return 0;  // too little to tell yet
  SessionOutput& out = shard_.output();
  const std::int64_t received_ms = now_ms();
  std::size_t done = 0;
  while (open_ && reading_ == Reading::kYes && done < in.size()) {
    out.clear();
    const std::size_t consumed = session_->consume(in.subspan(done), received_ms, out);
    if (consumed == 0 && !out.close) break;
    if (!take_frame(out, consumed)) {
      metrics_.stalls.Increment();
      reading_ = Reading::kStalled;
      shard_.wait_for_journal(shared_from_this());
      break;
    }
    done += consumed;
    if (is_noise(consumed, !out.raw.empty())) break;
    if (out.close) finish(CloseReason::kUnreadable);
  }
  return done;
}

bool TcpConnection::is_noise(std::size_t consumed, bool frame) {
  const bool identified = !session_->identity().empty();
  noise_ = frame && identified ? 0 : noise_ + consumed;
  const std::size_t limit = identified ? static_cast<std::size_t>(shard_.context().config.max_unparsed_bytes)
                                       : kMaxNoiseBeforeLogin;
  if (noise_ <= limit) return false;
  close(CloseReason::kUnparsedLimit);
  return true;
}

bool TcpConnection::take_frame(SessionOutput& out, std::size_t consumed) {
  if (out.login && !handle_login(out)) {
    Ingest::count(metrics_, consumed, out);
    send_replies(out, 0);
    finish(CloseReason::kRejectedDevice);
    return true;
  }
  std::uint64_t end = 0;
  if (shard_.ingest().store(listener_, session_->identity(), peer_, out, end) != journal::Append::kAccepted)
    return false;
  Ingest::count(metrics_, consumed, out);
  send_replies(out, end);
  return true;
}

bool TcpConnection::handle_login(SessionOutput& out) {
  const DeviceIdentity identity = session_->identity();
  if (shard_.ingest().admit(identity) != Admission::kWelcome) {
    session_->refuse_login(out);
    out.decoded.clear();
    return false;
  }
  if (std::ranges::find(claimed_, identity) == claimed_.end()) claimed_.push_back(identity);
  shard_.context().identities.claim(identity, shared_from_this());
  shard_.context().commands.announce(identity);
  extend_deadline();
  return true;
}

void TcpConnection::send_replies(const SessionOutput& out, std::uint64_t durable_at) {
  for (const Reply& reply : out.replies) {
    const ByteView bytes = ByteView(out.reply_bytes).subspan(reply.bytes.first, reply.bytes.count);
    if (reply.after_durable && durable_at > 0) {
      ++replies_waiting_;
      shard_.reply_when_durable(durable_at, shared_from_this(), bytes);
    } else {
      metrics_.replies.Increment();
      write(bytes);
    }
  }
}

void TcpConnection::durable_reply(ByteView reply) {
  --replies_waiting_;
  if (!open_) return;
  metrics_.replies.Increment();
  write(reply);
  end_if_done();
  write_commands();
}

bool TcpConnection::is_stray(ByteView first_bytes) {
  const Sniff own = listener_.protocol->sniff(first_bytes);
  if (own == Sniff::kYes) {
    sniffed_ = true;
    return false;
  }
  const std::string_view kind = find_stray(first_bytes);
  bool foreign = false;
  for (const Protocol* other : protocols()) {
    foreign = foreign || (other != listener_.protocol && other->sniff(first_bytes) == Sniff::kYes);
  }
  if (kind.empty() && !foreign) {
    sniffed_ = first_bytes.size() >= kSniffSize;  // unknown noise: the session looks for a frame in it
    return false;
  }
  static LogLimit limit(std::chrono::seconds(10));
  const std::string_view what = kind.empty() ? "another tracker protocol" : kind;
  if (std::uint64_t held = 0; limit.pass(held)) {
    spdlog::info(
        "closed a connection from {} to the {} port {}: it speaks {} ({} more like it since the last line)",
        peer_, listener_.protocol->name, listener_.bind, what, held);
  }
  if (!kind.empty()) shard_.context().metrics.stray(kind).Increment();
  close(kind.empty() ? CloseReason::kWrongProtocol : CloseReason::kStray);
  return true;
}

void TcpConnection::write(ByteView bytes) {
  if (!open_) return;
  unsent_.append(bytes.begin(), bytes.end());
  if (unsent_.size() > kMaxUnsent) return close(CloseReason::kSlowReader);
  if (!writing_) flush();
}

void TcpConnection::flush() {
  while (!unsent_.empty()) {
    error_code error;
    const std::size_t sent = socket_.write_some(asio::buffer(unsent_), error);
    if (error == asio::error::would_block || error == asio::error::try_again) break;
    if (error) return close(CloseReason::kReset);
    unsent_.erase(0, sent);
  }
  writing_ = !unsent_.empty();
  if (!writing_) return;
  socket_.async_wait(tcp::socket::wait_write, [self = shared_from_this()](error_code error) {
    if (error || !self->open_) return;
    self->flush();
    self->end_if_done();
    self->write_commands();
  });
}

void TcpConnection::settings_changed() {
  asio::post(shard_.io(), [self = shared_from_this()] { self->session_->settings_changed(); });
}

void TcpConnection::post_command(OutgoingCommand command) {
  asio::post(shard_.io(), [self = shared_from_this(), command = std::move(command)]() mutable {
    if (!self->open_) {
      self->shard_.context().commands.report({std::move(command), CommandReport::Outcome::kNotWritten});
      return;
    }
    self->commands_.push_back(std::move(command));
    self->write_commands();
  });
}

bool TcpConnection::is_idle() const {
  return open_ && reading_ == Reading::kYes && replies_waiting_ == 0 && unsent_.empty() && unparsed_.empty();
}

void TcpConnection::write_commands() {
  while (is_idle()) {
    // On a line that several devices share, a command waits until its own is the one that speaks.
    const auto next = std::ranges::find(commands_, session_->identity(), &OutgoingCommand::identity);
    if (next == commands_.end()) return;
    CommandReport report{std::move(*next)};
    commands_.erase(next);
    report.outcome = write_command(report.command, report.fault);
    shard_.context().commands.report(std::move(report));
  }
}

CommandReport::Outcome TcpConnection::write_command(const OutgoingCommand& command, CommandFault& fault) {
  using Outcome = CommandReport::Outcome;
  const std::int64_t now = now_ms();
  const bool held_long = command.marked_ms && now - *command.marked_ms > kMaxHoldMs;
  if (held_long || command.expires_ms <= now) return Outcome::kNotWritten;
  if (!command.cuts_fuel && protocol().cuts_fuel(command.text)) return Outcome::kNotConfirmed;
  std::vector<std::uint8_t> bytes;
  fault = session_->encode_command(
      {static_cast<std::uint32_t>(command.id), command.text, command.check_identity}, bytes);
  if (fault != CommandFault::kNone) return Outcome::kRefused;
  write(bytes);
  // What the socket did not take before it broke is left in unsent_: all of it means that nothing has gone.
  return !open_ && unsent_.size() == bytes.size() ? Outcome::kNotWritten : Outcome::kWritten;
}

}  // namespace rastro

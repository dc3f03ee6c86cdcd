#include "gateway/net/tcp_connection.h"

#include <algorithm>
#include <utility>

#include "gateway/clock.h"
#include "gateway/net/first_bytes.h"
#include "gateway/net/proxy_header.h"
#include "gateway/net/refusal_log.h"

namespace rastro {
namespace {

// One read takes this much at most, so that a fast sender does not starve the shard's others.
constexpr std::size_t kReadSize = 64U << 10;
// What a connection keeps to use again.
constexpr std::size_t kSpareBuffer = 256;
// Replies are a few bytes each; a peer that has this much waiting does not read them.
constexpr std::size_t kMaxUnsent = 64U << 10;
// In four to eight seconds: more than a device sends that tells where it is and has nothing to catch up on.
constexpr std::uint64_t kMuch = 1024;

}  // namespace

TcpConnection::TcpConnection(Shard& shard, const ListenerConfig& listener, ListenerMetrics& metrics,
                             const TlsContext* tls, std::unique_ptr<Session> session, int socket,
                             const IpAddress& peer)
    : shard_(shard),
      listener_(listener),
      metrics_(metrics),
      tls_(tls),
      line_(socket),
      address_(peer),
      peer_(peer.text()),
      session_(std::move(session)),
      identities_(shard.context(), shard.ingest()),
      commands_(shard.context().commands),
      deadline_(std::chrono::steady_clock::now() +
                std::chrono::seconds(shard.context().config.login_timeout_s)) {
  shard_.context().open_connections.fetch_add(1, std::memory_order_relaxed);
  metrics_.connections_open.Increment();
}

TcpConnection::~TcpConnection() {
  shard_.context().open_connections.fetch_sub(1, std::memory_order_relaxed);
  metrics_.connections_open.Decrement();
  shard_.context().buffers.add(-buffered_);
}

void TcpConnection::start() {
  error_code error;
  shard_.poller().add(line_.socket(), *this, error);
  if (error) return close(CloseReason::kReset);
  if (!any_contains(listener_.proxies, address_)) return enter();
  stage_ = Stage::kProxyHeader;
}

void TcpConnection::enter() {
  const auto entry =
      shard_.context().admission.enter(weak_from_this(), address_, std::chrono::steady_clock::now());
  if (entry.gives_way) entry.gives_way->give_way(entry.reason);
  ticket_ = entry.ticket;
  if (ticket_ == 0) return refuse(entry.reason);
  stage_ = tls_ != nullptr ? Stage::kHandshake : Stage::kDevice;
  if (tls_ != nullptr) line_.begin_tls(*tls_);
  read_on();
}

void TcpConnection::give_way(CloseReason reason) {
  asio::post(shard_.io(), [self = shared_from_this(), reason] {
    if (self->session_->identity().empty()) self->refuse(reason);
  });
}

void TcpConnection::refuse(CloseReason reason) {
  if (!open_) return;
  log_refusal(reason, peer_, listener_);
  // Reset, or the kernel remembers each of a flood for a minute.
  line_.reset_at_close();
  close(reason);
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
  if (ticket_ != 0) shard_.context().admission.left(ticket_);
  identities_.release(this);
  commands_.give_back_all();
  shard_.poller().remove(line_.socket(), shared_from_this());
  line_.close();
  shard_.remove(shared_from_this());
}

void TcpConnection::close_overdue() {
  close(session_->identity().empty() ? CloseReason::kLoginTimeout : CloseReason::kIdleTimeout);
}

void TcpConnection::extend_deadline(std::chrono::steady_clock::time_point now) {
  if (session_->identity().empty()) return;  // the login deadline stands, however much is sent
  deadline_ = now + std::chrono::seconds(shard_.context().config.idle_timeout_s);
}

void TcpConnection::socket_ready(SocketEvents events) {
  if (!open_) return;
  line_.note(events);
  if (writing_) write_on();
  read_on();
}

void TcpConnection::read_on() {
  if (!open_ || reading_ != Reading::kYes || in_queue_ || !line_.can_read()) return;
  TurnQueue* const turns = queue();
  if (turns == nullptr) return have_turn();
  in_queue_ = true;
  turns->wait(shared_from_this());
}

TurnQueue* TcpConnection::queue() {
  if (session_->identity().empty()) return &shard_.newcomers();
  const bool heavy = just_came_ || recent_.bytes(std::chrono::steady_clock::now()) > kMuch;
  return heavy ? &shard_.heavy_senders() : nullptr;
}

void TcpConnection::have_turn() {
  in_queue_ = false;
  if (!open_ || reading_ != Reading::kYes) return;
  switch (stage_) {
    case Stage::kProxyHeader:
      return read_proxy_header();
    case Stage::kHandshake:
      return shake_hands();
    case Stage::kDevice:
      return read();
  }
}

// Not a byte beyond it: what follows may be TLS.
void TcpConnection::read_proxy_header() {
  ProxyHeader header = rastro::read_proxy_header(unparsed_);
  while (header.kind == ProxyHeader::Kind::kNeedsMore) {
    const std::size_t have = unparsed_.size();
    unparsed_.resize(header.size);
    error_code error;
    const std::size_t got = line_.read_some(unparsed_.data() + have, header.size - have, error);
    unparsed_.resize(have + got);
    if (error == asio::error::would_block) return;
    if (error) return finish(error == asio::error::eof ? CloseReason::kPeerClosed : CloseReason::kReset);
    metrics_.bytes_received.Increment(static_cast<double>(got));
    header = rastro::read_proxy_header(unparsed_);
  }
  if (header.kind == ProxyHeader::Kind::kBad) return refuse(CloseReason::kProxyHeader);
  unparsed_ = {};
  metrics_.bytes_framed.Increment(static_cast<double>(header.size));
  if (header.kind == ProxyHeader::Kind::kProxied) {
    address_ = header.source;
    peer_ = address_.text();
  }
  enter();
}

void TcpConnection::shake_hands() {
  using Outcome = TlsChannel::Outcome;
  const Outcome outcome = line_.shake_hands();
  if (outcome == Outcome::kDone) stage_ = Stage::kDevice;
  if (outcome != Outcome::kClosed && outcome != Outcome::kFailed) return read_on();
  const CloseReason reason =
      line_.tls()->was_certificate() ? CloseReason::kClientCertificate : CloseReason::kTlsHandshake;
  log_refusal(reason, peer_, listener_);
  close(reason);
}

void TcpConnection::read() {
  // While the journal takes nothing, what a device sends is better kept in its own memory than in ours.
  if (!session_->identity().empty() && shard_.is_stalled()) return stall();
  auto& buffer = shard_.scratch();
  buffer.resize(unparsed_.size() + kReadSize);
  std::ranges::copy(unparsed_, buffer.begin());
  error_code error;
  const std::size_t got = line_.read_some(buffer.data() + unparsed_.size(), kReadSize, error);
  if (error == asio::error::would_block) return;
  if (error) return finish(error == asio::error::eof ? CloseReason::kPeerClosed : CloseReason::kReset);
  metrics_.bytes_received.Increment(static_cast<double>(got));
  const auto now = std::chrono::steady_clock::now();
  recent_.add(got, now);
  just_came_ = false;
  extend_deadline(now);

  if (!take(ByteView(buffer).first(unparsed_.size() + got))) return;
  if (holds_too_much()) return close(CloseReason::kBufferLimit);
  if (unparsed_.size() > unparsed_limit() && reading_ == Reading::kYes)
    return close(CloseReason::kUnparsedLimit);
  write_commands();
  read_on();
}

void TcpConnection::stall() {
  metrics_.stalls.Increment();
  reading_ = Reading::kStalled;
  shard_.wait_for_journal(shared_from_this());
}

void TcpConnection::resume() {
  if (!open_ || reading_ != Reading::kStalled) return;
  reading_ = Reading::kYes;
  const std::vector<std::uint8_t> in = std::move(unparsed_);
  if (!take(in) || reading_ != Reading::kYes) return;
  write_commands();
  read_on();
}

bool TcpConnection::take(ByteView in) {
  unparsed_.clear();  // they stand in `in`: close() must not count them again
  const ByteView rest = in.subspan(parse(in));
  if (open_) {
    if (rest.empty() || unparsed_.capacity() > kSpareBuffer) unparsed_ = {};
    unparsed_.assign(rest.begin(), rest.end());
    count_buffers();
  } else {
    metrics_.bytes_rejected.Increment(static_cast<double>(rest.size()));
  }
  return open_;
}

std::size_t TcpConnection::parse(ByteView in) {
  if (!sniffed_ && !is_device(in)) return 0;
  SessionOutput& out = shard_.output();
  const std::int64_t received_ms = now_ms();
  std::size_t done = 0;
  while (open_ && reading_ == Reading::kYes && done < in.size()) {
    out.clear();
    const std::size_t consumed = session_->consume(in.subspan(done), received_ms, out);
    if (consumed == 0 && !out.close) break;
    if (!take_frame(out, consumed)) {
      stall();
      break;
    }
    done += consumed;
    if (is_noise(consumed, !out.raw.empty())) break;
    if (out.close) finish(CloseReason::kUnreadable);
  }
  return done;
}

void TcpConnection::count_buffers() {
  const auto held = static_cast<std::int64_t>(unparsed_.size() + unsent_.size());
  if (held == buffered_) return;
  shard_.context().buffers.add(held - buffered_);
  buffered_ = held;
}

bool TcpConnection::holds_too_much() const {
  const NetContext& context = shard_.context();
  return buffered_ > 0 && !context.buffers.allows(buffered_, context.open_connections.load());
}

std::size_t TcpConnection::unparsed_limit() const {
  const Config& config = shard_.context().config;
  return static_cast<std::size_t>(session_->identity().empty() ? config.max_bytes_before_login
                                                               : config.max_unparsed_bytes);
}

bool TcpConnection::is_noise(std::size_t consumed, bool frame) {
  noise_ = frame && !session_->identity().empty() ? 0 : noise_ + consumed;
  if (noise_ <= unparsed_limit()) return false;
  close(CloseReason::kUnparsedLimit);
  return true;
}

bool TcpConnection::take_frame(SessionOutput& out, std::size_t consumed) {
  if (const auto unwanted = out.login ? handle_login(out) : std::nullopt) {
    Ingest::count(metrics_, consumed, out);
    send_replies(out, 0);
    finish(*unwanted);
    return true;
  }
  std::uint64_t end = 0;
  if (shard_.ingest().store(listener_, session_->identity(), peer_, out, end) != journal::Append::kAccepted)
    return false;
  Ingest::count(metrics_, consumed, out);
  send_replies(out, end);
  return true;
}

std::optional<CloseReason> TcpConnection::handle_login(SessionOutput& out) {
  const DeviceIdentity identity = session_->identity();
  if (const auto unwanted =
          identities_.why_unwanted(identity, listener_.tls.match_identity ? line_.tls() : nullptr)) {
    if (unwanted == CloseReason::kClientCertificate) log_refusal(*unwanted, peer_, listener_);
    session_->refuse_login(out);
    out.decoded.clear();
    return unwanted;
  }
  if (ticket_ != 0) shard_.context().admission.identified(std::exchange(ticket_, 0));
  if (!identities_.claim(identity, shared_from_this(), address_)) drop_logins(out.decoded);
  const auto now = std::chrono::steady_clock::now();
  // Who has just come may have kept much: what it sends first waits for its turn, and half as much as else
  // says that there is more of it.
  just_came_ = true;
  recent_.add(kMuch / 2, now);
  extend_deadline(now);
  return {};
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

bool TcpConnection::is_device(ByteView first_bytes) {
  using Verdict = FirstBytes::Verdict;
  const auto [verdict, kind] = look_at_first_bytes(first_bytes, protocol());
  if (verdict == Verdict::kTooFew) return false;
  if (verdict == Verdict::kDevice) return sniffed_ = true;
  const bool stray = verdict == Verdict::kStray;
  const CloseReason reason = stray ? CloseReason::kStray : CloseReason::kWrongProtocol;
  log_refusal(reason, peer_, listener_, stray ? "it speaks " + std::string(kind) : std::string());
  if (stray) shard_.context().metrics.stray(kind).Increment();
  close(reason);
  return false;
}

void TcpConnection::write(ByteView bytes) {
  if (!open_) return;
  unsent_.append(bytes.begin(), bytes.end());
  if (unsent_.size() > kMaxUnsent) return close(CloseReason::kSlowReader);
  if (!writing_) flush();
  if (open_ && !unsent_.empty()) count_buffers();
  if (open_ && holds_too_much()) close(CloseReason::kSlowReader);
}

void TcpConnection::flush() {
  while (!unsent_.empty()) {
    error_code error;
    const std::size_t sent =
        line_.write_some({reinterpret_cast<const std::uint8_t*>(unsent_.data()), unsent_.size()}, error);
    if (error == asio::error::would_block) break;
    if (error) return close(CloseReason::kReset);
    unsent_.erase(0, sent);
  }
  if (unsent_.empty() && unsent_.capacity() > kSpareBuffer) std::string().swap(unsent_);
  writing_ = !unsent_.empty();
  if (buffered_ > 0) count_buffers();
}

void TcpConnection::write_on() {
  flush();
  end_if_done();
  write_commands();
}

void TcpConnection::settings_changed() {
  asio::post(shard_.io(), [self = shared_from_this()] { self->session_->settings_changed(); });
}

void TcpConnection::post_command(OutgoingCommand command) {
  asio::post(shard_.io(), [self = shared_from_this(), command = std::move(command)]() mutable {
    if (!self->open_) return self->commands_.give_back(std::move(command));
    self->commands_.add(std::move(command));
    self->write_commands();
  });
}

bool TcpConnection::is_idle() const {
  return open_ && reading_ == Reading::kYes && replies_waiting_ == 0 && unsent_.empty() && unparsed_.empty();
}

void TcpConnection::write_commands() {
  while (!commands_.empty() && is_idle()) {
    auto next = commands_.take(session_->identity());
    if (!next) return;
    shard_.context().commands.report(write_command(*std::move(next)));
  }
}

CommandReport TcpConnection::write_command(OutgoingCommand command) {
  CommandReport report{std::move(command)};
  std::vector<std::uint8_t> bytes;
  report.outcome = encode_command(report.command, protocol(), *session_, now_ms(), bytes, report.fault);
  if (report.outcome != CommandReport::Outcome::kWritten) return report;
  write(bytes);
  // What the socket did not take before it broke is left in unsent_: all of it means that nothing has gone.
  if (!open_ && unsent_.size() == bytes.size()) report.outcome = CommandReport::Outcome::kNotWritten;
  return report;
}

}  // namespace rastro

#include "protocols/teltonika/session.h"

#include "protocols/own_settings.h"
#include "protocols/teltonika/command.h"
#include "protocols/teltonika/records.h"
#include "protocols/teltonika/reply.h"
#include "protocols/teltonika/texts.h"

namespace rastro::teltonika {
namespace {

// Noise in a row that we read over before we give the stream up. Modems print some lines before the first
// frame (field_behaviour.md 7), and a frame boundary once lost is found again within a packet; whoever sends
// more than this speaks another protocol.
constexpr std::size_t kMaxGarbage = 2048;
constexpr std::size_t kMaxGarbageBeforeLogin = 256;

// Command and serial data, codecs 12 to 15: no answer in TCP, where four bytes would be taken for the answer
// to a data packet (teltonika.md 11.9).
bool carries_text(std::uint8_t codec) { return codec >= kCodec12 && codec <= kCodec15; }

ByteView bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

TeltonikaSession::TeltonikaSession(std::shared_ptr<const SessionOptions> options)
    : options_(std::move(options)), identity_(options_->identity) {
  ask_settings();
}

std::size_t TeltonikaSession::consume(ByteView in, std::int64_t received_ms, SessionOutput& out) {
  if (options_->transport == Transport::kUdp) return consume_datagram(in, received_ms, out);
  const Frame frame = find_frame(in, garbage_ > 0);
  if (frame.kind == Frame::Kind::kIncomplete) return 0;
  if (frame.kind == Frame::Kind::kGarbage) {
    on_garbage(in, frame, out);
    return frame.whole.size();
  }
  garbage_ = 0;
  switch (frame.kind) {
    case Frame::Kind::kPing:
      on_ping(frame, out);
      break;
    case Frame::Kind::kHello:
      on_hello(frame, out);
      break;
    case Frame::Kind::kPacket:
      on_packet(in, frame, received_ms, out);
      break;
    default:
      add_problem({in, frame.whole, {}}, frame.error, Disposition::kRejected, frame.whole, frame.detail, out);
      out.close = true;
      break;
  }
  return frame.whole.size();
}

void TeltonikaSession::on_garbage(ByteView in, const Frame& frame, SessionOutput& out) {
  add_problem({in, frame.whole, {}}, frame.error, Disposition::kRejected, frame.whole, frame.detail, out);
  garbage_ += frame.whole.size();
  out.close = garbage_ > (identity_.empty() ? kMaxGarbageBeforeLogin : kMaxGarbage);
}

void TeltonikaSession::on_ping(const Frame& frame, SessionOutput& out) {
  out.raw = frame.whole;
  for (const std::uint8_t ping : frame.whole) add_message(MessageType::kPing, ping, Checksum::kNone, out);
}

void TeltonikaSession::on_hello(const Frame& frame, SessionOutput& out) {
  out.raw = frame.whole;
  set_identity(frame.content);
  camera_ = {};
  out.login = true;
  add_message(MessageType::kLogin, 0, Checksum::kNone, out);
  add_reply(false, out, [](auto& bytes) { append_login_reply(true, bytes); });
}

void TeltonikaSession::refuse_login(SessionOutput& out) {
  identity_ = {};
  out.replies.clear();
  out.reply_bytes.clear();
  if (options_->transport == Transport::kTcp) {
    add_reply(false, out, [](auto& bytes) { append_login_reply(false, bytes); });
  }
}

void TeltonikaSession::set_identity(ByteView identity) {
  const DeviceIdentity now({reinterpret_cast<const char*>(identity.data()), identity.size()});
  if (now != identity_) told_family_ = {};
  identity_ = now;
  ask_settings();
}

void TeltonikaSession::settings_changed() {
  const FamilyKnowledge learnt = family_;
  const std::string model = settings().model;
  ask_settings();
  if (settings().model == model) family_ = learnt;
}

void TeltonikaSession::ask_settings() {
  own_settings_ = find_own_settings(*options_, identity_);
  family_ = FamilyKnowledge(settings().model);
}

CommandFault TeltonikaSession::encode_command(const Command& command, std::vector<std::uint8_t>& out) {
  if (options_->transport == Transport::kUdp)
    return CommandFault::kUnsupported;  // teltonika.md 2: unverified
  if (identity_.empty()) return CommandFault::kNotLoggedIn;
  if (command.check_identity && !can_be_packed(identity_)) return CommandFault::kUnsupported;
  if (const CommandFault fault = check_command_text(command.text); fault != CommandFault::kNone) return fault;
  if (command.check_identity) {
    encode_codec14(kTypeCommand, identity_, command.text, out);
  } else {
    encode_codec12(kTypeCommand, bytes_of(command.text), out);
  }
  return CommandFault::kNone;
}

void TeltonikaSession::on_packet(ByteView in, const Frame& frame, std::int64_t received_ms,
                                 SessionOutput& out) {
  const Packet packet{in, frame.whole, frame.content, frame.checksum_ok ? Checksum::kOk : Checksum::kBad,
                      received_ms};
  out.raw = frame.whole;
  if (identity_.empty()) {
    add_problem(packet, DecodeError::kNotLoggedIn, Disposition::kRejected, frame.whole, "data before a hello",
                out);
    return;
  }
  if (!frame.checksum_ok) {
    const bool accept = options_->checksum == ChecksumPolicy::kAccept;
    add_problem(packet, DecodeError::kBadChecksum, accept ? Disposition::kNoted : Disposition::kRejected,
                frame.whole, "CRC-16 does not fit the data", out);
    if (!accept) {
      out.close = true;  // the length may be the broken part; the device resends on a new connection
      return;
    }
  }
  on_content(packet, out);
  if (!carries_text(packet.codec())) {
    add_reply(true, out, [&](auto& bytes) { append_record_count(packet.first_count(), bytes); });
  }
}

std::size_t TeltonikaSession::consume_datagram(ByteView in, std::int64_t received_ms, SessionOutput& out) {
  const Datagram datagram = read_datagram(in);
  const Packet packet{in, in, datagram.content, Checksum::kNone, received_ms};
  out.raw = in;
  if (datagram.error != DecodeError::kNone) {
    identity_ = {};
    add_problem(packet, datagram.error, Disposition::kRejected, in, datagram.detail, out);
    return in.size();
  }
  set_identity(datagram.identity);
  on_content(packet, out);
  // Commands are answered too: here the reply names the packet that it is for.
  add_reply(true, out, [&](auto& bytes) { append_datagram_reply(datagram, packet.first_count(), bytes); });
  return in.size();
}

void TeltonikaSession::on_content(const Packet& packet, SessionOutput& out) {
  switch (packet.codec()) {
    case static_cast<std::uint8_t>(Codec::k8):
    case static_cast<std::uint8_t>(Codec::k16):
    case static_cast<std::uint8_t>(Codec::k8Extended):
      read_records(packet, static_cast<Codec>(packet.codec()), settings().io16, family_, out);
      tell_family(out);
      break;
    case kCodec7:
      read_codec7_records(packet, out);
      break;
    case kCodec12:
    case kCodec13:
    case kCodec14:
    case kCodec15:
      on_text(packet, out);
      break;
    default:
      on_unknown(packet, out);
      break;
  }
}

void TeltonikaSession::on_text(const Packet& packet, SessionOutput& out) {
  const std::optional<TextBody> body = read_text_packet(packet, out);
  if (!body) return;
  if (Camera::is_camera(packet.codec(), *body)) {
    const bool can_ask = options_->transport == Transport::kTcp;
    camera_.read(packet, *body, options_->max_media_bytes, can_ask, out);
  } else {
    append_text_message(packet, *body, identity_, out);
  }
}

void TeltonikaSession::on_unknown(const Packet& packet, SessionOutput& out) {
  add_message(MessageType::kUnknown, packet.codec(), packet.checksum, out);
  add_problem(packet, DecodeError::kUnknownCodec, Disposition::kNoted, packet.whole,
              "codec is not read, packet kept", out);
}

void TeltonikaSession::tell_family(SessionOutput& out) {
  const std::optional<Family> guess = family_.guess();
  const std::string_view name = guess ? family_name(*guess) : std::string_view();
  if (name == told_family_) return;
  told_family_ = name;
  out.learnt = Learnt{settings().learnt_clock, name};
}

}  // namespace rastro::teltonika

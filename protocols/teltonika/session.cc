#include "protocols/teltonika/session.h"

#include "protocols/teltonika/fix.h"
#include "protocols/teltonika/reply.h"

namespace rastro::teltonika {
namespace {

// Noise in a row that we read over before we give the stream up. Modems print some lines before the first
// frame (field_behaviour.md 7), and a frame boundary once lost is found again within a packet; whoever sends
// more than this speaks another protocol.
constexpr std::size_t kMaxGarbage = 2048;
constexpr std::size_t kMaxGarbageBeforeLogin = 256;

// Command and serial data, codecs 12 to 15: no answer in TCP, where four bytes would be taken for the answer
// to a data packet (teltonika.md 11.9).
bool carries_text(std::uint8_t codec) { return codec >= 0x0C && codec <= 0x0F; }

void add_problem(ByteView in, DecodeError error, Disposition disposition, ByteView bytes,
                 std::string_view detail, SessionOutput& out) {
  const auto offset = static_cast<std::size_t>(bytes.data() - in.data());
  out.problems.push_back({error, disposition, offset, bytes, detail});
}

template <typename Append>
void add_reply(bool after_durable, SessionOutput& out, Append append) {
  const auto first = static_cast<std::uint32_t>(out.reply_bytes.size());
  append(out.reply_bytes);
  const auto size = static_cast<std::uint32_t>(out.reply_bytes.size()) - first;
  out.replies.push_back({{first, size}, after_durable});
}

Message& add_message(MessageType type, std::uint8_t code, Checksum checksum, SessionOutput& out) {
  Message message;
  message.type = type;
  message.code = code;
  message.checksum = checksum;
  message.fixes.first = static_cast<std::uint32_t>(out.decoded.fixes.size());
  message.attributes.first = static_cast<std::uint32_t>(out.decoded.attributes.size());
  return out.decoded.messages.emplace_back(message);
}

// Every codec's content: codec id, count, …, count.
std::uint8_t codec_of(ByteView content) { return content[0]; }
std::uint8_t first_count(ByteView content) { return content[1]; }
std::uint8_t second_count(ByteView content) { return content.back(); }

std::string_view broken_record_detail(Codec codec) {
  switch (codec) {
    case Codec::k8Extended:
      return "codec 8 Extended: a record does not fit in its packet";
    case Codec::k16:
      return "codec 16: a record does not fit in its packet";
    case Codec::k8:
      break;
  }
  return "codec 8: a record does not fit in its packet";
}

}  // namespace

TeltonikaSession::TeltonikaSession(const SessionOptions& options)
    : options_(options),
      identity_(options.identity),
      table_(element_table(find_family(options.settings.model))) {}

std::size_t TeltonikaSession::consume(ByteView in, std::int64_t, SessionOutput& out) {
  if (options_.transport == Transport::kUdp) return consume_datagram(in, out);
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
      on_packet(in, frame, out);
      break;
    default:
      add_problem(in, frame.error, Disposition::kRejected, frame.whole, frame.detail, out);
      out.close = true;
      break;
  }
  return frame.whole.size();
}

void TeltonikaSession::on_garbage(ByteView in, const Frame& frame, SessionOutput& out) {
  add_problem(in, frame.error, Disposition::kRejected, frame.whole, frame.detail, out);
  garbage_ += frame.whole.size();
  out.close = garbage_ > (identity_.empty() ? kMaxGarbageBeforeLogin : kMaxGarbage);
}

void TeltonikaSession::on_ping(const Frame& frame, SessionOutput& out) {
  out.raw = frame.whole;
  for (const std::uint8_t ping : frame.whole) add_message(MessageType::kPing, ping, Checksum::kNone, out);
}

void TeltonikaSession::on_hello(const Frame& frame, SessionOutput& out) {
  out.raw = frame.whole;
  identity_ = DeviceIdentity({reinterpret_cast<const char*>(frame.content.data()), frame.content.size()});
  out.login = true;
  add_message(MessageType::kLogin, 0, Checksum::kNone, out);
  add_reply(false, out, [](auto& bytes) { append_login_reply(true, bytes); });
}

void TeltonikaSession::refuse_login(SessionOutput& out) {
  identity_ = {};
  out.replies.clear();
  out.reply_bytes.clear();
  if (options_.transport == Transport::kTcp) {
    add_reply(false, out, [](auto& bytes) { append_login_reply(false, bytes); });
  }
}

void TeltonikaSession::settings_changed() {}

CommandFault TeltonikaSession::encode_command(const Command&, std::vector<std::uint8_t>&) {
  return CommandFault::kUnsupported;
}

void TeltonikaSession::on_packet(ByteView in, const Frame& frame, SessionOutput& out) {
  out.raw = frame.whole;
  if (identity_.empty()) {
    add_problem(in, DecodeError::kNotLoggedIn, Disposition::kRejected, frame.whole, "data before a hello",
                out);
    return;
  }
  if (!frame.checksum_ok) {
    const bool accept = options_.checksum == ChecksumPolicy::kAccept;
    add_problem(in, DecodeError::kBadChecksum, accept ? Disposition::kNoted : Disposition::kRejected,
                frame.whole, "CRC-16 does not fit the data", out);
    if (!accept) {
      out.close = true;  // the length may be the broken part; the device resends on a new connection
      return;
    }
  }
  on_content({in, frame.whole, frame.content, frame.checksum_ok ? Checksum::kOk : Checksum::kBad}, out);
  if (!carries_text(codec_of(frame.content))) {
    const std::uint8_t count = first_count(frame.content);
    add_reply(true, out, [&](auto& bytes) { append_record_count(count, bytes); });
  }
}

std::size_t TeltonikaSession::consume_datagram(ByteView in, SessionOutput& out) {
  const Datagram datagram = read_datagram(in);
  out.raw = in;
  if (datagram.error != DecodeError::kNone) {
    identity_ = {};
    add_problem(in, datagram.error, Disposition::kRejected, in, datagram.detail, out);
    return in.size();
  }
  identity_ =
      DeviceIdentity({reinterpret_cast<const char*>(datagram.identity.data()), datagram.identity.size()});
  on_content({in, in, datagram.content, Checksum::kNone}, out);
  // Commands are answered too: here the reply names the packet that it is for.
  const std::uint8_t count = first_count(datagram.content);
  add_reply(true, out, [&](auto& bytes) { append_datagram_reply(datagram, count, bytes); });
  return in.size();
}

void TeltonikaSession::on_content(const Packet& packet, SessionOutput& out) {
  const std::uint8_t codec = codec_of(packet.content);
  switch (codec) {
    case static_cast<std::uint8_t>(Codec::k8):
    case static_cast<std::uint8_t>(Codec::k16):
    case static_cast<std::uint8_t>(Codec::k8Extended):
      on_records(packet, static_cast<Codec>(codec), out);
      break;
    default:
      add_message(MessageType::kUnknown, codec, packet.checksum, out);
      add_problem(packet.in, DecodeError::kUnknownCodec, Disposition::kNoted, packet.whole,
                  "codec is not read, packet kept", out);
      break;
  }
}

void TeltonikaSession::on_records(const Packet& packet, Codec codec, SessionOutput& out) {
  if (first_count(packet.content) != second_count(packet.content)) {
    // The bytes are as the device meant them, so it would send the same again for ever: keep and acknowledge.
    add_problem(packet.in, DecodeError::kCountMismatch, Disposition::kDeadLetter, packet.whole,
                "the two record counts differ", out);
    return;
  }
  Message& message = add_message(MessageType::kLocation, codec_of(packet.content), packet.checksum, out);
  read_records(packet, codec, out);
  message.fixes.count = static_cast<std::uint32_t>(out.decoded.fixes.size()) - message.fixes.first;
}

void TeltonikaSession::read_records(const Packet& packet, Codec codec, SessionOutput& out) {
  const Layout layout = layout_of(codec, options_.settings.io16);
  const std::size_t count = first_count(packet.content);
  ByteReader reader(packet.content.subspan(2, packet.content.size() - kMinDataLength));
  for (std::size_t i = 0; i < count; ++i) {
    const ByteView rest = reader.rest();
    if (!read_record(reader, layout, record_)) {
      // Where the next record would start nobody can tell, so one letter holds all that is left; when nothing
      // is, the packet that promised more.
      add_problem(packet.in, DecodeError::kBadRecord, Disposition::kDeadLetter,
                  rest.empty() ? packet.whole : rest, broken_record_detail(codec), out);
      return;
    }
    const DecodeError error = append_fix(record_, layout.generation_type, table_, out.decoded);
    if (error == DecodeError::kImpossibleTime) {
      add_problem(packet.in, error, Disposition::kDeadLetter, record_.bytes, "time after the year 9999", out);
    } else if (error != DecodeError::kNone) {
      add_problem(packet.in, error, Disposition::kNoted, record_.bytes, "beyond 90 or 180 degrees", out);
    }
    if (record_.total != record_.elements.size()) {
      add_problem(packet.in, DecodeError::kBadRecord, Disposition::kNoted, record_.bytes,
                  "N is not the sum of the groups", out);
    }
  }
  if (reader.remaining() > 0) {
    add_problem(packet.in, DecodeError::kTrailingBytes, Disposition::kNoted, reader.rest(),
                "bytes between the last record and the second count", out);
  }
}

}  // namespace rastro::teltonika

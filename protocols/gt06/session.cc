#include "protocols/gt06/session.h"

#include <array>

#include "protocols/gt06/encode.h"
#include "protocols/gt06/fix.h"
#include "protocols/gt06/message.h"
#include "protocols/gt06/number.h"

namespace rastro::gt06 {
namespace {

// The sixteen digits without one leading 0, which pads an IMEI; ids that are no IMEI stay as they are (9.7).
DeviceIdentity identity_of(ByteView terminal_id) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<char, 16> text;
  for (std::size_t i = 0; i < terminal_id.size(); ++i) {
    text[2 * i] = kDigits[terminal_id[i] >> 4];
    text[2 * i + 1] = kDigits[terminal_id[i] & 0xF];
  }
  std::string_view id(text.data(), text.size());
  if (id.front() == '0') id.remove_prefix(1);
  return DeviceIdentity(id);
}

std::string_view skipped_detail(DecodeError reason) {
  switch (reason) {
    case DecodeError::kBadLength:
      return "length that the frame cannot have";
    case DecodeError::kBadStop:
      return "no stop bytes where the length says, and no right checksum before them";
    case DecodeError::kBadChecksum:
      return "wrong checksum, and a faultless frame inside";
    case DecodeError::kTruncated:
      return "ends inside a frame";
    default:
      return "bytes that belong to no frame";
  }
}

}  // namespace

std::size_t GatewaySession::consume(ByteView in, std::int64_t, SessionOutput& out) {
  if (options_.transport == Transport::kTcp) return take_frame(in, 0, out);
  // A datagram may hold several frames (9.19) and is one unit: stored whole, answered frame by frame.
  std::size_t at = 0;
  while (at < in.size()) at += take_frame(in, at, out);
  if (!out.raw.empty()) out.raw = in;
  return at;
}

void GatewaySession::refuse_login(SessionOutput& out) {
  out.replies.clear();
  out.reply_bytes.clear();
  identity_ = {};
  utc_offset_s_ = options_.settings.utc_offset_s.value_or(0);
}

void GatewaySession::settings_changed() {}

CommandFault GatewaySession::encode_command(const Command&, std::vector<std::uint8_t>&) {
  return CommandFault::kUnsupported;
}

std::size_t GatewaySession::take_frame(ByteView in, std::size_t at, SessionOutput& out) {
  const std::size_t max_length = identity_.empty() ? kMaxLengthBeforeLogin : kMaxLength;
  const bool datagram = options_.transport == Transport::kUdp;
  const FrameSearch search = find_frame(in.subspan(at), max_length, datagram);
  if (search.skipped > 0) {
    out.problems.push_back({search.skipped_reason, Disposition::kRejected, at, in.subspan(at, search.skipped),
                            skipped_detail(search.skipped_reason)});
  }
  if (!search.frame) return search.consumed;

  const Frame& frame = *search.frame;
  const std::size_t offset = at + search.skipped;
  out.raw = frame.bytes;
  if (search.deviation != DecodeError::kNone) {
    out.problems.push_back({search.deviation, Disposition::kNoted, offset, frame.bytes,
                            "taken all the same: the checksum is right"});
  }
  if (!frame.checksum_ok) {
    const bool accepted = options_.checksum == ChecksumPolicy::kAccept;
    out.problems.push_back({DecodeError::kBadChecksum,
                            accepted ? Disposition::kNoted : Disposition::kRejected, offset, frame.bytes,
                            "checksum does not fit the frame"});
    if (!accepted) return search.consumed;
  }
  if (frame.number == number::kLogin) {
    take_login(frame, offset, out);
  } else {
    take_message(frame, offset, out);
  }
  return search.consumed;
}

void GatewaySession::take_login(const Frame& frame, std::size_t offset, SessionOutput& out) {
  LoginContent login;
  if (!read_login(frame.content, login)) {
    out.problems.push_back({DecodeError::kBadIdentity, Disposition::kRejected, offset, frame.bytes,
                            "login without a terminal id"});
    return;
  }
  identity_ = identity_of(login.terminal_id);
  utc_offset_s_ = options_.settings.utc_offset_s.value_or(0);
  if (login.zone_and_language) {
    utc_offset_s_ = find_utc_offset(*login.zone_and_language).value_or(utc_offset_s_);
  }
  out.login = true;
  take_message(frame, offset, out);
}

void GatewaySession::take_message(const Frame& frame, std::size_t offset, SessionOutput& out) {
  if (identity_.empty()) {
    out.problems.push_back({DecodeError::kNotLoggedIn, Disposition::kRejected, offset, frame.bytes,
                            "message of a device that has not logged in"});
    return;
  }
  const MessageKind& kind = find_message_kind(frame.number);
  Message message;
  message.type = kind.type;
  message.code = frame.number;
  message.checksum = frame.checksum_ok ? Checksum::kOk : Checksum::kBad;
  message.serial = frame.serial;

  Outcome outcome;
  if (kind.decode != nullptr) outcome = kind.decode(frame, {utc_offset_s_, out.decoded}, message);
  if (outcome.error != DecodeError::kNone) {
    out.problems.push_back({outcome.error, outcome.disposition, offset, frame.bytes, outcome.detail});
  }
  const bool dead = outcome.error != DecodeError::kNone && outcome.disposition == Disposition::kDeadLetter;
  if (!dead) out.decoded.messages.push_back(message);
  // A heartbeat that could not be read is kept like data, and so are models that use its number for data.
  reply(frame, kind, dead || message.type != kind.type, out);
}

void GatewaySession::reply(const Frame& frame, const MessageKind& kind, bool holds_data,
                           SessionOutput& out) const {
  if (kind.answer == Answer::kNever) return;
  if (kind.answer == Answer::kIfAllAnswered && options_.settings.ack != AckPolicy::kAll) return;
  const auto first = static_cast<std::uint32_t>(out.reply_bytes.size());
  append_reply(frame.extended && kind.long_answer ? Form::kLong : Form::kShort, frame.number, frame.serial,
               out.reply_bytes);
  const auto count = static_cast<std::uint32_t>(out.reply_bytes.size()) - first;
  out.replies.push_back({{first, count}, holds_data || kind.answer != Answer::kAtOnce});
}

}  // namespace rastro::gt06

#include "protocols/gt06/session.h"

#include <array>
#include <cstdio>

#include "protocols/gt06/answer.h"
#include "protocols/gt06/command.h"
#include "protocols/gt06/encode.h"
#include "protocols/gt06/fix.h"
#include "protocols/gt06/message.h"
#include "protocols/gt06/models.h"
#include "protocols/gt06/number.h"
#include "protocols/own_settings.h"

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

// Of the watches' frames, which share their numbers with others.
constexpr MessageKind kWatchKind{number::kWifiQuery, MessageType::kWifi, Answer::kDocumented,
                                 decode_wifi_query};

}  // namespace

GatewaySession::GatewaySession(std::shared_ptr<const SessionOptions> options) : options_(std::move(options)) {
  change_identity(options_->identity);
}

std::size_t GatewaySession::consume(ByteView in, std::int64_t received_ms, SessionOutput& out) {
  clock_.set_arrival(received_ms);
  std::size_t at = 0;
  if (options_->transport == Transport::kTcp) {
    at = take_frame(in, 0, out);
  } else {
    // A datagram may hold several frames (9.19) and is one unit: stored whole, answered frame by frame.
    configure();
    while (at < in.size()) at += take_frame(in, at, out);
    if (!out.raw.empty()) out.raw = in;
  }
  if (clock_.learnt() != announced_) {
    announced_ = clock_.learnt();
    out.learnt = Learnt{announced_, {}};
  }
  return at;
}

void GatewaySession::configure() {
  own_settings_ = find_own_settings(*options_, identity_);
  clock_.configure(settings());
}

void GatewaySession::change_identity(const DeviceIdentity& identity) {
  if (!(identity == identity_)) {
    const std::int64_t arrival_ms = clock_.arrival_ms();
    clock_ = Clock();  // of another device
    clock_.set_arrival(arrival_ms);
  }
  identity_ = identity;
  clock_.set_login_zone(std::nullopt);
  configure();
  announced_ = clock_.learnt();
}

void GatewaySession::refuse_login(SessionOutput& out) {
  out.replies.clear();
  out.reply_bytes.clear();
  change_identity({});
}

CommandFault GatewaySession::encode_command(const Command& command, std::vector<std::uint8_t>& out) {
  if (identity_.empty()) return CommandFault::kNotLoggedIn;
  const CommandFault fault = append_command(command, command_serial_, out);
  if (fault == CommandFault::kNone) ++command_serial_;
  return fault;
}

// The functions of the one path that nearly every frame takes stand in it: each is called from one place.
inline Outcome GatewaySession::decode(const Frame& frame, const MessageKind& kind, Message& message,
                                      AnswerNeeds& needs, SessionOutput& out) {
  const Decode of_model =
      settings().model.empty() ? nullptr : find_model_decode(settings().model, frame.number);
  const Decode read = of_model != nullptr ? of_model : kind.decode;
  if (read == nullptr) return {};
  return read(frame, {out.decoded, clock_, needs, settings(), options_->max_media_bytes}, message);
}

inline bool GatewaySession::is_answered(const Question& question) const {
  const bool all = settings().ack == AckPolicy::kAll;
  switch (question.kind.answer) {
    case Answer::kNever:
      return false;
    case Answer::kIfAllAnswered:
      return all;
    case Answer::kIfAsked:
      return all || question.needs.asked;
    case Answer::kModule:
      return question.needs.asked;
    case Answer::kTime:
      return clock_.arrival_ms() != kNoArrival;
    case Answer::kAddress:
      return all || !question.needs.phone.empty();
    default:
      return true;
  }
}

// The name of the place, else its coordinates; empty where the device gave none.
std::string GatewaySession::find_address(const Fix* fix) const {
  if (fix == nullptr || !usable_place(fix->latitude_deg, fix->longitude_deg)) return {};
  if (options_->surroundings != nullptr) {
    std::string name = options_->surroundings->place_name(fix->latitude_deg, fix->longitude_deg);
    if (!name.empty()) return name;
  }
  std::array<char, 32> text;
  const int size =
      std::snprintf(text.data(), text.size(), "%.6f,%.6f", fix->latitude_deg, fix->longitude_deg);
  return {text.data(), static_cast<std::size_t>(size)};
}

inline void GatewaySession::append_answer(const Question& question, std::vector<std::uint8_t>& out) const {
  const Frame& frame = question.frame;
  const AnswerNeeds& needs = question.needs;
  if (frame.watch) return append_watch_answer(frame.number, frame.content, out);
  switch (question.kind.answer) {
    case Answer::kTime:
      return append_time_answer(frame.serial, clock_.arrival_ms(), out);
    case Answer::kModule:
      return append_module_answer(frame.content[0], frame.serial, out);
    case Answer::kAddress:
      if (needs.phone.empty()) break;
      return append_address_answer(needs.chinese, find_address(question.fix), needs.phone, frame.serial, out);
    default:
      break;
  }
  const bool long_form = frame.extended && question.kind.long_answer;
  append_reply(long_form ? Form::kLong : Form::kShort, frame.number, frame.serial, out);
}

inline void GatewaySession::answer(const Question& question, SessionOutput& out) const {
  if (!is_answered(question)) return;
  const auto first = static_cast<std::uint32_t>(out.reply_bytes.size());
  append_answer(question, out.reply_bytes);
  const auto count = static_cast<std::uint32_t>(out.reply_bytes.size()) - first;
  const Answer kind = question.kind.answer;
  const bool at_once = kind == Answer::kAtOnce || kind == Answer::kTime;
  out.replies.push_back({{first, count}, question.holds_data || !at_once});
}

void GatewaySession::take_message(const Frame& frame, std::size_t offset, SessionOutput& out) {
  if (identity_.empty()) {
    out.problems.push_back({DecodeError::kNotLoggedIn, Disposition::kRejected, offset, frame.bytes,
                            "message of a device that has not logged in"});
    return;
  }
  const MessageKind& kind = frame.watch ? kWatchKind : find_message_kind(frame.number);
  Message& message = out.decoded.messages.emplace_back();
  message.type = kind.type;
  message.code = frame.number;
  if (!frame.watch) {
    message.checksum = frame.checksum_ok ? Checksum::kOk : Checksum::kBad;
    message.serial = frame.serial;
  }
  AnswerNeeds needs;
  const Outcome outcome = decode(frame, kind, message, needs, out);
  if (outcome.error != DecodeError::kNone) {
    out.problems.push_back({outcome.error, outcome.disposition, offset, frame.bytes, outcome.detail});
  }
  // A heartbeat that could not be read is kept like data, and so are models that use its number for data.
  const bool dead = outcome.disposition == Disposition::kDeadLetter;
  const bool holds_data = dead || message.type != kind.type;
  const Fix* fix = nullptr;
  if (dead) {
    needs = {};
    out.decoded.messages.pop_back();
  } else if (message.fixes.count > 0) {
    fix = &out.decoded.fixes[message.fixes.first];
  }
  answer({frame, kind, needs, fix, holds_data}, out);
}

std::size_t GatewaySession::take_frame(ByteView in, std::size_t at, SessionOutput& out) {
  const std::size_t max_length = identity_.empty() ? kMaxLengthBeforeLogin : kMaxLength;
  const bool datagram = options_->transport == Transport::kUdp;
  const FrameSearch search = find_frame(in.subspan(at), max_length, datagram);
  if (search.skipped > 0) {
    out.problems.push_back({search.skipped_reason, Disposition::kRejected, at, in.subspan(at, search.skipped),
                            skipped_detail(search.skipped_reason)});
  }
  if (!search.frame) return search.consumed;

  const Frame& frame = *search.frame;
  const std::size_t offset = at + search.skipped;
  out.raw = in.subspan(offset, search.consumed - search.skipped);
  if (search.deviation != DecodeError::kNone) {
    out.problems.push_back({search.deviation, Disposition::kNoted, offset, frame.bytes,
                            "taken all the same: the checksum is right"});
  }
  if (!frame.checksum_ok && !frame.watch) {
    const bool accepted = options_->checksum == ChecksumPolicy::kAccept;
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
  change_identity(identity_of(login.terminal_id));
  if (login.zone_and_language) clock_.set_login_zone(find_utc_offset(*login.zone_and_language));
  out.login = true;
  take_message(frame, offset, out);
}

}  // namespace rastro::gt06

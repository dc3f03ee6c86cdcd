#include "protocols/teltonika/texts.h"

#include <array>

#include "protocols/time_base.h"
#include "schema/json.h"

namespace rastro::teltonika {
namespace {

// What a device answers to a command. Bytes that are no text are serial data even then (7.1: "do not assume
// text"), and a command's answer is text.
MessageType type_of(const Packet& packet, const TextBody& body, bool is_text) {
  const bool two_way = packet.codec() == kCodec12 || packet.codec() == kCodec14;
  if (!two_way) return MessageType::kInformation;
  if (body.type == kTypeRefusal && packet.codec() == kCodec14) return MessageType::kCommandReply;
  return body.type == kTypeResponse && is_text ? MessageType::kCommandReply : MessageType::kInformation;
}

void add_time(std::string_view name, std::int64_t time_ms, SessionOutput& out) {
  std::string text;
  append_iso8601(time_ms, text);
  add_attribute(name, out.decoded.keep(text), out);
}

void add_times(std::int64_t reported_ms, std::int64_t received_ms, SessionOutput& out) {
  const std::int64_t time_ms = without_week_rollover(reported_ms, received_ms);
  add_time("device_time", time_ms, out);
  if (time_ms != reported_ms) add_time("reported_device_time", reported_ms, out);
}

void add_imei(ByteView packed, SessionOutput& out) {
  std::string text;
  append_hex(packed, text);
  add_attribute("imei", out.decoded.keep(text[0] == '0' ? std::string_view(text).substr(1) : text), out);
}

}  // namespace

std::optional<TextBody> read_text_packet(const Packet& packet, SessionOutput& out) {
  if (!check_counts(packet, out)) return std::nullopt;
  const std::optional<TextBody> body = read_text_body(packet.codec(), packet.body());
  if (!body) {
    add_problem(packet, DecodeError::kContentTooShort, Disposition::kDeadLetter, packet.whole,
                "the text is shorter than it says", out);
  } else if (!body->rest.empty()) {
    add_problem(packet, DecodeError::kTrailingBytes, Disposition::kNoted, body->rest,
                "bytes between the text and the second quantity", out);
  }
  return body;
}

void append_text_message(const Packet& packet, const TextBody& body, const DeviceIdentity& identity,
                         SessionOutput& out) {
  const std::optional<std::string_view> text = find_printable(body.payload);
  const MessageType type = type_of(packet, body, text.has_value());
  const bool is_answer = type == MessageType::kCommandReply;
  if (packet.codec() == kCodec14 && is_answer && !is_imei_of(body.imei, identity)) {
    add_problem(packet, DecodeError::kWrongIdentity, Disposition::kDeadLetter, packet.whole,
                "an answer with the IMEI of another device", out);
    return;
  }
  Message& message = add_message(type, packet.codec(), packet.checksum, out);
  message.refused = body.type == kTypeRefusal && is_answer;
  if (!is_answer) add_attribute("content_type", std::uint64_t{body.type}, out);
  if (body.time_ms) add_times(*body.time_ms, packet.received_ms, out);
  if (!is_answer && !body.imei.empty()) add_imei(body.imei, out);
  if (!text) {
    add_attribute("data", body.payload, out);
  } else if (!message.refused || !text->empty()) {
    message.text = *text;
  }
}

}  // namespace rastro::teltonika

#include "tests/unit/protocols/teltonika_support.h"

#include <array>

#include "protocols/byte_writer.h"
#include "protocols/checksum.h"
#include "protocols/registry.h"
#include "schema/json.h"

namespace rastro::teltonika {
namespace {

std::string number(const std::optional<double>& value) {
  std::string text = "-";
  if (value) {
    text.clear();
    append_json_number(*value, text);
  }
  return text;
}

std::string describe(const MessageBuffer& decoded, const Fix& fix) {
  std::string text;
  append_iso8601(fix.time_ms, text);
  text += fix.valid ? " valid " : " invalid ";
  text += number(fix.latitude_deg) + "," + number(fix.longitude_deg) + " " + number(fix.altitude_m) + "m " +
          number(fix.speed_kmh) + "km/h " + number(fix.course_deg) + "deg " +
          (fix.satellites ? std::to_string(*fix.satellites) : "-") + "sat ";
  append_json_attributes(decoded.attributes_of(fix), fix.alarms, text);
  return text;
}

std::string describe(const Message& message) {
  constexpr std::array<std::string_view, 3> kChecksums = {"none", "ok", "bad"};
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(message_type_name(message.type));
  text += " 0x";
  text += kDigits[message.code >> 4 & 0xF];
  text += kDigits[message.code & 0xF];
  text += " ";
  text += kChecksums[static_cast<std::size_t>(message.checksum)];
  return text + " " + std::to_string(message.fixes.count);
}

std::string describe(const Problem& problem, std::size_t consumed_before) {
  constexpr std::array<std::string_view, 3> kDispositions = {"rejected", "dead_letter", "noted"};
  std::string text(decode_error_name(problem.error));
  text += " ";
  text += kDispositions[static_cast<std::size_t>(problem.disposition)];
  return text + " " + std::to_string(consumed_before + problem.offset) + "+" +
         std::to_string(problem.bytes.size());
}

void append(const SessionOutput& out, Transcript& transcript) {
  for (const Message& message : out.decoded.messages) transcript.messages.push_back(describe(message));
  for (const Fix& fix : out.decoded.fixes) {
    transcript.fixes.push_back(describe(out.decoded, fix));
    transcript.hashes.push_back(fix.record_hash);
  }
  for (const Problem& problem : out.problems) {
    transcript.problems.push_back(describe(problem, transcript.consumed));
  }
  for (const Reply& reply : out.replies) {
    const ByteView bytes = ByteView(out.reply_bytes).subspan(reply.bytes.first, reply.bytes.count);
    transcript.replies.push_back(to_hex(bytes) + (reply.after_durable ? "" : " at once"));
  }
}

}  // namespace

std::vector<std::uint8_t> from_hex(std::string_view hex) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

std::string to_hex(ByteView bytes) {
  std::string text;
  append_hex(bytes, text);
  return text;
}

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Record make_record(std::uint64_t time_ms) {
  Record record;
  record.time_ms = time_ms;
  record.longitude = -705000000;
  record.latitude = -338688000;
  record.altitude = 520;
  record.angle = 90;
  record.satellites = 9;
  record.speed = 40;
  return record;
}

Bytes encode(const std::vector<Record>& records, Codec codec) {
  Bytes out;
  encode_packet(codec, records, out);
  return out;
}

Bytes encode_udp(const std::vector<Record>& records, std::uint16_t packet_id) {
  const Bytes imei = from_hex("333532303933303836343033363535");
  Datagram head;
  head.packet_id = packet_id;
  head.avl_packet_id = 5;
  head.identity = imei;
  Bytes out;
  encode_datagram(head, Codec::k8, records, out);
  return out;
}

Bytes content_of(const Bytes& packet) { return {packet.begin() + 8, packet.end() - 4}; }

Bytes packet_of(ByteView content) {
  Bytes packet;
  ByteWriter writer(packet);
  writer.u32(0);
  writer.u32(static_cast<std::uint32_t>(content.size()));
  writer.bytes(content);
  writer.u32(crc16_arc(content));
  return packet;
}

SessionOptions logged_in() {
  SessionOptions options;
  options.identity = DeviceIdentity(kImei);
  return options;
}

SessionOptions with_model(std::string_view model) {
  SessionOptions options = logged_in();
  options.settings.model = model;
  return options;
}

SessionOptions over_udp() {
  SessionOptions options;
  options.transport = Transport::kUdp;
  return options;
}

std::unique_ptr<Session> open_session(const SessionOptions& options) {
  return find_protocol("teltonika")->open(std::make_shared<const SessionOptions>(options));
}

Transcript run(Session& session, ByteView in) {
  Transcript transcript;
  SessionOutput out;
  while (!transcript.closed && !in.empty()) {
    out.clear();
    const std::size_t consumed = session.consume(in, kNoArrival, out);
    if (consumed == 0) break;
    append(out, transcript);
    transcript.consumed += consumed;
    transcript.closed = out.close;
    in = in.subspan(consumed);
  }
  return transcript;
}

Transcript run(ByteView in, const SessionOptions& options) {
  const ExactBytes exact(in);
  const auto session = open_session(options);
  return run(*session, exact.view());
}

Transcript run(std::string_view hex, const SessionOptions& options) {
  return run(ByteView(from_hex(hex)), options);
}

}  // namespace rastro::teltonika

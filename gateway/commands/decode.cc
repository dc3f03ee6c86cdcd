#include "gateway/commands/decode.h"

#include <array>
#include <istream>
#include <ostream>
#include <span>

#include "protocols/registry.h"
#include "schema/json.h"

namespace rastro {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

std::string_view trim(std::string_view line) {
  const std::size_t first = line.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(kBlanks) - first + 1);
}

int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

std::string_view checksum_name(Checksum checksum) {
  switch (checksum) {
    case Checksum::kOk:
      return "ok";
    case Checksum::kBad:
      return "bad";
    case Checksum::kNone:
      break;
  }
  return "none";
}

// Numbers and nulls of what may be missing.
template <typename Number>
void append_optional(const std::optional<Number>& value, std::string& out) {
  if (value) {
    append_json_number(static_cast<double>(*value), out);
  } else {
    out += "null";
  }
}

void append_key(std::string_view key, std::string& out) {
  out += ",\"";
  out += key;
  out += "\":";
}

void append_quoted_hex(ByteView bytes, std::string& out) {
  out += '"';
  append_hex(bytes, out);
  out += '"';
}

template <typename Item, typename AppendItem>
void append_list(std::span<const Item> items, AppendItem append_item, std::string& out) {
  out += '[';
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += ',';
    append_item(items[i]);
  }
  out += ']';
}

void append_fix(const Fix& fix, const MessageBuffer& from, std::string& out) {
  out += "{\"time\":\"";
  append_iso8601(fix.time_ms, out);
  out += fix.valid ? "\",\"valid\":true" : "\",\"valid\":false";
  append_key("latitude", out);
  append_json_number(fix.latitude_deg, out);
  append_key("longitude", out);
  append_json_number(fix.longitude_deg, out);
  append_key("altitude_m", out);
  append_optional(fix.altitude_m, out);
  append_key("speed_kmh", out);
  append_optional(fix.speed_kmh, out);
  append_key("course_deg", out);
  append_optional(fix.course_deg, out);
  append_key("satellites", out);
  append_optional(fix.satellites, out);
  append_key("attributes", out);
  append_fix_attributes(fix, from.attributes_of(fix), out);
  out += '}';
}

void append_cell(const Cell& cell, std::string& out) {
  out += "{\"mcc\":";
  append_json_value(std::uint64_t{cell.mcc}, out);
  append_key("mnc", out);
  append_json_value(std::uint64_t{cell.mnc}, out);
  append_key("lac", out);
  append_json_value(std::uint64_t{cell.lac}, out);
  append_key("cell", out);
  append_json_value(cell.cell, out);
  append_key("rssi", out);
  append_optional(cell.rssi_dbm, out);
  out += '}';
}

void append_wifi(const WifiAccessPoint& wifi, std::string& out) {
  out += "{\"mac\":\"";
  for (int shift = 40; shift >= 0; shift -= 8) {
    const std::array byte = {static_cast<std::uint8_t>(wifi.mac >> shift)};
    append_hex(byte, out);
    if (shift > 0) out += ':';
  }
  out += '"';
  append_key("rssi", out);
  append_optional(wifi.rssi_dbm, out);
  if (!wifi.ssid.empty()) {
    append_key("ssid", out);
    append_json_string(wifi.ssid, out);
  }
  out += '}';
}

// The bytes of the file stand in it as hex, like all else that a frame carries.
void append_media_part(const MediaPart& part, std::string& out) {
  out += "{\"kind\":";
  append_json_string(part.kind, out);
  append_key("file", out);
  append_json_value(std::uint64_t{part.file}, out);
  append_key("total_bytes", out);
  append_json_value(std::uint64_t{part.total_bytes}, out);
  append_key("offset", out);
  append_json_value(std::uint64_t{part.offset}, out);
  append_key("data", out);
  append_quoted_hex(part.data, out);
  out += '}';
}

void append_code(std::uint16_t code, std::string& out) {
  out += "\"0x";
  if (code > 0xFF) append_hex(std::array{static_cast<std::uint8_t>(code >> 8)}, out);
  append_hex(std::array{static_cast<std::uint8_t>(code)}, out);
  out += '"';
}

void append_error(DecodeError error, std::size_t offset, std::string_view detail, std::string& out) {
  out += "{\"code\":";
  append_json_string(decode_error_name(error), out);
  append_key("offset", out);
  append_json_value(std::uint64_t{offset}, out);
  append_key("detail", out);
  append_json_string(detail, out);
  out += '}';
}

void append_comma(std::string& list) {
  if (!list.empty()) list += ',';
}

}  // namespace

std::optional<std::vector<std::uint8_t>> find_hex_bytes(std::string_view line) {
  std::vector<std::uint8_t> bytes;
  int high = -1;
  for (const char c : line) {
    if (kBlanks.find(c) != std::string_view::npos) continue;
    const int digit = hex_value(c);
    if (digit < 0) return std::nullopt;
    if (high < 0) {
      high = digit;
    } else {
      bytes.push_back(static_cast<std::uint8_t>(high << 4 | digit));
      high = -1;
    }
  }
  if (high >= 0 || bytes.empty()) return std::nullopt;
  return bytes;
}

void append_message_json(const Message& message, const MessageBuffer& from, ByteView raw,
                         const DeviceIdentity& identity, std::string& out) {
  out += "{\"type\":";
  append_json_string(message_type_name(message.type), out);
  append_key("code", out);
  append_code(message.code, out);
  append_key("crc", out);
  append_json_string(checksum_name(message.checksum), out);
  append_key("serial", out);
  append_optional(message.serial, out);
  append_key("imei", out);
  if (identity.empty()) {
    out += "null";
  } else {
    append_json_string(identity.view(), out);
  }
  append_key("fixes", out);
  append_list(
      from.fixes_of(message), [&](const Fix& fix) { append_fix(fix, from, out); }, out);
  append_key("attributes", out);
  append_json_attributes(from.attributes_of(message), message.alarms, out);
  append_key("cells", out);
  append_list(
      from.cells_of(message), [&](const Cell& cell) { append_cell(cell, out); }, out);
  append_key("wifi", out);
  append_list(
      from.wifi_of(message), [&](const WifiAccessPoint& wifi) { append_wifi(wifi, out); }, out);
  append_key("text", out);
  if (message.text) {
    append_json_string(*message.text, out);
  } else {
    out += "null";
  }
  if (message.request) {
    append_key("request", out);
    append_json_value(std::uint64_t{*message.request}, out);
  }
  if (message.refused) out += ",\"refused\":true";
  if (message.media.count > 0) {
    append_key("media", out);
    append_list(
        from.media_of(message), [&](const MediaPart& part) { append_media_part(part, out); }, out);
  }
  if (message.type == MessageType::kUnknown) {
    append_key("raw", out);
    append_quoted_hex(raw, out);
  }
  out += '}';
}

LineDecoder::LineDecoder(const Protocol& protocol, const SessionOptions& options, std::int64_t received_ms)
    : protocol_(protocol), options_(options), received_ms_(received_ms) {
  start_connection();
}

void LineDecoder::start_connection() {
  session_ = protocol_.open(std::make_shared<const SessionOptions>(options_));
  closed_ = false;
  pending_.clear();
}

// Moves one consume()'s output, of input that began `at` bytes into the line, to the lists.
void LineDecoder::take_output(std::size_t at) {
  for (const Message& message : output_.decoded.messages) {
    append_comma(messages_);
    append_message_json(message, output_.decoded, output_.raw, session_->identity(), messages_);
  }
  for (const Reply& reply : output_.replies) {
    append_comma(replies_);
    append_quoted_hex(ByteView(output_.reply_bytes).subspan(reply.bytes.first, reply.bytes.count), replies_);
  }
  for (const Problem& problem : output_.problems) {
    append_comma(errors_);
    append_error(problem.error, at + problem.offset, problem.detail, errors_);
  }
}

std::optional<std::string> LineDecoder::decode(std::string_view line, unsigned line_number, Place place) {
  const auto bytes = find_hex_bytes(line);
  if (!bytes) return std::nullopt;
  messages_.clear();
  replies_.clear();
  errors_.clear();

  pending_.insert(pending_.end(), bytes->begin(), bytes->end());
  std::size_t at = closed_ ? pending_.size() : 0;
  while (at < pending_.size() && !closed_) {
    output_.clear();
    const std::size_t consumed = session_->consume(ByteView(pending_).subspan(at), received_ms_, output_);
    take_output(at);
    closed_ = output_.close;
    if (consumed == 0) break;
    at += consumed;
  }
  const bool last = place == Place::kLast || options_.transport == Transport::kUdp;
  if (last && at < pending_.size() && !closed_) {
    append_comma(errors_);
    append_error(DecodeError::kTruncated, at, "ends inside a frame", errors_);
    at = pending_.size();
  }
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(at));

  std::string out = "{\"line\":";
  append_json_value(std::uint64_t{line_number}, out);
  out += ",\"messages\":[" + messages_ + "],\"replies\":[" + replies_ + "],\"errors\":[" + errors_ + "]}";
  return out;
}

int run_decode(const DecodeOptions& options, std::istream& in, std::ostream& out, std::ostream& err) {
  const Protocol* protocol = find_protocol(options.protocol);
  if (protocol == nullptr) {
    err << "decode: there is no protocol \"" << options.protocol << "\"\n";
    return 2;
  }
  LineDecoder decoder(*protocol, options.session, options.received_ms);
  // A line waits until it is known whether it is the last of its connection.
  std::string waiting;
  unsigned waiting_number = 0;
  const auto decode_waiting = [&](LineDecoder::Place place) {
    if (waiting_number == 0) return true;
    const auto json = decoder.decode(waiting, waiting_number, place);
    if (json) {
      out << *json << '\n';
    } else {
      err << "decode: line " << waiting_number
          << " is not hexadecimal: expected an even number of the digits 0-9 and a-f\n";
    }
    waiting_number = 0;
    return json.has_value();
  };

  std::string text;
  for (unsigned number = 1; std::getline(in, text); ++number) {
    const std::string_view line = trim(text);
    if (line.empty() || line.front() == '#') continue;
    const bool new_connection = line == "---";
    if (!decode_waiting(new_connection ? LineDecoder::Place::kLast : LineDecoder::Place::kMore)) return 2;
    if (new_connection) {
      decoder.start_connection();
    } else {
      waiting = line;
      waiting_number = number;
    }
  }
  return decode_waiting(LineDecoder::Place::kLast) ? 0 : 2;
}

}  // namespace rastro

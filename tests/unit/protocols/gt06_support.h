// What the GT06 tests share: hex in, one session, values out.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/gt06/session.h"
#include "schema/json.h"

namespace rastro::gt06 {

inline std::vector<std::uint8_t> from_hex(std::string_view hex) {
  std::vector<std::uint8_t> bytes;
  std::string digits;
  for (const char c : hex) {
    if (c == ' ') continue;
    digits += c;
    if (digits.size() < 2) continue;
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(digits, nullptr, 16)));
    digits.clear();
  }
  return bytes;
}

inline std::string to_hex(ByteView bytes) {
  std::string hex;
  append_hex(bytes, hex);
  return hex;
}

inline SessionOptions logged_in() {
  SessionOptions options;
  options.identity = DeviceIdentity("123456789012345");
  return options;
}

// A session and what its last consume() brought. The input lies in a block of exactly its size.
struct Decoder {
  explicit Decoder(const SessionOptions& options = logged_in())
      : session(std::make_shared<const SessionOptions>(options)) {}

  std::size_t take(const std::vector<std::uint8_t>& bytes) {
    input.reset(new std::uint8_t[bytes.size()]);
    std::copy(bytes.begin(), bytes.end(), input.get());
    out.clear();
    return session.consume({input.get(), bytes.size()}, received_ms, out);
  }
  std::size_t take(std::string_view hex) { return take(from_hex(hex)); }

  const MessageBuffer& decoded() const { return out.decoded; }
  const Message& message() const { return out.decoded.messages.at(0); }
  const Fix& fix() const { return out.decoded.fixes.at(0); }
  // Of the fix when there is one, else of the message.
  std::string attributes() const {
    std::string json;
    if (out.decoded.fixes.empty()) {
      append_json_attributes(decoded().attributes_of(message()), message().alarms, json);
    } else {
      append_json_attributes(decoded().attributes_of(fix()), fix().alarms, json);
    }
    return json;
  }
  std::string time() const {
    std::string text;
    append_iso8601(fix().time_ms, text);
    return text;
  }
  // "" for none; "?" for more than one.
  std::string reply() const {
    if (out.replies.empty()) return "";
    return out.replies.size() > 1 ? "?" : to_hex(out.reply_bytes);
  }
  DecodeError error() const { return out.problems.empty() ? DecodeError::kNone : out.problems[0].error; }

  GatewaySession session;
  std::int64_t received_ms = kNoArrival;
  std::unique_ptr<std::uint8_t[]> input;
  SessionOutput out;
};

}  // namespace rastro::gt06

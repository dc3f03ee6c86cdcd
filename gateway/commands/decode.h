// `rastro decode`: lines of hex to JSON (contract 2). Pure but for the streams given: the same lines give the
// same output. One thread at a time.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/session.h"

namespace rastro {

struct DecodeOptions {
  std::string protocol;
  SessionOptions session;
  std::int64_t received_ms = kNoArrival;  // of every line
};

// The bytes of a line of hex digits (either case; blanks between them are passed over); empty when it is
// none.
std::optional<std::vector<std::uint8_t>> find_hex_bytes(std::string_view line);

// One entry of "messages": a message of `all`, read from the frame `raw`, said by `identity`.
void append_message_json(const Message& message, const MessageBuffer& from, ByteView raw,
                         const DeviceIdentity& identity, std::string& out);

// Decodes the lines of one connection after another.
class LineDecoder {
 public:
  // What comes after a line: the last one of a connection answers for the bytes that are left without a
  // frame.
  enum class Place : std::uint8_t { kMore, kLast };

  LineDecoder(const Protocol& protocol, const SessionOptions& options, std::int64_t received_ms = kNoArrival);

  // The JSON object of one line, which is a TCP segment or a datagram. Offsets of errors count from the first
  // byte that the lines before left unread. A line of no hex digits gives nothing.
  std::optional<std::string> decode(std::string_view line, unsigned line_number, Place place = Place::kMore);

  // Forgets everything: what follows is another connection.
  void start_connection();

 private:
  void take_output(std::size_t at);

  const Protocol& protocol_;
  SessionOptions options_;
  std::int64_t received_ms_;
  std::unique_ptr<Session> session_;
  bool closed_ = false;                // the session asked to close: the rest of the connection is not read
  std::vector<std::uint8_t> pending_;  // bytes of the connection that make no whole frame yet
  SessionOutput output_;
  std::string messages_;  // the three lists of the object being made
  std::string replies_;
  std::string errors_;
};

// 0, or 2 with a sentence on `err` about the first line that cannot be read.
int run_decode(const DecodeOptions& options, std::istream& in, std::ostream& out, std::ostream& err);

}  // namespace rastro

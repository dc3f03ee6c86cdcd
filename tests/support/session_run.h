// Feeds bytes to a session the way a connection does and notes what came out, as text that can be compared.
// Every call sees a buffer of exactly the bytes that it may read, so that a sanitizer sees one byte more.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "protocols/session.h"

namespace rastro::test {

struct SessionRun {
  std::vector<std::string> messages;      // as in `rastro decode`, with the hashes of their fixes
  std::vector<bool> message_checksum_ok;  // of each message, whether a checksum was there and right
  std::vector<std::string> replies;       // hex
  std::vector<std::string> errors;        // names; skipped bytes side by side are one error
  std::size_t leftover = 0;               // bytes that made no frame
  std::size_t output_items = 0;           // messages, fixes, attributes, … together
  std::string fault;                      // a broken promise of Session::consume; empty: none
};

struct RunOptions {
  SessionOptions session;
  bool with_identity = true;              // messages say who sent them
  std::int64_t received_ms = kNoArrival;  // of every segment
};

// Segments of one TCP connection, or datagrams.
SessionRun run_session(const Protocol& protocol, const RunOptions& options,
                       const std::vector<std::vector<std::uint8_t>>& segments);

std::vector<std::uint8_t> joined(const std::vector<std::vector<std::uint8_t>>& segments);

}  // namespace rastro::test

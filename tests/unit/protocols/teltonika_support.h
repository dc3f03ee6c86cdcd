// Helpers of the Teltonika tests: bytes on the heap in their exact size (a sanitizer then sees one byte of
// over-read), and decoded output as lines that a test can write down by hand.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/session.h"
#include "protocols/teltonika/encode.h"

namespace rastro::teltonika {

inline constexpr std::string_view kImei = "356307042441013";

std::vector<std::uint8_t> from_hex(std::string_view hex);
std::string to_hex(ByteView bytes);

class ExactBytes {
 public:
  explicit ExactBytes(ByteView bytes)
      : data_(std::make_unique<std::uint8_t[]>(bytes.size())), size_(bytes.size()) {
    std::copy(bytes.begin(), bytes.end(), data_.get());
  }
  explicit ExactBytes(std::string_view hex) : ExactBytes(ByteView(from_hex(hex))) {}
  ByteView view() const { return {data_.get(), size_}; }

 private:
  std::unique_ptr<std::uint8_t[]> data_;
  std::size_t size_;
};

using Bytes = std::vector<std::uint8_t>;

Bytes operator+(Bytes a, const Bytes& b);

inline constexpr std::uint64_t kNoon = 1795521600000;  // 2026-11-24T12:00:00Z

// A good record without elements: 30 bytes in codec 8.
Record make_record(std::uint64_t time_ms = kNoon);

// A good record with one element, in the group of its value's size.
class WithElement {
 public:
  WithElement(std::uint16_t id, std::string_view hex, std::uint16_t event_id = 0)
      : value_(hex), record_(make_record()) {
    record_.elements.push_back({id, value_.view()});
    record_.event_id = event_id;
  }
  Record& record() { return record_; }

 private:
  ExactBytes value_;
  Record record_;
};

Bytes encode(const std::vector<Record>& records, Codec codec = Codec::k8);
// From 352093086403655, with AVL packet id 5.
Bytes encode_udp(const std::vector<Record>& records, std::uint16_t packet_id = 0xCAFE);

// The content (codec id to second count) of a packet, and a packet with its checksum around content.
Bytes content_of(const Bytes& packet);
Bytes packet_of(ByteView content);

// The packet with `change` made to its content, and a checksum that fits again.
template <typename Change>
Bytes changed(const Bytes& packet, Change change) {
  Bytes content = content_of(packet);
  change(content);
  return packet_of(content);
}

// Everything that a connection said, over all calls.
struct Transcript {
  // "2019-06-10T10:04:46.000Z valid 54.1,25.2 148m 0km/h 0deg 18sat {attributes}", of each fix; speed and
  // course are "-" where there is none
  std::vector<std::string> fixes;
  std::vector<std::string> messages;  // "location 0x8 ok 2" (fixes), …
  std::vector<std::string> replies;   // hex; " at once" behind those that do not wait for the disk
  std::vector<std::string> problems;  // "bad_crc rejected 0+44"
  std::vector<std::uint64_t> hashes;
  std::size_t consumed = 0;
  bool closed = false;
};

SessionOptions logged_in();
SessionOptions with_model(std::string_view model);
SessionOptions over_udp();

std::unique_ptr<Session> open_session(const SessionOptions& options);

// Runs the session on the bytes as far as it goes.
Transcript run(Session& session, ByteView in);
// The same with a session of its own, on an exact copy.
Transcript run(ByteView in, const SessionOptions& options = logged_in());
Transcript run(std::string_view hex, const SessionOptions& options = logged_in());

}  // namespace rastro::teltonika

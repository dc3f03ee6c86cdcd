// What is common to the contents of packets, whatever their codec: id, count, …, count (teltonika.md 1.2, 7),
// and how what was read goes into a session's output. Pure; any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "protocols/session.h"

namespace rastro::teltonika {

// The codec ids (teltonika.md 3) of contents that are not AVL records; those are enum Codec.
inline constexpr std::uint8_t kCodec7 = 0x07;
inline constexpr std::uint8_t kCodec12 = 0x0C;
inline constexpr std::uint8_t kCodec13 = 0x0D;
inline constexpr std::uint8_t kCodec14 = 0x0E;
inline constexpr std::uint8_t kCodec15 = 0x0F;

// A packet whose frame is good, over either transport.
struct Packet {
  ByteView in;       // what consume() was given, for the offsets of problems
  ByteView whole;    // the frame or datagram
  ByteView content;  // codec id to second count
  Checksum checksum = Checksum::kNone;
  std::int64_t received_ms = 0;

  std::uint8_t codec() const { return content[0]; }
  std::uint8_t first_count() const { return content[1]; }
  std::uint8_t second_count() const { return content.back(); }
  // What stands between the counts.
  ByteView body() const { return content.subspan(2, content.size() - 3); }
};

// `bytes`: a part of the packet's input.
void add_problem(const Packet& packet, DecodeError error, Disposition disposition, ByteView bytes,
                 std::string_view detail, SessionOutput& out);

// The fixes and attributes that are appended next are the message's own, up to its counts.
Message& add_message(MessageType type, std::uint8_t code, Checksum checksum, SessionOutput& out);

// An attribute of the message that was added last.
void add_attribute(std::string_view name, AttributeValue value, SessionOutput& out);

// Whether both counts are one. If not, the packet is a dead letter: its bytes are as the device meant them,
// and it would send the same for ever.
bool check_counts(const Packet& packet, SessionOutput& out);

template <typename Append>
void add_reply(bool after_durable, SessionOutput& out, Append append) {
  const auto first = static_cast<std::uint32_t>(out.reply_bytes.size());
  append(out.reply_bytes);
  const auto size = static_cast<std::uint32_t>(out.reply_bytes.size()) - first;
  out.replies.push_back({{first, size}, after_durable});
}

}  // namespace rastro::teltonika

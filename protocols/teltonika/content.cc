#include "protocols/teltonika/content.h"

namespace rastro::teltonika {

void add_problem(const Packet& packet, DecodeError error, Disposition disposition, ByteView bytes,
                 std::string_view detail, SessionOutput& out) {
  const auto offset = static_cast<std::size_t>(bytes.data() - packet.in.data());
  out.problems.push_back({error, disposition, offset, bytes, detail});
}

Message& add_message(MessageType type, std::uint8_t code, Checksum checksum, SessionOutput& out) {
  Message& message = out.decoded.messages.emplace_back();
  message.type = type;
  message.code = code;
  message.checksum = checksum;
  message.fixes.first = static_cast<std::uint32_t>(out.decoded.fixes.size());
  message.attributes.first = static_cast<std::uint32_t>(out.decoded.attributes.size());
  return message;
}

void add_attribute(std::string_view name, AttributeValue value, SessionOutput& out) {
  Range& range = out.decoded.messages.back().attributes;
  if (range.count == 0) range.first = static_cast<std::uint32_t>(out.decoded.attributes.size());
  out.decoded.attributes.push_back({name, value});
  ++range.count;
}

bool check_counts(const Packet& packet, SessionOutput& out) {
  if (packet.first_count() == packet.second_count()) return true;
  add_problem(packet, DecodeError::kCountMismatch, Disposition::kDeadLetter, packet.whole,
              "the two record counts differ", out);
  return false;
}

}  // namespace rastro::teltonika

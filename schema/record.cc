#include "schema/record.h"

namespace rastro {

std::string_view transport_name(Transport transport) { return transport == Transport::kTcp ? "tcp" : "udp"; }

std::uint32_t count_units(const MessageBuffer& messages, std::size_t dead_letters) {
  std::size_t units = dead_letters + messages.fixes.size();
  for (const Message& message : messages.messages) units += message.fixes.count == 0 ? 1 : 0;
  return static_cast<std::uint32_t>(units);
}

}  // namespace rastro

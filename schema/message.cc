#include "schema/message.h"

#include <array>

namespace rastro {

std::string_view message_type_name(MessageType type) {
  static constexpr std::array<std::string_view, 14> kNames = {
      "unknown", "login", "heartbeat",   "location",     "status",          "alarm", "command_reply",
      "cells",   "wifi",  "information", "time_request", "address_request", "media", "ping"};
  const auto index = static_cast<std::size_t>(type);
  return index < kNames.size() ? kNames[index] : kNames[0];
}

}  // namespace rastro

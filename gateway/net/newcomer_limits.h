// How many connections may wait that have not said who they are (admission_control.h). Values, part of the
// configuration.
#pragma once

#include <cstdint>

namespace rastro {

struct NewcomerLimits {
  std::int64_t of_all = 18000;
  // As many: after an outage a carrier's address brings thousands within the second that their logins take
  // (field_behaviour.md 6), and at its bound a device is turned away. To be lowered where devices come from
  // addresses of their own.
  std::int64_t of_address = 18000;
  std::int64_t of_network = 18000;
  // A second, of connections that come and never say who they are; above what may wait at once.
  std::int64_t address_rate = 200;
  std::int64_t network_rate = 400;
  std::int64_t v4_bits = 24;  // of a network
  std::int64_t v6_bits = 64;
};

}  // namespace rastro

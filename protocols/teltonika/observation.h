// A fix in the making: what the elements of one record are written to, and what they say together. One thread
// at a time.
#pragma once

#include <cstdint>
#include <optional>

#include "protocols/teltonika/family.h"
#include "schema/message.h"

namespace rastro::teltonika {

struct Observation {
  MessageBuffer& out;
  Fix& fix;
  std::uint16_t event_id = 0;  // of the element that caused the record
  FamilySet possible = kAllFamilies;
  // An alarm was held back, because another family that it can be means something else by the element.
  bool alarm_held_back = false;
  // Parts that come as elements of their own.
  std::optional<std::uint64_t> iccid_upper = std::nullopt;
  std::optional<std::uint64_t> iccid_lower = std::nullopt;
  // Numbers of the last device in the lists.
  unsigned beacons = 0;
  unsigned eyes = 0;

  void add(std::string_view name, AttributeValue value) { out.attributes.push_back({name, value}); }
};

}  // namespace rastro::teltonika

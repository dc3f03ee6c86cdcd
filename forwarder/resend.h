// What becomes of asking for a parked position to be sent again. Values only.
#pragma once

#include <cstdint>

namespace rastro::forward {

enum class Resend : std::uint8_t {
  kQueued,
  kNotParked,
  kUnreadable,  // its line has no fix: an older version's, or damaged
  kNotLoaded,   // the devices are not known yet
  kDeviceNotActive,
  kDeviceAmbiguous,
  kDeviceWithoutPersatId,
};

}  // namespace rastro::forward

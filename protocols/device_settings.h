// What is known of a device beside its bytes: what somebody set for it or for its listener, and what was
// learnt from it before. Values; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace rastro {

// Which GT06 devices are answered (contract 3).
enum class AckPolicy : std::uint8_t { kAll, kDocumented };

// What a unit of a GT06 mileage is (gt06.md 6.8: "metres in most documents; some models 0.1 km or km").
enum class MileageUnit : std::uint8_t { kMetre, kHundredMetres, kKilometre };

// By how many seconds a device's clock is ahead of the world, for the messages whose times should be local
// and those whose times should be UTC (gt06.md 9.8: one device may be right in the one and wrong in the
// other). Whole hours.
struct ClockOffsets {
  std::int32_t local_s = 0;
  std::int32_t utc_s = 0;
  friend bool operator==(const ClockOffsets&, const ClockOffsets&) = default;
};

struct DeviceSettings {
  std::string model;                         // "FMB920"; empty: unknown
  std::optional<std::int32_t> utc_offset_s;  // of local-time messages; unset: as the login says, else UTC
  double voltage_scale_v = 0.01;             // a unit of GT06's two-byte external voltage (gt06.md 6.4)
  MileageUnit mileage_unit = MileageUnit::kMetre;
  AckPolicy ack = AckPolicy::kAll;
  // Old Teltonika firmware: a group of 16-byte elements stands behind the 8-byte ones (teltonika.md 11.8).
  bool io16 = false;
  ClockOffsets learnt_clock;  // from earlier connections
  friend bool operator==(const DeviceSettings&, const DeviceSettings&) = default;
};

}  // namespace rastro

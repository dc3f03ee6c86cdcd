// A vehicle that drives along a grid of streets, stops at lights and at customers: plausible input, not truth
// (that is for tests/truth). Deterministic for a seed; one thread.
#pragma once

#include <cstdint>

#include "gateway/commands/simulate/random.h"
#include "protocols/session.h"

namespace rastro {

class Vehicle {
 public:
  explicit Vehicle(std::uint64_t seed);

  // Drives for `seconds` and says what a tracker sees at `time_ms`.
  DeviceRecord drive(double seconds, std::int64_t time_ms);

 private:
  void move(double metres);
  void choose_turn();

  Random random_;
  double latitude_deg_;
  double longitude_deg_;
  double course_deg_;
  double speed_kmh_ = 0;
  double until_corner_m_;
  double stopped_for_s_ = 0;
  double odometer_m_;
};

}  // namespace rastro

// Traccar's rule after its page "Motion, Trips and Stops" (traccar.org/trips-stops), with the defaults that
// a reseller names (trackingintime.co.za/motion-trips-stops).
#include "tests/truth/baseline.h"

namespace rastro::truth {
namespace {

constexpr double kKmhPerKnot = 1.852;
constexpr double kSpeedThresholdKmh = 0.01 * kKmhPerKnot;  // event.motion.speedThreshold, knots
constexpr double kMinimalTripM = 500;                      // report.trip.minimalTripDistance
constexpr std::int64_t kMinimalTripMs = 300'000;           // report.trip.minimalTripDuration
constexpr std::int64_t kMinimalParkingMs = 300'000;        // report.trip.minimalParkingDuration
constexpr std::int64_t kMinimalNoDataMs = 3'600'000;       // report.trip.minimalNoDataDuration

bool in_motion(const FixRow& fix) { return fix.speed_kmh.value_or(0) > kSpeedThresholdKmh; }

// "Only continuous periods can switch the state, any fluctuations reset the detection": the state changes
// once the other one was reported without a break for long enough, or far enough, and has then lasted since
// its first report.
class Motion {
 public:
  explicit Motion(const FixRow& first) : moving_(in_motion(first)), stop_began_(&first) {}

  void take(const FixRow& before, const FixRow& fix, std::vector<Stop>& stops) {
    if (fix.time_ms - before.time_ms >= kMinimalNoDataMs && moving_) {
      stops.push_back({fix.device, before.time_ms, fix.time_ms, before.place, fix.arrival_ms});
      changing_since_ = nullptr;
      return;
    }
    if (in_motion(fix) == moving_) {
      changing_since_ = nullptr;
      return;
    }
    if (changing_since_ == nullptr) {
      changing_since_ = &fix;
      metres_ = 0;
    } else {
      metres_ += haversine_m(before.place, fix.place);
    }
    const std::int64_t lasted_ms = fix.time_ms - changing_since_->time_ms;
    if (!moving_ && (lasted_ms >= kMinimalTripMs || metres_ >= kMinimalTripM)) {
      stops.push_back(
          {fix.device, stop_began_->time_ms, changing_since_->time_ms, stop_began_->place, fix.arrival_ms});
      moving_ = true;
      changing_since_ = nullptr;
    } else if (moving_ && lasted_ms >= kMinimalParkingMs) {
      stop_began_ = changing_since_;
      moving_ = false;
      changing_since_ = nullptr;
    }
  }

  void end(const FixRow& last, std::vector<Stop>& stops) const {
    if (!moving_) {
      stops.push_back({last.device, stop_began_->time_ms, std::nullopt, stop_began_->place, std::nullopt});
    }
  }

 private:
  bool moving_;
  const FixRow* stop_began_;
  const FixRow* changing_since_ = nullptr;
  double metres_ = 0;
};

}  // namespace

std::vector<Stop> traccar_stops(const CleanFixes& fixes) {
  std::vector<Stop> stops;
  if (fixes.empty()) {
    return stops;
  }
  Motion motion(fixes.front());
  for (std::size_t at = 1; at < fixes.size(); ++at) {
    motion.take(fixes[at - 1], fixes[at], stops);
  }
  motion.end(fixes.back(), stops);
  return stops;
}

}  // namespace rastro::truth

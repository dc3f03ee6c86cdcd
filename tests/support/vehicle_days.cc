#include "tests/support/vehicle_days.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace rastro::test {
namespace {

using tracking::Offset;
using tracking::Place;
using tracking::Point;

constexpr std::uint32_t kHaunts = 40;

class Vehicle {
 public:
  explicit Vehicle(std::uint32_t seed) : random_(seed) {}

  std::vector<Point> live(std::int64_t until_ms) {
    while (now_ms_ < until_ms) {
      park();
      if (chance(0.1)) now_ms_ += whole(1, 300) * kMinuteMs;  // silent
      drive();
    }
    std::ranges::sort(points_, {}, tracking::key_of);
    return std::move(points_);
  }

 private:
  std::int64_t whole(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
  }
  double noise_m() { return std::normal_distribution<double>(0, 5)(random_); }
  bool chance(double of) { return std::uniform_real_distribution<double>(0, 1)(random_) < of; }

  void park() {
    ignition_ = chance(0.2);
    const std::int64_t minutes = chance(0.1) ? whole(200, 700) : whole(1, 40);
    const std::int64_t until_ms = now_ms_ + minutes * kMinuteMs;
    while (now_ms_ < until_ms) {
      report(0);
      now_ms_ += chance(0.5) ? 5 * kMinuteMs : kMinuteMs;
    }
  }

  void drive() {
    ignition_ = true;
    const Place to = haunt(static_cast<std::uint32_t>(whole(0, kHaunts - 1)));
    const double speed_kmh = static_cast<double>(whole(20, 80));
    for (;;) {
      const Offset way = tracking::offset_m(here_, to);
      const double step_m = speed_kmh / 3.6 * 60;
      now_ms_ += kMinuteMs;
      if (tracking::length_m(way) <= step_m) break;
      const double part = step_m / tracking::length_m(way);
      here_ = tracking::moved(here_, {way.east_m * part, way.north_m * part});
      if (chance(0.03)) now_ms_ += whole(1, 60) * kMinuteMs;  // a tunnel, or no network
      report(speed_kmh);
    }
    here_ = to;
  }

  void report(double speed_kmh) {
    Point point;
    point.time_ms = now_ms_;
    point.record_hash = random_();
    const double away_m = chance(0.02) ? 5000 : 0;  // a jump
    point.place = tracking::moved(here_, {noise_m() + away_m, noise_m()});
    point.valid = !chance(0.03);
    point.speed_kmh = static_cast<float>(speed_kmh);
    point.course_deg = static_cast<float>(whole(0, 359));
    if (chance(0.9)) point.ignition = ignition_;
    points_.push_back(point);
    if (!chance(0.03)) return;
    point.record_hash = random_();
    points_.push_back(point);  // an event of the same second
  }

  std::mt19937_64 random_;
  std::int64_t now_ms_ = kFirstDay;
  Place here_ = kDepot;
  bool ignition_ = false;
  std::vector<Point> points_;
};

}  // namespace

Place haunt(std::uint32_t number) {
  const double angle = number * 2.4;  // about the golden angle: spread evenly
  const double radius_m = 400 * std::sqrt(static_cast<double>(number));
  return tracking::moved(kDepot, {radius_m * std::sin(angle), radius_m * std::cos(angle)});
}

std::vector<Point> vehicle_days(std::uint32_t seed, int days) {
  return Vehicle(seed).live(kFirstDay + days * kDayMs);
}

}  // namespace rastro::test

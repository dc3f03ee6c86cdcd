// A vehicle's day as a tracker would report it, for tests: parks and drives in straight lines, with seeded
// noise. All about one corner of a town; times from kMorning on.
#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "pipeline/tracking/tracker.h"
#include "tests/support/fixed_calendar.h"

namespace rastro::tracking::test {

inline constexpr std::int64_t kMorning = 1795503600000;  // 2026-11-24 07:00 UTC
inline constexpr std::int64_t kSecond = 1000;
inline constexpr std::int64_t kMinute = 60 * kSecond;
inline constexpr std::int64_t kHour = 60 * kMinute;
inline constexpr Place kTown{-34.6, -58.4};

inline Place at(double east_m, double north_m) { return moved(kTown, {east_m, north_m}); }

class Drive {
 public:
  explicit Drive(std::int64_t every_s = 30, double noise_m = 4, std::uint32_t seed = 1)
      : every_ms_(every_s * kSecond), random_(seed), noise_(0, noise_m) {}

  Drive& park(std::int64_t ms) {
    for (const std::int64_t until_ms = now_ms_ + ms; now_ms_ < until_ms; now_ms_ += every_ms_) {
      report(std::uniform_real_distribution<double>(0, 3)(random_), 0);
    }
    return *this;
  }
  Drive& drive_to(double east_m, double north_m, double speed_kmh = 40) {
    const Offset way{east_m - here_.east_m, north_m - here_.north_m};
    const double step_m = speed_kmh / 3.6 * static_cast<double>(every_ms_) / 1000;
    const auto steps = static_cast<int>(std::ceil(length_m(way) / step_m));
    const Offset from = here_;
    double course = std::atan2(way.east_m, way.north_m) / kRadiansPerDegree;
    if (course < 0) course += 360;
    for (int i = 1; i < steps; ++i) {
      const double part = i * step_m / length_m(way);
      here_ = {from.east_m + part * way.east_m, from.north_m + part * way.north_m};
      report(speed_kmh, course);
      now_ms_ += every_ms_;
    }
    here_ = {east_m, north_m};
    return *this;
  }
  // Nothing is heard for so long.
  Drive& sleep(std::int64_t ms) {
    now_ms_ += ms;
    return *this;
  }
  Drive& ignition(std::optional<bool> on) {
    ignition_ = on;
    return *this;
  }
  // One fix somewhere else.
  Drive& jump(double east_m, double north_m, double speed_kmh = 0) {
    const Offset back = here_;
    here_ = {east_m, north_m};
    report(speed_kmh, 0);
    now_ms_ += every_ms_;
    here_ = back;
    return *this;
  }
  Point& last() { return points_.back(); }
  std::int64_t now_ms() const { return now_ms_; }
  std::vector<Point>& points() { return points_; }

 private:
  void report(double speed_kmh, double course_deg) {
    Point& point = points_.emplace_back();
    point.time_ms = now_ms_;
    point.record_hash = points_.size();
    point.place = at(here_.east_m + noise_(random_), here_.north_m + noise_(random_));
    point.valid = true;
    point.speed_kmh = static_cast<float>(speed_kmh);
    point.course_deg = static_cast<float>(course_deg);
    point.ignition = ignition_;
  }

  std::int64_t every_ms_;
  std::mt19937 random_;
  std::normal_distribution<double> noise_;
  std::int64_t now_ms_ = kMorning;
  Offset here_;
  std::optional<bool> ignition_;
  std::vector<Point> points_;
};

struct Result : Segments {
  State state;
};

inline Result track(const std::vector<Point>& points, const Parameters& parameters = {}) {
  const rastro::test::FixedCalendar calendar{};
  const Tracker tracker(parameters, calendar);
  Result result;
  for (const Point& point : points) tracker.take(point, result.state, result);
  return result;
}

}  // namespace rastro::tracking::test

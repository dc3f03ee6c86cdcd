#include "gateway/commands/simulate/vehicle.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace rastro {
namespace {

constexpr double kBlockMetres = 110;  // the side of a block in Buenos Aires
constexpr double kMetresPerDegree = 111320;

double uniform(Random& random, double low, double high) {
  return low + (high - low) * static_cast<double>(random() >> 11) * 0x1.0p-53;
}

}  // namespace

Vehicle::Vehicle(std::uint64_t seed) : random_(seed) {
  latitude_deg_ = uniform(random_, -34.65, -34.55);
  longitude_deg_ = uniform(random_, -58.52, -58.38);
  course_deg_ = 90.0 * static_cast<double>(random_() % 4);
  until_corner_m_ = uniform(random_, 1, kBlockMetres);
  odometer_m_ = std::floor(uniform(random_, 10000, 200000000));
}

DeviceRecord Vehicle::drive(double seconds, std::int64_t time_ms) {
  double left = seconds;
  const double standing = std::min(left, stopped_for_s_);
  stopped_for_s_ -= standing;
  left -= standing;
  if (left > 0) {
    speed_kmh_ = std::clamp(speed_kmh_ + uniform(random_, -15, 20), 12.0, 58.0);
    move(speed_kmh_ / 3.6 * left);
  } else {
    speed_kmh_ = 0;
  }
  DeviceRecord record;
  record.time_ms = time_ms;
  record.latitude_deg = latitude_deg_;
  record.longitude_deg = longitude_deg_;
  record.altitude_m = 25;
  record.speed_kmh = std::round(speed_kmh_);
  record.course_deg = course_deg_;
  record.satellites = static_cast<std::uint8_t>(7 + random_() % 8);
  record.ignition = true;
  record.odometer_m = static_cast<std::uint32_t>(odometer_m_);
  return record;
}

void Vehicle::move(double metres) {
  odometer_m_ += metres;
  while (metres > 0) {
    const double step = std::min(metres, until_corner_m_);
    const double course = course_deg_ * std::numbers::pi / 180;
    latitude_deg_ += step * std::cos(course) / kMetresPerDegree;
    longitude_deg_ +=
        step * std::sin(course) / (kMetresPerDegree * std::cos(latitude_deg_ * std::numbers::pi / 180));
    until_corner_m_ -= step;
    metres -= step;
    if (until_corner_m_ <= 0) choose_turn();
  }
}

void Vehicle::choose_turn() {
  until_corner_m_ = kBlockMetres;
  const auto choice = random_() % 10;
  if (choice < 2) course_deg_ = std::fmod(course_deg_ + 90, 360);
  if (choice >= 8) course_deg_ = std::fmod(course_deg_ + 270, 360);
  if (random_() % 12 == 0) stopped_for_s_ = uniform(random_, 5, 40);      // a light
  if (random_() % 200 == 0) stopped_for_s_ = uniform(random_, 180, 900);  // a customer
}

}  // namespace rastro

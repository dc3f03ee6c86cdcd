#include "tests/truth/track.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "tests/truth/csv.h"
#include "tests/truth/net.h"

namespace rastro::truth {
namespace {

constexpr std::int64_t kSecondMs = 1000;

double number(std::string_view line, std::string_view name) {
  const std::string_view text = xml_attribute(line, name);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) {
    throw std::runtime_error("SUMO's output: no " + std::string(name) + " in: " + std::string(line));
  }
  return value;
}

std::int64_t milliseconds(std::string_view line, std::string_view name) {
  return static_cast<std::int64_t>(number(line, name) * static_cast<double>(kSecondMs));
}

bool stands(const TrackPoint& point) { return point.speed_mps == 0; }

// A point that only repeats that the vehicle stands where it stood is left out. SUMO moves a vehicle by its
// speed once a second, so speed times a second is the way along its lanes.
void append(Track& track, TrackPoint point) {
  if (!track.empty()) {
    const TrackPoint& before = track.back();
    if (stands(before) && stands(point) && distance_m(before.point, point.point) == 0) {
      return;
    }
    point.odometer_m = before.odometer_m + point.speed_mps;
  }
  track.push_back(point);
}

}  // namespace

Driven read_sumo(std::istream& xml) {
  Driven driven;
  std::map<std::string, std::int64_t> last_seen;
  std::int64_t time_ms = 0;
  for (std::string line; std::getline(xml, line);) {
    if (line.find("<timestep") != std::string::npos) {
      time_ms = milliseconds(line, "time");
    } else if (line.find("<vehicle") != std::string::npos) {
      const std::string name(xml_attribute(line, "id"));
      const auto [seen, first] = last_seen.try_emplace(name, time_ms);
      if (!first && time_ms - seen->second > kSecondMs) {
        throw std::runtime_error("SUMO's output: " + name + " was teleported at " + std::to_string(time_ms) +
                                 " ms");
      }
      seen->second = time_ms;
      const Point point{number(line, "x"), number(line, "y")};
      append(driven.tracks[name], {time_ms, point, number(line, "speed"), number(line, "angle"), 0});
    } else if (line.find("<stopinfo ") != std::string::npos) {
      driven.stops[std::string(xml_attribute(line, "id"))].push_back(
          {milliseconds(line, "started"), milliseconds(line, "ended")});
    }
  }
  return driven;
}

void write_tracks(const std::string& path, const std::map<std::string, Track>& tracks) {
  CsvWriter csv(path, "device,time_ms,x_m,y_m,speed_mps,course_deg,odometer_m");
  for (const auto& [device, track] : tracks) {
    for (const TrackPoint& point : track) {
      csv.text(device).integer(point.time_ms).decimal(point.point.x_m, 2).decimal(point.point.y_m, 2);
      csv.decimal(point.speed_mps, 2).decimal(point.course_deg, 1).decimal(point.odometer_m, 2).end_row();
    }
  }
  csv.close();
}

std::map<std::string, Track> read_tracks(const std::string& path) {
  CsvReader csv(path);
  const std::size_t device = csv.column("device");
  const std::size_t time = csv.column("time_ms");
  const std::size_t x = csv.column("x_m");
  const std::size_t y = csv.column("y_m");
  const std::size_t speed = csv.column("speed_mps");
  const std::size_t course = csv.column("course_deg");
  const std::size_t odometer = csv.column("odometer_m");
  std::map<std::string, Track> tracks;
  while (csv.next()) {
    tracks[std::string(csv.text(device))].push_back({csv.required_integer(time),
                                                     {csv.required_decimal(x), csv.required_decimal(y)},
                                                     csv.required_decimal(speed),
                                                     csv.required_decimal(course),
                                                     csv.required_decimal(odometer)});
  }
  return tracks;
}

const TrackPoint& at_time(const Track& track, std::int64_t time_ms) {
  const auto after =
      std::upper_bound(track.begin(), track.end(), time_ms,
                       [](std::int64_t time, const TrackPoint& point) { return time < point.time_ms; });
  return after == track.begin() ? *after : *std::prev(after);
}

}  // namespace rastro::truth

#include "tests/truth/tracker.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace rastro::truth {
namespace {

constexpr std::int64_t kSecondMs = 1000;
constexpr std::int64_t kMinuteMs = 60 * kSecondMs;
constexpr std::int64_t kHourMs = 60 * kMinuteMs;
// GPS counts weeks in ten bits (IS-GPS-200, 20.3.3.3.1.1): an old receiver's time falls back by this.
constexpr std::int64_t kWeekRolloverMs = 1024LL * 7 * 24 * kHourMs;

// Faults a fix. Few, as in the field, but each device's week has some of each.
constexpr double kZeroPlace = 0.001;
constexpr double kInvalid = 0.002;
constexpr double kJump = 0.001;
constexpr double kClockAnHourAhead = 0.0002;
constexpr double kClockRolledOver = 0.0002;
constexpr double kFalseSpeedWhileParked = 0.1;
constexpr double kFloatingTurns = 0.05;
constexpr double kIdlingShare = 0.2;
constexpr double kColdStartShare = 0.25;
constexpr std::int64_t kColdAfterMs = 30 * kMinuteMs;
constexpr int kCoveredAreas = 6;
constexpr double kKmhPerMps = 3.6;
constexpr double kCourseRandomBelowKmh = 3;

std::int64_t seconds(Random& random, std::int64_t low, std::int64_t high) {
  return random.integer(low, high) * kSecondMs;
}

Point any_direction(Random& random, double metres) {
  const double angle = random.uniform(0, 2 * std::numbers::pi);
  return Point{std::cos(angle), std::sin(angle)} * metres;
}

bool asleep_at(const std::vector<Sleep>& sleeps, std::int64_t time_ms) {
  const auto after =
      std::upper_bound(sleeps.begin(), sleeps.end(), time_ms,
                       [](std::int64_t time, const Sleep& sleep) { return time < sleep.from_ms; });
  return after != sleeps.begin() && time_ms < std::prev(after)->to_ms;
}

}  // namespace

std::vector<CoveredArea> draw_covered_areas(const std::map<std::string, Track>& tracks, Random& random) {
  std::vector<CoveredArea> areas;
  for (int made = 0; made < kCoveredAreas; ++made) {
    const auto device = std::next(tracks.begin(), static_cast<std::ptrdiff_t>(random.index(tracks.size())));
    const Track& track = device->second;
    areas.push_back({track[random.index(track.size())].point, random.uniform(60, 140)});
  }
  return areas;
}

Tracker::Tracker(const DeviceSpan& span, const Track& track, const std::vector<CoveredArea>& covered,
                 std::uint64_t seed, std::int64_t sampling_ms, double noise_m)
    : span_(span),
      track_(track),
      covered_(covered),
      sampling_ms_(sampling_ms),
      habits_(seed, span.device + "/habits"),
      profile_(draw_profile(habits_)),
      random_(seed, span.device + "/fixes"),
      noise_(noise_m, Random(seed, span.device + "/noise")),
      last_place_(place_of(track.front().point)) {}

std::vector<FixRow> Tracker::report(const std::vector<TrueStop>& stops) {
  const std::vector<Sleep> sleeps = find_sleeps(stops);
  std::vector<FixRow> fixes;
  for (const std::int64_t time_ms : report_times(sleeps)) {
    const bool asleep = asleep_at(sleeps, time_ms);
    const Point truth = at_time(track_, time_ms).point;
    const bool covered = std::any_of(covered_.begin(), covered_.end(), [truth](const CoveredArea& area) {
      return distance_m(area.centre, truth) < area.radius_m;
    });
    if (!covered) {
      fixes.push_back(fix_at(time_ms, asleep));
      last_place_ = fixes.back().place;
      add_faults(fixes.back());
    } else if (profile_.reports_invalid) {
      FixRow fix{span_.device, time_ms, time_ms, false, last_place_, 0, 0, 0, {}, {}};
      add_ignition(fix, asleep);
      fixes.push_back(fix);
    }
  }
  add_cold_starts(fixes, sleeps);
  return fixes;
}

// With the ignition wired the engine decides; otherwise a motion sensor, after some quiet minutes.
std::vector<Sleep> Tracker::find_sleeps(const std::vector<TrueStop>& stops) {
  std::vector<Sleep> sleeps;
  for (const TrueStop& stop : stops) {
    const bool idling = habits_.chance(kIdlingShare);
    const std::int64_t off_ms = seconds(habits_, 5, 30);
    const std::int64_t on_ms = seconds(habits_, 10, 40);
    const std::int64_t quiet_ms = seconds(habits_, 120, 300);
    const std::int64_t waking_ms = seconds(habits_, 5, 30);
    const std::int64_t start_ms = stop.start_ms.value_or(span_.begin_ms);
    const std::int64_t end_ms = stop.end_ms.value_or(span_.end_ms);
    const bool wired = profile_.ignition == IgnitionWire::kWired;
    if (stop.kind == "either" || (wired && idling && end_ms - start_ms < 10 * kMinuteMs)) {
      continue;
    }
    const Sleep sleep =
        wired ? Sleep{start_ms + off_ms, end_ms - on_ms} : Sleep{start_ms + quiet_ms, end_ms + waking_ms};
    if (sleep.from_ms < sleep.to_ms) {
      sleeps.push_back(sleep);
    }
  }
  return sleeps;
}

std::vector<std::int64_t> Tracker::report_times(const std::vector<Sleep>& sleeps) {
  std::vector<std::int64_t> times;
  std::size_t next_sleep = 0;
  std::int64_t time_ms = span_.begin_ms + seconds(habits_, 0, 9);
  while (time_ms < span_.end_ms) {
    times.push_back(time_ms);
    while (next_sleep < sleeps.size() && sleeps[next_sleep].to_ms <= time_ms) {
      ++next_sleep;
    }
    const bool asleep = next_sleep < sleeps.size() && sleeps[next_sleep].from_ms <= time_ms;
    if (!asleep || profile_.keeps_sampling) {
      time_ms += sampling_ms_;
    } else {
      const std::int64_t wake_ms = sleeps[next_sleep].to_ms;
      const std::int64_t interval_ms = std::max(profile_.parked_interval_ms.value_or(wake_ms), sampling_ms_);
      time_ms = std::min(time_ms + interval_ms, wake_ms);
    }
  }
  if (profile_.ignition == IgnitionWire::kWired && profile_.ignition_events) {
    for (const Sleep& sleep : sleeps) {
      times.insert(times.end(), {sleep.from_ms, sleep.to_ms});
    }
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    std::erase_if(times, [this](std::int64_t time) { return time >= span_.end_ms; });
  }
  return times;
}

FixRow Tracker::fix_at(std::int64_t time_ms, bool asleep) {
  const TrackPoint& truth = at_time(track_, time_ms);
  FixRow fix;
  fix.device = span_.device;
  fix.arrival_ms = time_ms;
  fix.time_ms = time_ms;
  fix.valid = true;
  fix.satellites = random_.integer(6, 14);
  add_place(fix, truth, asleep);
  add_motion(fix, truth);
  add_ignition(fix, asleep);
  if (profile_.odometer_factor) {
    fix.odometer_m = std::round(truth.odometer_m * *profile_.odometer_factor);
  }
  return fix;
}

void Tracker::add_place(FixRow& fix, const TrackPoint& truth, bool asleep) {
  const Point noise = noise_.at(fix.time_ms);
  const bool hold = asleep && profile_.holds_position;
  fix.place = hold && held_ ? last_place_ : place_of(truth.point + noise);
  held_ = hold;
}

void Tracker::add_motion(FixRow& fix, const TrackPoint& truth) {
  double speed_kmh = truth.speed_mps * kKmhPerMps;
  if (speed_kmh > 0) {
    speed_kmh = std::max(0.0, speed_kmh + random_.normal());
  } else if (random_.chance(kFalseSpeedWhileParked)) {
    speed_kmh = random_.uniform(0, 4);
  }
  fix.speed_kmh = speed_kmh;
  const double course =
      speed_kmh < kCourseRandomBelowKmh ? random_.uniform(0, 360) : truth.course_deg + 3 * random_.normal();
  fix.course_deg = std::fmod(std::round(course) + 360, 360);
}

void Tracker::add_ignition(FixRow& fix, bool asleep) {
  switch (profile_.ignition) {
    case IgnitionWire::kWired:
      fix.ignition = !asleep;
      break;
    case IgnitionWire::kConstantOn:
      fix.ignition = true;
      break;
    case IgnitionWire::kConstantOff:
      fix.ignition = false;
      break;
    case IgnitionWire::kFloating:
      floating_ignition_ = floating_ignition_ != random_.chance(kFloatingTurns);
      fix.ignition = floating_ignition_;
      break;
    case IgnitionWire::kAbsent:
      break;
  }
}

void Tracker::add_faults(FixRow& fix) {
  if (random_.chance(kZeroPlace)) {
    fix.place = {0, 0};
    fix.valid = random_.chance(0.5);
    fix.satellites = 0;
  } else if (random_.chance(kInvalid)) {
    fix.valid = false;
  } else if (random_.chance(kJump)) {
    fix.place = place_of(point_of(fix.place) + any_direction(random_, random_.uniform(200, 5000)));
  }
  if (random_.chance(kClockAnHourAhead)) {
    fix.time_ms += kHourMs;
  } else if (random_.chance(kClockRolledOver)) {
    fix.time_ms -= kWeekRolloverMs;
  }
}

// After a long sleep the first places are guesses, and move while they settle.
void Tracker::add_cold_starts(std::vector<FixRow>& fixes, const std::vector<Sleep>& sleeps) {
  for (const Sleep& sleep : sleeps) {
    if (sleep.to_ms - sleep.from_ms < kColdAfterMs || !random_.chance(kColdStartShare)) {
      continue;
    }
    auto fix =
        std::lower_bound(fixes.begin(), fixes.end(), sleep.to_ms, [](const FixRow& row, std::int64_t time) {
          return row.arrival_ms < time;  // the time before a fault of the clock
        });
    Point off = any_direction(random_, random_.uniform(100, 600));
    for (std::int64_t left = random_.integer(1, 3); left > 0 && fix != fixes.end(); --left, ++fix) {
      if (fix->valid) {
        fix->place = place_of(point_of(fix->place) + off);
        fix->speed_kmh = random_.uniform(5, 30);
        off = off * 0.4;
      }
    }
  }
}

}  // namespace rastro::truth

// Whatever way a device's fixes come, in any order, in any pieces, twice, and with a memory that is gone
// after each piece: what is kept of them is the same to the byte. RASTRO_WAYS says how many ways, for a long
// run.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>

#include "pipeline/tracking/replay.h"
#include "tests/support/vehicle_days.h"

namespace rastro::tracking {
namespace {

constexpr int kDays = 3;
constexpr std::uint32_t kWaysOfAVehicle = 30;

std::uint32_t ways() {
  const char* wanted = std::getenv("RASTRO_WAYS");
  return wanted == nullptr ? 240 : static_cast<std::uint32_t>(std::stoul(wanted));
}

// What a store does with a replay, in memory: all that outlives a piece is bytes, and keyed by what settled
// it.
class Kept {
 public:
  void add(std::vector<Point> piece) {
    std::erase_if(piece, [&](const Point& point) { return !fixes_.emplace(key_of(point), point).second; });
    if (piece.empty()) return;
    const auto [first, last] = std::ranges::minmax(piece, {}, &Point::time_ms);
    State start = tip();
    std::int64_t from_ms = INT64_MAX;  // what was settled from here on is made anew
    if (first.time_ms <= start.last_key.time_ms) from_ms = go_back(first.time_ms, start);

    Replay replay(tracker_, start);
    std::vector<Checkpoint> standing;
    for (auto at = checkpoints_.upper_bound(last.time_ms); at != checkpoints_.end(); ++at)
      standing.push_back({at->first, at->second});
    replay.land_on(std::move(standing));
    for (auto at = fixes_.upper_bound(start.last_key); at != fixes_.end(); ++at) replay.take(at->second);
    keep(replay, from_ms);
  }

  std::string text() const {
    std::string text = "state " + state_ + '\n';
    for (const auto& [at_ms, state] : checkpoints_) text += std::to_string(at_ms) + ' ' + state + '\n';
    for (const auto& [settled_ms, row] : rows_) text += std::to_string(settled_ms) + ' ' + row + '\n';
    return text;
  }

 private:
  State tip() const {
    State state;
    if (!state_.empty()) {
      EXPECT_TRUE(decode_state(state_, state));
    }
    return state;
  }
  std::int64_t go_back(std::int64_t before_ms, State& start) const {
    start = {};
    auto at = checkpoints_.upper_bound(before_ms);
    if (at == checkpoints_.begin()) return INT64_MIN;
    --at;
    EXPECT_TRUE(decode_state(at->second, start));
    return at->first;
  }
  template <typename Map>
  static void cut(Map& map, std::int64_t from_ms, std::int64_t to_ms) {
    map.erase(map.lower_bound(from_ms), map.lower_bound(to_ms));
  }
  void keep(const Replay& replay, std::int64_t from_ms) {
    const std::int64_t to_ms = replay.landed() ? replay.landed_ms() : INT64_MAX;
    if (from_ms < to_ms) {
      cut(rows_, from_ms, to_ms);
      cut(checkpoints_, from_ms, to_ms);
    }
    if (!replay.landed()) state_ = encode_state(replay.state());
    for (const Checkpoint& checkpoint : replay.checkpoints())
      checkpoints_[checkpoint.at_ms] = checkpoint.state;
    const auto row = [&](std::int64_t settled_ms, const char* what, auto... values) {
      std::string text = what;
      ((text += ' ' + std::to_string(values)), ...);
      // In the order in which one fix settled them, whichever replay it was.
      rows_.emplace(settled_ms, text);
    };
    for (const auto& [stop, at] : replay.stops())
      row(at, "stop", stop.started_ms, *stop.ended_ms, stop.place.latitude_deg, stop.spread_m, stop.fixes,
          stop.idling_ms);
    for (const auto& [trip, at] : replay.trips())
      row(at, "trip", trip.started_ms, *trip.ended_ms, trip.measured_m, trip.reach_m, trip.standing_ms);
    for (const auto& [day, at] : replay.days())
      row(at, "day", day.day, day.distance_m, day.driving_ms, day.stopped_ms, day.trips, day.stops);
    for (const auto& [aside, at] : replay.set_aside())
      row(at, "aside", aside.key.time_ms, aside.key.record_hash, static_cast<int>(aside.reason));
  }

  const test::FixedCalendar calendar_{};
  const Parameters parameters_{};
  const Tracker tracker_{parameters_, calendar_};
  std::map<PointKey, Point> fixes_;
  std::string state_;
  std::map<std::int64_t, std::string> checkpoints_;
  std::multimap<std::int64_t, std::string> rows_;
};

class Way {
 public:
  explicit Way(std::uint32_t seed) : random_(seed), kind_(seed % 3) {}

  // Some of them twice, and in disorder: none at all, by up to an hour, or complete.
  std::vector<Point> disordered(std::vector<Point> points) {
    const std::size_t count = points.size();
    for (std::size_t i = 0; i < count / 10; ++i) points.push_back(points[up_to(count) - 1]);
    std::ranges::shuffle(points, random_);
    if (kind_ == 0) return points;
    std::vector<std::pair<std::int64_t, std::size_t>> order;
    for (std::size_t i = 0; i < points.size(); ++i) {
      const auto late_ms = kind_ == 1 ? 0 : static_cast<std::int64_t>(up_to(test::kHourMs));
      order.emplace_back(points[i].time_ms + late_ms, i);
    }
    std::ranges::sort(order);
    std::vector<Point> sorted;
    for (const auto& [time_ms, i] : order) sorted.push_back(points[i]);
    return sorted;
  }
  std::size_t up_to(std::size_t most) { return std::uniform_int_distribution<std::size_t>(1, most)(random_); }

 private:
  std::mt19937 random_;
  std::uint32_t kind_;
};

TEST(Ways, LeadToTheSameBytes) {
  std::uint64_t pieces = 0;
  std::uint64_t fixes = 0;
  std::string expected;
  std::vector<Point> points;
  for (std::uint32_t way = 0; way < ways(); ++way) {
    if (way % kWaysOfAVehicle == 0) {
      points = test::vehicle_days(1000 + way / kWaysOfAVehicle, kDays);
      Kept whole;
      whole.add(points);
      expected = whole.text();
      ASSERT_GT(std::ranges::count(expected, '\n'), 30);
    }
    Way chance(way);
    const std::vector<Point> all = chance.disordered(points);
    Kept kept;
    for (std::size_t at = 0; at < all.size(); ++pieces) {
      const std::size_t end = std::min(all.size(), at + chance.up_to(all.size() / 6));
      kept.add(
          {all.begin() + static_cast<std::ptrdiff_t>(at), all.begin() + static_cast<std::ptrdiff_t>(end)});
      at = end;
    }
    fixes += all.size();
    ASSERT_EQ(kept.text(), expected) << "way " << way;
  }
  std::cout << ways() << " ways over " << ways() / kWaysOfAVehicle * kDays << " device-days: " << fixes
            << " fixes in " << pieces << " pieces\n";
}

}  // namespace
}  // namespace rastro::tracking

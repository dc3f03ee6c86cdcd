// Reading a device's fixes in pieces, again from a checkpoint, and only as far as something changes.
#include "pipeline/tracking/replay.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <span>

#include "tests/support/vehicle_days.h"

namespace rastro::tracking {
namespace {

using test::kHourMs;

class ReplayTest : public testing::TestWithParam<std::uint32_t> {
 protected:
  Replay read(std::span<const Point> points, const State& start = {},
              std::vector<Checkpoint> standing = {}) const {
    Replay replay(tracker_, start);
    replay.land_on(std::move(standing));
    for (const Point& point : points) replay.take(point);
    return replay;
  }

  // All that was settled from a moment on until another, as text.
  static std::string settled(const Replay& replay, std::int64_t from_ms = INT64_MIN,
                             std::int64_t to_ms = INT64_MAX) {
    std::string text;
    const auto add = [&](const char* what, std::int64_t settled_ms, auto... values) {
      if (settled_ms < from_ms || settled_ms >= to_ms) return;
      text += what + std::to_string(settled_ms);
      ((text += " " + std::to_string(values)), ...);
      text += '\n';
    };
    for (const auto& [stop, at_ms] : replay.stops())
      add("stop ", at_ms, stop.started_ms, *stop.ended_ms, stop.spread_m, stop.fixes, stop.idling_ms);
    for (const auto& [trip, at_ms] : replay.trips())
      add("trip ", at_ms, trip.started_ms, *trip.ended_ms, trip.measured_m, trip.reach_m);
    for (const auto& [day, at_ms] : replay.days())
      add("day ", at_ms, day.day, day.distance_m, day.driving_ms, day.stopped_ms, day.trips, day.stops);
    for (const auto& [aside, at_ms] : replay.set_aside())
      add("aside ", at_ms, aside.key.time_ms, aside.key.record_hash, static_cast<int>(aside.reason));
    return text;
  }

  static std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      lines.push_back(text.substr(at, end - at));
      at = end + 1;
    }
    std::ranges::sort(lines);
    return lines;
  }

  const test::FixedCalendar calendar_{};
  const Parameters parameters_{};
  const Tracker tracker_{parameters_, calendar_};
  std::vector<Point> points_ = test::vehicle_days(GetParam(), 3);
};

INSTANTIATE_TEST_SUITE_P(Vehicles, ReplayTest, testing::Range(1U, 9U));

TEST_P(ReplayTest, OnFromAnyStateGivesWhatReadingAllWould) {
  const Replay whole = read(points_);
  ASSERT_GT(whole.stops().size(), 10u);
  for (std::size_t cut = 0; cut <= points_.size(); cut += 7) {
    const Replay first = read(std::span(points_).first(cut));
    const Replay rest = read(std::span(points_).subspan(cut), first.state());
    EXPECT_EQ(encode_state(rest.state()), encode_state(whole.state()));
    EXPECT_EQ(lines(settled(first) + settled(rest)), lines(settled(whole)));
    EXPECT_EQ(first.checkpoints().size() + rest.checkpoints().size(), whole.checkpoints().size());
  }
}

TEST_P(ReplayTest, FromACheckpointGivesWhatWasSettledFromThereOn) {
  const Replay whole = read(points_);
  ASSERT_GT(whole.checkpoints().size(), 6u);
  for (const Checkpoint& checkpoint : whole.checkpoints()) {
    EXPECT_EQ(checkpoint.at_ms % kCheckpointMs, 0);
    State start;
    ASSERT_TRUE(decode_state(checkpoint.state, start));
    EXPECT_LT(start.last_key.time_ms, checkpoint.at_ms);
    const Replay again = read(points_, start);
    EXPECT_EQ(settled(again), settled(whole, checkpoint.at_ms));
    EXPECT_EQ(encode_state(again.state()), encode_state(whole.state()));
    EXPECT_EQ(again.checkpoints().front().at_ms, checkpoint.at_ms) << "it is made again";
  }
}

TEST_P(ReplayTest, NothingBeginsBeforeWhatTheStateHasOpen) {
  State state;
  const Replay whole = read(points_);
  for (const Checkpoint& checkpoint : whole.checkpoints()) {
    ASSERT_TRUE(decode_state(checkpoint.state, state));
    const Replay again = read(points_, state);
    for (const auto& stop : again.stops()) EXPECT_GE(stop.value.started_ms, unsettled_from_ms(state));
    for (const auto& trip : again.trips()) EXPECT_GE(trip.value.started_ms, unsettled_from_ms(state));
  }
  EXPECT_EQ(unsettled_from_ms({}), INT64_MIN);
}

TEST_P(ReplayTest, LandsWhereTheStateIsWhatItWas) {
  const Replay whole = read(points_);
  const std::vector<Checkpoint>& all = whole.checkpoints();
  State start;
  ASSERT_TRUE(decode_state(all[1].state, start));
  const std::vector<Checkpoint> standing(all.begin() + 3, all.end());
  const Replay again = read(points_, start, standing);
  ASSERT_TRUE(again.landed());
  EXPECT_EQ(again.landed_ms(), all[3].at_ms);
  EXPECT_EQ(settled(again), settled(whole, all[1].at_ms, all[3].at_ms));
  EXPECT_EQ(again.checkpoints().size(), 2u) << "those between";
}

TEST_P(ReplayTest, DoesNotLandWhereSomethingIsDifferent) {
  const std::vector<Checkpoint> standing = read(points_).checkpoints();
  points_[5].place = tracking::moved(points_[5].place, {3, 0});
  points_[5].valid = true;
  const Replay other = read(points_, {}, standing);
  EXPECT_FALSE(other.landed() && other.landed_ms() == standing.front().at_ms);
}

TEST_P(ReplayTest, KeepsNoCheckpointBeforeTheFirstFix) {
  EXPECT_TRUE(read(std::span(points_).first(1)).checkpoints().empty());
}

TEST_P(ReplayTest, TakesAFixOnce) {
  Replay replay = read(points_);
  const std::string before = settled(replay);
  for (const Point& point : points_) replay.take(point);
  EXPECT_EQ(settled(replay), before);
  EXPECT_EQ(replay.points(), points_.size());
}

TEST(ReplayOfOldTimes, HasItsCheckpointsInOrderBefore1970) {
  const test::FixedCalendar calendar{};
  const Parameters parameters{};
  const Tracker tracker(parameters, calendar);
  Replay replay(tracker, {});
  for (const std::int64_t time_ms : {-7 * kHourMs, -1 * kHourMs, 1 * kHourMs}) {
    Point point;
    point.time_ms = time_ms;
    point.place = test::kDepot;
    point.valid = true;
    replay.take(point);
  }
  ASSERT_EQ(replay.checkpoints().size(), 2u);
  EXPECT_EQ(replay.checkpoints()[0].at_ms, -6 * kHourMs);
  EXPECT_EQ(replay.checkpoints()[1].at_ms, 0);
}

}  // namespace
}  // namespace rastro::tracking

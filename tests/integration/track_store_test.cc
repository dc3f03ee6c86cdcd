// The stops, trips, visits and statistics of a day on a real server.
#include "pipeline/postgis/track_store.h"

#include <gtest/gtest.h>

#include "tests/integration/tracks_fixture.h"
#include "tests/support/stored_records.h"
#include "tests/support/track_run.h"

namespace rastro::postgis {
namespace {

using test::kDayMs;
using test::kFirstDay;
using test::kHourMs;
using test::kMinuteMs;
using test::TrackRun;
using tracking::Point;

// A simple day: stands at one place, then at another, a kilometre away.
class Day : public Tracks {
 protected:
  Day() : run_(*database_) {}

  static Point point_at(std::int64_t time_ms, const tracking::Place& place, float speed_kmh = 0) {
    Point point;
    point.time_ms = time_ms;
    point.record_hash = static_cast<std::uint64_t>(time_ms);
    point.place = place;
    point.valid = true;
    point.speed_kmh = speed_kmh;
    return point;
  }
  // From one moment on, a fix a minute.
  void stand(std::int64_t from_ms, int minutes, const tracking::Place& place) {
    for (int i = 0; i < minutes; ++i)
      run_.append(test::record_of(kImeis[0], point_at(from_ms + i * kMinuteMs, place)));
  }
  void drive(std::int64_t from_ms, int minutes, const tracking::Place& from, const tracking::Place& to) {
    const tracking::Offset way = tracking::offset_m(from, to);
    for (int i = 0; i < minutes; ++i) {
      const double part = (i + 1.0) / (minutes + 1);
      const tracking::Place place = tracking::moved(from, {way.east_m * part, way.north_m * part});
      run_.append(test::record_of(kImeis[0], point_at(from_ms + i * kMinuteMs, place, 40)));
    }
  }
  void live_day(std::int64_t begin_ms) {
    stand(begin_ms, 20, home_);
    drive(begin_ms + 20 * kMinuteMs, 5, home_, work_);
    stand(begin_ms + 25 * kMinuteMs, 30, work_);
    drive(begin_ms + 55 * kMinuteMs, 5, work_, home_);
    stand(begin_ms + 60 * kMinuteMs, 20, home_);
  }
  std::string count(const std::string& what) { return value("SELECT count(*) FROM rastro." + what); }

  const tracking::Place home_ = test::kDepot;
  const tracking::Place work_ = tracking::moved(test::kDepot, {3000, 0});
  TrackRun run_;
};

TEST_F(Day, HasItsStopsTripsAndStatistics) {
  live_day(kFirstDay);
  run_.finish();
  EXPECT_EQ(count("stop"), "3");
  EXPECT_EQ(count("stop WHERE ended_at IS NULL AND settled_at = 'infinity'"), "1") << "the last goes on";
  EXPECT_EQ(count("trip WHERE distance_m BETWEEN 2700 AND 3300 AND ST_NPoints(line) >= 2"), "2");
  EXPECT_EQ(count("day_statistics WHERE day = '2026-11-20' AND trips = 2 AND stops = 3"), "1");
}

TEST_F(Day, OfAWholeFleetIsWrittenInOneTransaction) {
  constexpr int kVehicles = 1100;  // more than two rounds of TrackStore
  for (int minute = 0; minute < 5; ++minute) {
    for (int vehicle = 0; vehicle < kVehicles; ++vehicle) {
      const Point on_the_way =
          point_at(kFirstDay + minute * kMinuteMs, tracking::moved(home_, {minute * 600.0, 0}), 40);
      run_.append(test::record_of(std::to_string(860000000000000 + vehicle), on_the_way));
    }
  }
  while (run_.store(10000)) {
  }
  ASSERT_TRUE(run_.track(10000));
  EXPECT_EQ(count("trip WHERE settled_at = 'infinity'"), std::to_string(kVehicles));
}

TEST_F(Day, HasOneVisitOfTwoStopsAtAClientAlsoWhileTheSecondLasts) {
  enter_client(work_);
  const tracking::Place yard = tracking::moved(work_, {60, 0});
  stand(kFirstDay, 10, work_);
  drive(kFirstDay + 10 * kMinuteMs, 1, work_, yard);
  stand(kFirstDay + 11 * kMinuteMs, 10, yard);
  while (run_.store(5)) run_.track(5);
  EXPECT_EQ(value("SELECT string_agg(stops::text, ',') FROM rastro.visit WHERE left_at IS NULL"), "2");
}

TEST_F(Day, GoesOnWhereItWasReadTo) {
  live_day(kFirstDay);
  while (run_.store(3)) run_.track(3);
  EXPECT_EQ(run_.outcome().again, 0u) << "nothing is read again in the usual order";
  EXPECT_EQ(run_.outcome().fixes, 80u) << "each fix once";
}

TEST_F(Day, TrackingIsNeverAheadOfTheJournalThoughRowsAre) {
  live_day(kFirstDay);
  run_.store(1000);
  while (run_.track(7)) continue;
  EXPECT_EQ(run_.outcome().again, 0u);
}

TEST_F(Day, ThatComesLateIsReadAgainOnlyAsFarAsItMatters) {
  for (const int day : {0, 1, 2, 4, 5}) live_day(kFirstDay + day * kDayMs);
  run_.finish();
  const std::string before = count("stop");
  EXPECT_EQ(run_.outcome().again, 0u);
  live_day(kFirstDay + 3 * kDayMs);
  run_.finish();
  EXPECT_EQ(run_.outcome().again, 1u);
  EXPECT_NE(count("stop"), before);
  EXPECT_EQ(count("day_statistics WHERE trips = 2"), "6");
}

TEST_F(Day, EndsAtMidnightOfItsZone) {
  live_day(kFirstDay + kDayMs - 40 * kMinuteMs);
  run_.finish();
  EXPECT_EQ(count("day_statistics"), "2");
  EXPECT_EQ(value("SELECT sum(driving_ms + stopped_ms + unknown_ms) FROM rastro.day_statistics "
                  "WHERE day = '2026-11-20'"),
            std::to_string(40 * kMinuteMs));
}

TEST_F(Day, LosesAFixWhoseTimeWasCorrected) {
  stand(kFirstDay, 20, home_);
  const Point wrong = point_at(kFirstDay + 5 * kHourMs, work_);
  run_.append(test::record_of(kImeis[0], wrong));
  run_.finish();
  EXPECT_EQ(count("tracking_state WHERE state IS NOT NULL"), "1");
  EXPECT_EQ(
      value("SELECT max(last_movement_at) FROM rastro.day_statistics") + count("stop WHERE ended_at IS NULL"),
      "1")
      << "it waits";
  StoredRecord record;
  const std::string encoded = test::record_of(kImeis[0], wrong);
  ASSERT_TRUE(record.decode(test::bytes_of(encoded)));
  Fix corrected = record.messages.fixes[0];
  corrected.reported_time_ms = corrected.time_ms;
  corrected.time_ms = kFirstDay + 10 * kMinuteMs + 30'000;
  const StoredRecord again = test::RecordBuilder(kImeis[0], record.head.received_ms).fix(corrected).build();
  std::string text;
  RecordEncoder().encode(again.head, again.messages, again.dead_letters, text);
  run_.append(text);
  stand(kFirstDay + 20 * kMinuteMs, 20, home_);
  run_.finish();
  EXPECT_EQ(count("fix"), "41");
  EXPECT_EQ(count("stop"), "1") << "at home all the time";
  EXPECT_EQ(count("fix_set_aside WHERE reason = 2"), "1") << "3 km away for a minute";
}

TEST_F(Day, LeavesOutFixesOfAClockThatIsAhead) {
  stand(kFirstDay, 20, home_);
  run_.append(test::record_of(kImeis[0], point_at(kFirstDay + 400 * kDayMs, work_)));
  stand(kFirstDay + 20 * kMinuteMs, 20, home_);
  run_.finish();
  EXPECT_EQ(count("stop"), "1");
  EXPECT_EQ(count("fix_set_aside WHERE reason = 0"), "1");
  EXPECT_EQ(count("day_statistics"), "1");
}

TEST_F(Day, IsMadeAnewWithOtherParameters) {
  live_day(kFirstDay);
  run_.finish();
  tracking::Parameters parameters;
  parameters.min_stop_s = 25 * 60;
  run_.set_parameters(parameters);
  run_.finish();
  EXPECT_EQ(count("stop"), "1") << "only at work for so long";
  EXPECT_EQ(count("stop WHERE parameters_id = 2"), "1");
  EXPECT_EQ(value("SELECT parameters->>'min_stop_s' FROM rastro.tracking_parameters WHERE id = 2"), "1500");
}

TEST_F(Day, OfADeviceWithSettingsOfItsOwnIsMadeWithThem) {
  live_day(kFirstDay);
  run_.finish();
  EXPECT_EQ(count("stop"), "3");
  ASSERT_TRUE(*catalogue_.set_device_setting(kImeis[0], "min_stop_s", "1500"));
  run_.finish();
  EXPECT_EQ(count("stop"), "1");
  ASSERT_TRUE(*catalogue_.set_device_setting(kImeis[0], "min_stop_s", ""));
  run_.finish();
  EXPECT_EQ(count("stop"), "3");
}

TEST_F(Day, IsDoneByItselfWhenItIsTooMuchForABatch) {
  for (int i = 0; i < 21000; ++i)
    run_.append(test::record_of(kImeis[0], point_at(kFirstDay + i * 1000, home_)));
  run_.store(30000);
  ASSERT_TRUE(run_.track(30000));
  EXPECT_EQ(run_.outcome().put_off, 1u);
  EXPECT_EQ(count("stop"), "0");
  run_.work_off();
  EXPECT_EQ(value("SELECT fixes FROM rastro.stop"), "21000");
}

TEST_F(Day, ShowsAVisitWhileItLastsAndWhenItIsOver) {
  const std::string client = std::to_string(enter_client(work_));
  stand(kFirstDay, 20, home_);
  drive(kFirstDay + 20 * kMinuteMs, 5, home_, work_);
  stand(kFirstDay + 25 * kMinuteMs, 5, work_);
  run_.finish();
  EXPECT_EQ(count("visit WHERE left_at IS NULL AND client_id = " + client), "1");
  drive(kFirstDay + 30 * kMinuteMs, 5, work_, home_);
  run_.finish();
  EXPECT_EQ(count("visit WHERE left_at IS NOT NULL AND confidence > 0.9"), "1");
  EXPECT_EQ(count("visit"), "1");
}

TEST_F(Day, FollowsAClientThatIsMovedOrRemoved) {
  const std::int64_t client = enter_client(tracking::moved(work_, {5000, 0}));
  live_day(kFirstDay);
  run_.finish();
  EXPECT_EQ(count("visit"), "0");
  value("UPDATE rastro.client SET position = ST_SetSRID(ST_MakePoint(" + std::to_string(work_.longitude_deg) +
        "," + std::to_string(work_.latitude_deg) + "), 4326)");
  run_.finish();
  EXPECT_EQ(count("visit"), "1");
  value("UPDATE rastro.client SET radius_m = 100000");
  run_.finish();
  EXPECT_EQ(count("visit WHERE stops = 3"), "1") << "it never left so wide an area";
  value("DELETE FROM rastro.client WHERE id = " + std::to_string(client));
  run_.finish();
  EXPECT_EQ(count("visit"), "0");
  EXPECT_EQ(count("client_applied"), "0");
}

TEST_F(Day, IsMadeAnewWhereFixesWereChangedInPlace) {
  live_day(kFirstDay);
  run_.finish();
  value("DELETE FROM rastro.fix WHERE fix_time >= '2026-11-20 03:20+00'");
  Touches touches;
  StoredRecord record;
  const std::string encoded = test::record_of(kImeis[0], point_at(kFirstDay + 20 * kMinuteMs, home_));
  ASSERT_TRUE(record.decode(test::bytes_of(encoded)));
  touches.add(record);
  auto connection = Connection::open(database_->url());
  ASSERT_TRUE(connection);
  ASSERT_TRUE(note_due(*connection, touches));
  run_.finish();
  EXPECT_EQ(count("stop"), "1");
  EXPECT_EQ(count("trip"), "0");
}

TEST_F(Day, OfDevicesFromBeforeTrackingIsMadeWhenItBegins) {
  live_day(kFirstDay);
  run_.store(1000);
  value("INSERT INTO rastro.tracking_due (device_id, from_time) SELECT id, '-infinity' FROM rastro.device");
  run_.work_off();
  EXPECT_EQ(count("stop"), "3");
  EXPECT_EQ(count("tracking_due"), "0");
}

TEST_F(Day, IsLeftToAnotherGatewayThatHasGoneOn) {
  live_day(kFirstDay);
  run_.store(1000);
  TrackRun other(*database_);
  ASSERT_TRUE(run_.track(5));
  value("UPDATE rastro.consumer_cursor SET position = 7 WHERE name = 'tracking'");
  EXPECT_EQ(run_.tracks().update({}, {9, 9}).error().kind, FailureKind::kCursorMoved);
}

}  // namespace
}  // namespace rastro::postgis

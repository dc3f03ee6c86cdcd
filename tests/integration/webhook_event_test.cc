// What becomes an event for webhooks, once, in the transaction of what it is about.
#include <gtest/gtest.h>

#include <algorithm>

#include "pipeline/postgis/catalogue.h"
#include "pipeline/postgis/client_store.h"
#include "pipeline/postgis/presence_store.h"
#include "pipeline/postgis/track_recompute.h"
#include "pipeline/postgis/webhook_store.h"
#include "pipeline/postgis/work_order_mirror.h"
#include "pipeline/postgis/work_order_store.h"
#include "tests/support/store_fixture.h"
#include "tests/support/track_run.h"

namespace rastro::postgis {
namespace {

using test::kFirstDay;
using test::kMinuteMs;

constexpr const char* kImei = "352093086403655";
constexpr const char* kSecret = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

// A vehicle that is at home, then at a client 3 km away, then at home; a fix a minute.
class Events : public testing::Test {
 protected:
  Events() {
    EXPECT_TRUE(catalogue_.add_device({.imei = kImei, .name = "van"}));
    EXPECT_TRUE(ClientStore(database_.url())
                    .add({.uid = "CL-7",
                          .company_name = "Almacén Sur",
                          .latitude_deg = work_.latitude_deg,
                          .longitude_deg = work_.longitude_deg,
                          .radius_m = 80}));
    // The days of the tests are long gone.
    database_.value("UPDATE rastro.webhook_setting SET max_age = interval '100 years'");
  }

  void subscribe(std::vector<std::string> events = {}) {
    EXPECT_TRUE(webhooks_.add({.url = "https://example.com/", .events = std::move(events)}, kSecret, "test"));
  }
  void stand(int from, int minutes, const tracking::Place& place) {
    for (int minute = from; minute < from + minutes; ++minute) append(minute, place, 0);
  }
  void drive(int from, int minutes, const tracking::Place& begin, const tracking::Place& end) {
    const tracking::Offset way = tracking::offset_m(begin, end);
    for (int i = 0; i < minutes; ++i) {
      const double part = (i + 1.0) / (minutes + 1);
      append(from + i, tracking::moved(begin, {way.east_m * part, way.north_m * part}), 40);
    }
  }
  void append(int minute, const tracking::Place& place, float speed_kmh) {
    tracking::Point point;
    point.time_ms = kFirstDay + minute * kMinuteMs;
    point.record_hash = static_cast<std::uint64_t>(minute);
    point.place = place;
    point.valid = true;
    point.speed_kmh = speed_kmh;
    run_.append(test::record_of(kImei, point));
  }
  // Everything up to now becomes rows and tracks.
  void catch_up() {
    while (run_.store(5)) continue;
    while (run_.track(5)) continue;
    run_.work_off();
  }
  // "visit.opened visit.closed", the oldest first.
  std::string types(const std::string& where = "true") {
    return database_.value("SELECT string_agg(type, ' ' ORDER BY id) FROM rastro.event WHERE " + where);
  }
  std::string data(const std::string& type, const std::string& path) {
    return database_.value("SELECT data #>> '{" + path + "}' FROM rastro.event WHERE type = '" + type + "'");
  }

  const tracking::Place home_ = test::kDepot;
  const tracking::Place work_ = tracking::moved(test::kDepot, {3000, 0});
  test::TestDatabase database_;
  Catalogue catalogue_{database_.url()};
  WebhookStore webhooks_{database_.url()};
  test::TrackRun run_{database_};
};

TEST_F(Events, OfAVisitAreThatItBeganAndThatItIsOver) {
  subscribe();
  stand(0, 10, home_);
  drive(10, 5, home_, work_);
  stand(15, 10, work_);
  catch_up();
  EXPECT_EQ(types(), "trip.closed visit.opened");
  EXPECT_EQ(data("visit.opened", "client,uid_client"), "CL-7");
  EXPECT_EQ(data("visit.opened", "left_at"), "") << "it lasts";
  drive(25, 5, work_, home_);
  catch_up();
  EXPECT_EQ(types("type LIKE 'visit%'"), "visit.opened visit.closed") << "as soon as it is far away";
  stand(30, 10, home_);
  catch_up();
  EXPECT_EQ(types(), "trip.closed visit.opened visit.closed trip.closed");
  EXPECT_EQ(data("visit.closed", "arrived_at"), data("visit.opened", "arrived_at"));
  EXPECT_NE(data("visit.closed", "left_at"), "");
  EXPECT_EQ(database_.value("SELECT count(*) FROM rastro.event WHERE device->>'imei' = '352093086403655'"),
            "4");
}

TEST_F(Events, OfAVisitThatGoesOnNearbyAreNotThatItIsOver) {
  subscribe();
  stand(0, 10, work_);
  const tracking::Place yard = tracking::moved(work_, {60, 0});
  append(10, tracking::moved(work_, {30, 0}), 10);
  stand(11, 10, yard);
  catch_up();
  EXPECT_EQ(types("type LIKE 'visit%'"), "visit.opened");
  drive(21, 5, yard, home_);
  stand(26, 10, home_);
  catch_up();
  EXPECT_EQ(types("type LIKE 'visit%'"), "visit.opened visit.closed");
}

TEST_F(Events, AreNotMadeAgainWhenTheSameIsMadeAnew) {
  subscribe();
  stand(0, 10, home_);
  drive(10, 5, home_, work_);
  stand(15, 10, work_);
  drive(25, 5, work_, home_);
  stand(30, 10, home_);
  catch_up();
  const std::string before = types();
  const test::FixedCalendar calendar;
  TrackRecompute recompute(database_.url(), {}, "Fixed/-03", calendar);
  database_.value("UPDATE rastro.stop SET spread_m = -1");
  ASSERT_TRUE(recompute.recompute({.device_id = 1}, true));
  EXPECT_EQ(types(), before);
  // A fix that comes late and moves the arrival by a minute.
  append(14, work_, 0);
  catch_up();
  EXPECT_EQ(types("type LIKE 'visit%'"), "visit.opened visit.closed");
}

TEST_F(Events, OfASecondVisitAreItsOwn) {
  subscribe({"visit.opened"});
  stand(0, 10, work_);
  drive(10, 5, work_, home_);
  stand(15, 10, home_);
  drive(25, 5, home_, work_);
  stand(30, 10, work_);
  catch_up();
  EXPECT_EQ(types("type LIKE 'visit%'"), "visit.opened visit.closed visit.opened");
  EXPECT_EQ(database_.value("SELECT count(*) FROM rastro.webhook_delivery"), "2") << "only what was wanted";
}

TEST_F(Events, AreNotMadeOfWhatIsLongGone) {
  database_.value("UPDATE rastro.webhook_setting SET max_age = interval '1 minute'");
  subscribe();
  stand(0, 10, work_);
  drive(10, 5, work_, home_);
  stand(15, 10, home_);
  catch_up();
  EXPECT_EQ(types(), "");
}

TEST_F(Events, AreNotMadeWhereNobodyHasEverSubscribed) {
  stand(0, 10, work_);
  drive(10, 5, work_, home_);
  stand(15, 10, home_);
  catch_up();
  EXPECT_EQ(types(), "");
}

TEST_F(Events, AreForNobodyWhoPauses) {
  subscribe();
  ASSERT_TRUE(webhooks_.change(1, {.url = "https://example.com/", .active = false}, "test"));
  stand(0, 10, work_);
  catch_up();
  EXPECT_EQ(types(), "visit.opened");
  EXPECT_EQ(database_.value("SELECT count(*) FROM rastro.webhook_delivery"), "0");
}

TEST_F(Events, OfACancelledOrderComeWithItsRowOfAudit) {
  subscribe();
  WorkOrderStore orders({.url = database_.url(), .zone = "America/Argentina/Buenos_Aires"});
  WorkOrderEntry entry;
  entry.uid_client = "CL-7";
  entry.state = "PENDIENTE";
  const auto wo_id = orders.insert(entry, "test");
  ASSERT_TRUE(wo_id && *wo_id);
  ASSERT_TRUE(orders.cancel(**wo_id, {.cause = "Lluvia"}, "apikey test"));
  ASSERT_TRUE(orders.cancel(**wo_id, {.cause = "Lluvia"}, "apikey test")) << "in a wrong state now";
  EXPECT_EQ(types(), "workorder.cancelled");
  EXPECT_EQ(data("workorder.cancelled", "cause"), "Lluvia");
  EXPECT_EQ(data("workorder.cancelled", "wo_id"), **wo_id);
  EXPECT_EQ(data("workorder.cancelled", "state"), "CANCELADA");
  EXPECT_EQ(data("workorder.cancelled", "client,company_name"), "Almacén Sur");
}

TEST_F(Events, OfARelayedCancellationComeOnceItHasBeenAnsweredWell) {
  subscribe();
  WorkOrderMirror mirror(database_.url());
  for (const char* result : {R"({"status": 409})", R"({"status": 200, "after": "CANCELADA"})"}) {
    const auto act = mirror.begin_act(
        {.action = "work-order-cancel", .wo_id = "17", .detail = R"({"cause": "Lluvia"})"}, "apikey test");
    ASSERT_TRUE(act) << act.error().sentence;
    EXPECT_EQ(types(), "") << "nobody knows yet how it ends";
    ASSERT_TRUE(mirror.end_act(*act, result));
  }
  EXPECT_EQ(types(), "workorder.cancelled");
  EXPECT_EQ(data("workorder.cancelled", "state"), "CANCELADA");
}

// By looks whose times the tests say; a device is gone after 900 s.
class Presence : public testing::Test {
 protected:
  Presence() {
    for (const char* imei : {"1", "2"}) EXPECT_TRUE(catalogue_.add_device({.imei = imei}));
    database_.value("UPDATE rastro.webhook_setting SET max_age = interval '100 years'");
    EXPECT_TRUE(WebhookStore(database_.url()).add({.url = "https://example.com/"}, kSecret, "test"));
  }
  void look(std::int64_t at_s, const std::vector<DeviceIdentity>& connected) {
    const auto noted = store_.note(connected, kFirstDay + at_s * 1000);
    ASSERT_TRUE(noted) << noted.error().sentence;
  }
  // "device.online 1", the oldest first.
  std::string events() {
    return database_.value(
        "SELECT string_agg(substr(type, 8) || ' ' || (device->>'imei'), ', ' ORDER BY id) FROM rastro.event");
  }

  const DeviceIdentity one_{"1"};
  const DeviceIdentity two_{"2"};
  test::TestDatabase database_;
  Catalogue catalogue_{database_.url()};
  PresenceStore store_{database_.url(), 900};
};

TEST_F(Presence, OfADeviceIsToldWhenItComesAndWhenItIsSilentForTooLong) {
  look(0, {one_});
  EXPECT_EQ(events(), "") << "it was there when somebody first looked";
  look(10, {one_, two_});
  EXPECT_EQ(events(), "online 2");
  for (int at_s = 100; at_s <= 900; at_s += 100) look(at_s, {two_});
  EXPECT_EQ(events(), "online 2, offline 1");
  look(1000, {one_, two_});
  look(1010, {one_, two_});
  EXPECT_EQ(events(), "online 2, offline 1, online 1") << "each once";
}

TEST_F(Presence, ComesWithDataToo) {
  look(0, {});
  database_.value(
      "INSERT INTO rastro.device_last_fix (device_id, fix_time, received_at, record_hash, position) "
      "SELECT id, '2026-11-20 03:00Z', '2026-11-20 03:01:40Z', 1, ST_SetSRID(ST_MakePoint(1, 1), 4326) "
      "FROM rastro.device WHERE imei = '2'");
  look(110, {});
  EXPECT_EQ(events(), "online 2");
  look(600, {});
  look(1200, {});
  EXPECT_EQ(events(), "online 2, offline 2");
}

TEST_F(Presence, IsNotLostBecauseNobodyLooked) {
  look(0, {one_});
  look(10, {one_, two_});
  look(7200, {one_});
  EXPECT_EQ(events(), "online 2") << "two has its time again";
  for (int at_s = 7300; at_s <= 8200; at_s += 100) look(at_s, {one_});
  EXPECT_EQ(events(), "online 2, offline 2");
}

class AlarmEvents : public test::StoreFixture {
 protected:
  AlarmEvents() {
    database_.value("UPDATE rastro.webhook_setting SET max_age = interval '100 years'");
    EXPECT_TRUE(WebhookStore(database_.url()).add({.url = "https://example.com/"}, kSecret, "test"));
  }
  static Fix alarm_at(std::int64_t time_ms, std::uint64_t hash) {
    Fix fix = test::fix_at(time_ms, hash);
    raise(fix.alarms, Alarm::kSos);
    raise(fix.alarms, Alarm::kPowerCut);
    return fix;
  }
};

TEST_F(AlarmEvents, AreOneForEachFixThatHasAlarmsHoweverOftenItIsSent) {
  const auto batch = test::records(test::fix_record(kImei, alarm_at(test::kNoon, 1)),
                                   test::fix_record(kImei, test::fix_at(test::kNoon + 1000, 2)),
                                   test::fix_record(kImei, alarm_at(test::kNoon, 3)));
  write(batch);
  write(batch);
  EXPECT_EQ(count("event WHERE type = 'alarm'"), "2");
  EXPECT_EQ(database_.value("SELECT data->>'alarms' FROM rastro.event WHERE type = 'alarm' LIMIT 1"),
            R"(["sos", "power_cut"])");
  EXPECT_EQ(count("webhook_delivery JOIN rastro.event AS e ON e.id = event_id WHERE type = 'alarm'"), "2");
}

TEST_F(AlarmEvents, OfAnUnknownDeviceComeAfterThatItIsPending) {
  write(test::records(test::fix_record(kImei, alarm_at(test::kNoon, 1))));
  EXPECT_EQ(database_.value("SELECT string_agg(type, ' ' ORDER BY id) FROM rastro.event"),
            "device.pending alarm");
  EXPECT_EQ(database_.value("SELECT device->>'imei' FROM rastro.event WHERE type = 'device.pending'"), kImei);
}

}  // namespace
}  // namespace rastro::postgis

// Stops, trips, visits and days on a real server: whatever way the fixes come, the rows are the same.
#include "pipeline/postgis/track_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>

#include "pipeline/postgis/catalogue.h"
#include "tests/support/cutting_relay.h"
#include "tests/support/stored_records.h"
#include "tests/support/track_run.h"

namespace rastro::postgis {
namespace {

using test::haunt;
using test::kDayMs;
using test::kFirstDay;
using test::kHourMs;
using test::kMinuteMs;
using test::TestDatabase;
using test::TrackRun;
using tracking::Point;

constexpr std::array kImeis = {"352093086403655", "352093086403663"};

// How many ways the fixes take: RASTRO_WAYS for a long run.
std::uint32_t ways() {
  const char* wanted = std::getenv("RASTRO_WAYS");
  return wanted == nullptr ? 6 : static_cast<std::uint32_t>(std::stoul(wanted));
}

void enter_devices(Catalogue& catalogue) {
  for (const char* imei : kImeis) ASSERT_TRUE(catalogue.add_device({.imei = imei}));
}

NewClient client_at(const tracking::Place& place, double radius_m = 80) {
  return {.uid = "",
          .company_name = "client",
          .latitude_deg = place.latitude_deg,
          .longitude_deg = place.longitude_deg,
          .radius_m = radius_m};
}

constexpr std::uint32_t kClients = 20;

std::vector<std::string> all_records(std::uint32_t seed) {
  std::vector<std::string> records;
  for (std::uint32_t i = 0; i < kImeis.size(); ++i) {
    for (const Point& point : test::vehicle_days(seed + i, 2))
      records.push_back(test::record_of(kImeis[i], point));
  }
  return records;
}

// Everything in order, each device by itself, in one batch.
std::string straight(std::uint32_t seed) {
  TestDatabase database;
  Catalogue catalogue(database.url());
  enter_devices(catalogue);
  for (std::uint32_t number = 0; number < kClients; ++number) catalogue.add_client(client_at(haunt(number)));
  TrackRun run(database);
  for (std::string& record : all_records(seed)) run.append(std::move(record));
  run.finish();
  return run.rows();
}

// The same fixes some other way: with how much disorder, and how often something dies, the way says.
class Ways : public testing::TestWithParam<std::uint32_t> {
 protected:
  Ways() : random_(GetParam()) {
    records_ = all_records(seed_);
    repeat();
    shuffle();
  }

  std::size_t up_to(std::size_t most) { return std::uniform_int_distribution<std::size_t>(1, most)(random_); }
  bool chance(double of) { return std::uniform_real_distribution<double>(0, 1)(random_) < of; }

  void repeat() {
    const std::size_t count = records_.size();
    for (std::size_t i = 0; i < count / 10; ++i) records_.push_back(records_[up_to(count) - 1]);
  }
  // Far, or nearly in order of time: devices beside each other.
  void shuffle() {
    std::ranges::shuffle(records_, random_);
    if (GetParam() % 3 == 0) return;
    std::vector<std::pair<std::int64_t, std::size_t>> order;
    for (std::size_t i = 0; i < records_.size(); ++i) {
      StoredRecord record;
      ASSERT_TRUE(record.decode(test::bytes_of(records_[i])));
      const std::int64_t late_ms = GetParam() % 3 == 1 ? 0 : static_cast<std::int64_t>(up_to(kHourMs));
      order.emplace_back(record.messages.fixes[0].time_ms + late_ms, i);
    }
    std::ranges::sort(order);
    std::vector<std::string> sorted;
    for (const auto& [time_ms, i] : order) sorted.push_back(std::move(records_[i]));
    records_ = std::move(sorted);
  }

  const std::uint32_t seed_ = 100 + GetParam() / 3 * 2;
  std::mt19937_64 random_;
  std::vector<std::string> records_;
};

INSTANTIATE_TEST_SUITE_P(Fixes, Ways, testing::Range(0U, ways()));

TEST_P(Ways, LeadToTheSameRows) {
  TestDatabase database;
  Catalogue catalogue(database.url());
  enter_devices(catalogue);
  test::CuttingRelay relay(database.socket());
  std::string relayed = database.url();
  const std::size_t host = relayed.find("host=");
  ASSERT_NE(host, std::string::npos) << relayed;
  const std::size_t end = relayed.find('&', host);
  relayed.replace(host, end == std::string::npos ? end : end - host, "host=" + relay.host());
  TrackRun run(database);
  run.restart_on(relayed);
  for (std::string& record : records_) run.append(std::move(record));
  std::uint32_t clients = 0;
  const std::size_t most = records_.size() / 8;
  for (bool more = true; more;) {
    more = run.store(up_to(most));
    if (chance(0.2)) run.restart();
    if (chance(0.2))
      relay.cut(chance(0.5) ? test::CuttingRelay::Cut::kBeforeCommit : test::CuttingRelay::Cut::kAfterCommit);
    while (run.track(up_to(most)) && chance(0.6)) continue;
    relay.cut(test::CuttingRelay::Cut::kNever);
    if (clients < kClients) catalogue.add_client(client_at(haunt(clients++)));
    if (chance(0.3)) run.work_off();
  }
  while (clients < kClients) catalogue.add_client(client_at(haunt(clients++)));
  run.finish();
  const std::string expected = straight(seed_);
  EXPECT_GT(std::ranges::count(expected, '\n'), 100);
  EXPECT_EQ(run.rows(), expected);
}

}  // namespace
}  // namespace rastro::postgis

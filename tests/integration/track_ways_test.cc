// Whatever way the fixes come, and whatever dies meanwhile, the rows of tracking are the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>
#include <set>

#include "tests/integration/tracks_fixture.h"
#include "tests/support/cutting_relay.h"
#include "tests/support/stored_records.h"
#include "tests/support/track_run.h"

namespace rastro::postgis {
namespace {

using test::haunt;
using test::kHourMs;
using test::TrackRun;
using tracking::Point;

// How many ways the fixes take: RASTRO_WAYS for a long run.
std::uint32_t ways() {
  const char* wanted = std::getenv("RASTRO_WAYS");
  return wanted == nullptr ? 3 : static_cast<std::uint32_t>(std::stoul(wanted));
}

constexpr std::uint32_t kClients = 20;
constexpr int kDays = 2;

std::vector<std::string> all_records(std::uint32_t seed) {
  std::vector<std::string> records;
  for (std::uint32_t i = 0; i < kImeis.size(); ++i) {
    for (const Point& point : test::vehicle_days(seed + i, kDays))
      records.push_back(test::record_of(kImeis[i], point));
  }
  return records;
}

// The same fixes some other way: with how much disorder, and how often something dies, the way says.
class Ways : public Tracks, public testing::WithParamInterface<std::uint32_t> {
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

  // Everything in order, each device by itself, in one batch.
  std::string straight() {
    for (std::uint32_t number = 0; number < kClients; ++number) enter_client(haunt(number));
    TrackRun run(*database_);
    for (std::string& record : all_records(seed_)) run.append(std::move(record));
    run.finish();
    return run.rows();
  }
  // The database by way of a relay.
  static std::string url_by(const test::CuttingRelay& relay) {
    std::string url = database_->url();
    const std::size_t host = url.find("host=");
    const std::size_t end = url.find('&', host);
    return url.replace(host, end == std::string::npos ? end : end - host, "host=" + relay.host());
  }

  static void TearDownTestSuite() {
    std::cout << "every way to the same rows: " << ways_gone_ << " ways over "
              << device_days_.size() * kImeis.size() * kDays << " device-days, " << batches_ << " batches, "
              << restarts_ << " deaths of tracking, " << cuts_ << " connections cut about a commit\n";
    Tracks::TearDownTestSuite();
  }

  inline static std::set<std::uint32_t> device_days_;
  inline static std::uint64_t ways_gone_ = 0, batches_ = 0, restarts_ = 0, cuts_ = 0;

  const std::uint32_t seed_ = 100 + GetParam() / 3 * 2;
  std::mt19937_64 random_;
  std::vector<std::string> records_;
};

INSTANTIATE_TEST_SUITE_P(Fixes, Ways, testing::Range(0U, ways()));

TEST_P(Ways, LeadToTheSameRows) {
  const std::string expected = straight();
  ASSERT_GT(std::ranges::count(expected, '\n'), 100);
  begin_anew();
  using Cut = test::CuttingRelay::Cut;
  test::CuttingRelay relay(database_->socket());
  TrackRun run(*database_);
  run.restart_on(url_by(relay));
  for (std::string& record : records_) run.append(std::move(record));
  std::uint32_t clients = 0;
  const std::size_t most = records_.size() / 8;
  for (bool more = true; more;) {
    more = run.store(up_to(most));
    if (chance(0.2)) {
      run.restart();
      ++restarts_;
    }
    if (chance(0.2)) {
      relay.cut(chance(0.5) ? Cut::kBeforeCommit : Cut::kAfterCommit);
      ++cuts_;
    }
    do ++batches_;
    while (run.track(up_to(most)) && chance(0.6));
    relay.cut(Cut::kNever);
    if (clients < kClients) enter_client(haunt(clients++));
    if (chance(0.3)) run.work_off();
  }
  while (clients < kClients) enter_client(haunt(clients++));
  run.finish();
  EXPECT_EQ(run.rows(), expected);
  ++ways_gone_;
  device_days_.insert(seed_);
}

}  // namespace
}  // namespace rastro::postgis

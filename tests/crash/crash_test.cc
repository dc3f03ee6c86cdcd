// Kills the gateway and its database at random moments under load, and then holds the ledgers of the
// simulated devices against the rows: what a device was told is stored is there, once. RASTRO_CRASH_ROUNDS
// kills of each kind, RASTRO_CRASH_SEED for the moments (both are printed when it fails).
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>
#include <thread>

#include "tests/support/ledger_check.h"

namespace rastro::test {
namespace {

std::int64_t setting(const char* name, std::int64_t fallback) {
  const char* text = std::getenv(name);
  return text == nullptr ? fallback : std::atoll(text);
}

class Crash : public ::testing::Test {
 protected:
  Crash() { std::cout << "seed " << seed_ << ", " << rounds_ << " kills" << std::endl; }

  void SetUp() override { ASSERT_TRUE(gateway_.start()); }

  // Devices on every listener for some seconds, as often as it takes; what they were told goes into ledger_.
  void kill_under_load(const std::function<void()>& kill) {
    for (std::int64_t done = 0; done < rounds_ && !HasFailure();) {
      start_load();
      while (done < rounds_ && wait_for_records()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(random_() % 1000));
        kill();
        ++done;
      }
      finish_load();
    }
  }

  void start_load() {
    const auto add = [&](Listener listener, const char* interval_ms, const char* records) {
      runs_.push_back(std::make_unique<SimulationRun>(
          gateway_, listener,
          std::vector<std::string>{"--devices", "10", "--duration", "8", "--interval-ms", interval_ms,
                                   "--records-per-packet", records, "--duplicate-percent", "5", "--seed",
                                   std::to_string(++simulation_seed_)}));
    };
    add({"gt06", Transport::kTcp}, "20", "1");
    add({"teltonika", Transport::kTcp}, "50", "20");
    add({"teltonika", Transport::kUdp}, "50", "4");
  }

  // A kill is of interest while records come in; false when the load is over.
  bool wait_for_records() {
    const double before = gateway_.metric("rastro_records_received_total");
    bool more = false;
    eventually([&] {
      more = gateway_.metric("rastro_records_received_total") > before;
      return more || std::ranges::none_of(runs_, [](const auto& run) { return run->running(); });
    });
    return more;
  }

  void finish_load() {
    for (const auto& run : runs_) {
      const auto numbers = run->finish();
      ASSERT_FALSE(numbers.empty());
      const auto lines = run->ledger();
      EXPECT_EQ(static_cast<double>(lines.size()), numbers.at("records_acked"));
      ledger_.insert(ledger_.end(), lines.begin(), lines.end());
    }
    runs_.clear();
  }

  void kill_gateway() {
    gateway_.kill();
    ASSERT_TRUE(gateway_.start());
  }

  void kill_database() {
    const pid_t before = gateway_.database_pid();
    gateway_.kill_database();
    EXPECT_TRUE(eventually([&] {
      const pid_t now = gateway_.database_pid();
      return now != 0 && now != before && gateway_.ready();
    }));
    EXPECT_EQ(gateway_.count("SELECT 1"), 1) << "ready means that it answers";
  }

  void kill_both() {
    gateway_.kill();
    gateway_.kill_database();
    ASSERT_TRUE(gateway_.start());
  }

  void expect_everything_once() {
    EXPECT_EQ(open_books(gateway_), std::vector<std::string>{});
    const LedgerCheck found = check_ledger(gateway_.database_url(), ledger_);
    std::cout << found.acknowledged << " records acknowledged, " << found.rows << " rows" << std::endl;
    EXPECT_GT(found.acknowledged, 0U);
    EXPECT_EQ(found.missing, 0U) << "records that were acknowledged are no rows";
    EXPECT_EQ(found.twice, 0U);
    EXPECT_EQ(found.elsewhere, 0U);
    EXPECT_EQ(gateway_.count(
                  "SELECT count(*) FROM (SELECT FROM rastro.fix GROUP BY device_id, fix_time, record_hash "
                  "HAVING count(*) > 1) twice"),
              0);
    EXPECT_EQ(gateway_.count("SELECT count(*) FROM rastro.dead_letter"), 0);
    EXPECT_EQ(gateway_.stop(), 0);
    const ProgramResult verified = run_rastro({"journal", "verify", gateway_.data_dir()});
    EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
  }

  const std::int64_t rounds_ = setting("RASTRO_CRASH_ROUNDS", 17);
  const std::int64_t seed_ = setting("RASTRO_CRASH_SEED", 20260105);
  std::mt19937_64 random_{static_cast<std::uint64_t>(seed_)};
  // Everything that was journaled stays, so that it can be verified over all lives.
  GatewayProcess gateway_{{.yaml = "journal: {segment_mib: 4, keep_hours: 1}", .first_start = true}};
  std::int64_t simulation_seed_ = 0;
  std::vector<std::unique_ptr<SimulationRun>> runs_;
  std::vector<LedgerLine> ledger_;
};

TEST_F(Crash, WhatTheGatewayAcknowledgedBeforeItWasKilledIsStoredOnce) {
  kill_under_load([this] { kill_gateway(); });
  expect_everything_once();
}

TEST_F(Crash, WhatWasAcknowledgedWhileTheDatabaseWasKilledIsStoredOnce) {
  kill_under_load([this] { kill_database(); });
  expect_everything_once();
}

TEST_F(Crash, WhatWasAcknowledgedBeforeBothWereKilledIsStoredOnce) {
  kill_under_load([this] { kill_both(); });
  expect_everything_once();
}

}  // namespace
}  // namespace rastro::test

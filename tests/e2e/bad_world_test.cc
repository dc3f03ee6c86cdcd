// A world that breaks things under load: lines cut at any byte and lines that fall silent, and a clock that
// jumps. What a device was told is stored is there, once. RASTRO_SEED repeats a run; it is printed.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <numeric>

#include "tests/support/bad_line.h"
#include "tests/support/ledger_check.h"

namespace rastro::test {
namespace {

constexpr Listener kGt06{"gt06", Transport::kTcp};
constexpr Listener kTeltonika{"teltonika", Transport::kTcp};

std::uint64_t seed() {
  const char* wanted = std::getenv("RASTRO_SEED");
  return wanted == nullptr ? 20261128 : std::stoull(wanted);
}

// Of another seed, other devices.
std::vector<std::string> devices(std::uint64_t of_seed, int seconds, const std::string& records_per_packet) {
  return {"--devices",
          "20",
          "--duration",
          std::to_string(seconds),
          "--seed",
          std::to_string(of_seed),
          "--records-per-packet",
          records_per_packet,
          "--interval-ms",
          "50"};
}

void expect_everything_once(const GatewayProcess& gateway, const std::vector<SimulationRun*>& runs) {
  std::vector<LedgerLine> ledger;
  for (SimulationRun* run : runs) {
    ASSERT_FALSE(run->finish().empty());
    const auto lines = run->ledger();
    ledger.insert(ledger.end(), lines.begin(), lines.end());
  }
  EXPECT_EQ(open_books(gateway), std::vector<std::string>{});
  const LedgerCheck found = check_ledger(gateway.database_url(), ledger);
  std::cout << found.acknowledged << " records acknowledged, " << found.rows << " rows" << std::endl;
  EXPECT_GT(found.acknowledged, 0U);
  EXPECT_EQ(found.missing, 0U);
  EXPECT_EQ(found.twice, 0U);
  EXPECT_EQ(found.elsewhere, 0U);
}

TEST(BadLines, CutAtAnyByteOrSilentLoseAndDoubleNothing) {
  std::cout << "seed " << seed() << std::endl;
  GatewayProcess gateway({.yaml = "limits: {idle_timeout_s: 10}"});
  ASSERT_TRUE(gateway.start());
  BadLine gt06(gateway.gt06_port(), seed());
  BadLine teltonika(gateway.teltonika_port(), seed() + 1);
  SimulationRun singles(gt06.port(), kGt06, devices(seed(), 12, "1"));
  SimulationRun batches(teltonika.port(), kTeltonika, devices(seed() + 1, 12, "20"));
  expect_everything_once(gateway, {&singles, &batches});
  for (const BadLine* line : {&gt06, &teltonika}) {
    const auto ended = line->ended();
    std::cout << "lines closed, reset, silent: " << ended[0] << ", " << ended[1] << ", " << ended[2]
              << std::endl;
    for (const std::uint64_t count : ended) EXPECT_GT(count, 0U);
  }
  EXPECT_TRUE(eventually([&] { return gateway.metric("rastro_connections_open") == 0; }))
      << "lines that are silent for ever are still held";
}

constexpr const char* kFakeTime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

TEST(ClockJumps, OfTheGatewaysMachineLoseAndDoubleNothing) {
  if (!std::ifstream(kFakeTime)) GTEST_SKIP() << "needs Debian's package faketime";
  const TemporaryFolder folder;
  const std::string clock = folder.path() + "/offset";
  const auto jump = [&](const std::string& offset) { std::ofstream(clock) << offset << "\n"; };
  jump("+0");
  GatewayProcess gateway(
      {.yaml = "",
       .environment = {std::string("LD_PRELOAD=") + kFakeTime, "FAKETIME_TIMESTAMP_FILE=" + clock,
                       "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1"}});
  ASSERT_TRUE(gateway.start());
  SimulationRun singles(gateway, kGt06, devices(seed(), 10, "1"));
  SimulationRun batches(gateway, kTeltonika, devices(seed() + 1, 10, "20"));
  for (const char* offset : {"+3600", "-7200", "+40000000", "-300000000", "+0"}) {
    const double before = gateway.metric("rastro_records_received_total");
    EXPECT_TRUE(eventually([&] { return gateway.metric("rastro_records_received_total") > before; }))
        << "nothing is received any more";
    jump(offset);
  }
  expect_everything_once(gateway, {&singles, &batches});
}

}  // namespace
}  // namespace rastro::test

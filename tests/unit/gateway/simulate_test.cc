// What `rastro simulate` measures by: latencies in bounded memory, and when packets are due.
#include <gtest/gtest.h>

#include "gateway/commands/simulate/latency_histogram.h"
#include "gateway/commands/simulate/packet_schedule.h"
#include "gateway/commands/simulate/statistics.h"

namespace rastro {
namespace {

using namespace std::chrono_literals;

TEST(LatencyHistogram, HasNothingToSayOfNothing) {
  const LatencyHistogram none;
  EXPECT_EQ(none.count(), 0U);
  EXPECT_EQ(none.percentile_ms(0.99), 0);
  EXPECT_EQ(none.max_ms(), 0);
}

TEST(LatencyHistogram, IsExactBelowATenthOfAMillisecond) {
  LatencyHistogram histogram;
  for (int i = 1; i <= 100; ++i) histogram.add(std::chrono::microseconds(i));
  EXPECT_EQ(histogram.percentile_ms(0.5), 0.050);
  EXPECT_EQ(histogram.percentile_ms(0.99), 0.099);
  EXPECT_EQ(histogram.percentile_ms(1), 0.100);
}

TEST(LatencyHistogram, SaysAtMostASixtyFourthTooMuch) {
  for (std::int64_t microseconds = 1; microseconds < 40'000'000'000;
       microseconds = microseconds * 21 / 20 + 1) {
    LatencyHistogram histogram;
    histogram.add(std::chrono::microseconds(microseconds));
    histogram.add(100000s);
    const double said_us = histogram.percentile_ms(0.5) * 1000;
    EXPECT_GE(said_us, static_cast<double>(microseconds) - 0.5);
    EXPECT_LE(said_us, static_cast<double>(microseconds) * (1 + 1.0 / 64) + 0.5);
  }
}

TEST(LatencyHistogram, NeverSaysMoreThanTheLongest) {
  LatencyHistogram histogram;
  histogram.add(1000001us);
  EXPECT_EQ(histogram.percentile_ms(0.999), 1000.001);
  EXPECT_EQ(histogram.max_ms(), 1000.001);
}

TEST(LatencyHistogram, TakesWhatIsBelowZeroForZero) {
  LatencyHistogram histogram;
  histogram.add(-5ms);
  EXPECT_EQ(histogram.count(), 1U);
  EXPECT_EQ(histogram.max_ms(), 0);
}

constexpr PacketSchedule::Time kStart{std::chrono::hours(1)};

TEST(PacketSchedule, WithAnIntervalIsDueByTheClockHoweverLateTheLastOneWas) {
  PacketSchedule schedule(1s, 0, 20);
  schedule.begin(kStart);
  EXPECT_EQ(schedule.next(kStart).due, kStart + 1s);
  EXPECT_EQ(schedule.next(kStart + 10s).due, kStart + 2s);
  EXPECT_EQ(schedule.next(kStart + 10s).due, kStart + 3s);
  EXPECT_EQ(schedule.next(kStart + 10s).records, 20U);
}

TEST(PacketSchedule, WithoutOneIsDueAtOnce) {
  PacketSchedule schedule(0s, 0, 1);
  schedule.begin(kStart);
  EXPECT_EQ(schedule.next(kStart + 7s).due, kStart + 7s);
  EXPECT_EQ(schedule.overdue(kStart + 100s), 0U);
}

TEST(PacketSchedule, GivesOutTheBacklogFirstAndAtOnce) {
  PacketSchedule schedule(1s, 25, 20);
  schedule.begin(kStart);
  const DuePacket first = schedule.next(kStart + 3ms);
  EXPECT_EQ(first.due, kStart + 3ms);
  EXPECT_EQ(first.records, 20U);
  EXPECT_EQ(schedule.backlog(), 5U);
  EXPECT_EQ(schedule.next(kStart + 4ms).records, 5U);
  EXPECT_EQ(schedule.next(kStart + 5ms).due, kStart + 1s);
}

TEST(PacketSchedule, CountsWhatWasDueBeforeTheEndAndNotAskedFor) {
  PacketSchedule schedule(1s, 0, 1);
  schedule.begin(kStart);
  EXPECT_EQ(schedule.overdue(kStart + 1s), 0U);
  EXPECT_EQ(schedule.overdue(kStart + 1001ms), 1U);
  EXPECT_EQ(schedule.overdue(kStart + 5s), 4U);
  schedule.next(kStart + 5s);
  EXPECT_EQ(schedule.overdue(kStart + 5s), 3U);
}

TEST(SimulationStatistics, AreOneLineOfJson) {
  SimulationStatistics statistics;
  statistics.devices = 2;
  statistics.records_acked = 7;
  statistics.all_logged_in_s = 1.5;
  statistics.acknowledgement.add(2ms);
  EXPECT_EQ(statistics.to_json(),
            R"({"devices":2,"packets_sent":0,"records_sent":0,"records_acked":7,"reconnects":0,)"
            R"("commands_answered":0,"seconds":0.000,)"
            R"("ack_ms":{"p50":2.000,"p99":2.000,"p999":2.000,"max":2.000},)"
            R"("logged_in":0,"all_logged_in_s":1.500,"backlog_acked_s":null,"packets_overdue":0})");
}

}  // namespace
}  // namespace rastro

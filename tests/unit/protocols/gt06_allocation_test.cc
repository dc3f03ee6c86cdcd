// In steady state decoding allocates nothing (house law of the hot path): operator new is counted here.
#include <gtest/gtest.h>

#include "protocols/gt06/device.h"
#include "tests/support/allocation_count.h"
#include "tests/unit/protocols/gt06_support.h"

namespace rastro::gt06 {
namespace {

std::int64_t allocations_of(const std::vector<std::uint8_t>& frame) {
  GatewaySession session(std::make_shared<const SessionOptions>(logged_in()));
  SessionOutput out;
  constexpr std::int64_t kNow = 1795534200000;
  for (int warm = 0; warm < 3; ++warm) {
    out.clear();
    session.consume(frame, kNow, out);
  }
  const std::int64_t before = test::allocation_count();
  for (int i = 0; i < 1000; ++i) {
    out.clear();
    EXPECT_EQ(session.consume(frame, kNow + i, out), frame.size());
    EXPECT_EQ(out.decoded.messages.size(), 1u);
    EXPECT_EQ(out.replies.size(), 1u);
  }
  return test::allocation_count() - before;
}

TEST(Gt06Allocations, AreNoneForALocationAnAlarmAndAHeartbeat) {
  Device device(DeviceIdentity("123456789012345"));
  DeviceRecord record;
  record.time_ms = 1795534200000;
  record.latitude_deg = -34.6;
  record.longitude_deg = -58.4;
  std::vector<std::uint8_t> location;
  device.encode_data({record}, location);
  EXPECT_EQ(allocations_of(location), 0);

  record.alarm = Alarm::kSos;
  std::vector<std::uint8_t> alarm;
  device.encode_data({record}, alarm);
  EXPECT_EQ(allocations_of(alarm), 0);

  std::vector<std::uint8_t> heartbeat;
  device.encode_heartbeat(heartbeat);
  EXPECT_EQ(allocations_of(heartbeat), 0);
}

TEST(Gt06Allocations, AreCountedHere) {
  if (!test::counts_allocations()) GTEST_SKIP();
  const std::int64_t before = test::allocation_count();
  EXPECT_NE(std::make_unique<std::string>(100, 'x'), nullptr);
  EXPECT_EQ(test::allocation_count() - before, 2);
}

}  // namespace
}  // namespace rastro::gt06

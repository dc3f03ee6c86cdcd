// In steady state decoding allocates nothing (house law of the hot path): operator new is counted here.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "protocols/gt06/device.h"
#include "tests/unit/protocols/gt06_support.h"

namespace {

std::size_t allocations = 0;

void* counted(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace rastro::gt06 {
namespace {

std::size_t allocations_of(const std::vector<std::uint8_t>& frame) {
  GatewaySession session(std::make_shared<const SessionOptions>(logged_in()));
  SessionOutput out;
  constexpr std::int64_t kNow = 1795534200000;
  for (int warm = 0; warm < 3; ++warm) {
    out.clear();
    session.consume(frame, kNow, out);
  }
  const std::size_t before = allocations;
  for (int i = 0; i < 1000; ++i) {
    out.clear();
    EXPECT_EQ(session.consume(frame, kNow + i, out), frame.size());
    EXPECT_EQ(out.decoded.messages.size(), 1u);
    EXPECT_EQ(out.replies.size(), 1u);
  }
  return allocations - before;
}

TEST(Gt06Allocations, AreNoneForALocationAnAlarmAndAHeartbeat) {
  Device device(DeviceIdentity("123456789012345"));
  DeviceRecord record;
  record.time_ms = 1795534200000;
  record.latitude_deg = -34.6;
  record.longitude_deg = -58.4;
  std::vector<std::uint8_t> location;
  device.encode_data({record}, location);
  EXPECT_EQ(allocations_of(location), 0u);

  record.alarm = Alarm::kSos;
  std::vector<std::uint8_t> alarm;
  device.encode_data({record}, alarm);
  EXPECT_EQ(allocations_of(alarm), 0u);

  std::vector<std::uint8_t> heartbeat;
  device.encode_heartbeat(heartbeat);
  EXPECT_EQ(allocations_of(heartbeat), 0u);
}

TEST(Gt06Allocations, AreCountedHere) {
  const std::size_t before = allocations;
  EXPECT_NE(std::make_unique<std::string>(100, 'x'), nullptr);
  EXPECT_EQ(allocations - before, 2u);
}

}  // namespace
}  // namespace rastro::gt06

// What makes an identity doubtful: when it is an alarm, and how often.
#include "gateway/devices/identity_alarms.h"

#include <gtest/gtest.h>

#include "gateway/devices/jump.h"
#include "gateway/devices/source_networks.h"

namespace rastro {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;

const DeviceIdentity kDevice("352093086403655");

IpAddress address(const char* text) { return IpAddress::parse(text).value(); }

class IdentityAlarmsTest : public testing::Test {
 protected:
  bool raise(IdentityAlarm kind, std::int64_t at_ms, const DeviceIdentity& device = kDevice) {
    return alarms_.raise({kind, device, at_ms, ""});
  }
  double counted() const {
    double sum = 0;
    for (const auto& family : registry_.Collect()) {
      for (const auto& metric : family.metric) sum += metric.counter.value;
    }
    return sum;
  }

  prometheus::Registry registry_;
  IdentityAlarms alarms_{registry_};
};

TEST_F(IdentityAlarmsTest, OfOneDeviceAKindIsRaisedOnceAnHour) {
  EXPECT_TRUE(raise(IdentityAlarm::kTwoConnections, kHourMs));
  EXPECT_FALSE(raise(IdentityAlarm::kTwoConnections, 2 * kHourMs - 1));
  EXPECT_TRUE(raise(IdentityAlarm::kImpossibleJump, kHourMs + 1));
  EXPECT_TRUE(raise(IdentityAlarm::kTwoConnections, kHourMs + 1, DeviceIdentity("1")));
  EXPECT_TRUE(raise(IdentityAlarm::kTwoConnections, 2 * kHourMs));
  EXPECT_EQ(alarms_.take().size(), 4U);
  EXPECT_EQ(alarms_.take().size(), 0U);
  EXPECT_EQ(counted(), 4);
}

TEST_F(IdentityAlarmsTest, WhatCouldNotBeToldComesFirstNextTime) {
  raise(IdentityAlarm::kTwoConnections, 1);
  auto taken = alarms_.take();
  raise(IdentityAlarm::kImpossibleJump, 2);
  alarms_.put_back(std::move(taken));
  const auto again = alarms_.take();
  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(again[0].kind, IdentityAlarm::kTwoConnections);
}

TEST_F(IdentityAlarmsTest, AFloodIsCountedAndTakesNoMoreMemoryThanThereIsFor) {
  for (int i = 0; i < 50000; ++i) raise(IdentityAlarm::kForeignNetwork, 1, DeviceIdentity(std::to_string(i)));
  EXPECT_EQ(counted(), 50000);
  EXPECT_EQ(alarms_.take().size(), 4096U);
  EXPECT_TRUE(raise(IdentityAlarm::kForeignNetwork, 1 + kHourMs)) << "an hour later there is room again";
}

TEST(Jump, IsImpossibleWhenNoVehicleIsThatFast) {
  const LivePosition from{0, -34.6, -58.4};
  const LivePosition to{kHourMs, -34.6, -58.4 + 10};  // some 915 km in an hour
  EXPECT_NEAR(jump_between(from, to).speed_kmh, 915, 2);
  EXPECT_TRUE(is_impossible(jump_between(from, to), 900));
  EXPECT_FALSE(is_impossible(jump_between(from, to), 930));
  EXPECT_FALSE(is_impossible(jump_between(from, to), 0)) << "0: nobody asks";
}

TEST(Jump, AfterALongSilenceIsNone) {
  EXPECT_FALSE(is_impossible(jump_between({0, -34.6, -58.4}, {24 * kHourMs, -34.6, 140}), 900));
}

TEST(Jump, WithinWhatReceiversAreOffIsNone) {
  EXPECT_FALSE(is_impossible(jump_between({0, -34.6, -58.4}, {1, -34.6, -58.31}), 900)) << "8 km";
  EXPECT_TRUE(is_impossible(jump_between({0, -34.6, -58.4}, {1, -34.6, -58.28}), 900)) << "11 km";
}

TEST(SourceNetworks, WithoutAWordNoneIsForeign) {
  SourceNetworks networks({});
  EXPECT_FALSE(networks.is_foreign(kDevice, address("192.0.2.1")));
  EXPECT_FALSE(networks.is_foreign(kDevice, address("198.51.100.1")));
}

TEST(SourceNetworks, OutsideTheListIsForeign) {
  SourceNetworks networks({.expected = *parse_networks("10.0.0.0/8,fd00::/8")});
  EXPECT_FALSE(networks.is_foreign(kDevice, address("10.1.2.3")));
  EXPECT_FALSE(networks.is_foreign(kDevice, address("fd00::1")));
  EXPECT_TRUE(networks.is_foreign(kDevice, address("11.1.2.3")));
}

TEST(SourceNetworks, ADeviceThatComesFromElsewhereIsForeignOnce) {
  SourceNetworks networks({.expected = {}, .learn = true});
  EXPECT_FALSE(networks.is_foreign(kDevice, address("192.0.2.1"))) << "nothing is known of it yet";
  EXPECT_FALSE(networks.is_foreign(kDevice, address("192.0.2.77")));
  EXPECT_TRUE(networks.is_foreign(kDevice, address("198.51.100.1")));
  EXPECT_FALSE(networks.is_foreign(kDevice, address("198.51.100.2")));
  EXPECT_FALSE(networks.is_foreign(kDevice, address("192.0.2.1")));
  EXPECT_FALSE(networks.is_foreign(DeviceIdentity("1"), address("198.51.100.1")));
}

TEST(SourceNetworks, OfManyTheOneNotSeenForLongestIsForgotten) {
  SourceNetworks networks({.expected = {}, .learn = true});
  const auto seen = [&](int number) {
    return networks.is_foreign(kDevice,
                               IpAddress(IpAddress::V4{10, 0, static_cast<std::uint8_t>(number), 1}));
  };
  for (int i = 0; i < 8; ++i) EXPECT_EQ(seen(i), i != 0);
  EXPECT_FALSE(seen(0));
  EXPECT_TRUE(seen(8));
  EXPECT_FALSE(seen(0));
  EXPECT_TRUE(seen(1)) << "which 8 has taken the place of";
}

}  // namespace
}  // namespace rastro

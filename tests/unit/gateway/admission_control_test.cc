// Who may wait for its login, and who goes for whom.
#include "gateway/net/admission_control.h"

#include <gtest/gtest.h>

#include <vector>

namespace rastro {
namespace {

using std::chrono::seconds;

struct Guest : Newcomer {
  void give_way(CloseReason) override {}
};

IpAddress address(const std::string& text) { return IpAddress::parse(text).value(); }

class AdmissionControlTest : public testing::Test {
 protected:
  AdmissionControl::Entry enter(AdmissionControl& control, const std::string& from) {
    guests_.push_back(std::make_shared<Guest>());
    return control.enter(guests_.back(), address(from), now_);
  }
  static AdmissionControl::Ticket ticket(const AdmissionControl::Entry& entry) { return entry.ticket; }

  AdmissionControl::Time now_{seconds(1000)};
  std::vector<std::shared_ptr<Guest>> guests_;
};

TEST_F(AdmissionControlTest, WhenAllPlacesAreTakenTheOldestGoes) {
  AdmissionControl control({.of_all = 2});
  EXPECT_EQ(enter(control, "192.0.2.1").gives_way, nullptr);
  EXPECT_EQ(enter(control, "192.0.2.2").gives_way, nullptr);
  const auto third = enter(control, "192.0.2.3");
  EXPECT_NE(third.ticket, 0U);
  EXPECT_EQ(third.gives_way, guests_[0]);
  EXPECT_EQ(third.reason, CloseReason::kNewcomerLimit);
  EXPECT_EQ(control.newcomers(), 2U);
}

TEST_F(AdmissionControlTest, WhoHasLoggedInCountsNoMore) {
  AdmissionControl control({.of_all = 2, .of_address = 2, .address_rate = 1});
  for (int device = 0; device < 1000; ++device) {
    const auto entry = enter(control, "192.0.2.1");
    ASSERT_NE(entry.ticket, 0U) << device;
    EXPECT_EQ(entry.gives_way, nullptr);
    control.identified(entry.ticket);
  }
  EXPECT_EQ(control.newcomers(), 0U);
}

TEST_F(AdmissionControlTest, OtherLimitsHoldForThoseThatComeFromThenOn) {
  AdmissionControl control({.of_all = 1});
  enter(control, "192.0.2.1");
  control.reconfigure({.of_all = 3});
  EXPECT_EQ(enter(control, "192.0.2.2").gives_way, nullptr);
  EXPECT_EQ(enter(control, "192.0.2.3").gives_way, nullptr);
  control.reconfigure({.of_all = 3, .of_address = 1});
  EXPECT_EQ(enter(control, "192.0.2.3").ticket, 0U);
}

TEST_F(AdmissionControlTest, AnAddressHasItsBoundAndOthersDoNotSuffer) {
  AdmissionControl control({.of_address = 2});
  EXPECT_NE(enter(control, "192.0.2.1").ticket, 0U);
  EXPECT_NE(enter(control, "::ffff:192.0.2.1").ticket, 0U) << "the same address in another form";
  const auto third = enter(control, "192.0.2.1");
  EXPECT_EQ(third.ticket, 0U);
  EXPECT_EQ(third.reason, CloseReason::kAddressLimit);
  EXPECT_EQ(third.gives_way, nullptr);
  EXPECT_NE(enter(control, "192.0.2.2").ticket, 0U);
}

TEST_F(AdmissionControlTest, WhoHadItsTimeToLogInGoesForANeighbour) {
  AdmissionControl control({.of_address = 2});
  enter(control, "192.0.2.1");
  enter(control, "192.0.2.1");
  now_ += seconds(4);
  EXPECT_EQ(enter(control, "192.0.2.1").ticket, 0U) << "a login is still under way";
  now_ += seconds(1);
  const auto late = enter(control, "192.0.2.1");
  EXPECT_NE(late.ticket, 0U);
  EXPECT_EQ(late.gives_way, guests_[0]);
  EXPECT_EQ(late.reason, CloseReason::kAddressLimit);
}

TEST_F(AdmissionControlTest, ANetworkHasItsBoundWhateverTheAddresses) {
  AdmissionControl control({.of_network = 3});
  for (const char* from : {"2001:db8:0:1::1", "2001:db8:0:1::2", "2001:db8:0:1:ffff::3"})
    EXPECT_NE(enter(control, from).ticket, 0U);
  EXPECT_EQ(enter(control, "2001:db8:0:1::4").reason, CloseReason::kNetworkLimit);
  EXPECT_NE(enter(control, "2001:db8:0:2::4").ticket, 0U);
  for (const char* from : {"198.51.100.1", "198.51.100.2", "198.51.100.255"})
    EXPECT_NE(enter(control, from).ticket, 0U);
  EXPECT_EQ(enter(control, "198.51.100.7").reason, CloseReason::kNetworkLimit);
  EXPECT_NE(enter(control, "198.51.101.7").ticket, 0U);
}

TEST_F(AdmissionControlTest, WhoComesAndGoesWithoutALoginIsPaced) {
  AdmissionControl control({.of_address = 3, .address_rate = 2});
  for (int i = 0; i < 3; ++i) control.left(ticket(enter(control, "192.0.2.1")));
  EXPECT_EQ(enter(control, "192.0.2.1").reason, CloseReason::kAddressRate);
  EXPECT_EQ(control.newcomers(), 0U);
  now_ += seconds(1);
  control.left(ticket(enter(control, "192.0.2.1")));
  EXPECT_NE(enter(control, "192.0.2.1").ticket, 0U);
  EXPECT_EQ(enter(control, "192.0.2.1").ticket, 0U);
}

TEST_F(AdmissionControlTest, ANetworkIsPacedAndItsAddressPaysNothingForThat) {
  AdmissionControl control({.of_address = 5, .of_network = 2, .address_rate = 1, .network_rate = 1});
  control.left(ticket(enter(control, "192.0.2.1")));
  control.left(ticket(enter(control, "192.0.2.2")));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(enter(control, "192.0.2.3").reason, CloseReason::kNetworkRate);
  now_ += seconds(2);
  EXPECT_NE(enter(control, "192.0.2.3").ticket, 0U);
}

TEST_F(AdmissionControlTest, ALoginOfOneThatWasSentAwayChangesNothing) {
  AdmissionControl control({.of_all = 1});
  const auto first = enter(control, "192.0.2.1");
  const auto second = enter(control, "192.0.2.2");
  EXPECT_EQ(second.gives_way, guests_[0]);
  control.identified(first.ticket);
  control.left(first.ticket);
  EXPECT_EQ(control.newcomers(), 1U);
}

TEST_F(AdmissionControlTest, OneThatIsGoneIsNotSentAway) {
  AdmissionControl control({});
  enter(control, "192.0.2.1");
  enter(control, "192.0.2.2");
  guests_[0].reset();
  EXPECT_EQ(control.take_oldest(), guests_[1]);
  EXPECT_EQ(control.take_oldest(), nullptr);
}

TEST_F(AdmissionControlTest, RemembersNoMoreSourcesThanItHasRoomFor) {
  AdmissionControl control({.of_all = 100});
  for (std::uint32_t i = 0; i < 200000; ++i) {
    const auto byte = [&](int shift) { return static_cast<std::uint8_t>(i >> shift); };
    const IpAddress from(IpAddress::V6{0x20, 1, 0xd, 0xb8, byte(16), byte(8), byte(0)});
    guests_.assign(1, std::make_shared<Guest>());
    EXPECT_NE(control.enter(guests_[0], from, now_).ticket, 0U);
  }
  EXPECT_LE(control.sources(), 65536U);
  now_ += seconds(60);
  while (control.take_oldest() != nullptr) continue;
  enter(control, "192.0.2.1");
  enter(control, "192.0.2.2");
  EXPECT_LE(control.sources(), 4U) << "who has not come for a while is forgotten";
}

}  // namespace
}  // namespace rastro

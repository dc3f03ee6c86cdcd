// Which of several connections speaks for a device, and which of them ends.
#include "gateway/net/live_identities.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace rastro {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

struct Connection : LiveConnection {
  void supersede() override { ended = true; }
  void post_command(OutgoingCommand) override {}
  void settings_changed() override {}
  const Protocol& protocol() const override { std::abort(); }

  bool ended = false;
};

const DeviceIdentity kDevice("352093086403655");

class LiveIdentitiesTest : public testing::Test {
 protected:
  // Whether the one before was asked to end too often.
  bool claim(const std::shared_ptr<Connection>& connection) {
    return identities_.claim(kDevice, connection, now_).contested;
  }
  LiveIdentities identities_{3};
  std::chrono::steady_clock::time_point now_{hours(1)};
  std::shared_ptr<Connection> first_ = std::make_shared<Connection>();
  std::shared_ptr<Connection> second_ = std::make_shared<Connection>();
};

TEST_F(LiveIdentitiesTest, TheNewestSpeaksAndTheOneBeforeEnds) {
  EXPECT_FALSE(claim(first_));
  EXPECT_FALSE(claim(second_));
  EXPECT_TRUE(first_->ended);
  EXPECT_FALSE(second_->ended);
  EXPECT_EQ(identities_.find(kDevice).connection, second_);
  EXPECT_EQ(identities_.size(), 1U);
}

TEST_F(LiveIdentitiesTest, LoggingInAgainOnOneConnectionTakesNothingOver) {
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(claim(first_));
  EXPECT_FALSE(first_->ended);
}

TEST_F(LiveIdentitiesTest, ADeviceThatClosesFirstTakesNothingOver) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_FALSE(claim(first_));
    identities_.release(kDevice, first_.get());
    first_ = std::make_shared<Connection>();
  }
  EXPECT_EQ(identities_.find(kDevice).connection, nullptr);
}

TEST_F(LiveIdentitiesTest, TwoThatKickEachOtherOutTooOftenBothStay) {
  claim(first_);
  for (int takeover = 0; takeover < 3; ++takeover) {
    EXPECT_FALSE(claim(second_));
    EXPECT_TRUE(first_->ended);
    first_ = std::exchange(second_, std::make_shared<Connection>());
  }
  EXPECT_TRUE(claim(second_));
  EXPECT_FALSE(first_->ended);
  EXPECT_FALSE(second_->ended);
  EXPECT_EQ(identities_.find(kDevice).connection, second_);
  EXPECT_FALSE(claim(first_)) << "it logs in again where it is, and takes nothing over";
  EXPECT_EQ(identities_.find(kDevice).connection, first_);
  identities_.release(kDevice, second_.get());
  EXPECT_EQ(identities_.find(kDevice).connection, first_);
  identities_.release(kDevice, first_.get());
  EXPECT_EQ(identities_.size(), 0U);
}

TEST_F(LiveIdentitiesTest, DevicesThatComeAgainAsNobodyAnswersContestNothing) {
  claim(first_);
  for (int i = 0; i < 20; ++i) {
    EXPECT_FALSE(identities_.claim(kDevice, second_, now_, false).contested);
    EXPECT_TRUE(first_->ended);
    first_ = std::exchange(second_, std::make_shared<Connection>());
  }
}

TEST_F(LiveIdentitiesTest, AfterAQuietHourTheNewestWinsAgain) {
  claim(first_);
  while (!claim(second_)) first_ = std::exchange(second_, std::make_shared<Connection>());
  now_ += hours(1);
  const auto third = std::make_shared<Connection>();
  EXPECT_FALSE(claim(third));
  EXPECT_TRUE(first_->ended);
  EXPECT_TRUE(second_->ended);
}

TEST_F(LiveIdentitiesTest, LoginsThatDoNotEndAreNoNews) {
  const auto often = [&](const DeviceIdentity& who) { return identities_.claim(who, first_, now_).often; };
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(often(kDevice));
  EXPECT_TRUE(often(kDevice));
  EXPECT_FALSE(often(DeviceIdentity("860000000000037"))) << "another device";
  now_ += minutes(1);
  EXPECT_FALSE(often(kDevice));
  EXPECT_TRUE(often(kDevice));
}

TEST_F(LiveIdentitiesTest, HalfOpenConnectionsOfOneDeviceDoNotPileUp) {
  std::vector<std::shared_ptr<Connection>> all;
  for (int i = 0; i < 50; ++i) {
    all.push_back(std::make_shared<Connection>());
    claim(all.back());
    now_ += seconds(1);
  }
  EXPECT_LE(std::ranges::count(all, false, &Connection::ended), 8);
  EXPECT_FALSE(all.back()->ended);
}

}  // namespace
}  // namespace rastro

// Which sources of datagrams are left unread.
#include "gateway/net/datagram_limit.h"

#include <gtest/gtest.h>

namespace rastro {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

DatagramLimit::Source source(const char* address, std::uint16_t port) {
  return {IpAddress::parse(address).value(), port};
}

class DatagramLimitTest : public testing::Test {
 protected:
  const DatagramLimit::Source bad_ = source("192.0.2.1", 4000);
  DatagramLimit limit_{10};
  DatagramLimit::Time now_{seconds(1000)};
};

TEST_F(DatagramLimitTest, ASourceOfRubbishIsLeftUnreadAboveItsRate) {
  EXPECT_FALSE(limit_.may_be_blocked());
  for (int i = 0; i < 10; ++i) {
    EXPECT_FALSE(limit_.blocks(bad_, now_)) << i;
    limit_.note_bad(bad_, now_);
  }
  EXPECT_TRUE(limit_.may_be_blocked());
  EXPECT_TRUE(limit_.blocks(bad_, now_));
  now_ += milliseconds(100);
  EXPECT_FALSE(limit_.blocks(bad_, now_)) << "a tenth of a second, one more";
}

TEST_F(DatagramLimitTest, AnotherPortOfTheSameAddressIsAnotherSource) {
  for (int i = 0; i < 20; ++i) limit_.note_bad(bad_, now_);
  EXPECT_TRUE(limit_.blocks(bad_, now_));
  EXPECT_FALSE(limit_.blocks(source("192.0.2.1", 4001), now_));
}

TEST_F(DatagramLimitTest, WhoHasBehavedForAWhileIsForgotten) {
  limit_.note_bad(bad_, now_);
  now_ += seconds(5);
  EXPECT_FALSE(limit_.blocks(bad_, now_));
  EXPECT_FALSE(limit_.may_be_blocked());
}

TEST_F(DatagramLimitTest, FakedSourcesTakeNoMoreMemoryThanThereIsFor) {
  for (std::uint32_t i = 0; i < 60000; ++i) {
    limit_.note_bad({IpAddress(IpAddress::V4{198, 51, static_cast<std::uint8_t>(i >> 8), 1}),
                     static_cast<std::uint16_t>(i)},
                    now_);
  }
  EXPECT_EQ(limit_.sources(), 16384U);
}

}  // namespace
}  // namespace rastro

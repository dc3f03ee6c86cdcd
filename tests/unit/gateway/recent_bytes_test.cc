// What counts as sent of late.
#include "gateway/net/recent_bytes.h"

#include <gtest/gtest.h>

namespace rastro {
namespace {

RecentBytes::Time at(int milliseconds) { return RecentBytes::Time(std::chrono::milliseconds(milliseconds)); }

TEST(RecentBytes, CountsThisPeriodAndTheOneBefore) {
  RecentBytes recent;
  recent.add(100, at(52'100));
  recent.add(20, at(55'900));
  EXPECT_EQ(recent.bytes(at(55'999)), 120U);
  recent.add(3, at(56'000));
  EXPECT_EQ(recent.bytes(at(59'999)), 123U);
  recent.add(4, at(60'500));
  EXPECT_EQ(recent.bytes(at(60'500)), 7U);
}

TEST(RecentBytes, IsForgottenWithoutAnythingNew) {
  RecentBytes recent;
  recent.add(100, at(52'000));
  EXPECT_EQ(recent.bytes(at(59'999)), 100U);
  EXPECT_EQ(recent.bytes(at(60'000)), 0U);
}

TEST(RecentBytes, APauseForgetsWhatWasBefore) {
  RecentBytes recent;
  recent.add(100, at(52'000));
  recent.add(5, at(70'000));
  EXPECT_EQ(recent.bytes(at(70'000)), 5U);
}

}  // namespace
}  // namespace rastro

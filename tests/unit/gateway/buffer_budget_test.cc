// Who may hold how much of what is on its way.
#include "gateway/net/buffer_budget.h"

#include <gtest/gtest.h>

namespace rastro {
namespace {

TEST(BufferBudget, WithinItAnyoneMayHoldAnything) {
  BufferBudget budget(1'000'000);
  budget.add(1'000'000);
  EXPECT_TRUE(budget.allows(1'000'000, 50));
}

TEST(BufferBudget, BeyondItEachHasItsShare) {
  BufferBudget budget(1'000'000);
  budget.add(1'000'001);
  EXPECT_TRUE(budget.allows(20'000, 50));
  EXPECT_FALSE(budget.allows(20'001, 50));
  budget.add(-1);
  EXPECT_TRUE(budget.allows(20'001, 50));
}

TEST(BufferBudget, HalfAPacketIsAlwaysAllowed) {
  BufferBudget budget(1'000'000);
  budget.add(100'000'000);
  EXPECT_TRUE(budget.allows(4096, 1'000'000));
  EXPECT_FALSE(budget.allows(4097, 1'000'000));
}

}  // namespace
}  // namespace rastro

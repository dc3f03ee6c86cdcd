// What becomes of a field that both sides may change.
#include "pipeline/postgis/field_merge.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace rastro::postgis {
namespace {

// Few values, so that equal ones are drawn often; nothing is one of them.
std::optional<std::string> draw_value() {
  const int drawn = *rc::gen::inRange(0, 4);
  return drawn == 0 ? std::nullopt : std::optional(std::to_string(drawn));
}

FieldValues draw_values() { return {draw_value(), draw_value(), draw_value()}; }

TEST(FieldMerge, FollowsWhatChangedThereOnly) {
  const FieldValues after = merged({.local = "a", .base = "a", .remote = "b"});
  EXPECT_EQ(after.local, "b");
  EXPECT_EQ(after.base, "b");
}

TEST(FieldMerge, KeepsWhatChangedHereOnly) {
  EXPECT_EQ(merge_field({.local = "b", .base = "a", .remote = "a"}), FieldMerge::kLocal);
  EXPECT_EQ(merged({.local = "b", .base = "a", .remote = "a"}).local, "b");
}

TEST(FieldMerge, CallsAConflictWhatChangedOnBothSides) {
  const FieldValues values{.local = "b", .base = "a", .remote = "c"};
  EXPECT_EQ(merge_field(values), FieldMerge::kConflict);
  EXPECT_EQ(merged(values).local, "b");
  EXPECT_EQ(merge_field(merged(values)), FieldMerge::kConflict) << "also at the next time";
}

TEST(FieldMerge, CallsAConflictWhatDiffersAtTheFirstMeeting) {
  EXPECT_EQ(merge_field({.local = "b", .base = {}, .remote = "c"}), FieldMerge::kConflict);
  EXPECT_EQ(merge_field({.local = {}, .base = {}, .remote = "c"}), FieldMerge::kFollows);
}

TEST(FieldMerge, NeverLosesALocalChange) {
  ASSERT_TRUE(rc::check([] {
    const FieldValues values = draw_values();
    if (values.local != values.base) RC_ASSERT(merged(values).local == values.local);
  }));
}

TEST(FieldMerge, IsInConflictExactlyWhereBaseAndRemoteDiffer) {
  ASSERT_TRUE(rc::check([] {
    const FieldValues values = draw_values();
    const FieldValues after = merged(values);
    RC_ASSERT((merge_field(values) == FieldMerge::kConflict) == (after.base != after.remote));
  }));
}

TEST(FieldMerge, ChangesNothingAtTheSecondTime) {
  ASSERT_TRUE(rc::check([] {
    const FieldValues once = merged(draw_values());
    const FieldValues twice = merged(once);
    RC_ASSERT(once.local == twice.local);
    RC_ASSERT(once.base == twice.base);
  }));
}

TEST(FieldMerge, ComesTogetherWhereOnlyOneSideChanges) {
  ASSERT_TRUE(rc::check([] {
    FieldValues values{draw_value(), {}, {}};
    values.base = values.remote = values.local;
    values.remote = draw_value();
    RC_ASSERT(merged(values).local == values.remote);
  }));
}

}  // namespace
}  // namespace rastro::postgis

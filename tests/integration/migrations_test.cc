// The schema's steps against a real server.
#include "pipeline/postgis/migrations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/test_database.h"

namespace rastro::postgis {
namespace {

using test::TestDatabase;

TEST(Migrations, AreTakenOnce) {
  const TestDatabase database(false);
  const auto first = migrate(database.url());
  ASSERT_TRUE(first) << first.error().sentence;
  EXPECT_EQ(first->applied, static_cast<int>(migrations().size()));
  const auto second = migrate(database.url());
  ASSERT_TRUE(second) << second.error().sentence;
  EXPECT_EQ(second->applied, 0);
  EXPECT_EQ(second->version, first->version);
}

TEST(Migrations, RefuseAnAppliedStepThatChanged) {
  const TestDatabase database;
  database.value("UPDATE rastro.schema_migration SET checksum = 'x' WHERE version = 2");
  const auto report = migrate(database.url());
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, FailureKind::kSchema);
  EXPECT_THAT(report.error().sentence, testing::HasSubstr("0002_partitions was applied"));
}

TEST(Migrations, RefuseADatabaseOfANewerProgram) {
  const TestDatabase database;
  const auto report = migrate(database.url(), migrations().first(1));
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, FailureKind::kSchema);
  EXPECT_THAT(report.error().sentence, testing::HasSubstr("a newer program is needed"));
}

TEST(Migrations, LeaveNothingOfAStepThatFails) {
  const TestDatabase database;
  std::vector<Migration> steps(migrations().begin(), migrations().end());
  steps.push_back({1000, "1000_bad", "CREATE TABLE rastro.half (); SELECT 1 / 0"});
  const auto report = migrate(database.url(), steps);
  ASSERT_FALSE(report);
  EXPECT_EQ(database.value("SELECT to_regclass('rastro.half')"), "");
  EXPECT_TRUE(migrate(database.url()));
}

}  // namespace
}  // namespace rastro::postgis

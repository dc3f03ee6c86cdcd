// A fresh database with a store that writes to it: what tests of stored rows begin with. Tests only.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "pipeline/postgis/fix_store.h"
#include "tests/support/stored_records.h"
#include "tests/support/test_database.h"

namespace rastro::test {

inline std::string describe(const postgis::Result<postgis::Outcome>& outcome) {
  if (!outcome) {
    return std::string(postgis::failure_kind_name(outcome.error().kind)) + ": " + outcome.error().sentence;
  }
  return std::to_string(outcome->fixes_committed) + " fixes, " + std::to_string(outcome->duplicates) +
         " duplicates, " + std::to_string(outcome->messages) + " messages, " +
         std::to_string(outcome->dead_letters) + " dead";
}

class StoreFixture : public testing::Test {
 protected:
  StoreFixture() {
    const postgis::Result<journal::Cursor> cursor = store_.load_cursor();
    EXPECT_TRUE(cursor) << cursor.error().sentence;
  }

  // Writes and moves the cursor by one.
  std::string write(const std::vector<StoredRecord>& batch) { return write(store_, batch); }
  std::string write(postgis::FixStore& store, const std::vector<StoredRecord>& batch) {
    ++next_.position;
    for (const StoredRecord& record : batch)
      next_.units += count_units(record.messages, record.dead_letters.size());
    return describe(store.write(batch, next_));
  }
  std::string count(const std::string& table) {
    return database_.value("SELECT count(*) FROM rastro." + table);
  }

  TestDatabase database_;
  postgis::FixStore store_{{.url = database_.url()}};
  journal::Cursor next_;
};

}  // namespace rastro::test

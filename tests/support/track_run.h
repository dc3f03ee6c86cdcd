// Records of vehicles on their way through store and tracking, in any order and in pieces, with both dying on
// the way: a journal in memory, and what the gateway's consumers do, a step at a time. Tests only.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/postgis/fix_store.h"
#include "pipeline/postgis/track_store.h"
#include "pipeline/tracking/point.h"
#include "tests/support/test_database.h"
#include "tests/support/vehicle_days.h"

namespace rastro::test {

// A record of a fix as it stands in a journal, encoded.
std::string record_of(std::string_view imei, const tracking::Point& point);

class TrackRun {
 public:
  explicit TrackRun(TestDatabase& database, tracking::Parameters parameters = {});

  void append(std::string record) { records_.push_back(std::move(record)); }
  // The next so many records become rows; false when there are none.
  bool store(std::size_t records);
  // Those of the next so many records that have rows are tracked, by way of a TrackStore that stands; false
  // when there are none, or it failed. `host`: instead of the database's socket.
  bool track(std::size_t records);
  // All that is due.
  void work_off();
  // All of it.
  void finish();

  // The tracking consumer dies; the next goes on from what is committed.
  void restart() { tracks_.reset(); }
  void restart_on(const std::string& url);
  void set_parameters(const tracking::Parameters& parameters);

  postgis::TrackStore& tracks();
  const postgis::TrackOutcome& outcome() const { return outcome_; }

  // Every row of every table that tracking makes, as text.
  std::string rows(const std::string& tables =
                       "stop trip visit day_statistics fix_set_aside tracking_state "
                       "tracking_checkpoint tracking_due visit_due") const;

 private:
  // A record's end in this journal is its number, from 1.
  static journal::Cursor end_of(std::size_t record) { return {record, record}; }
  StoredRecord decoded(std::size_t record) const;

  TestDatabase& database_;
  tracking::Parameters parameters_;
  FixedCalendar calendar_;
  std::vector<std::string> records_;
  postgis::FixStore store_;
  std::size_t stored_ = 0;
  std::string url_;
  std::unique_ptr<postgis::TrackStore> tracks_;
  std::size_t tracked_ = 0;
  postgis::TrackOutcome outcome_;
};

}  // namespace rastro::test

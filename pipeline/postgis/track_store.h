// The journal's consumer that makes trips, stops, visits and days of stored fixes: what the records of a
// batch touched is brought up to date in one transaction with the consumer's cursor. One connection, one
// thread. Nothing throws; nothing is retried here.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "pipeline/journal/cursor.h"
#include "pipeline/journal/identity.h"
#include "pipeline/postgis/touches.h"
#include "pipeline/postgis/track_fold.h"

namespace rastro::postgis {

class TrackStore {
 public:
  struct Options {
    std::string url;
    tracking::Parameters parameters;          // of the fleet
    std::string time_zone;                    // name of the calendar's
    std::string gateway = journal::kUnnamed;  // the journal's name
    std::string consumer = "tracking";
    std::string follows = "postgis";  // the consumer that writes the fixes
  };

  // The calendar is used while the store lives.
  TrackStore(Options options, const tracking::Calendar& calendar);

  // Where to go on. Connects anew, and notes the devices that other parameters or clients make due.
  Result<journal::Cursor> load_cursor();

  // REQUIRES for all below: load_cursor(), also after a failure: a commit may have happened.

  // How far the rows of fixes have come: records behind must not be given to update() yet.
  Result<journal::Cursor> stored_up_to();
  // All or nothing. After kCursorMoved another writer has gone on.
  Result<TrackOutcome> update(const Touches& touches, journal::Cursor next);
  // The same, but only notes what is to be done: for a batch that update() fails for with kData.
  Result<TrackOutcome> put_off(const Touches& touches, journal::Cursor next);

  // One device's fixes, or some devices' visits, that are due; empty when nothing is. What cannot be done is
  // left aside until the next start and told as a failure.
  Result<std::optional<TrackOutcome>> work_off();

  // All devices' fixes are to be read again: for when a part of the journal was missed.
  Result<void> put_off_all();

  // Applies clients and devices' settings that have changed, when somebody says so.
  Result<void> follow_catalogue();

 private:
  Result<void> connect();
  Result<std::vector<DeviceStretch>> find_devices(const Touches& touches);
  Result<void> begin();
  Result<TrackOutcome> fold_all(std::span<const DeviceStretch> stretches);
  Result<void> note_due(std::span<const DeviceStretch> stretches);
  Result<void> finish(journal::Cursor next);
  Result<void> apply_catalogue();
  Result<std::optional<TrackOutcome>> work_off_fixes();
  Result<std::optional<TrackOutcome>> work_off_visits();
  Failure failed(Failure failure);

  const Options options_;
  ParameterBook parameters_;
  AppliedClients clients_;
  TrackFold fold_{parameters_, clients_};
  std::optional<Connection> connection_;
  std::optional<journal::Cursor> cursor_;
  std::unordered_map<DeviceIdentity, std::int64_t> devices_;
};

}  // namespace rastro::postgis

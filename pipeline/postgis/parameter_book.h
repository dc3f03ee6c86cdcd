// The parameters of tracking of each device: the fleet's, and a device's own settings over them, with the
// number of the version that results bear. One thread. Nothing throws.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "pipeline/postgis/connection.h"
#include "pipeline/tracking/tracker.h"

namespace rastro::postgis {

class ParameterBook {
 public:
  struct Version {
    Version(const tracking::Parameters& of, const tracking::Calendar& calendar)
        : parameters(of), tracker(parameters, calendar) {}
    Version(const Version&) = delete;
    Version& operator=(const Version&) = delete;

    tracking::Parameters parameters;
    tracking::Tracker tracker;
    std::int32_t id = 0;
  };

  // The calendar is used while the book lives; `time_zone` is its name.
  ParameterBook(const tracking::Parameters& fleet, std::string time_zone, const tracking::Calendar& calendar)
      : fleet_(fleet, calendar), time_zone_(std::move(time_zone)), calendar_(calendar) {}

  // Outside of a transaction, before anything else: what devices have of their own, and the numbers.
  Result<void> load(Connection& connection);

  // Notes the devices whose results were made with another version as due.
  Result<void> note_stale(Connection& connection) const;

  // Good until the next load().
  const Version& of(std::int64_t device_id) const;

 private:
  Result<std::int32_t> find_id(Connection& connection, const tracking::Parameters& parameters) const;

  Version fleet_;
  const std::string time_zone_;
  const tracking::Calendar& calendar_;
  std::map<std::int64_t, Version> own_;
};

}  // namespace rastro::postgis

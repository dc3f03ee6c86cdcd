// Reads and writes the files of rows.h. All throw std::runtime_error that names the file, and the line where
// there is one; one thread a file.
#pragma once

#include <string>
#include <vector>

#include "tests/truth/csv.h"
#include "tests/truth/rows.h"

namespace rastro::truth {

std::vector<Client> read_clients(const std::string& path);
void write_clients(const std::string& path, const std::vector<Client>& clients);

std::vector<DeviceSpan> read_devices(const std::string& path);
void write_devices(const std::string& path, const std::vector<DeviceSpan>& devices);

std::vector<TrueStop> read_true_stops(const std::string& path);
void write_true_stops(const std::string& path, const std::vector<TrueStop>& stops);

std::vector<DriveBy> read_drive_bys(const std::string& path);
void write_drive_bys(const std::string& path, const std::vector<DriveBy>& drive_bys);

std::vector<Stop> read_stops(const std::string& path);
void write_stops(const std::string& path, const std::vector<Stop>& stops);

std::vector<Visit> read_visits(const std::string& path);
void write_visits(const std::string& path, const std::vector<Visit>& visits);

std::vector<Trip> read_trips(const std::string& path);
void write_trips(const std::string& path, const std::vector<Trip>& trips);

// A set's fixes are millions: they are read one at a time.
class FixReader {
 public:
  explicit FixReader(const std::string& path);
  // False at the end; `fix` is then as it was.
  bool next(FixRow& fix);

 private:
  CsvReader csv_;
  std::size_t device_, arrival_, time_, valid_, latitude_, longitude_, speed_, course_, satellites_,
      ignition_, odometer_;
};

void write_fixes(const std::string& path, const std::vector<FixRow>& fixes);

}  // namespace rastro::truth

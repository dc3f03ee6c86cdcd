// truth_track: SUMO's output and the plan become the truth: the exact paths, stops, trips and drive-bys of
// each device. Reads FCD and then the stop output from standard input, as gigabytes are not worth keeping;
// one thread.
#include <iostream>

#include "tests/truth/arguments.h"
#include "tests/truth/drive_by.h"
#include "tests/truth/files.h"
#include "tests/truth/truth.h"

namespace rastro::truth {
namespace {

template <typename Row>
void append(std::vector<Row>& all, const std::vector<Row>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

int track(int count, char** words) {
  const Arguments arguments(count, words, {}, 1,
                            "{ sumo --fcd-output /dev/stdout …; cat STOP_OUTPUT; } | truth_track DIR");
  const std::string& folder = arguments.places()[0];
  std::ios::sync_with_stdio(false);
  const Driven driven = read_sumo(std::cin);
  const std::vector<Client> clients = read_clients(folder + "/clients.csv");
  std::map<std::string, std::vector<PlanRow>> plans;
  for (PlanRow& row : read_plan(folder + "/plan.csv")) {
    plans[row.device].push_back(std::move(row));
  }

  std::vector<DeviceSpan> devices;
  std::vector<TrueStop> stops;
  std::vector<Trip> trips;
  std::vector<DriveBy> drive_bys;
  std::map<std::string, Track> tracks;
  for (const auto& [device, plan] : plans) {
    DeviceTruth truth = join_days(plan, driven);
    add_either(truth);
    devices.push_back(truth.span);
    append(stops, truth.stops);
    append(trips, truth.trips);
    append(drive_bys, find_drive_bys(truth, clients));
    tracks[device] = std::move(truth.track);
  }
  write_devices(folder + "/devices.csv", devices);
  write_true_stops(folder + "/truth_stops.csv", stops);
  write_trips(folder + "/truth_trips.csv", trips);
  write_drive_bys(folder + "/drive_bys.csv", drive_bys);
  write_tracks(folder + "/track.csv", tracks);
  return 0;
}

}  // namespace
}  // namespace rastro::truth

int main(int count, char** words) { return rastro::truth::run_program(rastro::truth::track, count, words); }

// truth_engine CLIENTS FIXES RESULT_DIR: what Rastro's own tracking makes of clients.csv and fixes.csv.
#include <algorithm>
#include <exception>
#include <iostream>
#include <map>
#include <optional>
#include <string>

#include "pipeline/tracking/tracker.h"
#include "pipeline/tracking/visit.h"
#include "protocols/time_base.h"
#include "schema/fix.h"
#include "schema/record_hash.h"
#include "tests/support/fixed_calendar.h"
#include "tests/truth/files.h"

namespace {

using namespace rastro;

constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

// As the gateway does: a GPS week that rolled over is put right, and a time that is later than its arrival by
// a day is a clock's mistake.
tracking::Point point_of(const truth::FixRow& row) {
  tracking::Point point;
  point.time_ms = without_week_rollover(row.time_ms, row.arrival_ms);
  point.place = {row.place.latitude_deg, row.place.longitude_deg};
  point.valid = row.valid && usable_place(row.place.latitude_deg, row.place.longitude_deg) &&
                point.time_ms <= row.arrival_ms + kDayMs;
  if (row.speed_kmh) point.speed_kmh = static_cast<float>(*row.speed_kmh);
  if (row.course_deg) point.course_deg = static_cast<float>(*row.course_deg);
  point.ignition = row.ignition;
  if (row.odometer_m) point.odometer_m = static_cast<std::uint64_t>(*row.odometer_m);
  const double values[] = {row.place.latitude_deg, row.place.longitude_deg, row.speed_kmh.value_or(-1),
                           row.course_deg.value_or(-1)};
  point.record_hash = record_hash({reinterpret_cast<const std::uint8_t*>(values), sizeof values});
  return point;
}

struct Arrived {
  tracking::Point point;
  std::int64_t arrival_ms = 0;
};

struct Results {
  std::vector<truth::Stop> stops;
  std::vector<truth::Trip> trips;
  std::vector<truth::Visit> visits;
};

class Runner {
 public:
  explicit Runner(const std::vector<truth::Client>& clients) {
    std::vector<tracking::Client> placed;
    for (const truth::Client& client : clients) {
      tracking::Client& made = placed.emplace_back();
      made.id = static_cast<std::int64_t>(names_.size());
      made.place = {client.place.latitude_deg, client.place.longitude_deg};
      made.radius_m = client.radius_m;
      names_.push_back(client.name);
    }
    index_ = tracking::ClientIndex(std::move(placed));
  }

  void run(const std::string& device, std::vector<Arrived>& fixes, Results& results) const {
    std::ranges::sort(fixes, {}, [](const Arrived& fix) { return tracking::key_of(fix.point); });
    const tracking::Tracker tracker(parameters_, calendar_);
    tracking::State state;
    tracking::Segments segments;
    std::vector<std::optional<std::int64_t>> published_ms;
    for (std::size_t at = 0; at < fixes.size(); ++at) {
      tracker.take(fixes[at].point, state, segments);
      while (published_ms.size() < segments.stops.size()) {
        const tracking::Stop& stop = segments.stops[published_ms.size()];
        published_ms.push_back(last_arrival_ms(fixes, stop.started_ms, at));
      }
    }
    if (const auto stop = find_open_stop(state)) segments.stops.push_back(*stop);
    if (const auto trip = find_open_trip(state)) segments.trips.push_back(*trip);
    published_ms.resize(segments.stops.size());
    for (std::size_t at = 0; at < segments.stops.size(); ++at) {
      const tracking::Stop& stop = segments.stops[at];
      const truth::Place place{stop.place.latitude_deg, stop.place.longitude_deg};
      results.stops.push_back({device, stop.started_ms, stop.ended_ms, place, published_ms[at]});
    }
    for (const tracking::Trip& trip : segments.trips) {
      results.trips.push_back({device, trip.started_ms, trip.ended_ms, trip.distance_m()});
    }
    for (const tracking::Visit& visit : find_visits(segments.stops, segments.trips, index_)) {
      truth::Visit& row = results.visits.emplace_back();
      row.device = device;
      row.client = name_of(visit.client);
      row.start_ms = visit.arrived_ms;
      row.end_ms = visit.left_ms;
      row.confidence = visit.client.probability;
      if (visit.ambiguous) row.ambiguous_with.push_back(name_of(*visit.runner_up));
    }
  }

 private:
  // When the last of the fixes that make a stop was there: those from its start to the one that settled it.
  static std::int64_t last_arrival_ms(const std::vector<Arrived>& fixes, std::int64_t started_ms,
                                      std::size_t settled_by) {
    std::int64_t last_ms = fixes[settled_by].arrival_ms;
    for (std::size_t at = settled_by; at-- > 0 && fixes[at].point.time_ms >= started_ms;) {
      last_ms = std::max(last_ms, fixes[at].arrival_ms);
    }
    return last_ms;
  }

  const std::string& name_of(const tracking::Candidate& candidate) const {
    return names_[static_cast<std::size_t>(candidate.client_id)];
  }

  test::FixedCalendar calendar_;  // the set lies in Argentina
  tracking::Parameters parameters_;
  std::vector<std::string> names_;
  tracking::ClientIndex index_;
};

void run(const std::string& clients, const std::string& fixes, const std::string& result_folder) {
  const Runner runner(truth::read_clients(clients));
  std::map<std::string, std::vector<Arrived>> devices;
  truth::FixReader reader(fixes);
  for (truth::FixRow row; reader.next(row);) devices[row.device].push_back({point_of(row), row.arrival_ms});
  Results results;
  for (auto& [device, arrived] : devices) runner.run(device, arrived, results);
  truth::write_stops(result_folder + "/stops.csv", results.stops);
  truth::write_trips(result_folder + "/trips.csv", results.trips);
  truth::write_visits(result_folder + "/visits.csv", results.visits);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) {
    std::cerr << "usage: truth_engine CLIENTS FIXES RESULT_DIR\n";
    return 2;
  }
  try {
    run(arguments[1], arguments[2], arguments[3]);
    return 0;
  } catch (const std::exception& e) {
    std::cerr << "truth_engine: " << e.what() << '\n';
    return 1;
  }
}

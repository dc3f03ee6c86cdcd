// truth_baseline: what another program's published rule finds in fixes.csv, as stops.csv, visits.csv and
// trips.csv. One thread.
#include <map>
#include <stdexcept>

#include "tests/truth/arguments.h"
#include "tests/truth/baseline.h"
#include "tests/truth/files.h"

namespace rastro::truth {
namespace {

using Rule = std::vector<Stop> (*)(const CleanFixes&);

Rule find_rule(const std::string& name) {
  static const std::map<std::string, Rule> kRules{
      {"traccar", traccar_stops}, {"trackintel", trackintel_stops}, {"skmob", scikit_mobility_stops}};
  const auto found = kRules.find(name);
  if (found == kRules.end()) {
    throw std::runtime_error("there is no rule '" + name + "'");
  }
  return found->second;
}

int baseline(int count, char** words) {
  const Arguments arguments(
      count, words, {"rule"}, 3,
      "truth_baseline --rule traccar|trackintel|skmob CLIENTS_CSV FIXES_CSV RESULT_DIR");
  const Rule rule = find_rule(arguments.text("rule"));
  const std::vector<Client> clients = read_clients(arguments.places()[0]);
  std::map<std::string, std::vector<FixRow>> by_device;
  FixReader reader(arguments.places()[1]);
  for (FixRow fix; reader.next(fix);) {
    by_device[fix.device].push_back(fix);
  }

  std::vector<Stop> stops;
  std::vector<Trip> trips;
  for (auto& [device, rows] : by_device) {
    const CleanFixes fixes = clean(std::move(rows));
    const std::vector<Stop> found = rule(fixes);
    const std::vector<Trip> between = trips_between(fixes, found);
    stops.insert(stops.end(), found.begin(), found.end());
    trips.insert(trips.end(), between.begin(), between.end());
  }
  const std::string& folder = arguments.places()[2];
  write_stops(folder + "/stops.csv", stops);
  write_visits(folder + "/visits.csv", visits_at(stops, clients));
  write_trips(folder + "/trips.csv", trips);
  return 0;
}

}  // namespace
}  // namespace rastro::truth

int main(int count, char** words) {
  return rastro::truth::run_program(rastro::truth::baseline, count, words);
}

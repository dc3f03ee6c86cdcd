// truth_plan: who lives in a city and what its vehicles are to do, as SUMO reads it (routes.xml) and as the
// truth needs it (clients.csv, plan.csv). Deterministic for a seed; one thread.
#include <algorithm>
#include <fstream>
#include <map>
#include <stdexcept>

#include "tests/truth/arguments.h"
#include "tests/truth/files.h"
#include "tests/truth/itinerary.h"
#include "tests/truth/plan.h"

namespace rastro::truth {
namespace {

constexpr int kDayBeginsS = 6 * 3600;
constexpr int kTrafficEndsS = 19 * 3600;
constexpr int kStreetsACar = 30;
// SUMO stops a car with its front at the end of a stop's range, which has to be longer than nothing.
constexpr double kStopRangeM = 1;

struct Departure {
  double at_s = 0;
  std::string xml;
};

std::string stop_xml(const City& city, const PlannedStop& stop) {
  const std::string lane = city.streets()[stop.spot.street].edge + "_0";
  return "    <stop lane=\"" + lane + "\" startPos=\"" + std::to_string(stop.spot.along_m - kStopRangeM) +
         "\" endPos=\"" + std::to_string(stop.spot.along_m) + "\" duration=\"" +
         std::to_string(stop.duration_s) + "\" parking=\"" + (stop.kind == "pause" ? "false" : "true") +
         "\"/>\n";
}

std::string vehicle_xml(const City& city, const std::string& name, const PlannedStop& home, const Day& day) {
  const std::string& edge = city.streets()[home.spot.street].edge;
  std::string xml = "  <trip id=\"" + name + "\" type=\"service\" depart=\"" + std::to_string(day.depart_s) +
                    "\" from=\"" + edge + "\" to=\"" + edge + "\" departLane=\"0\" departPos=\"" +
                    std::to_string(home.spot.along_m) + "\" departSpeed=\"0\">\n";
  for (const PlannedStop& stop : day.stops) {
    xml += stop_xml(city, stop);
  }
  return xml + "  </trip>\n";
}

// Cars that wander: what makes queues at the lights. Their routes are drawn here, because finding the
// shortest way for each would take SUMO longer than driving it.
void add_traffic(const City& city, double cars_an_hour, Random& random, std::vector<Departure>& departures) {
  std::map<std::string, std::vector<const Street*>> leaving;
  for (const Street& street : city.streets()) {
    leaving[street.from].push_back(&street);
  }
  double at_s = kDayBeginsS;
  for (int made = 0; cars_an_hour > 0 && at_s < kTrafficEndsS; ++made) {
    const Street* street = &city.streets()[random.index(city.streets().size())];
    std::string edges = street->edge;
    for (int more = 0; more < kStreetsACar; ++more) {
      const std::vector<const Street*>& exits = leaving[street->to];
      const Street* next = exits[random.index(exits.size())];
      if (next->to != street->from) {  // netgenerate builds no turning back but at dead ends
        edges += " " + next->edge;
        street = next;
      }
    }
    departures.push_back({at_s, "  <vehicle id=\"t" + std::to_string(made) + "\" type=\"car\" depart=\"" +
                                    std::to_string(at_s) + "\"><route edges=\"" + edges +
                                    "\"/></vehicle>\n"});
    at_s += random.exponential(3600 / cars_an_hour);
  }
}

void write_routes(const std::string& path, std::vector<Departure> departures) {
  // SUMO reads vehicles in the order of their departure and drops what comes late.
  std::stable_sort(departures.begin(), departures.end(),
                   [](const Departure& a, const Departure& b) { return a.at_s < b.at_s; });
  std::ofstream file(path);
  file << "<routes>\n"
          "  <vType id=\"car\" speedFactor=\"norm(1,0.1)\"/>\n"
          "  <vType id=\"service\" speedFactor=\"norm(0.95,0.08)\">"
          "<param key=\"has.fcd.device\" value=\"true\"/></vType>\n";
  for (const Departure& departure : departures) {
    file << departure.xml;
  }
  file << "</routes>\n";
  file.flush();
  if (!file) {
    throw std::runtime_error(path + ": cannot be written");
  }
}

int plan(int count, char** words) {
  const Arguments arguments(
      count, words, {"seed", "vehicles", "days", "clients", "traffic"}, 2,
      "truth_plan --seed N --vehicles N --days N --clients N --traffic CARS_AN_HOUR NET DIR");
  const std::int64_t seed = arguments.integer("seed");
  const std::string& folder = arguments.places()[1];
  const auto stream = [seed](const std::string& name) {
    return Random(static_cast<std::uint64_t>(seed), name);
  };

  Random people = stream("city");
  const City city(read_streets(arguments.places()[0]), static_cast<std::size_t>(arguments.integer("clients")),
                  people);
  write_clients(folder + "/clients.csv", city.clients());

  const Spot depot = city.place_of_nobody(people);
  std::vector<Departure> departures;
  std::vector<PlanRow> rows;
  for (std::int64_t vehicle = 1; vehicle <= arguments.integer("vehicles"); ++vehicle) {
    const std::string device = "d" + std::to_string(seed) + "-" + std::to_string(vehicle);
    Random choices = stream(device);
    const Itinerary itinerary =
        plan_itinerary(city, depot, static_cast<int>(arguments.integer("days")), choices);
    for (std::size_t day = 0; day < itinerary.days.size(); ++day) {
      const std::string name = device + "." + std::to_string(day);
      departures.push_back({static_cast<double>(itinerary.days[day].depart_s),
                            vehicle_xml(city, name, itinerary.home, itinerary.days[day])});
      for (const PlannedStop& stop : itinerary.days[day].stops) {
        rows.push_back({device, static_cast<std::int64_t>(day), name, stop.kind, stop.clients});
      }
    }
  }
  write_plan(folder + "/plan.csv", rows);
  Random traffic = stream("traffic");
  add_traffic(city, static_cast<double>(arguments.integer("traffic")), traffic, departures);
  write_routes(folder + "/routes.xml", std::move(departures));
  return 0;
}

}  // namespace
}  // namespace rastro::truth

int main(int count, char** words) { return rastro::truth::run_program(rastro::truth::plan, count, words); }

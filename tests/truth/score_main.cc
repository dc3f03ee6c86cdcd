// truth_score: a program's stops, visits and trips of one cell against the truth, added up over all cities
// given. Prints a row of the table, and a line of JSON to a file; one thread.
#include <cstdio>
#include <fstream>
#include <stdexcept>

#include "tests/truth/arguments.h"
#include "tests/truth/files.h"
#include "tests/truth/report.h"

namespace rastro::truth {
namespace {

template <typename Row>
std::map<std::string, std::vector<Row>> by_device(std::vector<Row> rows) {
  std::map<std::string, std::vector<Row>> groups;
  for (Row& row : rows) {
    groups[row.device].push_back(std::move(row));
  }
  return groups;
}

void add_city(Score& score, const std::string& truth, const std::string& result) {
  ClientsByName clients;
  for (Client& client : read_clients(truth + "/clients.csv")) {
    clients.emplace(client.name, client);
  }
  auto true_stops = by_device(read_true_stops(truth + "/truth_stops.csv"));
  auto true_trips = by_device(read_trips(truth + "/truth_trips.csv"));
  auto drive_bys = by_device(read_drive_bys(truth + "/drive_bys.csv"));
  auto stops = by_device(read_stops(result + "/stops.csv"));
  auto visits = by_device(read_visits(result + "/visits.csv"));
  auto trips = by_device(read_trips(result + "/trips.csv"));
  for (const DeviceSpan& span : read_devices(truth + "/devices.csv")) {
    const std::string& device = span.device;
    const DeviceTruthRows truth_rows{span, true_stops[device], true_trips[device], drive_bys[device]};
    const DeviceResultRows result_rows{stops[device], visits[device], trips[device]};
    add_stops(score.stops, truth_rows, result_rows);
    add_visits(score.visits, truth_rows, result_rows, clients);
    add_trips(score.trips, truth_rows, result_rows);
  }
}

int score(int count, char** words) {
  const Arguments arguments(
      count, words, {"cell", "program", "sampling", "json", "header"}, Arguments::kAnyPlaces,
      "truth_score --cell NAME --program NAME --sampling SECONDS [--header yes] [--json FILE] "
      "TRUTH_DIR RESULT_DIR [TRUTH_DIR RESULT_DIR]…");
  const std::vector<std::string>& places = arguments.places();
  if (places.empty() || places.size() % 2 != 0) {
    throw std::runtime_error("each TRUTH_DIR needs its RESULT_DIR");
  }
  Score score;
  for (std::size_t at = 0; at < places.size(); at += 2) {
    add_city(score, places[at], places[at + 1]);
  }
  const Row row{arguments.text("cell"), arguments.text("program"),
                static_cast<double>(arguments.integer("sampling"))};
  const std::string table = (arguments.has("header") ? markdown_header() : "") + markdown_row(row, score);
  std::fputs(table.c_str(), stdout);
  if (arguments.has("json")) {
    std::ofstream file(arguments.text("json"), std::ios::app);
    file << json(row, score);
    file.flush();
    if (!file) {
      throw std::runtime_error(arguments.text("json") + ": cannot be written");
    }
  }
  return 0;
}

}  // namespace
}  // namespace rastro::truth

int main(int count, char** words) { return rastro::truth::run_program(rastro::truth::score, count, words); }

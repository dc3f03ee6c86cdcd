#include "tests/truth/report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace rastro::truth {
namespace {

constexpr double kMedian = 0.5;
constexpr double kP95 = 0.95;

std::string fixed(double value, int places) {
  if (std::isnan(value)) {
    return "–";
  }
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", places, value);
  return text;
}

std::string count(std::size_t value) { return std::to_string(value); }

double ratio(double part, double whole) {
  return whole > 0 ? part / whole : std::numeric_limits<double>::quiet_NaN();
}

std::string median_and_p95(const std::vector<double>& values, double unit, int places) {
  return fixed(percentile(values, kMedian) / unit, places) + " / " +
         fixed(percentile(values, kP95) / unit, places);
}

std::string told_apart(const NeighbourScore& score) {
  const double all = static_cast<double>(score.right + score.ambiguous + score.wrong);
  return fixed(100 * ratio(static_cast<double>(score.right), all), 1) + " + " +
         fixed(100 * ratio(static_cast<double>(score.ambiguous), all), 1);
}

// A JSON object, written member by member.
class Object {
 public:
  Object& add(const std::string& name, const std::string& json_value) {
    text_ += (text_.empty() ? "\"" : ", \"") + name + "\": " + json_value;
    return *this;
  }
  Object& add(const std::string& name, double value) {
    return add(name, std::isnan(value) ? "null" : fixed(value, 6));
  }
  Object& add(const std::string& name, std::size_t value) { return add(name, count(value)); }
  std::string text() const { return "{" + text_ + "}"; }

 private:
  std::string text_;
};

std::string json_errors(const std::vector<double>& values) {
  return Object().add("median", percentile(values, kMedian)).add("p95", percentile(values, kP95)).text();
}

std::string json_stops(const StopScore& score) {
  return Object()
      .add("truth", score.truth)
      .add("found", score.found)
      .add("matched", score.matched)
      .add("precision", precision(score.matched, score.found))
      .add("recall", precision(score.matched, score.truth))
      .add("f1", f1(score.matched, score.truth, score.found))
      .add("missed", score.truth - score.matched)
      .add("extra", score.found - score.matched)
      .add("fragmented", score.fragmented)
      .add("merged", score.merged)
      .add("start_error_s", json_errors(score.start_errors_s))
      .add("end_error_s", json_errors(score.end_errors_s))
      .add("latency_s", json_errors(score.latencies_s))
      .text();
}

std::string json_neighbours(const NeighbourScore& score) {
  return Object()
      .add("right", score.right)
      .add("ambiguous", score.ambiguous)
      .add("wrong", score.wrong)
      .text();
}

std::string json_visits(const VisitScore& score) {
  return Object()
      .add("truth", score.truth)
      .add("found", score.found)
      .add("right", score.right)
      .add("precision", precision(score.right, score.found))
      .add("recall", precision(score.right, score.truth))
      .add("f1", f1(score.right, score.truth, score.found))
      .add("wrong_client", score.wrong_client)
      .add("missed", score.missed)
      .add("at_no_client", score.at_no_client)
      .add("in_pieces", score.in_pieces)
      .add("false_visits", score.false_visits)
      .add("drive_bys", score.drive_bys)
      .add("drive_bys_stood", score.drive_bys_stood)
      .add("neighbour_20_30_m", json_neighbours(score.neighbours[0]))
      .add("neighbour_30_60_m", json_neighbours(score.neighbours[1]))
      .add("neighbour_further", json_neighbours(score.neighbours[2]))
      .text();
}

std::size_t ambiguous(const VisitScore& score) {
  std::size_t count = 0;
  for (const NeighbourScore& neighbours : score.neighbours) count += neighbours.ambiguous;
  return count;
}

double total_error(const TripScore& score) { return ratio(score.found_m - score.truth_m, score.truth_m); }

std::string json_trips(const TripScore& score) {
  return Object()
      .add("truth", score.truth)
      .add("found", score.found)
      .add("matched", score.matched)
      .add("distance_error", json_errors(score.distance_errors))
      .add("total_distance_error", total_error(score))
      .add("false_metres_a_parked_hour", ratio(score.false_parked_m, score.parked_h))
      .text();
}

}  // namespace

double precision(std::size_t right, std::size_t found) {
  return ratio(static_cast<double>(right), static_cast<double>(found));
}

double f1(std::size_t right, std::size_t truth, std::size_t found) {
  return ratio(2 * static_cast<double>(right), static_cast<double>(truth + found));
}

double percentile(std::vector<double> values, double share) {
  if (values.empty()) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const double rank = std::ceil(share * static_cast<double>(values.size()));
  const auto at = values.begin() + std::max<std::ptrdiff_t>(0, static_cast<std::ptrdiff_t>(rank) - 1);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

std::string markdown_header() {
  return "| cell | program | stops F1 (P, R) | missed | extra | fragm. | merged | start error | end error | "
         "latency s | "
         "visits F1 (P, R) | wrong client (said to be ambiguous) | missed | at no client | pieces | false of "
         "drive-bys (stood) | "
         "20–30 m: right + said | 30–60 m | further | trip distance error % | total % | false m a parked "
         "hour |\n"
         "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n";
}

std::string markdown_row(const Row& row, const Score& score) {
  const StopScore& stops = score.stops;
  const VisitScore& visits = score.visits;
  const TripScore& trips = score.trips;
  const double unit = row.sampling_s > 0 ? row.sampling_s : 1;
  std::string text;
  const auto add = [&text](const std::string& field) { text += "| " + field + " "; };
  const auto add_f1 = [&add](std::size_t right, std::size_t truth, std::size_t found) {
    add(fixed(f1(right, truth, found), 4) + " (" + fixed(precision(right, found), 3) + ", " +
        fixed(precision(right, truth), 3) + ")");
  };
  add(row.cell);
  add(row.program);
  add_f1(stops.matched, stops.truth, stops.found);
  add(count(stops.truth - stops.matched));
  add(count(stops.found - stops.matched));
  add(count(stops.fragmented));
  add(count(stops.merged));
  add(median_and_p95(stops.start_errors_s, unit, 2));
  add(median_and_p95(stops.end_errors_s, unit, 2));
  add(median_and_p95(stops.latencies_s, 1, 0));
  add_f1(visits.right, visits.truth, visits.found);
  add(count(visits.wrong_client) + " (" + count(ambiguous(visits)) + ")");
  add(count(visits.missed));
  add(count(visits.at_no_client));
  add(count(visits.in_pieces));
  add(count(visits.false_visits) + " of " + count(visits.drive_bys) + " (" + count(visits.drive_bys_stood) +
      ")");
  for (const NeighbourScore& neighbours : visits.neighbours) {
    add(told_apart(neighbours));
  }
  add(median_and_p95(trips.distance_errors, 0.01, 2));
  add(fixed(100 * total_error(trips), 2));
  add(fixed(ratio(trips.false_parked_m, trips.parked_h), 1));
  return text + "|\n";
}

std::string json(const Row& row, const Score& score) {
  return Object()
             .add("cell", "\"" + row.cell + "\"")
             .add("program", "\"" + row.program + "\"")
             .add("stops", json_stops(score.stops))
             .add("visits", json_visits(score.visits))
             .add("trips", json_trips(score.trips))
             .text() +
         "\n";
}

}  // namespace rastro::truth

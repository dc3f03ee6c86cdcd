// How fast the store is when its table has so and so many rows: writes batches as a gateway does until the
// last milestone, and says for each milestone the rate of the rows before it. Goes on where an earlier run on
// the same database ended.
//
// usage: growth_bench --url URL [--milestones 1000000,10000000,100000000] [--window 300000]
#include <chrono>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>

#include "pipeline/postgis/fix_store.h"
#include "tests/bench/ceilings/arguments.h"
#include "tests/bench/traffic.h"

namespace {

using namespace rastro;
using namespace rastro::postgis;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kBatch = 10'000;

template <typename T>
T require(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().sentence);
  return std::move(*result);
}

std::vector<std::uint64_t> milestones_of(const std::string& text) {
  std::vector<std::uint64_t> milestones;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, ',');) milestones.push_back(std::stoull(part));
  return milestones;
}

int run(const bench::Arguments& arguments) {
  FixStore store({.url = arguments.text("url")});
  journal::Cursor cursor = require(store.load_cursor());
  bench::Traffic traffic(1, static_cast<std::int64_t>(cursor.units));
  const std::uint64_t window = arguments.count("window", 300'000);
  std::string points;
  for (const std::uint64_t milestone :
       milestones_of(arguments.text("milestones", "1000000,10000000,100000000"))) {
    Clock::time_point began = Clock::now();
    std::uint64_t from = cursor.units;
    while (cursor.units < milestone) {
      if (cursor.units + window <= milestone) {
        began = Clock::now();
        from = cursor.units;
      }
      ++cursor.position;
      cursor.units += kBatch;
      require(store.write(traffic.next(kBatch), cursor));
    }
    if (cursor.units == from) continue;  // an earlier run came further
    const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
    const double rate = static_cast<double>(cursor.units - from) / seconds;
    std::cerr << milestone << " rows: " << rate << " rows/s\n";
    points += (points.empty() ? "" : ",") + std::string("{\"rows\":") + std::to_string(milestone) +
              ",\"rows_a_second\":" + std::to_string(rate) + "}";
  }
  std::cout << "{\"points\":[" << points << "]}\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) { return rastro::bench::run_with_arguments(argc, argv, run); }

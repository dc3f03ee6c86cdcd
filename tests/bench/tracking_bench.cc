// The tracking engine on one core. Google Benchmark: items are fixes, and look-ups of clients.
#include <benchmark/benchmark.h>

#include <random>

#include "pipeline/tracking/visit.h"
#include "tests/unit/tracking/drive.h"

namespace {

using namespace rastro::tracking;

// A vehicle that is out by day and parked by night, a fix every half minute: a year is a million.
const std::vector<Point>& year() {
  static const std::vector<Point> points = [] {
    test::Drive drive(30, 6);
    while (drive.points().size() < 1000000) {
      for (int i = 0; i < 12; ++i) drive.park(15 * test::kMinute).drive_to(3000 * (i % 4), 2000 * (i % 5));
      drive.park(14 * test::kHour);
    }
    return drive.points();
  }();
  return points;
}

void fold(benchmark::State& state) {
  const std::vector<Point>& points = year();
  std::size_t stops = 0;
  for (auto _ : state) stops = test::track(points).stops.size();
  if (stops < 1000) state.SkipWithError("the year has lost its stops");
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(points.size()));
}

void nearest_client(benchmark::State& state) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> metres(-100000, 100000);
  std::vector<Client> clients(static_cast<std::size_t>(state.range(0)));
  for (std::size_t i = 0; i < clients.size(); ++i) {
    clients[i].id = static_cast<std::int64_t>(i);
    clients[i].place = test::at(metres(random), metres(random));
  }
  const ClientIndex index(std::move(clients));
  std::vector<Place> places(4096);
  for (Place& place : places) place = test::at(metres(random), metres(random));
  std::vector<ClientIndex::Near> near;
  std::size_t i = 0;
  for (auto _ : state) {
    index.find_near(places[i++ % places.size()], 10, near);
    benchmark::DoNotOptimize(near.data());
  }
  state.SetItemsProcessed(state.iterations());
}

}  // namespace

BENCHMARK(fold)->Unit(benchmark::kMillisecond);
BENCHMARK(nearest_client)->Arg(1000)->Arg(1000000);

BENCHMARK_MAIN();

// truth_noise: what trackers would have sent of the true paths, for one cell of the table. Deterministic for
// a seed; one thread.
#include <algorithm>

#include "tests/truth/arguments.h"
#include "tests/truth/delivery.h"
#include "tests/truth/files.h"
#include "tests/truth/tracker.h"

namespace rastro::truth {
namespace {

int noise(int count, char** words) {
  const Arguments arguments(count, words, {"seed", "sampling", "noise"}, 2,
                            "truth_noise --seed N --sampling SECONDS --noise METRES TRUTH_DIR FIXES_CSV");
  const std::string& truth = arguments.places()[0];
  const auto seed = static_cast<std::uint64_t>(arguments.integer("seed"));
  const std::int64_t sampling_ms = arguments.integer("sampling") * 1000;
  const auto noise_m = static_cast<double>(arguments.integer("noise"));

  std::map<std::string, std::vector<TrueStop>> stops;
  for (TrueStop& stop : read_true_stops(truth + "/truth_stops.csv")) {
    stops[stop.device].push_back(std::move(stop));
  }
  const std::map<std::string, Track> tracks = read_tracks(truth + "/track.csv");
  Random city(seed, "covered");
  const std::vector<CoveredArea> covered = draw_covered_areas(tracks, city);

  std::vector<FixRow> all;
  for (const DeviceSpan& span : read_devices(truth + "/devices.csv")) {
    Tracker tracker(span, tracks.at(span.device), covered, seed, sampling_ms, noise_m);
    std::vector<FixRow> fixes = tracker.report(stops[span.device]);
    Random network(seed, span.device + "/network");
    deliver(fixes, span, tracker.profile().newest_first, network);
    all.insert(all.end(), fixes.begin(), fixes.end());
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const FixRow& a, const FixRow& b) { return a.arrival_ms < b.arrival_ms; });
  write_fixes(arguments.places()[1], all);
  return 0;
}

}  // namespace
}  // namespace rastro::truth

int main(int count, char** words) { return rastro::truth::run_program(rastro::truth::noise, count, words); }

// Power cuts by seed, on a disk in memory: RASTRO_POWER_CUTS of them, the worlds counted up from RASTRO_SEED.
// A failure says the seed of its world; with that one, and RASTRO_POWER_CUTS=1, it is there again at once.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "tests/support/journal_simulation.h"

namespace rastro::test {
namespace {

// In one world: enough for what one cut leaves to meet the next ones.
constexpr std::size_t kCutsInAWorld = 10;

std::uint64_t setting(const char* name, std::uint64_t fallback) {
  const char* text = std::getenv(name);
  return text == nullptr ? fallback : std::strtoull(text, nullptr, 10);
}

TEST(PowerCuts, LoseNothingThatWasDurableDoubleNothingAndMakeNothingUp) {
  const std::uint64_t cuts = setting("RASTRO_POWER_CUTS", 50);
  std::uint64_t seed = setting("RASTRO_SEED", 20260105);
  const std::uint64_t first = seed;
  std::uint64_t done = 0;
  std::uint64_t lives = 0;
  std::uint64_t faults = 0;
  std::uint64_t acknowledged = 0;
  for (; done < cuts && !HasFailure(); ++seed) {
    JournalSimulation world(seed);
    world.run(kCutsInAWorld);
    done += world.cuts();
    lives += world.lives();
    faults += world.faults();
    acknowledged += world.acknowledged();
  }
  std::cout << "seeds " << first << " to " << seed - 1 << ": " << done << " power cuts in " << lives
            << " lives, " << faults << " failed calls, " << acknowledged << " records acknowledged"
            << std::endl;
}

}  // namespace
}  // namespace rastro::test

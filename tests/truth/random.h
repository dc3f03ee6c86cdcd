// Random numbers of the truth set: the same for a seed and a name on every machine and every library, which
// the distributions of the standard library do not promise. Owns its state; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string_view>

namespace rastro::truth {

class Random {
 public:
  // Streams of different names are independent: what one part draws never shifts what another does.
  Random(std::uint64_t seed, std::string_view name);

  double uniform(double low, double high);
  std::int64_t integer(std::int64_t low, std::int64_t high);  // both ends included
  bool chance(double probability);
  double normal();  // mean 0, standard deviation 1
  double exponential(double mean);
  std::size_t index(std::size_t count);  // 0 … count − 1; count is not 0

 private:
  std::mt19937_64 engine_;
};

}  // namespace rastro::truth

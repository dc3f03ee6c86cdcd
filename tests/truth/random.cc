#include "tests/truth/random.h"

#include <cmath>
#include <numbers>

namespace rastro::truth {
namespace {

// FNV-1a, 64 bits: offset basis and prime of the published function.
std::uint64_t hash(std::uint64_t seed, std::string_view name) {
  std::uint64_t value = 14695981039346656037U;
  const auto add = [&value](std::uint64_t byte) { value = (value ^ byte) * 1099511628211U; };
  for (int shift = 0; shift < 64; shift += 8) {
    add((seed >> shift) & 0xFF);
  }
  for (const char letter : name) {
    add(static_cast<unsigned char>(letter));
  }
  return value;
}

}  // namespace

Random::Random(std::uint64_t seed, std::string_view name) : engine_(hash(seed, name)) {}

double Random::uniform(double low, double high) {
  const double unit = static_cast<double>(engine_() >> 11) * 0x1p-53;  // the 53 bits that a double holds
  return low + unit * (high - low);
}

std::int64_t Random::integer(std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(index(static_cast<std::size_t>(high - low) + 1));
}

bool Random::chance(double probability) { return uniform(0, 1) < probability; }

// Box and Muller; the second number of the pair is left, so that a draw depends on nothing before it.
double Random::normal() {
  const double radius = std::sqrt(-2 * std::log(1 - uniform(0, 1)));
  return radius * std::cos(2 * std::numbers::pi * uniform(0, 1));
}

double Random::exponential(double mean) { return -mean * std::log(1 - uniform(0, 1)); }

std::size_t Random::index(std::size_t count) {
  return static_cast<std::size_t>(uniform(0, 1) * static_cast<double>(count));
}

}  // namespace rastro::truth

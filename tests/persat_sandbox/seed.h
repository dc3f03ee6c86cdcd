// Made-up numbers that are the same for the same seed, and places in Buenos Aires. Pure.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>

namespace persat_sandbox {

// How much there is.
struct Sizes {
  std::uint64_t seed = 1;
  std::size_t clients = 0;
  std::size_t devices = 0;
  std::size_t work_orders = 0;
  std::size_t deliveries = 0;
  std::chrono::sys_days today{};  // what is finished lies before it
};

// splitmix64's mixing: well spread from numbers that follow each other.
inline std::uint64_t draw(std::uint64_t seed, std::uint64_t number) {
  std::uint64_t x = seed * 0x9E3779B97F4A7C15U + number * 0xBF58476D1CE4E5B9U + 0x94D049BB133111EBU;
  x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31U);
}
// From 0 up to below 1.
inline double draw_share(std::uint64_t seed, std::uint64_t number) {
  return static_cast<double>(draw(seed, number) >> 11U) / static_cast<double>(std::uint64_t{1} << 53U);
}

struct Place {
  double latitude;
  double longitude;
  const char* street;
  const char* neighborhood;
};

// Within the city, about.
inline Place draw_place(std::uint64_t seed, std::uint64_t number) {
  constexpr std::array<const char*, 8> kStreets = {"Av. Rivadavia", "Av. Corrientes", "Av. Cabildo",
                                                   "Thames",        "Gurruchaga",     "Av. San Juan",
                                                   "Boedo",         "Cuenca"};
  constexpr std::array<const char*, 6> kNeighborhoods = {"Almagro", "Palermo", "Belgrano",
                                                         "Boedo",   "Flores",  "Villa del Parque"};
  const std::uint64_t word = draw(seed ^ 0x5EEDU, number);
  return {-34.68 + 0.13 * draw_share(seed, 2 * number), -58.52 + 0.15 * draw_share(seed, 2 * number + 1),
          kStreets[word % kStreets.size()], kNeighborhoods[(word >> 8U) % kNeighborhoods.size()]};
}

// "2026-03-04T15:30:00.000Z" of a day and a minute of it.
std::string write_time(std::chrono::sys_days day, int minute);
std::string write_day(std::chrono::sys_days day);

}  // namespace persat_sandbox

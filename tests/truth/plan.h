// What truth_plan tells truth_track of each stop that it asked SUMO for, in the order that a vehicle makes
// them. Values; the file is read and written whole, by one thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rastro::truth {

struct PlanRow {
  std::string device;
  std::int64_t day = 0;  // 0 is the first
  std::string vehicle;   // SUMO's: a vehicle a device and day
  std::string kind;      // itinerary.h
  std::vector<std::string> clients;
};

std::vector<PlanRow> read_plan(const std::string& path);
void write_plan(const std::string& path, const std::vector<PlanRow>& rows);

}  // namespace rastro::truth

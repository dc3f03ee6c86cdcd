// Finds whom a true path drove by: the temptations of a visit's detector. Pure; values, any thread.
#pragma once

#include <vector>

#include "tests/truth/rows.h"
#include "tests/truth/truth.h"

namespace rastro::truth {

// Each time that the path came within a client's radius and left it, unless a planned stop was made
// meanwhile.
std::vector<DriveBy> find_drive_bys(const DeviceTruth& truth, const std::vector<Client>& clients);

}  // namespace rastro::truth

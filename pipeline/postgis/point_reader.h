// Reads stored fixes as tracking takes them, of many devices at once. On a connection of the caller's, in its
// transaction; one thread. Nothing throws.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "pipeline/postgis/connection.h"
#include "pipeline/tracking/point.h"

namespace rastro::postgis {

// The fixes of a device behind a key, up to and with a time.
struct Stretch {
  std::int64_t device_id = 0;
  tracking::PointKey after;
  std::int64_t until_ms = 0;
};

// The next fixes of each stretch, in the order of their keys, at most `limit`. Fixes that are dated outside
// the years 1 to 9999 are left out. A fix of a clock that is too far ahead comes as not valid.
Result<std::vector<std::vector<tracking::Point>>> read_points(Connection& connection,
                                                              std::span<const Stretch> stretches,
                                                              std::uint32_t limit);

// The database orders hashes as signed numbers, tracking as unsigned ones: a key's hash is the stored one
// with its highest bit turned.
std::int64_t stored_hash(std::uint64_t key_hash);
std::uint64_t key_hash(std::int64_t stored_hash);

}  // namespace rastro::postgis

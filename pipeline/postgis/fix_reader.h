// Reads stored fixes back: the history of one device, as the API gives it out. One connection, opened when
// needed; blocking; one thread. Nothing throws.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/postgis/connection.h"
#include "pipeline/postgis/failure.h"

namespace rastro::postgis {

struct StoredFix {
  std::int64_t time_ms = 0;
  std::int64_t received_ms = 0;
  bool valid = false;
  std::optional<double> latitude_deg;  // both or none
  std::optional<double> longitude_deg;
  std::optional<double> altitude_m;
  std::optional<double> speed_kmh;
  std::optional<double> course_deg;
  std::optional<int> satellites;
  std::string attributes;  // JSON
  std::uint64_t record_hash = 0;
};

class FixReader {
 public:
  explicit FixReader(std::string url) : url_(std::move(url)) {}

  // The fixes of a device with from_ms <= time < to_ms, oldest first, at most `limit`.
  Result<std::vector<StoredFix>> read(std::int64_t device_id, std::int64_t from_ms, std::int64_t to_ms,
                                      std::uint32_t limit);

 private:
  std::string url_;
  std::optional<Connection> connection_;
};

}  // namespace rastro::postgis

// Which devices' fixes some records brought, changed or took away, and of which times: what tracking has to
// look at again. One thread. Nothing throws.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "pipeline/postgis/connection.h"
#include "schema/record.h"

namespace rastro::postgis {

class Touches {
 public:
  void add(const StoredRecord& record);
  void clear() { times_.clear(); }
  bool empty() const { return times_.empty(); }

  struct Times {
    std::int64_t from_ms = INT64_MAX;
    std::int64_t to_ms = INT64_MIN;
  };
  const std::unordered_map<DeviceIdentity, Times>& times() const { return times_; }

 private:
  std::unordered_map<DeviceIdentity, Times> times_;
};

// In the caller's transaction: tracking is to read these devices' fixes again, whenever it comes to it.
Result<void> note_due(Connection& connection, const Touches& touches);

}  // namespace rastro::postgis

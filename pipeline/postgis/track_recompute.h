// Makes what is stored of a device's ways anew on request, and says what is different then. A device a
// transaction; beside running gateways, which wait for a device meanwhile. One connection, one thread.
// Nothing throws.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pipeline/postgis/track_fold.h"

namespace rastro::postgis {

struct TrackDifference {
  struct Counts {
    std::string_view what;  // "stops"
    std::uint64_t added = 0;
    std::uint64_t removed = 0;
    std::uint64_t changed = 0;  // in something else than the version of the parameters

    bool any() const { return added + removed + changed > 0; }
  };
  std::array<Counts, 4> counts;  // stops, trips, visits, days
};

class TrackRecompute {
 public:
  // The calendar, whose name `time_zone` is, is used while the object lives.
  TrackRecompute(std::string url, const tracking::Parameters& fleet, std::string time_zone,
                 const tracking::Calendar& calendar)
      : url_(std::move(url)), parameters_(fleet, std::move(time_zone), calendar) {}

  // Reads the device's fixes from a time on again, at least up to another: further, as far as that changes
  // anything; from the first, where the parameters are others. Unless `keep`, nothing is written.
  Result<TrackDifference> recompute(const DeviceStretch& stretch, bool keep);

 private:
  Result<void> connect();
  Result<TrackDifference> attempt(const DeviceStretch& stretch);

  const std::string url_;
  ParameterBook parameters_;
  AppliedClients clients_;
  TrackFold fold_{parameters_, clients_};
  std::optional<Connection> connection_;
};

}  // namespace rastro::postgis

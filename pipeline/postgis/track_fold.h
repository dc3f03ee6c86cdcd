// Brings what is stored of devices' ways up to date with their stored fixes: on from where each was read to,
// or again from before a fix that came late. On a connection of the caller's, in its transaction; one thread.
// Nothing throws.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "pipeline/postgis/applied_clients.h"
#include "pipeline/postgis/parameter_book.h"
#include "pipeline/postgis/visit_writer.h"

namespace rastro::postgis {

// Between these times, both included, fixes of the device have come, changed or gone.
struct DeviceStretch {
  std::int64_t device_id = 0;
  std::int64_t from_ms = INT64_MIN;
  std::int64_t to_ms = INT64_MAX;
};

struct TrackOutcome {
  std::uint64_t devices = 0;
  std::uint64_t fixes = 0;    // read, those that were read before included
  std::uint64_t again = 0;    // devices that were read again from before
  std::uint64_t put_off = 0;  // devices that were too much for a batch

  TrackOutcome& operator+=(const TrackOutcome& more) {
    devices += more.devices;
    fixes += more.fixes;
    again += more.again;
    put_off += more.put_off;
    return *this;
  }
};

class TrackFold {
 public:
  // Both are used while the fold lives.
  TrackFold(const ParameterBook& parameters, const AppliedClients& clients)
      : parameters_(parameters), clients_(clients) {}

  // Once for each connection, before any transaction.
  static Result<void> prepare(Connection& connection);

  // Fixes are read up to the end of each stretch, and not less far than before: so in the usual order the
  // state is never ahead of the stretches, and no stretch makes anything be read again.
  // With `put_off`, a device that has more fixes than one reading takes is left as it is and named there.
  // REQUIRES: each device once; clients held.
  Result<TrackOutcome> fold(Connection& connection, std::span<const DeviceStretch> stretches,
                            std::vector<DeviceStretch>* put_off = nullptr);

  // The visits alone, of stops that are what they were: for clients that have changed.
  Result<void> fold_visits(Connection& connection, std::span<const DeviceStretch> stretches);

 private:
  struct Device;

  Result<std::vector<Device>> lock(Connection& connection, std::span<const DeviceStretch> stretches) const;
  Result<void> find_starts(Connection& connection, std::span<Device> devices) const;
  Result<void> find_landings(Connection& connection, std::span<Device> devices) const;
  Result<void> read(Connection& connection, std::span<Device> devices,
                    std::vector<DeviceStretch>* put_off) const;
  Result<void> write(Connection& connection, std::span<const Device> devices) const;

  const ParameterBook& parameters_;
  const AppliedClients& clients_;
};

}  // namespace rastro::postgis

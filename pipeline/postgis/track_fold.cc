#include "pipeline/postgis/track_fold.h"

#include <algorithm>
#include <optional>

#include "pipeline/postgis/point_reader.h"
#include "pipeline/postgis/time_text.h"
#include "pipeline/postgis/track_writer.h"

namespace rastro::postgis {
namespace {

using tracking::Checkpoint;
using tracking::Replay;
using tracking::State;

// Fixes in memory at once, some 100 bytes each, and of one device at least so many that the round trip does
// not matter.
constexpr std::size_t kFixesAtOnce = 200'000;
constexpr std::size_t kLeastFixes = 500;
constexpr std::size_t kMostFixes = 20'000;

constexpr const char* kAddStates = R"(
  INSERT INTO rastro.tracking_state (device_id) SELECT new.id FROM unnest($1::bigint[]) AS new(id)
  WHERE NOT EXISTS (SELECT FROM rastro.tracking_state WHERE device_id = new.id)
  ORDER BY new.id ON CONFLICT (device_id) DO NOTHING)";
// In one order whoever asks, so that no two wait for each other.
constexpr const char* kLockStates = R"(
  SELECT device_id, parameters_id, encode(state, 'hex') FROM rastro.tracking_state
  WHERE device_id = ANY ($1::bigint[]) ORDER BY device_id FOR UPDATE)";

constexpr const char* kFindStarts = R"(
  SELECT device.n - 1, (extract(epoch FROM at) * 1000)::bigint, encode(state, 'hex')
  FROM unnest($1::bigint[], $2::timestamptz[]) WITH ORDINALITY AS device(id, from_time, n)
  CROSS JOIN LATERAL (
    SELECT at, state FROM rastro.tracking_checkpoint WHERE device_id = device.id AND at <= device.from_time
    ORDER BY at DESC LIMIT 1) AS checkpoint)";
// Where the state is another even after two weeks, reading on to the end costs less than looking further.
constexpr const char* kFindLandings = R"(
  SELECT device.n - 1, (extract(epoch FROM at) * 1000)::bigint, encode(state, 'hex')
  FROM unnest($1::bigint[], $2::timestamptz[]) WITH ORDINALITY AS device(id, to_time, n)
  CROSS JOIN LATERAL (
    SELECT at, state FROM rastro.tracking_checkpoint WHERE device_id = device.id AND at > device.to_time
    ORDER BY at LIMIT 56) AS checkpoint
  ORDER BY device.n, at)";

std::string ids_of(std::span<const DeviceStretch> stretches) {
  std::string ids;
  for (const DeviceStretch& stretch : stretches) append_array_element(std::to_string(stretch.device_id), ids);
  return finish_array(std::move(ids));
}

}  // namespace

struct TrackFold::Device {
  DeviceStretch stretch;
  const ParameterBook::Version* version = nullptr;
  State start;
  std::int64_t replaced_from_ms = INT64_MIN;
  std::int64_t until_ms = INT64_MAX;
  bool known = false;  // was read before
  bool late = false;   // begins at a checkpoint, if there is one
  std::optional<Replay> replay;
  bool done = false;
  bool put_off = false;

  bool changes_stops() const {
    return replaced_from_ms != kUnsettled || !replay->stops().empty() || tracking::find_open_stop(start) ||
           tracking::find_open_stop(replay->state());
  }
  bool changes_anything() const { return replaced_from_ms != kUnsettled || replay->points() > 0; }
};

Result<void> TrackFold::prepare(Connection& connection) { return prepare_track_writer(connection); }

Result<std::vector<TrackFold::Device>> TrackFold::lock(Connection& connection,
                                                       std::span<const DeviceStretch> stretches) const {
  std::vector<DeviceStretch> sorted(stretches.begin(), stretches.end());
  std::ranges::sort(sorted, {}, &DeviceStretch::device_id);
  std::vector<Device> devices(sorted.size());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    devices[i].stretch = sorted[i];
    devices[i].version = &parameters_.of(sorted[i].device_id);
  }
  const std::string ids = ids_of(stretches);
  if (auto added = connection.query(kAddStates, {ids}); !added) return added.error();
  const auto rows = connection.query(kLockStates, {ids});
  if (!rows) return rows.error();
  for (int row = 0; row < rows->size(); ++row) {
    Device& device = devices[static_cast<std::size_t>(row)];
    if (rows->is_null(row, 2)) {
      device.until_ms = device.stretch.to_ms;
      continue;
    }
    device.known = true;
    State tip;
    if (!tracking::decode_state(rows->bytes(row, 2), tip)) continue;  // another version's: all is read again
    device.until_ms = std::max(device.stretch.to_ms, tip.last_key.time_ms);
    if (rows->integer(row, 1) != device.version->id) continue;
    if (device.stretch.from_ms <= tip.last_key.time_ms) {
      device.late = true;
      continue;
    }
    device.start = tip;
    device.replaced_from_ms = kUnsettled;
  }
  return devices;
}

Result<void> TrackFold::find_starts(Connection& connection, std::span<Device> devices) const {
  std::vector<Device*> late;
  std::string ids;
  std::string times;
  for (Device& device : devices) {
    if (!device.late) continue;
    late.push_back(&device);
    append_array_element(std::to_string(device.stretch.device_id), ids);
    append_array_element(time_text(device.stretch.from_ms), times);
  }
  if (late.empty()) return {};
  const auto rows =
      connection.query(kFindStarts, {finish_array(std::move(ids)), finish_array(std::move(times))});
  if (!rows) return rows.error();
  for (int row = 0; row < rows->size(); ++row) {
    Device& device = *late[static_cast<std::size_t>(rows->integer(row, 0))];
    State start;
    if (!tracking::decode_state(rows->bytes(row, 2), start)) continue;
    device.start = start;
    device.replaced_from_ms = rows->integer(row, 1);
  }
  return {};
}

Result<void> TrackFold::find_landings(Connection& connection, std::span<Device> devices) const {
  std::vector<Device*> late;
  std::string ids;
  std::string times;
  for (Device& device : devices) {
    device.replay.emplace(device.version->tracker, device.start);
    if (!device.late) continue;
    late.push_back(&device);
    append_array_element(std::to_string(device.stretch.device_id), ids);
    append_array_element(time_text(device.stretch.to_ms), times);
  }
  if (late.empty()) return {};
  const auto rows =
      connection.query(kFindLandings, {finish_array(std::move(ids)), finish_array(std::move(times))});
  if (!rows) return rows.error();
  std::vector<std::vector<Checkpoint>> landings(late.size());
  for (int row = 0; row < rows->size(); ++row) {
    landings[static_cast<std::size_t>(rows->integer(row, 0))].push_back(
        {rows->integer(row, 1), rows->bytes(row, 2)});
  }
  for (std::size_t i = 0; i < late.size(); ++i) late[i]->replay->land_on(std::move(landings[i]));
  return {};
}

Result<void> TrackFold::read(Connection& connection, std::span<Device> devices,
                             std::vector<DeviceStretch>* put_off) const {
  for (;;) {
    std::vector<Device*> open;
    std::vector<Stretch> stretches;
    for (Device& device : devices) {
      if (device.done) continue;
      open.push_back(&device);
      stretches.push_back({device.stretch.device_id, device.replay->state().last_key, device.until_ms});
    }
    if (open.empty()) return {};
    const std::size_t limit = std::clamp(kFixesAtOnce / open.size(), kLeastFixes, kMostFixes);
    const auto points = read_points(connection, stretches, static_cast<std::uint32_t>(limit));
    if (!points) return points.error();
    for (std::size_t i = 0; i < open.size(); ++i) {
      Device& device = *open[i];
      const std::vector<tracking::Point>& next = (*points)[i];
      if (next.size() >= limit && put_off != nullptr) {
        put_off->push_back(device.stretch);
        device.put_off = device.done = true;
        continue;
      }
      for (const tracking::Point& point : next) device.replay->take(point);
      device.done = next.size() < limit || device.replay->landed();
    }
  }
}

Result<void> TrackFold::write(Connection& connection, std::span<const Device> devices) const {
  std::vector<TrackUpdate> updates;
  std::vector<VisitsDue> visits;
  for (const Device& device : devices) {
    if (device.put_off || !device.changes_anything()) continue;
    const TrackHead head{device.stretch.device_id, device.version->id};
    updates.push_back({head, device.replaced_from_ms, &*device.replay});
    if (device.changes_stops()) visits.push_back({head, tracking::unsettled_from_ms(device.start)});
  }
  if (auto written = write_tracks(connection, updates); !written) return written;
  return rewrite_visits(connection, visits, clients_.index());
}

Result<TrackOutcome> TrackFold::fold(Connection& connection, std::span<const DeviceStretch> stretches,
                                     std::vector<DeviceStretch>* put_off) {
  auto devices = lock(connection, stretches);
  if (!devices) return devices.error();
  if (auto found = find_starts(connection, *devices); !found) return found.error();
  if (auto found = find_landings(connection, *devices); !found) return found.error();
  if (auto done = read(connection, *devices, put_off); !done) return done.error();
  if (auto written = write(connection, *devices); !written) return written.error();
  TrackOutcome outcome;
  for (const Device& device : *devices) {
    if (device.put_off) {
      ++outcome.put_off;
      continue;
    }
    ++outcome.devices;
    outcome.fixes += device.replay->points();
    if (device.known && device.replaced_from_ms != kUnsettled) ++outcome.again;
  }
  return outcome;
}

Result<void> TrackFold::fold_visits(Connection& connection, std::span<const DeviceStretch> stretches) {
  const auto rows = connection.query(kLockStates, {ids_of(stretches)});
  if (!rows) return rows.error();
  std::vector<VisitsDue> due;
  for (int row = 0; row < rows->size(); ++row) {
    const std::int64_t device_id = rows->integer(row, 0);
    const auto stretch = std::ranges::find(stretches, device_id, &DeviceStretch::device_id);
    if (rows->is_null(row, 1)) continue;  // no stops yet
    due.push_back({{device_id, static_cast<std::int32_t>(rows->integer(row, 1))}, stretch->from_ms});
  }
  return rewrite_visits(connection, due, clients_.index());
}

}  // namespace rastro::postgis

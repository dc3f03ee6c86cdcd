#include "pipeline/postgis/track_recompute.h"

namespace rastro::postgis {
namespace {

constexpr const char* kPrepareSession = "SET timezone = 'UTC'; SET lock_timeout = '60s'; SET jit = off";

struct Compared {
  const char* what;
  const char* table;
  const char* key;
};
constexpr std::array<Compared, 4> kCompared = {{{"stops", "stop", "started_at"},
                                                {"trips", "trip", "started_at"},
                                                {"visits", "visit", "arrived_at"},
                                                {"days", "day_statistics", "day"}}};

std::string remember(const Compared& compared, std::int64_t device_id) {
  const std::string table = compared.table;
  return "CREATE TEMP TABLE old_" + table + " ON COMMIT DROP AS SELECT " + compared.key +
         ", to_jsonb(t) - "
         "'parameters_id' AS content FROM rastro." +
         table + " AS t WHERE device_id = " + std::to_string(device_id);
}

std::string compare(const Compared& compared, std::int64_t device_id) {
  const std::string table = compared.table;
  return "SELECT count(*) FILTER (WHERE was.content IS NULL), count(*) FILTER (WHERE now.content IS NULL), "
         "count(*) FILTER (WHERE was.content <> now.content) FROM pg_temp.old_" +
         table +
         " AS was FULL JOIN "
         "(SELECT " +
         compared.key + ", to_jsonb(t) - 'parameters_id' AS content FROM rastro." + table +
         " AS t WHERE device_id = " + std::to_string(device_id) + ") AS now USING (" + compared.key + ")";
}

}  // namespace

Result<void> TrackRecompute::connect() {
  if (connection_ && !connection_->lost()) return {};
  connection_.reset();
  Result<Connection> opened = Connection::open(url_);
  if (!opened) return opened.error();
  if (auto prepared = opened->run(kPrepareSession); !prepared) return prepared.error();
  if (auto prepared = TrackFold::prepare(*opened); !prepared) return prepared.error();
  if (auto loaded = parameters_.load(*opened); !loaded) return loaded.error();
  connection_ = std::move(*opened);
  return {};
}

Result<TrackDifference> TrackRecompute::recompute(const DeviceStretch& stretch, bool keep) {
  if (auto connected = connect(); !connected) return connected.error();
  if (auto begun = connection_->run("BEGIN"); !begun) return begun.error();
  const auto difference = attempt(stretch);
  if (!difference || !keep) {
    connection_->roll_back();
    return difference;
  }
  if (auto committed = connection_->commit(); !committed) return committed.error();
  return difference;
}

Result<TrackDifference> TrackRecompute::attempt(const DeviceStretch& stretch) {
  if (auto held = clients_.hold(*connection_); !held) return held.error();
  for (const Compared& compared : kCompared) {
    if (auto done = connection_->run(remember(compared, stretch.device_id).c_str()); !done)
      return done.error();
  }
  if (auto folded = fold_.fold(*connection_, std::span(&stretch, 1)); !folded) return folded.error();
  if (auto folded = fold_.fold_visits(*connection_, std::span(&stretch, 1)); !folded) return folded.error();
  TrackDifference difference;
  for (std::size_t i = 0; i < kCompared.size(); ++i) {
    const auto rows = connection_->run(compare(kCompared[i], stretch.device_id).c_str());
    if (!rows) return rows.error();
    const auto number = [&](int column) { return static_cast<std::uint64_t>(rows->integer(0, column)); };
    difference.counts[i] = {kCompared[i].what, number(0), number(1), number(2)};
  }
  return difference;
}

}  // namespace rastro::postgis

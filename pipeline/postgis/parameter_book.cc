#include "pipeline/postgis/parameter_book.h"

#include "pipeline/tracking/parameter_names.h"

namespace rastro::postgis {
namespace {

constexpr const char* kAdd = R"(
  INSERT INTO rastro.tracking_parameters (parameters) SELECT $1::jsonb
  WHERE NOT EXISTS (SELECT FROM rastro.tracking_parameters WHERE parameters = $1::jsonb)
  ON CONFLICT (parameters) DO NOTHING)";
constexpr const char* kFind = "SELECT id FROM rastro.tracking_parameters WHERE parameters = $1::jsonb";
constexpr const char* kOwnSettings =
    "SELECT id, t.* FROM rastro.device, jsonb_each_text(settings) AS t WHERE settings <> '{}' ORDER BY id";

constexpr const char* kNoteStale = R"(
  INSERT INTO rastro.tracking_due (device_id, from_time)
  SELECT device_id, '-infinity' FROM rastro.tracking_state AS state
  LEFT JOIN unnest($1::bigint[], $2::integer[]) AS own(device_id, id) USING (device_id)
  WHERE state.parameters_id <> coalesce(own.id, $3::integer)
  ORDER BY device_id
  ON CONFLICT (device_id) DO UPDATE SET from_time = excluded.from_time)";

}  // namespace

Result<std::int32_t> ParameterBook::find_id(Connection& connection,
                                            const tracking::Parameters& parameters) const {
  const std::string text = tracking::describe_version(parameters, time_zone_);
  if (auto added = connection.query(kAdd, {text}); !added) return added.error();
  const auto found = connection.query(kFind, {text});
  if (!found) return found.error();
  return static_cast<std::int32_t>(found->integer(0, 0));
}

Result<void> ParameterBook::load(Connection& connection) {
  const auto fleet_id = find_id(connection, fleet_.parameters);
  if (!fleet_id) return fleet_id.error();
  fleet_.id = *fleet_id;
  own_.clear();
  const auto rows = connection.run(kOwnSettings);
  if (!rows) return rows.error();
  for (int row = 0; row < rows->size(); ++row) {
    const std::string_view name = rows->text(row, 1);
    if (!tracking::is_parameter(name)) continue;
    Version& own = own_.try_emplace(rows->integer(row, 0), fleet_.parameters, calendar_).first->second;
    // A value that this program does not understand, entered past it, is as good as none.
    tracking::set_parameter(own.parameters, name, std::string(rows->text(row, 2)));
  }
  for (auto& [device_id, own] : own_) {
    const auto id = find_id(connection, own.parameters);
    if (!id) return id.error();
    own.id = *id;
  }
  return {};
}

Result<void> ParameterBook::note_stale(Connection& connection) const {
  std::string devices;
  std::string ids;
  for (const auto& [device_id, own] : own_) {
    append_array_element(std::to_string(device_id), devices);
    append_array_element(std::to_string(own.id), ids);
  }
  const auto noted = connection.query(kNoteStale, {finish_array(std::move(devices)),
                                                   finish_array(std::move(ids)), std::to_string(fleet_.id)});
  if (!noted) return noted.error();
  return {};
}

const ParameterBook::Version& ParameterBook::of(std::int64_t device_id) const {
  const auto own = own_.find(device_id);
  return own == own_.end() ? fleet_ : own->second;
}

}  // namespace rastro::postgis

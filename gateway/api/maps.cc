#include "gateway/api/maps.h"

#include "gateway/api/listing.h"
#include "gateway/api/period.h"
#include "gateway/api/table_text.h"
#include "gateway/clock.h"
#include "schema/json.h"

namespace rastro {
namespace {

constexpr Permission kRead = {Role::kViewer, Scope::kTracking};

using postgis::Table;
using postgis::TrackReader;

constexpr std::int64_t kTrackDays = 31;
// Fixes of one track: a fix a second for a day and more. A line of more points freezes the browser it is
// drawn in; simplify does not help, since the server has to read them all the same.
constexpr int kMaxTrackFixes = 100'000;
// Wider than that a track is a straight line.
constexpr double kMaxSimplifyM = 10'000;
constexpr std::int64_t kTileDays = 31;
constexpr int kMaxZoom = 22;

// Metres; nothing when they cannot be.
std::optional<double> parse_simplify(const std::string* text) {
  if (text == nullptr) return 0.0;
  double metres = 0;
  const char* const end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, metres);
  if (read.ec != std::errc() || read.ptr != end || !(metres >= 0 && metres <= kMaxSimplifyM)) return {};
  return metres;
}

std::int64_t count_fixes(const Table& table) {
  constexpr int kFixes = 2;  // the column
  std::int64_t fixes = 0;
  for (int row = 0; row < table.size; ++row) fixes += table.rows.integer(row, kFixes);
  return fixes;
}

// RFC 7946; what GeoJSON has no place for are foreign members.
std::string feature_collection(std::int64_t device_id, const Table& table,
                               const std::vector<Notice>& notices) {
  std::string out = R"({"type":"FeatureCollection","features":[)";
  for (int row = 0; row < table.size; ++row) {
    if (row > 0) out += ',';
    out += R"({"type":"Feature","geometry":)";
    out += table.rows.text(row, 4);
    out += R"(,"properties":{"device_id":)" + std::to_string(device_id) + R"(,"started_at":")";
    append_database_time(table.rows.text(row, 0), out);
    out += R"(","ended_at":")";
    append_database_time(table.rows.text(row, 1), out);
    out += R"(","fixes":)";
    out += table.rows.text(row, 2);
    out += R"(,"points":)";
    out += table.rows.text(row, 3);
    out += R"(,"times_ms":)";
    out += table.rows.text(row, 5);
    out += "}}";
  }
  return out + "],\"notices\":" + notices_json(notices) + "}";
}

class MapRoutes {
 public:
  MapRoutes(const DeviceDirectory& directory, const LiveState& live, TrackReader& reader, std::string zone)
      : directory_(directory), live_(live), reader_(reader), zone_(std::move(zone)) {}

  // As lasttrackingpoint has it (persat-api.md 2.1), of all devices that have one.
  HttpResponse positions(const HttpRequest& request) const {
    if (!directory_.loaded()) return database_is_away();
    std::string data = "[";
    directory_.for_each([&](const Device& device) {
      const auto position = live_.find(device.identity);
      if (!position) return;
      if (data.size() > 1) data += ',';
      data += "{\"device_id\":" + std::to_string(device.id) + ",\"timestamp\":\"";
      append_iso8601(position->time_ms, data);
      data += "\",\"latitude\":";
      append_json_number(position->latitude_deg, data);
      data += ",\"longitude\":";
      append_json_number(position->longitude_deg, data);
      data += '}';
    });
    return with_etag(request, success(data + "]"));
  }

  HttpResponse track(const HttpRequest& request, const Device& device) const {
    const Query query(request.query);
    if (const auto unknown = query.first_unknown({"date", "from", "to", "simplify"}); !unknown.empty())
      return bad_value(unknown);
    const auto simplify_m = parse_simplify(query.find("simplify"));
    if (!simplify_m) return bad_value("simplify");
    const Asked asked = ask_period(query, reader_, zone_, kTrackDays, now_ms());
    if (asked.why_not) return *asked.why_not;
    const auto table = reader_.track(device.id, asked.period, *simplify_m, kMaxTrackFixes + 1);
    if (!table) return database_failure(table.error());
    if (count_fixes(*table) > kMaxTrackFixes)
      return failure(ApiError::kBadRequest, "Demasiadas posiciones: pida un período más corto",
                     "too_many_fixes");
    const auto coverage = reader_.coverage(device.id, asked.period);
    if (!coverage) return database_failure(coverage.error());
    HttpResponse response;
    response.content_type = "application/geo+json";
    response.body = feature_collection(device.id, *table, find_notices(*coverage, asked.period, now_ms()));
    return with_etag(request, std::move(response));
  }

  // {z}/{x}/{y} or {y}.mvt.
  HttpResponse tile(const HttpRequest& request, const PathArguments& arguments) const {
    const Query query(request.query);
    if (const auto unknown = query.first_unknown({"date", "from", "to", "device_id"}); !unknown.empty())
      return bad_value(unknown);
    std::string_view y_text = arguments[2];
    if (y_text.ends_with(".mvt")) y_text.remove_suffix(4);
    const auto z = parse_number<int>(arguments[0]);
    const auto x = parse_number<int>(arguments[1]);
    const auto y = parse_number<int>(y_text);
    if (!z || *z < 0 || *z > kMaxZoom) return bad_value("z");
    const int tiles = 1 << *z;  // in each direction
    if (!x || *x < 0 || *x >= tiles) return bad_value("x");
    if (!y || *y < 0 || *y >= tiles) return bad_value("y");
    std::optional<std::int64_t> device_id;
    if (const std::string* text = query.find("device_id")) {
      const DeviceOrNot found = find_device(directory_, *text);
      if (!found.device) return found.why_not;
      device_id = found.device->id;
    }
    const Asked asked = ask_period(query, reader_, zone_, kTileDays, now_ms());
    if (asked.why_not) return *asked.why_not;
    auto content = reader_.tile({*z, *x, *y}, asked.period, device_id);
    if (!content) return database_failure(content.error());
    HttpResponse response;
    response.content_type = "application/vnd.mapbox-vector-tile";
    response.body = std::move(*content);
    return with_etag(request, std::move(response));
  }

  HttpResponse track(const HttpRequest& request, const PathArguments& arguments) const {
    return with_device(directory_, arguments[0],
                       [&](const Device& device) { return track(request, device); });
  }

 private:
  const DeviceDirectory& directory_;
  const LiveState& live_;
  TrackReader& reader_;
  const std::string zone_;
};

}  // namespace

void add_map_routes(Router& router, const DeviceDirectory& directory, const LiveState& live,
                    TrackReader& reader, const std::string& zone) {
  const auto routes = std::make_shared<MapRoutes>(directory, live, reader, zone);
  router.add_concurrent(
      "GET", "/api/v1/positions", kRead,
      [routes](const HttpRequest& request, const PathArguments&) { return routes->positions(request); });
  router.add_concurrent("GET", "/api/v1/devices/{device_id}/track", kRead,
                        [routes](const HttpRequest& request, const PathArguments& arguments) {
                          return routes->track(request, arguments);
                        });
  router.add_concurrent("GET", "/api/v1/tiles/tracks/{z}/{x}/{y}", kRead,
                        [routes](const HttpRequest& request, const PathArguments& arguments) {
                          return routes->tile(request, arguments);
                        });
}

}  // namespace rastro

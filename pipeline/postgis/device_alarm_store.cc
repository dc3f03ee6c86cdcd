#include "pipeline/postgis/device_alarm_store.h"

#include "pipeline/postgis/time_text.h"
#include "pipeline/postgis/utf8.h"

namespace rastro::postgis {
namespace {

// No lock: at worst two gateways note what each of them saw in the same millisecond.
constexpr const char* kNote = R"(
  WITH device AS MATERIALIZED (SELECT id FROM rastro.device WHERE imei = $1),
  noted AS MATERIALIZED (
    SELECT rastro.note_event('device.alarm', $2, $3::timestamptz, $3::timestamptz, $3::timestamptz, id, $4::jsonb)
    FROM device)
  SELECT count(*) FROM noted)";

}  // namespace

Result<bool> DeviceAlarmStore::note(const DeviceIdentity& device, std::string_view kind, std::int64_t at_ms,
                                    std::string_view data) {
  std::string imei;
  append_utf8(device.view(), imei);
  std::string object = "{\"kind\":\"" + std::string(kind) + '"';
  if (!data.empty()) object.append(",").append(data);
  const auto noted =
      connection_.query(kNote, {std::move(imei), std::string(kind), time_text(at_ms), object + '}'});
  if (!noted) return noted.error();
  return noted->integer(0, 0) > 0;
}

}  // namespace rastro::postgis

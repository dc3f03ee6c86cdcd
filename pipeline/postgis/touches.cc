#include "pipeline/postgis/touches.h"

#include <algorithm>

#include "pipeline/postgis/time_text.h"
#include "pipeline/postgis/utf8.h"

namespace rastro::postgis {
namespace {

constexpr const char* kNoteDue = R"(
  INSERT INTO rastro.tracking_due (device_id, from_time)
  SELECT device.id, touched.from_time FROM unnest($1::text[], $2::timestamptz[]) AS touched(imei, from_time)
  JOIN rastro.device USING (imei) ORDER BY device.id
  ON CONFLICT (device_id) DO UPDATE SET from_time = least(tracking_due.from_time, excluded.from_time))";

}  // namespace

// A fix whose time was corrected has taken the row at the time that its device said away. Times that have no
// place in a calendar are not tracked (read_points).
void Touches::add(const StoredRecord& record) {
  if (record.head.identity.empty()) return;
  for (const Fix& fix : record.messages.fixes) {
    for (const std::int64_t time_ms : {fix.time_ms, fix.reported_time_ms.value_or(fix.time_ms)}) {
      if (time_ms < kFirstTextMs || time_ms >= kEndTextMs) continue;
      Times& times = times_[record.head.identity];
      times.from_ms = std::min(times.from_ms, time_ms);
      times.to_ms = std::max(times.to_ms, time_ms);
    }
  }
}

Result<void> note_due(Connection& connection, const Touches& touches) {
  if (touches.empty()) return {};
  std::string imeis;
  std::string from;
  for (const auto& [identity, times] : touches.times()) {
    std::string imei;
    append_utf8(identity.view(), imei);
    append_array_element(imei, imeis);
    append_array_element(time_text(times.from_ms), from);
  }
  const auto noted =
      connection.query(kNoteDue, {finish_array(std::move(imeis)), finish_array(std::move(from))});
  if (!noted) return noted.error();
  return {};
}

}  // namespace rastro::postgis

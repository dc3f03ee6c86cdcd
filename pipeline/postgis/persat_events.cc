#include "pipeline/postgis/persat_events.h"

namespace rastro::postgis {
namespace {

constexpr const char* kAdd =
    "INSERT INTO rastro.persat_event (event_type, content_hash, body) "
    "VALUES ($1, sha256(convert_to($2, 'UTF8')), $2::jsonb) ON CONFLICT (content_hash) DO NOTHING";
constexpr const char* kNext =
    "SELECT id, event_type, body, attempts FROM rastro.persat_event "
    "WHERE state = 'waiting' AND next_at <= now() ORDER BY id LIMIT 1";
constexpr const char* kEnd =
    "UPDATE rastro.persat_event SET state = $2, reason = nullif($3, ''), ended_at = now() WHERE id = "
    "$1::bigint";
constexpr const char* kTryAgain =
    "UPDATE rastro.persat_event SET attempts = attempts + 1, reason = $2, "
    "next_at = now() + $3::integer * interval '1 second' WHERE id = $1::bigint";

const char* end_name(EventEnd end) {
  switch (end) {
    case EventEnd::kApplied:
      return "applied";
    case EventEnd::kUnknown:
      return "unknown";
    case EventEnd::kFailed:
      break;
  }
  return "failed";
}

}  // namespace

Result<bool> PersatEvents::add(const std::string& type, const std::string& body) {
  const auto rows = connection_.query(kAdd, {type, body});
  if (!rows) return rows.error();
  return rows->affected() > 0;
}

Result<std::optional<PersatEvent>> PersatEvents::next() {
  const auto rows = connection_.query(kNext);
  if (!rows) return rows.error();
  if (rows->size() == 0) return std::nullopt;
  return PersatEvent{rows->integer(0, 0), std::string(rows->text(0, 1)), std::string(rows->text(0, 2)),
                     static_cast<int>(rows->integer(0, 3))};
}

Result<void> PersatEvents::end(std::int64_t id, EventEnd end, const std::string& reason) {
  const auto done = connection_.query(kEnd, {std::to_string(id), end_name(end), reason});
  if (!done) return done.error();
  return {};
}

Result<void> PersatEvents::try_again(std::int64_t id, const std::string& reason, std::chrono::seconds later) {
  const auto done = connection_.query(kTryAgain, {std::to_string(id), reason, std::to_string(later.count())});
  if (!done) return done.error();
  return {};
}

}  // namespace rastro::postgis

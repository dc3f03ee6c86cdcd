#include "pipeline/postgis/command_queue.h"

namespace rastro::postgis {
namespace {

// Sorted so that an outstanding command stands before those that wait behind it.
constexpr const char* kDue = R"(
  SELECT next.id, device.imei, next.text, next.check_identity, next.cuts_fuel, next.state = 'sent',
    (extract(epoch FROM next.expires_at) * 1000)::bigint
  FROM (SELECT DISTINCT ON (device_id) * FROM rastro.command WHERE state IN ('queued', 'sent')
        ORDER BY device_id, state = 'queued', id) AS next
  JOIN rastro.device ON device.id = next.device_id
  WHERE device.status = 'active' AND (next.state = 'queued' OR next.repeat))";

#define RASTRO_TIME_OF(parameter) "timestamptz 'epoch' + " parameter "::bigint * interval '1 millisecond'"

constexpr const char* kMarkSent = "UPDATE rastro.command SET state = 'sent', sent_at = " RASTRO_TIME_OF(
    "$2") " WHERE id = ANY($1::integer[]) AND state = 'queued' RETURNING id";
constexpr const char* kPutBack =
    "UPDATE rastro.command SET state = 'queued', sent_at = NULL "
    "WHERE id = ANY($1::integer[]) AND state = 'sent' AND sent_at = " RASTRO_TIME_OF("$2");
constexpr const char* kRefuse =
    "UPDATE rastro.command SET state = 'refused', reason = $2 WHERE id = $1 AND state = 'sent'";

// Devices answer when their line is idle, within a minute or two. An answer that was lost on its way must not
// hold up everything behind it for as long as the command may wait to be sent; one that comes later still is
// tied to it. A command that may be repeated has the whole time.
#define RASTRO_ANSWER_TIME "10 minutes"
// SKIP LOCKED: what is being answered at this moment is not over.
constexpr const char* kExpire = R"(
  UPDATE rastro.command SET state = 'expired',
    reason = CASE state WHEN 'queued' THEN 'the device was not there in time' ELSE 'no answer came' END
  WHERE id IN (
    SELECT id FROM rastro.command WHERE state IN ('queued', 'sent') AND (expires_at <= now() OR
      (state = 'sent' AND NOT repeat AND sent_at <= now() - interval ')" RASTRO_ANSWER_TIME R"('))
    FOR UPDATE SKIP LOCKED))";
constexpr const char* kCountQueued = "SELECT count(*) FROM rastro.command WHERE state = 'queued'";

std::string array_of(std::span<const std::int32_t> ids) {
  std::string array;
  for (const std::int32_t id : ids) append_array_element(std::to_string(id), array);
  return finish_array(std::move(array));
}

}  // namespace

Result<std::vector<DueCommand>> CommandQueue::due() {
  const auto rows = connection_.query(kDue);
  if (!rows) return rows.error();
  std::vector<DueCommand> commands;
  for (int row = 0; row < rows->size(); ++row) {
    DueCommand& command = commands.emplace_back();
    command.id = static_cast<std::int32_t>(rows->integer(row, 0));
    command.imei = rows->text(row, 1);
    command.text = rows->text(row, 2);
    command.check_identity = rows->text(row, 3) == "t";
    command.cuts_fuel = rows->text(row, 4) == "t";
    command.again = rows->text(row, 5) == "t";
    command.expires_ms = rows->integer(row, 6);
  }
  return commands;
}

Result<std::vector<std::int32_t>> CommandQueue::mark_sent(std::span<const std::int32_t> ids,
                                                          std::int64_t sent_ms) {
  const auto rows = connection_.query(kMarkSent, {array_of(ids), std::to_string(sent_ms)});
  if (!rows) return rows.error();
  std::vector<std::int32_t> marked;
  for (int row = 0; row < rows->size(); ++row)
    marked.push_back(static_cast<std::int32_t>(rows->integer(row, 0)));
  return marked;
}

Result<void> CommandQueue::put_back(std::span<const std::int32_t> ids, std::int64_t sent_ms) {
  const auto rows = connection_.query(kPutBack, {array_of(ids), std::to_string(sent_ms)});
  if (!rows) return rows.error();
  return {};
}

Result<std::uint64_t> CommandQueue::refuse(std::int32_t id, std::string_view reason) {
  const auto rows = connection_.query(kRefuse, {std::to_string(id), std::string(reason)});
  if (!rows) return rows.error();
  return rows->affected();
}

Result<std::uint64_t> CommandQueue::expire() {
  const auto rows = connection_.query(kExpire);
  if (!rows) return rows.error();
  return rows->affected();
}

Result<std::uint64_t> CommandQueue::count_queued() {
  const auto rows = connection_.query(kCountQueued);
  if (!rows) return rows.error();
  return static_cast<std::uint64_t>(rows->integer(0, 0));
}

}  // namespace rastro::postgis

#include "pipeline/postgis/kept_frames.h"

#include "pipeline/postgis/cursor_sql.h"
#include "pipeline/postgis/utf8.h"
#include "schema/json.h"

namespace rastro::postgis {
namespace {

#define RASTRO_TIME(parameter) "timestamptz 'epoch' + " parameter "::bigint * interval '1 millisecond'"

constexpr const char* kUnread = R"(
  SELECT protocol.name, device.imei, transport, (extract(epoch FROM received_at) * 1000)::bigint, decoder_version,
    encode(frame, 'hex'), reason, encode(raw, 'hex'), code
  FROM (
    SELECT protocol, device_id, transport, received_at, decoder_version, coalesce(frame, raw) AS frame, reason, raw,
      0 AS code
    FROM rastro.dead_letter WHERE decoder_version < $1
    UNION ALL
    SELECT protocol, device_id, transport, received_at, decoder_version, raw, '', ''::bytea, code
    FROM rastro.message WHERE type = 'unknown' AND raw IS NOT NULL AND decoder_version < $1
  ) AS kept
  JOIN rastro.protocol ON protocol.id = kept.protocol
  JOIN rastro.device ON device.id = device_id
  ORDER BY received_at)";

constexpr const char* kRemoveFix =
    "DELETE FROM rastro.fix WHERE device_id = (SELECT id FROM rastro.device WHERE imei = $1) "
    "AND fix_time = " RASTRO_TIME("$2") " AND record_hash = $3";
constexpr const char* kRemoveMessage =
    "DELETE FROM rastro.message WHERE device_id = (SELECT id FROM rastro.device WHERE imei = $1) "
    "AND received_at = " RASTRO_TIME("$2") " AND code = $3 "
    "AND (raw = $4::bytea OR (raw IS NULL AND serial IS NOT DISTINCT FROM nullif($5, '')::integer))";
constexpr const char* kRemoveDeadLetter =
    "DELETE FROM rastro.dead_letter WHERE device_id = (SELECT id FROM rastro.device WHERE imei = $1) "
    "AND received_at = " RASTRO_TIME("$2") " AND raw = $3::bytea";

// From the rows themselves: what was the newest may be gone, or have another time.
constexpr const char* kLockLast = "SELECT pg_advisory_xact_lock(" RASTRO_LAST_FIX_LOCK ")";
constexpr const char* kForgetLast =
    "DELETE FROM rastro.device_last_fix WHERE device_id IN (SELECT id FROM rastro.device WHERE imei = ANY "
    "($1::text[]))";
constexpr const char* kFindLast = R"(
  INSERT INTO rastro.device_last_fix (device_id, fix_time, received_at, record_hash, altitude_m, speed_kmh, course_deg,
    satellites, position)
  SELECT newest.* FROM rastro.device
  JOIN LATERAL (
    SELECT device_id, fix_time, received_at, record_hash, altitude_m, speed_kmh, course_deg, satellites, position
    FROM rastro.fix WHERE device_id = device.id AND valid AND position IS NOT NULL
      AND fix_time <= received_at + interval '1 day'
    ORDER BY fix_time DESC, record_hash DESC LIMIT 1) AS newest ON true
  WHERE device.imei = ANY ($1::text[]))";

std::string bytea(ByteView bytes) {
  std::string text = "\\x";
  append_hex(bytes, text);
  return text;
}

std::string imei_of(const DeviceIdentity& identity) {
  std::string text;
  append_utf8(identity.view(), text);
  return text;
}

}  // namespace

Result<Connection*> KeptFrames::connect() {
  if (connection_ && !connection_->lost()) return &*connection_;
  Result<Connection> opened = Connection::open(url_);
  if (!opened) return opened.error();
  if (auto prepared = RecordWriter::prepare(*opened); !prepared) return prepared.error();
  connection_ = std::move(*opened);
  return &*connection_;
}

Result<journal::Cursor> KeptFrames::stored_up_to(const std::string& gateway, const std::string& consumer) {
  const auto connection = connect();
  if (!connection) return connection.error();
  const auto found = (*connection)->query(kFindCursor, {gateway, consumer});
  if (!found) return found.error();
  return get_cursor(*found);
}

Result<std::vector<KeptFrame>> KeptFrames::unread(std::uint32_t before_version) {
  const auto connection = connect();
  if (!connection) return connection.error();
  const auto rows = (*connection)->query(kUnread, {std::to_string(before_version)});
  if (!rows) return rows.error();
  std::vector<KeptFrame> frames;
  for (int i = 0; i < rows->size(); ++i) {
    KeptFrame& frame = frames.emplace_back();
    frame.protocol = rows->text(i, 0);
    frame.imei = rows->text(i, 1);
    frame.transport = rows->integer(i, 2) == 0 ? Transport::kTcp : Transport::kUdp;
    frame.received_ms = rows->integer(i, 3);
    frame.decoder_version = static_cast<std::uint32_t>(rows->integer(i, 4));
    frame.frame = rows->bytes(i, 5);
    frame.reason = rows->text(i, 6);
    frame.raw = rows->bytes(i, 7);
    frame.code = static_cast<std::uint16_t>(rows->integer(i, 8));
  }
  return frames;
}

Result<void> KeptFrames::begin(const std::string& gateway, const std::string& consumer) {
  const auto connection = connect();
  if (!connection) return connection.error();
  touches_.clear();
  if (auto begun = (*connection)->run("BEGIN"); !begun) return failed(begun.error());
  if (auto locked = (*connection)->query(kLockCursor, {gateway, consumer}); !locked)
    return failed(locked.error());
  return {};
}

Result<void> KeptFrames::remove_fixes(const StoredRecord& record) {
  const std::string imei = imei_of(record.head.identity);
  for (const Fix& fix : record.messages.fixes) {
    const auto removed = connection_->query(
        kRemoveFix,
        {imei, std::to_string(fix.time_ms), std::to_string(static_cast<std::int64_t>(fix.record_hash))});
    if (!removed) return removed.error();
  }
  return {};
}

// Messages and dead letters have no key of their own: the frame that they came in is theirs.
Result<void> KeptFrames::remove_others(const StoredRecord& record) {
  const std::string imei = imei_of(record.head.identity);
  const std::string received = std::to_string(record.head.received_ms);
  for (const Message& message : record.messages.messages) {
    if (message.fixes.count > 0) continue;
    const auto removed = connection_->query(
        kRemoveMessage, {imei, received, std::to_string(message.code), bytea(record.head.raw),
                         message.serial ? std::to_string(*message.serial) : ""});
    if (!removed) return removed.error();
  }
  for (const DeadLetter& letter : record.dead_letters) {
    const auto removed = connection_->query(kRemoveDeadLetter, {imei, received, bytea(letter.raw)});
    if (!removed) return removed.error();
  }
  return {};
}

Result<Outcome> KeptFrames::replace(std::span<const StoredRecord> before,
                                    std::span<const StoredRecord> after) {
  for (const StoredRecord& record : before) {
    touches_.add(record);
    if (auto removed = remove_fixes(record); !removed) return failed(removed.error());
    if (auto removed = remove_others(record); !removed) return failed(removed.error());
  }
  // What of a frame could be read before stands already.
  for (const StoredRecord& record : after) {
    touches_.add(record);
    if (auto removed = remove_others(record); !removed) return failed(removed.error());
  }
  auto written = writer_.write(*connection_, after, {}, Meeting::kReplace);
  if (!written) return failed(written.error());
  return *written;
}

Result<void> KeptFrames::refresh_last_fixes() {
  if (touches_.empty()) return {};
  std::string imeis;
  for (const auto& [identity, times] : touches_.times()) append_array_element(imei_of(identity), imeis);
  imeis = finish_array(std::move(imeis));
  if (auto locked = connection_->query(kLockLast); !locked) return locked.error();
  if (auto forgotten = connection_->query(kForgetLast, {imeis}); !forgotten) return forgotten.error();
  if (auto found = connection_->query(kFindLast, {imeis}); !found) return found.error();
  return {};
}

Result<void> KeptFrames::commit() {
  if (auto refreshed = refresh_last_fixes(); !refreshed) return failed(refreshed.error());
  if (auto noted = note_due(*connection_, touches_); !noted) return failed(noted.error());
  if (auto committed = connection_->commit(); !committed) return failed(committed.error());
  writer_.committed();
  return {};
}

Failure KeptFrames::failed(Failure failure) {
  connection_->roll_back();
  writer_.rolled_back();
  return failure;
}

}  // namespace rastro::postgis

#include "pipeline/postgis/copy_rows.h"

namespace rastro::postgis {
namespace {

// The gateway's own clock: when it is out of all bounds, the row matters more than the time.
void add_received(std::int64_t received_ms, CopyEncoder& to) {
  to.add_time(storable_time(received_ms) ? received_ms : 0);
}

void add_device(std::optional<std::int64_t> device_id, CopyEncoder& to) {
  if (device_id) {
    to.add_bigint(*device_id);
  } else {
    to.add_null();
  }
}

void add_decoding(const RecordHead& head, CopyEncoder& to) {
  to.add_smallint(static_cast<std::int16_t>(head.transport));
  to.add_integer(static_cast<std::int32_t>(head.decoder_version));
}

// The eight columns that rastro.fix and rastro.device_last_fix begin with.
void add_key_and_motion(const FixRow& row, CopyEncoder& to) {
  const Fix& fix = *row.fix;
  to.add_bigint(row.device_id);
  to.add_time(fix.time_ms);
  add_received(row.received_ms, to);
  to.add_bigint(static_cast<std::int64_t>(fix.record_hash));
  to.add_real(fix.altitude_m);
  to.add_real(fix.speed_kmh);
  to.add_real(fix.course_deg);
  if (fix.satellites) {
    to.add_smallint(*fix.satellites);
  } else {
    to.add_null();
  }
}

}  // namespace

void append_row(const FixRow& row, CopyEncoder& to) {
  const Fix& fix = *row.fix;
  const bool usable = usable_place(fix.latitude_deg, fix.longitude_deg);
  to.begin_row(12);
  add_key_and_motion(row, to);
  to.add_smallint(row.protocol);
  to.add_boolean(fix.valid && usable);
  if (usable) {
    to.add_point(fix.latitude_deg, fix.longitude_deg);
  } else {
    to.add_null();
  }
  to.add_attributes(fix, row.attributes);
}

void append_last_row(const FixRow& row, CopyEncoder& to) {
  to.begin_row(9);
  add_key_and_motion(row, to);
  to.add_point(row.fix->latitude_deg, row.fix->longitude_deg);
}

void append_row(const MessageRow& row, CopyEncoder& to) {
  const Message& message = *row.message;
  const MessageBuffer& all = row.record->messages;
  const RecordHead& head = row.record->head;
  to.begin_row(13);
  add_received(head.received_ms, to);
  add_device(row.device_id, to);
  to.add_integer(message.code);
  if (message.serial) {
    to.add_integer(*message.serial);
  } else {
    to.add_null();
  }
  to.add_smallint(row.protocol);
  to.add_text(message_type_name(message.type));
  to.add_attributes(all.attributes_of(message), message.alarms);
  to.add_cells(all.cells_of(message));
  to.add_wifi(all.wifi_of(message));
  if (message.text) {
    to.add_text(*message.text);
  } else {
    to.add_null();
  }
  // The bytes of a file stand in rastro.media.
  if (head.raw.empty() || message.media.count > 0) {
    to.add_null();
  } else {
    to.add_bytes(head.raw);
  }
  add_decoding(head, to);
}

void append_row(const DeadLetterRow& row, CopyEncoder& to) {
  const RecordHead& head = row.record->head;
  to.begin_row(9);
  add_received(head.received_ms, to);
  add_device(row.device_id, to);
  to.add_smallint(row.protocol);
  to.add_text(row.reason);
  if (row.content.empty()) {
    to.add_null();
  } else {
    to.add_json(row.content);
  }
  to.add_bytes(row.raw);
  const bool part = !head.raw.empty() && head.raw.size() != row.raw.size();
  if (part) {
    to.add_bytes(head.raw);
  } else {
    to.add_null();
  }
  add_decoding(head, to);
}

}  // namespace rastro::postgis

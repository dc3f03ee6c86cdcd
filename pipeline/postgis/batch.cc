#include "pipeline/postgis/batch.h"

#include <algorithm>
#include <tuple>

#include "pipeline/postgis/copy_encoder.h"
#include "schema/json.h"

namespace rastro::postgis {
namespace {

constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

std::int64_t day_of(std::int64_t time_ms) { return time_ms / kDayMs - (time_ms % kDayMs < 0 ? 1 : 0); }

auto key_of(const FixRow& row) {
  return std::tuple(row.device_id, row.fix->time_ms, static_cast<std::int64_t>(row.fix->record_hash));
}

bool plausible(const FixRow& row) {
  return row.fix->valid && usable_place(row.fix->latitude_deg, row.fix->longitude_deg) &&
         row.fix->time_ms <= row.received_ms + kMaxClockAheadMs;
}

void keep_unique(std::vector<std::int64_t>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

void append_member(std::string_view name, const AttributeValue& value, std::string& out) {
  out += out.back() == '{' ? "\"" : ",\"";
  out += name;
  out += "\":";
  append_json_value(value, out);
}

// The raw bytes may not have been kept, so all that was decoded is written down.
std::string describe(const StoredRecord& record, const Fix& fix) {
  std::string out = "{";
  append_member("time_ms", fix.time_ms, out);
  append_member("valid", fix.valid, out);
  append_member("latitude", fix.latitude_deg, out);
  append_member("longitude", fix.longitude_deg, out);
  if (fix.altitude_m) append_member("altitude_m", *fix.altitude_m, out);
  if (fix.speed_kmh) append_member("speed_kmh", *fix.speed_kmh, out);
  if (fix.course_deg) append_member("course_deg", *fix.course_deg, out);
  if (fix.satellites) append_member("satellites", std::int64_t{*fix.satellites}, out);
  out += ",\"attributes\":";
  append_fix_attributes(fix, record.messages.attributes_of(fix), out);
  out += '}';
  return out;
}

std::string describe(const StoredRecord& record, const Message& message) {
  std::string out = "{";
  append_member("type", message_type_name(message.type), out);
  append_member("code", std::uint64_t{message.code}, out);
  if (message.text) append_member("text", *message.text, out);
  out += ",\"attributes\":";
  append_json_attributes(record.messages.attributes_of(message), message.alarms, out);
  out += '}';
  return out;
}

}  // namespace

void Batch::clear() {
  fixes_.clear();
  messages_.clear();
  media_.clear();
  dead_letters_.clear();
  answers_.clear();
  newest_.clear();
  fix_days_.clear();
  message_days_.clear();
  duplicates_ = 0;
}

void Batch::add(const StoredRecord& record, std::optional<std::int64_t> device_id, std::int16_t protocol,
                std::string_view bury) {
  for (const Fix& fix : record.messages.fixes) add_fix(record, fix, device_id, protocol, bury);
  for (const Message& message : record.messages.messages) {
    if (message.type == MessageType::kCommandReply && device_id && bury.empty())
      answers_.push_back({*device_id, record.head.received_ms, &message});
    if (message.fixes.count > 0) continue;
    if (bury.empty()) {
      messages_.push_back({device_id, protocol, &record, &message});
      message_days_.push_back(day_of(record.head.received_ms));
      for (const MediaPart& part : record.messages.media_of(message)) {
        if (device_id) media_.push_back({*device_id, record.head.received_ms, &part});
      }
    } else {
      dead_letters_.push_back(
          {device_id, protocol, &record, bury, describe(record, message), record.head.raw});
    }
  }
  for (const DeadLetter& letter : record.dead_letters)
    dead_letters_.push_back({device_id, protocol, &record, letter.reason, {}, letter.raw});
}

void Batch::add_fix(const StoredRecord& record, const Fix& fix, std::optional<std::int64_t> device_id,
                    std::int16_t protocol, std::string_view bury) {
  std::string_view reason = bury;
  if (reason.empty() && !device_id) reason = "no_device";
  if (reason.empty() && !storable_time(fix.time_ms)) reason = "time_out_of_range";
  if (!reason.empty()) {
    dead_letters_.push_back({device_id, protocol, &record, reason, describe(record, fix), record.head.raw});
    return;
  }
  fixes_.push_back({*device_id, record.head.received_ms, protocol, &fix, record.messages.attributes_of(fix)});
  fix_days_.push_back(day_of(fix.time_ms));
}

void Batch::finish() {
  std::stable_sort(fixes_.begin(), fixes_.end(),
                   [](const FixRow& a, const FixRow& b) { return key_of(a) < key_of(b); });
  const auto rest = std::unique(fixes_.begin(), fixes_.end(),
                                [](const FixRow& a, const FixRow& b) { return key_of(a) == key_of(b); });
  duplicates_ = static_cast<std::uint64_t>(fixes_.end() - rest);
  fixes_.erase(rest, fixes_.end());
  for (const FixRow& row : fixes_) {
    if (!plausible(row)) continue;
    if (!newest_.empty() && newest_.back().device_id == row.device_id) {
      newest_.back() = row;  // sorted by time, so the later one
    } else {
      newest_.push_back(row);
    }
  }
  keep_unique(fix_days_);
  keep_unique(message_days_);
}

}  // namespace rastro::postgis

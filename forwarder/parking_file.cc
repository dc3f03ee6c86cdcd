#include "forwarder/parking_file.h"

#include <boost/json.hpp>
#include <charconv>
#include <iterator>

#include "schema/json.h"

namespace rastro::forward {
namespace {

namespace json = boost::json;
using journal::IoError;
using journal::IoStatus;

ByteView bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

template <typename Number>
void append_member(std::string_view name, const std::optional<Number>& value, std::string& out) {
  if (!value) return;
  out.append(",\"").append(name).append("\":");
  append_json_number(static_cast<double>(*value), out);
}

std::string fix_text(const Job& job) {
  const Fix& fix = job.fix;
  std::string text = "{\"time_ms\":" + std::to_string(fix.time_ms) +
                     ",\"received_ms\":" + std::to_string(job.received_ms) +
                     ",\"record_hash\":" + std::to_string(fix.record_hash);
  append_member("latitude", std::optional(fix.latitude_deg), text);
  append_member("longitude", std::optional(fix.longitude_deg), text);
  append_member("altitude_m", fix.altitude_m, text);
  append_member("speed_kmh", fix.speed_kmh, text);
  append_member("course_deg", fix.course_deg, text);
  append_member("satellites", fix.satellites, text);
  if (!job.attributes.empty()) text += ",\"attributes\":" + job.attributes;
  return text + "}";
}

std::string line_of(const Job& job, const std::string& body, const Verdict& verdict, std::int64_t now_ms) {
  std::string line = R"({"id":")" + id_text(job.id) + R"(","parked":")";
  append_iso8601(now_ms, line);
  line += R"(","imei":)";
  append_json_string(job.device.view(), line);
  line += R"(,"journal_position":)" + std::to_string(job.id.position);
  line += R"(,"reason":")";
  line += park_reason_name(verdict.reason);
  line += R"(","answer":)";
  append_json_string(verdict.sentence, line);
  line += R"(,"body":)";
  append_json_string(body, line);
  return line + ",\"fix\":" + fix_text(job) + "}\n";
}

template <typename Number>
std::optional<Number> number_member(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr) return {};
  json::error_code error;
  const auto number = value->to_number<Number>(error);
  return error ? std::nullopt : std::optional(number);
}

std::string_view text_member(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

// All that is parked was valid.
bool read_fix(const json::object& object, Job& job) {
  const auto time_ms = number_member<std::int64_t>(object, "time_ms");
  const auto latitude = number_member<double>(object, "latitude");
  const auto longitude = number_member<double>(object, "longitude");
  if (!time_ms || !latitude || !longitude) return false;
  Fix& fix = job.fix;
  fix.time_ms = *time_ms;
  fix.valid = true;
  fix.latitude_deg = *latitude;
  fix.longitude_deg = *longitude;
  fix.record_hash = number_member<std::uint64_t>(object, "record_hash").value_or(0);
  fix.altitude_m = number_member<double>(object, "altitude_m");
  fix.speed_kmh = number_member<double>(object, "speed_kmh");
  fix.course_deg = number_member<double>(object, "course_deg");
  fix.satellites = number_member<std::uint8_t>(object, "satellites");
  job.received_ms = number_member<std::int64_t>(object, "received_ms").value_or(*time_ms);
  if (const json::value* attributes = object.if_contains("attributes")) {
    job.attributes = json::serialize(*attributes);
  }
  return true;
}

}  // namespace

std::string id_text(const FixId& id) { return std::to_string(id.position) + "-" + std::to_string(id.index); }

std::optional<FixId> parse_id(std::string_view text) {
  FixId id;
  const char* const end = text.data() + text.size();
  const auto position = std::from_chars(text.data(), end, id.position);
  if (position.ec != std::errc() || position.ptr == end || *position.ptr != '-') return {};
  const auto index = std::from_chars(position.ptr + 1, end, id.index);
  if (index.ec != std::errc() || index.ptr != end) return {};
  return id;
}

// Lines from before there were ids are known by their place in the journal.
void ParkingFile::learn(std::string_view line, std::uint64_t offset) {
  json::error_code error;
  const json::value value = json::parse(line, error);
  if (error || !value.is_object()) return;
  const json::object& object = value.get_object();
  std::optional<FixId> id = parse_id(text_member(object, "id"));
  if (const auto position = number_member<std::uint64_t>(object, "journal_position"); !id && position) {
    id = FixId{*position, 0};
  }
  if (!id) return;
  if (object.contains("removed")) {
    places_.erase(*id);
  } else {
    places_[*id] = {offset, static_cast<std::uint32_t>(line.size()),
                    std::string(text_member(object, "reason"))};
  }
}

IoStatus ParkingFile::load() {
  const std::lock_guard lock(mutex_);
  std::unique_ptr<journal::ReadableFile> file;
  IoStatus status = folder_.open_for_reading(kName, file);
  if (status.error == IoError::kNotFound) return {};
  if (!status.ok()) return status;
  constexpr std::size_t kChunk = 1U << 20;
  std::vector<std::uint8_t> chunk(kChunk);
  std::string text;  // from `begin` of the file on
  std::uint64_t begin = 0;
  for (std::size_t got = kChunk; got == kChunk;) {
    status = file->read(begin + text.size(), chunk, got);
    if (!status.ok()) return status;
    text.append(reinterpret_cast<const char*>(chunk.data()), got);
    std::size_t from = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', from)) {
      learn(std::string_view(text).substr(from, end - from), begin + from);
      from = end + 1;
    }
    text.erase(0, from);
    begin += from;
  }
  return {};
}

IoStatus ParkingFile::open() {
  IoStatus status = folder_.open_for_append(kName, file_);
  // Ends what a crash or a failed write may have left of a line. An empty line harms nobody.
  const std::string line_end = "\n";
  std::vector<journal::FileInfo> files;
  if (status.ok()) status = folder_.list(files);
  if (!status.ok()) return status;
  size_ = 0;
  for (const journal::FileInfo& file : files) {
    if (file.name != kName || file.size == 0) continue;
    status = file_->append(bytes_of(line_end));
    size_ = file.size + line_end.size();
  }
  return status.ok() ? folder_.sync() : status;
}

IoStatus ParkingFile::append_line(const std::string& line) {
  IoStatus status;
  if (file_ == nullptr) status = open();
  if (status.ok()) status = file_->append(bytes_of(line));
  if (status.ok()) status = file_->sync();
  size_ += line.size();
  // After a failed sync the system may have dropped what it held: only a new descriptor and a new write
  // count.
  if (!status.ok()) file_.reset();
  return status;
}

IoStatus ParkingFile::append(const Job& job, const std::string& body, const Verdict& verdict,
                             std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  const std::string line = line_of(job, body, verdict, now_ms);
  const IoStatus status = append_line(line);
  if (status.ok()) {
    places_[job.id] = {size_ - line.size(), static_cast<std::uint32_t>(line.size() - 1),
                       std::string(park_reason_name(verdict.reason))};
  }
  return status;
}

bool ParkingFile::remove(const FixId& id, std::string_view why, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  const auto found = places_.find(id);
  if (found == places_.end()) return false;
  std::string line = R"({"id":")" + id_text(id) + R"(","removed":")" + std::string(why) + R"(","time":")";
  append_iso8601(now_ms, line);
  if (!append_line(line + "\"}\n").ok()) return false;
  places_.erase(found);
  return true;
}

bool ParkingFile::contains(const FixId& id) const {
  const std::lock_guard lock(mutex_);
  return places_.contains(id);
}

std::size_t ParkingFile::size() const {
  const std::lock_guard lock(mutex_);
  return places_.size();
}

std::vector<FixId> ParkingFile::find(std::size_t offset, std::size_t limit, std::string_view reason,
                                     std::size_t& total) const {
  const std::lock_guard lock(mutex_);
  std::vector<FixId> found;
  total = 0;
  for (const auto& [id, place] : places_) {
    if (!reason.empty() && place.reason != reason) continue;
    if (total >= offset && found.size() < limit) found.push_back(id);
    ++total;
  }
  return found;
}

std::optional<std::string> ParkingFile::line(const FixId& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = places_.find(id);
  std::unique_ptr<journal::ReadableFile> file;
  if (found == places_.end() || !folder_.open_for_reading(kName, file).ok()) return {};
  std::string text(found->second.size, '\0');
  std::size_t got = 0;
  const auto status =
      file->read(found->second.offset, {reinterpret_cast<std::uint8_t*>(text.data()), text.size()}, got);
  if (!status.ok() || got != text.size()) return {};
  return text;
}

std::optional<Job> ParkingFile::job(const FixId& id) const {
  const auto text = line(id);
  if (!text) return {};
  json::error_code error;
  const json::value value = json::parse(*text, error);
  if (error || !value.is_object()) return {};
  const json::value* fix = value.get_object().if_contains("fix");
  if (fix == nullptr || !fix->is_object()) return {};
  Job job;
  job.id = id;
  job.was_parked = true;
  job.device = DeviceIdentity(text_member(value.get_object(), "imei"));
  if (!read_fix(fix->get_object(), job)) return {};
  return job;
}

}  // namespace rastro::forward

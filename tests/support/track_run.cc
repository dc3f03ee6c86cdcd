#include "tests/support/track_run.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "tests/support/stored_records.h"

namespace rastro::test {
namespace {

// After all that vehicle_days() gives.
constexpr std::int64_t kReceived = kFirstDay + 60 * kDayMs;

template <typename T>
T must(postgis::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().sentence);
  return std::move(*result);
}

}  // namespace

std::string record_of(std::string_view imei, const tracking::Point& point) {
  Fix fix = fix_at(point.time_ms, point.record_hash);
  fix.valid = point.valid;
  fix.latitude_deg = point.place.latitude_deg;
  fix.longitude_deg = point.place.longitude_deg;
  fix.speed_kmh = point.speed_kmh;
  fix.course_deg = point.course_deg;
  std::vector<Attribute> attributes;
  if (point.ignition) attributes.push_back({"ignition", *point.ignition});
  if (point.odometer_m) attributes.push_back({"odometer_m", *point.odometer_m});
  const StoredRecord record = RecordBuilder(imei, kReceived).fix(fix, attributes).build();
  std::string encoded;
  RecordEncoder().encode(record.head, record.messages, record.dead_letters, encoded);
  return encoded;
}

TrackRun::TrackRun(TestDatabase& database, tracking::Parameters parameters)
    : database_(database), parameters_(parameters), store_({.url = database.url()}), url_(database.url()) {
  must(store_.load_cursor());
}

StoredRecord TrackRun::decoded(std::size_t record) const {
  StoredRecord decoded;
  if (!decoded.decode(bytes_of(records_[record]))) throw std::runtime_error("not a record");
  return decoded;
}

bool TrackRun::store(std::size_t records) {
  const std::size_t end = std::min(stored_ + records, records_.size());
  if (end == stored_) return false;
  std::vector<StoredRecord> batch;
  for (std::size_t i = stored_; i < end; ++i) batch.push_back(decoded(i));
  must(store_.write(batch, end_of(end)));
  stored_ = end;
  return true;
}

postgis::TrackStore& TrackRun::tracks() {
  while (!tracks_) {
    auto tracks = std::make_unique<postgis::TrackStore>(
        postgis::TrackStore::Options{.url = url_, .parameters = parameters_, .time_zone = "Fixed/-03"},
        calendar_);
    const auto cursor = tracks->load_cursor();
    if (!cursor) {
      if (cursor.error().kind != postgis::FailureKind::kUnavailable &&
          cursor.error().kind != postgis::FailureKind::kInDoubt)
        throw std::runtime_error(cursor.error().sentence);
      continue;
    }
    tracked_ = cursor->position;
    tracks_ = std::move(tracks);
  }
  return *tracks_;
}

bool TrackRun::track(std::size_t records) {
  postgis::TrackStore& tracks = this->tracks();
  const auto stored = tracks.stored_up_to();
  if (!stored) return false;
  const std::size_t end = std::min(tracked_ + records, static_cast<std::size_t>(stored->position));
  if (end == tracked_) return false;
  postgis::Touches touches;
  for (std::size_t i = tracked_; i < end; ++i) touches.add(decoded(i));
  const auto outcome = tracks.update(touches, end_of(end));
  if (!outcome) {
    restart();
    return false;
  }
  outcome_ += *outcome;
  tracked_ = end;
  return true;
}

void TrackRun::work_off() {
  for (;;) {
    const auto done = tracks().work_off();
    if (!done) {
      restart();
    } else if (!*done) {
      return;
    } else {
      outcome_ += **done;
    }
  }
}

void TrackRun::finish() {
  while (store(10000)) continue;
  tracks();
  while (tracked_ < records_.size()) track(10000);
  // A notice comes with the answer to a statement that follows it.
  if (!tracks().stored_up_to() || !tracks().follow_catalogue()) restart();
  work_off();
}

void TrackRun::restart_on(const std::string& url) {
  url_ = url;
  restart();
}

void TrackRun::set_parameters(const tracking::Parameters& parameters) {
  parameters_ = parameters;
  restart();
}

std::string TrackRun::rows(const std::string& tables) const {
  std::string all;
  std::istringstream names(tables);
  for (std::string name; names >> name;) {
    all += name + ":\n" +
           database_.value("SELECT string_agg(row::text, chr(10) ORDER BY row::text) FROM rastro." + name +
                           " AS row") +
           "\n";
  }
  return all;
}

}  // namespace rastro::test

#include "tests/support/journal_simulation.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <utility>

#include "pipeline/journal/cursor_file.h"
#include "pipeline/journal/log_format.h"

namespace rastro::test {

using journal::Append;
using journal::Cursor;
using journal::IoError;
using journal::IoStatus;
using journal::ReadOutcome;
using journal::RecordView;
using journal::State;

namespace {

constexpr std::uint64_t kActsInALife = 60;
constexpr std::int64_t kDayMs = 86400000;

}  // namespace

JournalSimulation::JournalSimulation(std::uint64_t seed) : seed_(seed), random_(seed), disk_(seed) {
  options_.segment_size = 500 + below(4000);
  options_.quota = options_.segment_size * (4 + below(8));
  options_.keep_age = std::chrono::seconds(below(2) * 3600);
  options_.keep_size = options_.segment_size * below(4);
  options_.max_pending = 2000 + below(4000);
  options_.sync_distance = std::chrono::milliseconds(0);
  disk_.shows_stale_bytes = one_in(2);
  options_.now_ms = [this] { return disk_.now_ms; };
  readings_[0].name = "postgis";
  readings_[1].name = "forwarder";
  for (const Reading& reading : readings_) options_.consumers.push_back(reading.name);
}

void JournalSimulation::run(std::size_t cuts) {
  while (cuts_ < cuts && !wrong_) live();
}

void JournalSimulation::wrong(const std::string& what) {
  if (!wrong_) {
    ADD_FAILURE() << what << "; seed " << seed_ << ", life " << lives_ << ", after " << cuts_
                  << " cuts, at step " << disk_.steps;
  }
  wrong_ = true;
}

void JournalSimulation::live() {
  ++lives_;
  plan_faults();
  if (open()) {
    for (std::uint64_t i = 0; i < kActsInALife && !wrong_; ++i) {
      if (disk_.off() || journal_->state() == State::kFailed) break;
      act();
    }
  }
  end_life();
}

// Of three lives one has a good disk, one a bad one, and one a very bad one; in most the power goes at some
// step.
void JournalSimulation::plan_faults() {
  constexpr std::array<std::uint64_t, 3> kOneIn = {0, 100, 15};
  disk_.fault = [this, rarity = kOneIn[below(kOneIn.size())]](Call, const std::string&) {
    if (rarity == 0 || !one_in(rarity)) return IoError::kNone;
    ++faults_;
    return IoError::kFailed;
  };
  disk_.capacity = SIZE_MAX;
  disk_.cut_at_step = disk_.steps + 1 + below(one_in(4) ? 20 : 400);
}

// With a cut, or with the end of the process alone.
void JournalSimulation::end_life() {
  for (Reading& reading : readings_) reading.consumer.reset();
  if (journal_ && !disk_.off() && journal_->state() != State::kFailed && one_in(3)) {
    turn();
    journal_->stop();  // a clean end, as far as it comes
  }
  journal_.reset();
  if (!disk_.off() && one_in(3)) return;
  ++cuts_;
  constexpr std::array kAll = {Survives::kNothing, Survives::kEverything, Survives::kBySeed,
                               Survives::kBySeed, Survives::kBySeed};
  disk_.lose_power(kAll[below(kAll.size())]);
}

bool JournalSimulation::open() {
  const std::size_t faults_before = faults_;
  const IoStatus status = journal::Journal::open(open_memory_folder(disk_), options_, journal_);
  if (!status.ok()) {
    if (!disk_.off() && faults_ == faults_before) wrong("it cannot be opened: " + status.detail);
    return false;
  }
  const auto fault = std::exchange(disk_.fault, nullptr);
  const std::uint64_t steps_left = disk_.cut_at_step - std::min(disk_.steps, disk_.cut_at_step);
  disk_.cut_at_step = 0;
  check_records();
  for (Reading& reading : readings_) check_cursor(reading);
  if (!wrong_) prove_that_it_accepts();
  disk_.fault = fault;
  disk_.cut_at_step = disk_.steps + 1 + steps_left;
  return !wrong_;
}

void JournalSimulation::prove_that_it_accepts() {
  if (!append_one()) return wrong("it does not accept");
  turn();
  if (!open_.empty()) wrong("what was accepted does not become durable");
}

void JournalSimulation::act() {
  const std::uint64_t act = below(20);
  if (act < 10) return append();
  if (act < 15) return read(readings_[below(readings_.size())]);
  if (act < 17) return commit(readings_[below(readings_.size())]);
  if (act == 17) {
    disk_.now_ms += static_cast<std::int64_t>(below(4 * kDayMs)) - 2 * kDayMs;
  } else if (act == 18) {
    disk_.capacity = one_in(2) ? SIZE_MAX : disk_.used() + below(2000);
  }
  turn();
}

void JournalSimulation::append() {
  for (std::uint64_t left = 1 + below(5); left > 0 && append_one(); --left) continue;
  if (!one_in(5)) turn();
}

bool JournalSimulation::append_one() {
  Record record;
  record.payload = std::to_string(records_.size()) + ":";
  for (std::uint64_t left = below(one_in(10) ? 3000 : 300); left > 0; --left)
    record.payload += static_cast<char>(random_());
  const auto units = static_cast<std::uint32_t>(below(4));
  const ByteView bytes{reinterpret_cast<const std::uint8_t*>(record.payload.data()), record.payload.size()};
  record.begin = next_;
  if (journal_->append(bytes, units, record.end.position) != Append::kAccepted) return false;
  record.end.units = next_.units + units;
  next_ = record.end;
  if (record.begin.position + journal::stored_size(bytes.size()) != record.end.position)
    wrong("an append is not where the one before ended");
  open_.push_back(records_.size());
  records_.push_back(std::move(record));
  return true;
}

void JournalSimulation::turn() {
  journal_->turn();
  std::erase_if(open_, [&](std::size_t number) {
    if (records_[number].end.position > journal_->durable_position()) return false;
    note_durable(records_[number]);
    return true;
  });
}

void JournalSimulation::note_durable(Record& record) {
  record.fate = Fate::kDurable;
  if (!durable_.emplace(record.begin.position, static_cast<std::size_t>(&record - records_.data())).second)
    wrong("two durable records have one position");
}

std::uint64_t JournalSimulation::consumed() const {
  return std::min(readings_[0].saved, readings_[1].saved).position;
}

// The record as it was appended; whatever else the journal gives out is wrong.
JournalSimulation::Record* JournalSimulation::find(const RecordView& view) {
  const std::string_view payload(reinterpret_cast<const char*>(view.payload.data()), view.payload.size());
  std::size_t number = 0;
  const auto parsed = std::from_chars(payload.data(), payload.data() + payload.size(), number);
  Record* const record = parsed.ec == std::errc() && number < records_.size() ? &records_[number] : nullptr;
  if (record == nullptr || record->payload != payload || record->begin != view.begin ||
      record->end != view.end) {
    wrong("a record that nobody appended, at " + std::to_string(view.begin.position));
    return nullptr;
  }
  if (record->fate == Fate::kGone) {
    if (!disk_.shows_stale_bytes) wrong("record " + std::to_string(number) + " came back");
    record->fate = Fate::kOpen;
    open_.push_back(number);
  }
  return record;
}

// After a restart: what was durable is there, once and in order, and what else is there counts from now on.
void JournalSimulation::check_records() {
  journal::Reader reader(journal_->folder(), journal_->first().position);
  std::map<std::uint64_t, std::size_t> seen;
  Cursor last = journal_->first();
  for (ReadOutcome outcome = reader.next(journal_->durable_position()); outcome != ReadOutcome::kEnd;
       outcome = reader.next(journal_->durable_position())) {
    if (outcome == ReadOutcome::kFailed) return wrong("it cannot be read: " + reader.status().detail);
    if (outcome == ReadOutcome::kDamage) continue;
    const Record* const record = find(reader.record());
    if (record == nullptr) return;
    if (record->begin.position < last.position) return wrong("positions go back");
    last = record->end;
    seen.emplace(record->begin.position, static_cast<std::size_t>(record - records_.data()));
  }
  for (auto at = durable_.lower_bound(consumed()); at != durable_.end(); ++at) {
    if (!seen.contains(at->first)) return wrong("durable record " + std::to_string(at->second) + " is lost");
  }
  for (const std::size_t number : open_) {
    Record& record = records_[number];
    const auto found = seen.find(record.begin.position);
    if (found != seen.end() && found->second == number) {
      note_durable(record);
    } else {
      record.fate = Fate::kGone;
    }
  }
  open_.clear();
  next_ = journal_->durable();
  if (!seen.empty() && next_.units != last.units) wrong("the units do not go on");
}

void JournalSimulation::check_cursor(Reading& reading) {
  std::optional<Cursor> found;
  const IoStatus status = journal::load_cursor(journal_->folder(), reading.name, found);
  if (!status.ok()) return wrong("a cursor cannot be read: " + status.detail);
  const Cursor cursor = found.value_or(Cursor{});
  if (cursor != reading.saved && std::ranges::find(reading.tried, cursor) == reading.tried.end())
    return wrong("a cursor that nobody saved");
  if (cursor.position > journal_->durable_position()) return wrong("a cursor beyond the journal");
  if (cursor.position < journal_->first().position) return wrong("what a consumer has not read is freed");
  reading.saved = reading.read = cursor;
  reading.tried.clear();
  reading.consumer = std::make_unique<journal::Consumer>(*journal_, reading.name, cursor);
}

void JournalSimulation::read(Reading& reading) {
  for (std::uint64_t left = 1 + below(20); left > 0 && !wrong_; --left) {
    const RecordView* const view = reading.consumer->next(std::chrono::milliseconds(0));
    const auto due = durable_.lower_bound(reading.read.position);
    if (view == nullptr) {
      if (reading.consumer->status().ok() && due != durable_.end()) wrong("a consumer does not get a record");
      return;
    }
    const Record* const record = find(*view);
    if (record == nullptr) return;
    if (due == durable_.end() || record != &records_[due->second])
      return wrong("a consumer gets another record than the next");
    reading.read = record->end;
  }
}

void JournalSimulation::commit(Reading& reading) {
  if (one_in(4)) {
    reading.consumer->rewind();
    reading.read = reading.consumer->committed();
    return;
  }
  if (!journal::save_cursor(journal_->folder(), reading.name, reading.read).ok()) {
    reading.tried.push_back(reading.read);
    return;
  }
  reading.saved = reading.read;
  reading.tried.clear();
  reading.consumer->commit(reading.read);
}

}  // namespace rastro::test

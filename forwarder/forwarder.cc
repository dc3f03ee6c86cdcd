#include "forwarder/forwarder.h"

#include <algorithm>
#include <stdexcept>

#include "pipeline/journal/cursor_file.h"

namespace rastro::forward {
namespace {

using std::chrono::milliseconds;

// How long the thread sleeps on the journal when it has nothing to do, and so how late it hears of stop().
constexpr milliseconds kIdleWait{200};
// The same while requests are on their way: how late a new record is read then.
constexpr milliseconds kBusyWait{50};
constexpr milliseconds kParkingPause{1000};
// For requests under way at the end; what is not answered by then is sent again after the restart.
constexpr milliseconds kStopTime{2000};
// Requests that may go at once after a pause: at least two, and what the pace gives in the time of a turn.
constexpr double kMinBurst = 2;
constexpr double kBurstSeconds = 0.02;

std::int64_t now_ms() {
  return std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Time now() { return std::chrono::steady_clock::now(); }

// Where to go on. Records before journal.first() are gone: forwarding was off when they were freed.
journal::Cursor find_start(journal::Journal& journal) {
  journal::Cursor cursor;
  const journal::IoStatus status = journal::load_cursor(journal.folder(), Forwarder::kName, cursor);
  if (!status.ok()) throw std::runtime_error(status.detail);
  if (cursor.position > journal.durable().position) {
    throw std::runtime_error(
        "the forwarder's cursor file is ahead of the journal: it belongs to another one");
  }
  return std::max(cursor, journal.first());
}

}  // namespace

std::string_view skip_name(Skip skip) {
  switch (skip) {
    case Skip::kPendingDevice:
      return "pending_device";
    case Skip::kNotValid:
      return "not_valid";
    case Skip::kNoPersatId:
      return "no_persat_id";
    case Skip::kDuplicate:
      return "duplicate";
    case Skip::kUnreadable:
      break;
  }
  return "unreadable";
}

Forwarder::Forwarder(journal::Journal& journal, std::unique_ptr<journal::Folder> parking, BodyTemplate body,
                     Devices devices, Options options)
    : journal_(journal),
      parking_folder_(std::move(parking)),
      body_(std::move(body)),
      devices_(std::move(devices)),
      options_(std::move(options)),
      client_(options_.http),
      consumer_(journal, kName, find_start(journal)),
      window_(consumer_.committed()),
      bucket_(options_.requests_per_second,
              std::max(kMinBurst, options_.requests_per_second * kBurstSeconds)),
      sink_(options_.back_off, options_.key_pause),
      parking_(*parking_folder_) {
  current_.done = consumer_.committed();
  published_ = current_;
}

void Forwarder::stop() {
  stopping_ = true;
  client_.wake_up();
  if (thread_.joinable()) thread_.join();
}

Progress Forwarder::progress() const {
  Progress progress;
  {
    const std::lock_guard lock(mutex_);
    progress = published_;
  }
  const journal::Cursor durable = journal_.durable();
  progress.pending = durable.units - progress.done.units;
  progress.lag_bytes = durable.position - progress.done.position;
  return progress;
}

void Forwarder::run() {
  while (!stopping_) {
    read_ahead();
    if (parked_everything(now())) send();
    client_.wait(time_to_wait(now()), answers_);
    for (HttpClient::Answer& answer : answers_) settle(answer);
    save_cursor(false);
    publish();
  }
  finish();
}

void Forwarder::finish() {
  const Time until = now() + kStopTime;
  while (window_.under_way() > unparked_.size() && now() < until) {
    client_.wait(kBusyWait, answers_);
    for (HttpClient::Answer& answer : answers_) settle(answer);
  }
  save_cursor(true);
  publish();
}

// Until the window is full or the journal at its end. Sleeps on the journal when there is nothing else to do.
void Forwarder::read_ahead() {
  reading_trouble_.clear();
  if (!devices_.ready()) {
    reading_trouble_ = "the devices are not loaded yet";
    return;
  }
  const bool idle = window_.waiting() + window_.under_way() == 0;
  milliseconds wait = idle ? kIdleWait : milliseconds(0);
  if (window_.done_cursor() != consumer_.committed()) wait = std::min(wait, options_.save_interval);
  while (!window_.full() && !stopping_) {
    const journal::RecordView* record = consumer_.next(wait);
    if (record == nullptr) {
      if (consumer_.status().ok()) return;
      reading_trouble_ = "the journal cannot be read: " + consumer_.status().detail;
      return;
    }
    add(*record);
    wait = milliseconds(0);
  }
}

void Forwarder::add(const journal::RecordView& record) {
  if (!record_.decode(record.payload)) {
    current_.skipped[static_cast<std::size_t>(Skip::kUnreadable)] += record.units;
    return window_.add(record.end, jobs_);
  }
  if (!record_.messages.fixes.empty()) {
    const auto target = devices_.find(record_.head.identity);
    for (const Fix& fix : record_.messages.fixes) add_fix(fix, target, record.begin.position);
  }
  window_.add(record.end, jobs_);
}

void Forwarder::add_fix(const Fix& fix, const std::optional<Target>& target, std::uint64_t position) {
  const RecordHead& head = record_.head;
  const auto skip = [&](Skip reason) { ++current_.skipped[static_cast<std::size_t>(reason)]; };
  if (!target) return skip(Skip::kPendingDevice);
  if (!fix.valid) return skip(Skip::kNotValid);
  if (!target->persat_device_id && body_.needs(Placeholder::kPersatDeviceId)) return skip(Skip::kNoPersatId);
  if (!recent_.insert(head.identity, fix.time_ms, fix.record_hash)) return skip(Skip::kDuplicate);
  Job& job = jobs_.emplace_back();
  job.device = head.identity;
  job.position = position;
  job.received_ms = head.received_ms;
  body_.render({target->persat_device_id, head.identity.view(), target->serial_number, head.received_ms, fix,
                record_.messages.attributes_of(fix)},
               job.body);
}

void Forwarder::send() {
  const Time time = now();
  while (client_.has_room() && sink_.may_send(time, window_.under_way()) && window_.ready(time) &&
         bucket_.take(time)) {
    Job* job = window_.take(time);
    client_.post(job->body, job);
  }
}

// False while the parking file takes nothing: then nothing is sent, as it may have to be parked too.
bool Forwarder::parked_everything(Time time) {
  if (unparked_.empty()) return true;
  if (time >= next_parking_) {
    std::vector<Unparked> again;
    again.swap(unparked_);
    for (Unparked& one : again) park(*one.job, std::move(one.verdict));
  }
  return unparked_.empty();
}

// At most until something is due that no socket tells of.
milliseconds Forwarder::time_to_wait(Time time) {
  if (window_.under_way() + window_.waiting() == 0) {
    return reading_trouble_.empty() ? milliseconds(0) : kBusyWait;  // read_ahead() sleeps
  }
  Time due = time + kBusyWait;
  if (client_.has_room() && unparked_.empty() && window_.waiting() > 0) {
    const Time ready = window_.ready(time) ? time : window_.next_retry();
    const Time allowed = std::max(sink_.hold_until(), bucket_.next(time));
    if (sink_.may_send(allowed, window_.under_way())) due = std::min(due, std::max(ready, allowed));
  }
  return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(due - time));
}

void Forwarder::settle(HttpClient::Answer& answer) {
  Job& job = *static_cast<Job*>(answer.tag);
  Verdict verdict = judge(answer.reply, now_ms());
  const Time time = now();
  switch (verdict.outcome) {
    case Outcome::kDelivered:
      sink_.works(time);
      return delivered(job);
    case Outcome::kPark:
      sink_.works(time);
      return park(job, std::move(verdict));
    case Outcome::kStop:
      sink_.failed(verdict, time, 0);
      ++current_.retried;
      return window_.retry(job, sink_.hold_until());
    case Outcome::kRetry:
      break;
  }
  sink_.failed(verdict, time, random());
  if (job.attempts.failed(verdict, answer.reply.status != 0, time, last_success_)) {
    verdict.reason = ParkReason::kGivenUp;
    return park(job, std::move(verdict));
  }
  try_again(job, verdict, time);
}

void Forwarder::delivered(Job& job) {
  const std::int64_t time = now_ms();
  last_success_ = now();
  ++current_.delivered;
  current_.last_success_ms = time;
  current_.delivery_ms_sum += static_cast<std::uint64_t>(std::max<std::int64_t>(0, time - job.received_ms));
  window_.done(job);
}

void Forwarder::try_again(Job& job, const Verdict& verdict, Time time) {
  ++current_.retried;
  const milliseconds pause = back_off(options_.back_off, job.attempts.count() - 1, random());
  window_.retry(job, time + std::max(pause, verdict.after.value_or(milliseconds(0))));
}

void Forwarder::park(Job& job, Verdict verdict) {
  const journal::IoStatus status = parking_.append(job, verdict, now_ms());
  parking_trouble_ = status.ok() ? "" : "what Persat refused cannot be parked: " + status.detail;
  if (!status.ok()) {
    unparked_.push_back({&job, std::move(verdict)});
    next_parking_ = now() + kParkingPause;
    return;
  }
  ++current_.parked[static_cast<std::size_t>(verdict.reason)];
  window_.done(job);
}

// The file first: what the journal frees is never needed again.
void Forwarder::save_cursor(bool at_once) {
  const journal::Cursor cursor = window_.done_cursor();
  const Time time = now();
  if (cursor == consumer_.committed() || (!at_once && time < next_save_)) return;
  next_save_ = time + options_.save_interval;
  const journal::IoStatus status = journal::save_cursor(journal_.folder(), kName, cursor);
  cursor_trouble_ = status.ok() ? "" : "how far forwarding is cannot be saved: " + status.detail;
  if (status.ok()) consumer_.commit(cursor);
}

void Forwarder::publish() {
  current_.under_way = window_.under_way() - unparked_.size();
  current_.waiting = window_.waiting() + unparked_.size();
  current_.done = window_.done_cursor();
  current_.paused = sink_.paused() || !unparked_.empty();
  current_.damaged_bytes = consumer_.damaged_bytes();
  const std::string before = std::move(current_.trouble);
  current_.trouble = sink_.sentence();
  for (const std::string* local : {&cursor_trouble_, &reading_trouble_, &parking_trouble_}) {
    if (!local->empty()) current_.trouble = *local;
  }
  const bool changed = current_.trouble != before;
  {
    const std::lock_guard lock(mutex_);
    published_ = current_;
  }
  if (changed && options_.on_trouble) options_.on_trouble(current_.trouble);
}

}  // namespace rastro::forward

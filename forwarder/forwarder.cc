#include "forwarder/forwarder.h"

#include <algorithm>
#include <stdexcept>

#include "forwarder/idempotency.h"

namespace rastro::forward {
namespace {

using std::chrono::milliseconds;

// How long the thread sleeps on the journal when it has nothing to do, and so how late it hears of resend().
constexpr milliseconds kIdleWait{200};
// The same while requests are on their way: how late a new record is read then.
constexpr milliseconds kBusyWait{50};
constexpr milliseconds kParkingPause{1000};
// Requests that may go at once after a pause: at least two, and what the pace gives in the time of a turn.
constexpr double kMinBurst = 2;
constexpr double kBurstSeconds = 0.02;

std::int64_t now_ms() {
  return std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Time now() { return std::chrono::steady_clock::now(); }

TokenBucket make_bucket(double per_second) {
  return {per_second, std::max(kMinBurst, per_second * kBurstSeconds)};
}

}  // namespace

Forwarder::Forwarder(journal::Journal& journal, std::unique_ptr<journal::Folder> folder, RequestShape shape,
                     Devices devices, Options options)
    : journal_(journal),
      folder_(std::move(folder)),
      shape_(std::move(shape)),
      maker_(std::move(devices), shape_),
      options_(std::move(options)),
      parking_(*folder_),
      client_(options_.http),
      books_(journal, *folder_, kName, options_.save_interval, ledger_),
      window_(books_.standing().done),
      catch_up_(journal, maker_, options_.catch_up, books_.standing(), window_, ledger_),
      intake_(journal, kName, maker_, options_.filter, books_.standing(), window_, catch_up_, ledger_,
              books_.recent()),
      pace_(options_.requests_per_second),
      bucket_pace_(pace_),
      bucket_(make_bucket(bucket_pace_)),
      sink_(options_.back_off, options_.key_pause) {
  const journal::IoStatus loaded = parking_.load();
  if (!loaded.ok()) throw std::runtime_error(loaded.detail);
  for (std::size_t i = 0; i < options_.http.concurrency; ++i) {
    idle_.push_back(batches_.emplace_back(std::make_unique<Batch>()).get());
  }
  publish();
}

void Forwarder::stop(Time until) {
  if (!stop_.stop_requested()) stop_until_ = until;
  stop_.request_stop();
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

Resend Forwarder::may_resend(const FixId& id) const {
  if (!parking_.contains(id)) return Resend::kNotParked;
  const auto job = parking_.job(id);
  if (!job) return Resend::kUnreadable;
  if (!maker_.ready()) return Resend::kNotLoaded;
  const auto hindrance = maker_.find_hindrance(maker_.find_target(job->device));
  if (!hindrance) return Resend::kQueued;
  if (*hindrance == Skip::kAmbiguousDevice) return Resend::kDeviceAmbiguous;
  return *hindrance == Skip::kNoPersatId ? Resend::kDeviceWithoutPersatId : Resend::kDeviceNotActive;
}

Resend Forwarder::resend(const FixId& id) {
  const Resend answer = may_resend(id);
  if (answer != Resend::kQueued) return answer;
  {
    const std::lock_guard lock(mutex_);
    resends_.push_back(id);
  }
  client_.wake_up();
  return answer;
}

bool Forwarder::delete_parked(const FixId& id) {
  const auto job = parking_.job(id);
  if (!parking_.remove(id, "deleted", now_ms())) return false;
  if (job) ledger_.deleted(job->device);
  return true;
}

void Forwarder::run() {
  while (!stop_.stop_requested()) {
    take_resends();
    read();
    catch_up_.advance(now_ms());
    if (bucket_pace_ != pace_) bucket_ = make_bucket(bucket_pace_ = pace_);
    if (parked_everything(now()) && !catch_up_.searching()) send();
    client_.wait(time_to_wait(now()), answers_);
    for (HttpClient::Answer& answer : answers_) settle(answer);
    if (books_.due(now())) save();
    publish();
  }
  finish();
}

void Forwarder::finish() {
  while (idle_.size() + unparked_.size() < batches_.size() && now() < stop_until_) {
    client_.wait(kBusyWait, answers_);
    for (HttpClient::Answer& answer : answers_) settle(answer);
  }
  if (books_.unsaved()) save();
  publish();
}

// Sleeps on the journal when there is nothing else to do.
void Forwarder::read() {
  const bool idle = window_.waiting() + window_.under_way() == 0;
  milliseconds wait = idle ? kIdleWait : milliseconds(0);
  if (books_.unsaved()) wait = std::min(wait, options_.save_interval);
  intake_.read_ahead(wait, stop_.get_token());
  books_.note_read(window_.read_cursor());
}

void Forwarder::take_resends() {
  std::vector<FixId> ids;
  {
    const std::lock_guard lock(mutex_);
    ids.swap(resends_);
  }
  if (ids.empty() || !maker_.ready()) return;
  for (const FixId& id : ids) {
    auto job = parking_.job(id);
    const auto target = job ? maker_.find_target(job->device) : std::nullopt;
    if (maker_.find_hindrance(target) || !resending_.insert(id).second) continue;
    job->target = *target;
    job->counts = &ledger_.of(job->device);
    window_.add_loose(*std::move(job));
  }
}

// Whether it pays to wait for more to go in the same request.
bool Forwarder::gathers(Time time) {
  if (window_.waiting() == 0) gather_until_ = {};
  if (options_.batch_wait.count() == 0 || window_.waiting() == 0) return false;
  if (gather_until_ == Time{}) gather_until_ = time + options_.batch_wait;
  return window_.waiting() < shape_.batch_max() && time < gather_until_;
}

void Forwarder::send() {
  const Time time = now();
  if (gathers(time)) return;
  while (!idle_.empty() && client_.has_room() && sink_.may_send(time, window_.under_way()) &&
         window_.ready(time) && bucket_.take(time)) {
    Batch& batch = *idle_.back();
    window_.take(time, shape_.batch_max(), batch.jobs);
    idle_.pop_back();
    shape_.render(batch.jobs, batch.body);
    batch.key = idempotency_key(batch.jobs);
    client_.send(batch.body, batch.key, &batch);
    ++current_.requests;
    gather_until_ = {};
  }
}

// False while the parking file takes nothing: then nothing is sent, as it may have to be parked too.
bool Forwarder::parked_everything(Time time) {
  if (unparked_.empty()) return true;
  if (time >= next_parking_) {
    std::vector<Unparked> again;
    again.swap(unparked_);
    for (Unparked& one : again) park(*one.batch, std::move(one.verdict));
  }
  return unparked_.empty();
}

// At most until something is due that no socket tells of.
milliseconds Forwarder::time_to_wait(Time time) {
  if (catch_up_.searching()) return milliseconds(0);
  if (window_.under_way() + window_.waiting() == 0) {
    return intake_.trouble().empty() ? milliseconds(0) : kBusyWait;  // read() sleeps
  }
  Time due = time + kBusyWait;
  if (client_.has_room() && !idle_.empty() && unparked_.empty() && window_.waiting() > 0) {
    const Time ready = std::max(window_.ready(time) ? time : window_.next_retry(), gather_until_);
    const Time allowed = std::max(sink_.hold_until(), bucket_.next(time));
    if (sink_.may_send(allowed, window_.under_way())) due = std::min(due, std::max(ready, allowed));
  }
  return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(due - time));
}

void Forwarder::settle(HttpClient::Answer& answer) {
  books_.note_change();
  Batch& batch = *static_cast<Batch*>(answer.tag);
  Verdict verdict = judge(answer.reply, options_.success, now_ms());
  switch (verdict.outcome) {
    case Outcome::kDelivered:
      sink_.works(now());
      return delivered(batch);
    case Outcome::kPark:
      sink_.works(now());
      return refused(batch, std::move(verdict));
    case Outcome::kStop:
      sink_.failed(verdict, now(), 0);
      return try_again(batch, sink_.hold_until());
    case Outcome::kRetry:
      break;
  }
  settle_failure(batch, answer, std::move(verdict));
}

void Forwarder::settle_failure(Batch& batch, const HttpClient::Answer& answer, Verdict verdict) {
  const Time time = now();
  sink_.failed(verdict, time, random());
  bool exhausted = false;
  for (Job* job : batch.jobs) {
    if (!job->attempts.failed(verdict, answer.reply.status != 0, time, last_success_)) continue;
    job->batch_limit = 1;  // it may be another's fault
    exhausted = true;
  }
  if (exhausted && batch.jobs.size() == 1) {
    verdict.reason = ParkReason::kGivenUp;
    return park(batch, std::move(verdict));
  }
  const milliseconds pause = back_off(options_.back_off, batch.jobs.front()->attempts.count() - 1, random());
  try_again(batch, time + std::max(pause, verdict.after.value_or(milliseconds(0))));
}

void Forwarder::delivered(Batch& batch) {
  const std::int64_t time = now_ms();
  last_success_ = now();
  current_.last_success_ms = time;
  for (const Job* job : batch.jobs) {
    if (job->ahead) catch_up_.done(*job);
  }
  ledger_.delivered(batch.jobs);
  const bool any_parked = parking_.size() > 0;
  for (const Job* job : batch.jobs) {
    const auto taken = std::max<std::int64_t>(0, time - job->received_ms);
    current_.delivery_ms_sum += static_cast<std::uint64_t>(taken);
    const auto* const bound = std::ranges::lower_bound(kDeliveryBounds, static_cast<double>(taken) / 1000);
    ++current_.delivery_counts[static_cast<std::size_t>(bound - kDeliveryBounds.begin())];
    // Also one that a crash kept from being counted as parked.
    if (any_parked && parking_.contains(job->id) && parking_.remove(job->id, "sent", time) &&
        job->was_parked) {
      ledger_.resent(job->device);
    }
    if (job->was_parked) resending_.erase(job->id);
  }
  window_.done(batch.jobs);
  free(batch);
}

// Nothing of a refused batch counts as delivered: it goes again in halves, until the culprit is alone.
void Forwarder::refused(Batch& batch, Verdict verdict) {
  if (batch.jobs.size() == 1) return park(batch, std::move(verdict));
  ledger_.retried(batch.jobs.size());
  window_.split(batch.jobs);
  free(batch);
}

void Forwarder::try_again(Batch& batch, Time when) {
  ledger_.retried(batch.jobs.size());
  window_.retry(batch.jobs, when);
  free(batch);
}

// A batch of one.
void Forwarder::park(Batch& batch, Verdict verdict) {
  const Job& job = *batch.jobs.front();
  const journal::IoStatus status = parking_.append(job, batch.body, verdict, now_ms());
  parking_trouble_ = status.ok() ? "" : "what the target refused cannot be parked: " + status.detail;
  if (!status.ok()) {
    unparked_.push_back({&batch, std::move(verdict)});
    next_parking_ = now() + kParkingPause;
    return;
  }
  books_.note_change();
  if (job.ahead) catch_up_.done(job);
  ledger_.parked(job, verdict.reason);
  resending_.erase(job.id);
  window_.done(batch.jobs);
  free(batch);
}

void Forwarder::save() {
  const Standing standing = intake_.standing();
  if (books_.save(standing, now())) intake_.commit(standing.done);
}

void Forwarder::publish() {
  static_cast<Totals&>(current_) = ledger_.totals();
  const std::size_t open = window_.waiting() + window_.under_way() - window_.ahead();
  current_.under_way = std::min<std::uint64_t>(open, window_.under_way() - unparked_.size());
  current_.waiting = open - current_.under_way;
  current_.parked_now = parking_.size();
  current_.done = window_.done_cursor();
  current_.paused = sink_.paused() || !unparked_.empty();
  current_.breaker = sink_.breaker(now());
  current_.breaker_openings = sink_.openings();
  current_.damaged_bytes = intake_.damaged_bytes();
  const std::string before = std::move(current_.trouble);
  current_.trouble = sink_.sentence();
  for (const std::string& local : {books_.trouble(), intake_.trouble(), parking_trouble_}) {
    if (!local.empty()) current_.trouble = local;
  }
  const bool changed = current_.trouble != before;
  {
    const std::lock_guard lock(mutex_);
    published_ = current_;
  }
  if (changed && options_.on_trouble) options_.on_trouble(current_.trouble);
}

}  // namespace rastro::forward

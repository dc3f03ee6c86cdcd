#include "gateway/consumers/track_consumer.h"

#include <algorithm>

#include "gateway/consumers/rest.h"
#include "gateway/consumers/store_consumer.h"
#include "gateway/log.h"
#include "gateway/this_thread.h"

namespace rastro {
namespace {

// A device's rows change with each round that it is in, so that seldom rounds with more of its fixes pay. And
// a visit is to be seen within a minute of its fix.
constexpr Rest kAfterRound{.shortest = std::chrono::seconds(1), .longest = std::chrono::seconds(20)};
constexpr std::chrono::milliseconds kRetry{1000};
// Of one batch: as many fixes are read from the database at least.
constexpr std::uint64_t kMostUnits = 100'000;
// What has no row yet of what is durable: while it is more than this, the store has a backlog.
constexpr std::uint64_t kBacklog = 100'000;
// For what is due apart from the journal, before the journal has its turn again.
constexpr std::chrono::milliseconds kDueTime{1000};
constexpr std::uint64_t kMiB = 1U << 20;

// A fault of this program or of what it has to work on; all else passes.
bool is_lasting(const postgis::Failure& failure) {
  return failure.kind == postgis::FailureKind::kData || failure.kind == postgis::FailureKind::kAlreadyExists;
}

}  // namespace

TrackConsumer::TrackConsumer(journal::Journal& journal, const std::string& gateway, const Config& config,
                             std::string url, const tracking::Calendar& calendar)
    : journal_(journal),
      calendar_(calendar),
      roomy_bytes_(static_cast<std::uint64_t>(config.journal_quota_mib) * kMiB / 2),
      options_({.url = std::move(url),
                .parameters = config.tracking,
                .time_zone = config.timezone,
                .gateway = gateway,
                .consumer = kName,
                .follows = StoreConsumer::kName}) {
  store_.emplace(options_, calendar_);
}

void TrackConsumer::start() { thread_ = std::thread(&TrackConsumer::run, this); }

void TrackConsumer::stop(StopSignal::Time until) {
  stop_.raise(until);
  if (thread_.joinable()) thread_.join();
}

void TrackConsumer::set_parameters(const tracking::Parameters& parameters) {
  const std::lock_guard lock(mutex_);
  parameters_ = parameters;
}

void TrackConsumer::take_parameters() {
  std::optional<tracking::Parameters> parameters;
  {
    const std::lock_guard lock(mutex_);
    parameters.swap(parameters_);
  }
  if (!parameters) return;
  options_.parameters = *parameters;
  consumer_.reset();
  store_.emplace(options_, calendar_);
}

TrackProgress TrackConsumer::progress() const {
  const std::lock_guard lock(mutex_);
  return progress_;
}

void TrackConsumer::run() {
  name_this_thread("tracking");
  step_back_before_devices();
  while (follow()) continue;
  while (consumer_ && !stop_.time_is_over() && round() == Round::kBusy) continue;
}

// Until somebody says stop.
bool TrackConsumer::follow() {
  if (stop_.raised()) return false;
  take_parameters();
  if (!consumer_ && !find_start()) return !stop_.wait(kRetry);
  const auto began = std::chrono::steady_clock::now();
  switch (round()) {
    case Round::kBusy:
      return true;
    case Round::kRest:
      return !stop_.wait(rest_after(std::chrono::steady_clock::now() - began, kAfterRound));
    case Round::kFailed:
      consumer_.reset();
  }
  return !stop_.wait(kRetry);
}

bool TrackConsumer::find_start() {
  const auto cursor = store_->load_cursor();
  if (!cursor) {
    trouble(cursor.error());
    return false;
  }
  if (cursor->position > journal_.durable().position) {
    trouble({postgis::FailureKind::kCursorMoved,
             "the database has tracked more of this journal than there is: an old copy of it was put in its "
             "place",
             ""});
    return false;
  }
  const journal::Cursor first = journal_.first();
  if (cursor->position < first.position) {
    // What lay between is in the database, but nobody has told which devices it touched.
    if (const auto noted = store_->put_off_all(); !noted) {
      trouble(noted.error());
      return false;
    }
  }
  consumer_.emplace(journal_, kName, std::max(*cursor, first));
  const std::lock_guard lock(mutex_);
  progress_.cursor = consumer_->committed();
  progress_.started = true;
  progress_.trouble.clear();
  return true;
}

TrackConsumer::Round TrackConsumer::round() {
  // An idle journal is not worth a question a second.
  const journal::Cursor read = consumer_->committed();
  const auto stored = journal_.durable_position() > read.position ? store_->stored_up_to()
                                                                  : postgis::Result<journal::Cursor>(read);
  if (!stored) {
    trouble(stored.error());
    return Round::kFailed;
  }
  if (const auto followed = store_->follow_catalogue(); !followed) {
    trouble(followed.error());
    return Round::kFailed;
  }
  const auto end = gather(*stored);
  if (end && !update(*end)) return Round::kFailed;
  const auto worked = work_off();
  if (!worked) return Round::kFailed;
  const bool more = *worked || (end && end->position < stored->position);
  return more && !steps_aside(*stored) ? Round::kBusy : Round::kRest;
}

// Rows come first: where the store has a backlog, what tracking takes of the processors and of the database
// keeps rows waiting that live vehicles are seen by. But what is not tracked yet keeps its place in the
// journal.
bool TrackConsumer::steps_aside(journal::Cursor stored) const {
  const journal::Health journal = journal_.health();
  return journal.durable.units > stored.units + kBacklog && journal.bytes < roomy_bytes_;
}

std::optional<journal::Cursor> TrackConsumer::gather(journal::Cursor stored) {
  touches_.clear();
  std::optional<journal::Cursor> end;
  std::uint64_t units = 0;
  while (units < kMostUnits && (end ? *end : consumer_->committed()).position < stored.position) {
    const journal::RecordView* next = consumer_->next(std::chrono::milliseconds(0));
    if (next == nullptr) break;
    units += next->units;
    end = next->end;
    if (record_.decode(next->payload, Parts::kWithoutAttributes)) touches_.add(record_);
  }
  return end;
}

bool TrackConsumer::update(journal::Cursor end) {
  auto outcome = store_->update(touches_, end);
  if (!outcome && is_lasting(outcome.error())) {
    // One device of these; by itself each shows which.
    trouble(outcome.error());
    outcome = store_->put_off(touches_, end);
  }
  if (!outcome) {
    trouble(outcome.error());
    return false;
  }
  consumer_->commit(end);
  touches_.clear();  // of a great fleet it is much to keep until the next round
  done(*outcome);
  return true;
}

std::optional<bool> TrackConsumer::work_off() {
  const auto until = std::chrono::steady_clock::now() + kDueTime;
  bool any = false;
  while (!stop_.raised() && std::chrono::steady_clock::now() < until) {
    const auto worked = store_->work_off();
    if (!worked) {
      trouble(worked.error());
      if (is_lasting(worked.error())) break;  // the device is left aside
      return std::nullopt;
    }
    if (!*worked) break;
    done(**worked);
    any = true;
  }
  return any;
}

void TrackConsumer::done(const postgis::TrackOutcome& outcome) {
  const std::lock_guard lock(mutex_);
  progress_.cursor = consumer_->committed();
  progress_.outcome += outcome;
  ++progress_.batches;
  progress_.trouble.clear();
}

void TrackConsumer::trouble(const postgis::Failure& failure) {
  static LogLimit limit(std::chrono::seconds(10));
  if (std::uint64_t held = 0; limit.pass(held)) spdlog::warn("tracking waits: {}", failure.sentence);
  const std::lock_guard lock(mutex_);
  ++progress_.failures;
  progress_.trouble = failure.sentence;
}

}  // namespace rastro

#include "gateway/consumers/store_consumer.h"

#include <algorithm>

#include "gateway/clock.h"
#include "gateway/log.h"
#include "gateway/this_thread.h"

namespace rastro {
namespace {

// A record wakes it, and so does the end.
constexpr std::chrono::milliseconds kIdleWait{60000};
// How often a batch that has begun looks for more: each sync of the journal would wake it a thousand times a
// second.
constexpr std::chrono::milliseconds kLook{10};
constexpr std::chrono::milliseconds kFirstBackOff{100};
constexpr unsigned kMaxDoublings = 6;  // 6.4 s: a database that is back is noticed before an operator looks

postgis::NewDevices new_devices_of(const Config& config) {
  return config.unknown_devices == UnknownDevices::kAccept ? postgis::NewDevices::kActive
                                                           : postgis::NewDevices::kPending;
}

postgis::FixStore::Options store_options(const std::string& gateway, const Config& config, std::string url) {
  postgis::FixStore::Options options;
  options.url = std::move(url);
  options.gateway = gateway;
  options.consumer = StoreConsumer::kName;
  options.new_devices = new_devices_of(config);
  return options;
}

}  // namespace

StoreConsumer::StoreConsumer(journal::Journal& journal, const std::string& gateway, const Config& config,
                             std::string url)
    : journal_(journal),
      units_at_start_(journal.durable().units),
      batch_rows_(config.batch_rows),
      batch_ms_(config.batch_ms),
      new_devices_(new_devices_of(config)),
      store_(store_options(gateway, config, std::move(url))) {}

void StoreConsumer::start() { thread_ = std::thread(&StoreConsumer::run, this); }

void StoreConsumer::stop(StopSignal::Time until) {
  stop_.raise(until);
  if (thread_.joinable()) thread_.join();
}

void StoreConsumer::reconfigure(const Config& config) {
  batch_rows_ = config.batch_rows;
  batch_ms_ = config.batch_ms;
  new_devices_ = new_devices_of(config);
}

StoreProgress StoreConsumer::progress() const {
  const std::lock_guard lock(mutex_);
  return progress_;
}

void StoreConsumer::run() {
  name_this_thread("store");
  step_back_before_devices();
  while (!find_start()) {
    if (!back_off()) return;
  }
  for (;;) {
    const bool ending = stop_.raised();
    const bool any = gather();
    if (any && !write(std::span(records_).first(gathered_), ends_)) return;
    if (ending && (!any || stop_.time_is_over())) return;
  }
}

bool StoreConsumer::find_start() {
  auto cursor = store_.load_cursor();
  if (!cursor) {
    trouble(cursor.error());
    return false;
  }
  // An old copy of the journal stands where the journal stood: what would be appended has positions that the
  // database has already, and would be lost.
  const journal::Cursor durable = journal_.durable();
  if (cursor->position > durable.position) {
    trouble(
        {postgis::FailureKind::kCursorMoved,
         "the database has stored more of this journal than there is: an old copy of it was put in its "
         "place, whose new records would be taken for stored ones; all that it holds is stored: remove it",
         ""});
    return false;
  }
  const bool first_time = !consumer_.has_value();
  consumer_.emplace(journal_, kName, *cursor);
  const std::lock_guard lock(mutex_);
  progress_.cursor = *cursor;
  progress_.started = true;
  progress_.trouble.clear();
  if (first_time) progress_.recovered = units_at_start_ - std::min(units_at_start_, cursor->units);
  return true;
}

// A batch waits until its first record has waited long enough: what came while the batch before was being
// written has done so already.
std::chrono::milliseconds StoreConsumer::rest_of_wait(const StoredRecord& first) const {
  const std::int64_t whole_ms = batch_ms_.load();
  return std::chrono::milliseconds(
      std::clamp<std::int64_t>(whole_ms - (now_ms() - first.head.received_ms), 0, whole_ms));
}

bool StoreConsumer::gather() {
  gathered_ = 0;
  unreadable_ = 0;
  ends_.clear();
  std::uint64_t rows = 0;
  const auto now = std::chrono::steady_clock::now;
  auto until = now();
  while (rows < static_cast<std::uint64_t>(batch_rows_.load())) {
    const bool ending = stop_.raised();
    const journal::RecordView* record =
        consumer_->next(ending || !ends_.empty() ? std::chrono::milliseconds(0) : kIdleWait, stop_.token());
    if (record == nullptr) {
      if (!consumer_->status().ok()) trouble({postgis::FailureKind::kLocal, consumer_->status().detail, ""});
      if (!consumer_->status().ok() || ending || ends_.empty() || now() >= until) break;
      stop_.wait(kLook);
      continue;
    }
    if (records_.size() == gathered_) records_.emplace_back();
    rows += record->units;
    if (!records_[gathered_].decode(record->payload)) {
      unreadable_ += record->units;
      records_[gathered_].decode({});  // an empty record, which carries the cursor over the damage
    }
    if (ends_.empty()) until = now() + rest_of_wait(records_[gathered_]);
    ++gathered_;
    ends_.push_back(record->end);
  }
  return gathered_ > 0;
}

bool StoreConsumer::write(std::span<const StoredRecord> records, std::span<const journal::Cursor> ends) {
  while (!write_once(records, ends)) {
    if (!back_off()) return false;
  }
  return true;
}

bool StoreConsumer::write_once(std::span<const StoredRecord> records, std::span<const journal::Cursor> ends) {
  store_.set_new_devices(new_devices_);
  auto outcome = store_.write(records, ends.back());
  if (!outcome && outcome.error().kind == postgis::FailureKind::kData) {
    // Something in here is refused by the server. Halving finds the record; that one is kept raw, the rest is
    // rows.
    trouble(outcome.error());
    if (records.size() > 1) {
      const std::size_t half = records.size() / 2;
      return write(records.first(half), ends.first(half)) && write(records.subspan(half), ends.subspan(half));
    }
    outcome = store_.bury(records, ends.back(), "refused_by_database");
  }
  if (outcome) {
    done(*outcome, records, ends.back());
    return true;
  }
  trouble(outcome.error());
  if (outcome.error().kind == postgis::FailureKind::kCursorMoved) {
    spdlog::error("another writer uses the cursor of this gateway's journal");
  }
  return false;
}

void StoreConsumer::done(const postgis::Outcome& outcome, std::span<const StoredRecord> records,
                         journal::Cursor end) {
  consumer_->commit(end);
  const std::int64_t now = now_ms();
  const std::lock_guard lock(mutex_);
  // A damaged record does not say when it came.
  for (const StoredRecord& record : records) {
    if (record.head.received_ms > 0) progress_.latency.add(now - record.head.received_ms);
  }
  if (failures_in_a_row_ > 0) spdlog::info("the database takes rows again");
  failures_in_a_row_ = 0;
  progress_.cursor = end;
  progress_.outcome += outcome;
  progress_.unreadable += std::exchange(unreadable_, 0);
  ++progress_.batches;
  progress_.trouble.clear();
}

void StoreConsumer::trouble(const postgis::Failure& failure) {
  static LogLimit limit(std::chrono::seconds(10));
  if (std::uint64_t held = 0; limit.pass(held)) spdlog::warn("storing waits: {}", failure.sentence);
  const std::lock_guard lock(mutex_);
  ++progress_.failures;
  progress_.trouble = failure.sentence;
}

bool StoreConsumer::back_off() {
  const auto wait = kFirstBackOff * (1U << std::min(failures_in_a_row_, kMaxDoublings));
  ++failures_in_a_row_;
  return !stop_.wait(wait);
}

}  // namespace rastro

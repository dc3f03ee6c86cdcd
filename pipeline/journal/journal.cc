#include "pipeline/journal/journal.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

#include "pipeline/journal/clean_end.h"
#include "pipeline/journal/log_format.h"
#include "pipeline/journal/recovery.h"

namespace rastro::journal {
namespace {

// How often an idle or full journal looks at space, ages and quota.
constexpr std::chrono::milliseconds kHousekeeping{1000};
// The same while files are being freed.
constexpr std::chrono::milliseconds kFreeing{5};

std::int64_t system_now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Options with_defaults(Options options) {
  if (!options.now_ms) options.now_ms = system_now_ms;
  return options;
}

}  // namespace

Journal::Journal(std::unique_ptr<Folder> folder, Options options)
    : folder_(std::move(folder)), options_(with_defaults(std::move(options))) {}

Journal::~Journal() { end_thread(); }

IoStatus Journal::open(std::unique_ptr<Folder> folder, Options options, std::unique_ptr<Journal>& journal) {
  std::unique_ptr<Journal> opened(new Journal(std::move(folder), std::move(options)));
  IoStatus status = opened->open_folder();
  if (status.ok()) journal = std::move(opened);
  return status;
}

IoStatus Journal::open_folder() {
  if (auto status = folder_->lock(); !status.ok()) return status;
  Recovered found;
  if (auto status = recover(*folder_, found); !status.ok()) return status;
  segments_ = std::move(found.segments);
  torn_bytes_ = found.torn_bytes;
  next_ = durable_ = found.end;
  accepted_position_.store(found.end.position, std::memory_order_relaxed);
  durable_position_.store(found.end.position, std::memory_order_release);
  if (segments_.empty()) return open_segment(found.end);
  return folder_->open_for_append(segment_name(segments_.back().start.position), file_);
}

IoStatus Journal::open_segment(Cursor start) {
  std::unique_ptr<WritableFile> file;
  const std::string name = segment_name(start.position);
  if (auto status = folder_->open_for_append(name, file); !status.ok()) return status;
  std::vector<std::uint8_t> header;
  append_segment_header(start, header);
  IoStatus status = file->truncate(0);  // what an attempt without space left behind
  if (status.ok()) status = file->append(header);
  if (status.ok()) status = file->sync();
  if (status.ok()) status = folder_->sync();
  if (!status.ok()) return status;
  file_ = std::move(file);
  const std::lock_guard lock(mutex_);
  segments_.push_back({start, 0, options_.now_ms()});
  return {};
}

void Journal::start() { thread_ = std::thread(&Journal::run, this); }

void Journal::stop() {
  end_thread();
  if (std::exchange(ended_, true)) return;
  const bool all_synced = state() != State::kFailed && batch_.empty() && pending_.empty();
  // Without the mark the next start takes longer, and that is all.
  if (all_synced) static_cast<void>(mark_clean_end(*folder_, durable_));
}

void Journal::end_thread() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  moved_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Append Journal::append(ByteView payload, std::uint32_t units, std::uint64_t& end) {
  switch (state()) {
    case State::kOpen:
      break;
    case State::kFull:
      return Append::kFull;
    case State::kFailed:
      return Append::kFailed;
  }
  const std::lock_guard lock(mutex_);
  if (stopping_ || payload.size() > kMaxPayload) return Append::kFailed;
  const std::uint64_t size = stored_size(payload.size());
  if (!pending_.empty() && pending_.size() + size > options_.max_pending) return Append::kBusy;
  const bool was_empty = pending_.empty();
  append_record(next_, units, payload, pending_);
  next_ = {next_.position + size, next_.units + units};
  end = next_.position;
  accepted_position_.store(end, std::memory_order_relaxed);
  if (was_empty) work_.notify_one();
  return Append::kAccepted;
}

void Journal::run() {
  ::pthread_setname_np(::pthread_self(), "journal");
  std::chrono::steady_clock::time_point next_sync;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      // A batch that found no space is tried again with the housekeeping.
      work_.wait_for(lock, gone_.empty() ? kHousekeeping : kFreeing,
                     [&] { return stopping_ || (!pending_.empty() && batch_.empty()); });
      work_.wait_until(lock, next_sync, [&] { return stopping_; });
      ++turns_;
      if (stopping_ && (pending_.empty() || !batch_.empty())) return;
    }
    next_sync = std::chrono::steady_clock::now() + options_.sync_distance;
    if (!turn()) return;
  }
}

bool Journal::turn() {
  if (batch_.empty()) {
    const std::lock_guard lock(mutex_);
    batch_.swap(pending_);
    batch_end_ = next_;
  }
  if (!batch_.empty() && commit()) batch_.clear();
  if (state() == State::kFailed) return false;
  remove_consumed();
  gone_.step();
  if (batch_.empty()) enforce_quota();
  return true;
}

bool Journal::commit() {
  const auto fail = [&](const IoStatus& status) {
    const bool may_pass = status.error == IoError::kNoSpace;
    set_state(may_pass ? State::kFull : State::kFailed, status.detail);
    return false;
  };
  Segment* segment = &segments_.back();  // only this thread adds and removes segments
  if (segment->bytes > 0 && segment->bytes + batch_.size() > options_.segment_size) {
    if (const IoStatus status = open_segment(durable_); !status.ok()) return fail(status);
    segment = &segments_.back();
  }
  if (const IoStatus status = file_->append(batch_); !status.ok()) {
    const IoStatus cut = file_->truncate(kSegmentHeaderSize + segment->bytes);
    return fail(cut.ok() ? status : IoStatus{IoError::kFailed, cut.detail});
  }
  // After a failed sync the state of the pages is unknown: a second try that succeeds would prove nothing.
  if (const IoStatus status = file_->sync(); !status.ok()) return fail({IoError::kFailed, status.detail});
  {
    const std::lock_guard lock(mutex_);
    segment->bytes += batch_.size();
    segment->modified_ms = options_.now_ms();
    durable_ = batch_end_;
    ++syncs_;
    durable_position_.store(batch_end_.position, std::memory_order_release);
  }
  if (state() == State::kFull) set_state(State::kOpen, {});
  progress();
  return true;
}

void Journal::progress() {
  moved_.notify_all();
  for (const auto& callback : callbacks_) callback();
}

void Journal::set_state(State state, std::string reason) {
  {
    const std::lock_guard lock(mutex_);
    reason_ = std::move(reason);
    if (state_.exchange(state, std::memory_order_acq_rel) == state) return;
  }
  progress();
}

void Journal::enforce_quota() {
  std::uint64_t bytes = 0;
  {
    const std::lock_guard lock(mutex_);
    bytes = bytes_locked() + gone_.bytes();
  }
  const State now = state();
  if (now == State::kOpen && bytes >= options_.quota) {
    set_state(State::kFull, "the journal has reached its quota of " + std::to_string(options_.quota) +
                                " bytes: its consumers are too far behind");
  } else if (now == State::kFull && bytes < options_.quota) {
    set_state(State::kOpen, {});
  }
}

void Journal::remove_consumed() {
  for (;;) {
    std::string name;
    std::uint64_t size = 0;
    {
      const std::lock_guard lock(mutex_);
      if (segments_.size() < 2) return;
      const Segment& oldest = segments_.front();
      const std::uint64_t oldest_end = segments_[1].start.position;
      for (const std::string& consumer : options_.consumers) {
        const auto reported = consumed_.find(consumer);
        if (reported == consumed_.end() || reported->second.position < oldest_end) return;
      }
      const std::chrono::milliseconds age(options_.now_ms() - oldest.modified_ms);
      const std::uint64_t bytes = bytes_locked();
      if (age < options_.keep_age && bytes <= options_.keep_size && bytes < options_.quota) return;
      name = segment_name(oldest.start.position);
      size = kSegmentHeaderSize + oldest.bytes;
    }
    const std::string gone = name + std::string(kGone);
    // What failed may have been done nevertheless, or by hand. Else it is tried again at the next turn.
    const IoError error = folder_->rename(name, gone).error;
    if (error != IoError::kNone && error != IoError::kNotFound) return;
    // So that after a power cut the one that was freed last comes back at most, and leaves no hole behind it.
    if (!folder_->sync().ok()) return;
    gone_.add(gone, size);
    const std::lock_guard lock(mutex_);
    segments_.erase(segments_.begin());
  }
}

std::uint64_t Journal::bytes_locked() const {
  std::uint64_t bytes = 0;
  for (const Segment& segment : segments_) bytes += kSegmentHeaderSize + segment.bytes;
  return bytes;
}

Cursor Journal::durable() const {
  const std::lock_guard lock(mutex_);
  return durable_;
}

Cursor Journal::first() const {
  const std::lock_guard lock(mutex_);
  return segments_.front().start;
}

void Journal::wait_durable(std::uint64_t position, std::chrono::milliseconds timeout, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  moved_.wait_for(lock, std::move(stop), timeout, [&] { return stopping_ || durable_.position > position; });
}

bool Journal::wait_all_durable(std::chrono::steady_clock::time_point until) {
  std::unique_lock lock(mutex_);
  moved_.wait_until(lock, until, [&] { return state() == State::kFailed || durable_ == next_; });
  return durable_ == next_;
}

void Journal::set_consumed(const std::string& consumer, Cursor cursor) {
  const std::lock_guard lock(mutex_);
  consumed_[consumer] = cursor;
}

Health Journal::health() const {
  const std::lock_guard lock(mutex_);
  return {state(), reason_, bytes_locked() + gone_.bytes(), segments_.size(), syncs_, torn_bytes_, durable_,
          next_,   turns_};
}

}  // namespace rastro::journal

// The journal: append-only, on stable storage before anybody is told. append() may be called from any thread;
// one thread of the journal's own writes what has gathered and syncs it once for all (group commit).
// LOG_FORMAT.md has the bytes.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "pipeline/journal/cursor.h"
#include "pipeline/journal/file_env.h"
#include "pipeline/journal/gone_files.h"
#include "pipeline/journal/recovery.h"

namespace rastro::journal {

struct Options {
  // A new segment begins above this. Small ones free space sooner, large ones cost fewer folder syncs.
  std::uint64_t segment_size = 64U << 20;
  // All segments together; above it the journal is full until consumers have read and space is freed.
  std::uint64_t quota = 8ULL << 30;
  // From one sync to the next at least. A disk that syncs in a tenth of that would be asked thousands of
  // times a second under load, and each time wakes every thread that waits for the journal; a record that
  // comes after a pause is synced at once.
  std::chrono::milliseconds sync_distance{2};
  // Segments that every consumer is done with stay this long, up to this size, for reading again.
  std::chrono::seconds keep_age{0};
  std::uint64_t keep_size = 1ULL << 30;
  // What may wait in memory for the disk; above it append() says kBusy and the caller stops reading its
  // sockets.
  std::size_t max_pending = 8U << 20;
  // Nothing is removed before each of these has reported how far it is (set_consumed).
  std::vector<std::string> consumers;
  std::function<std::int64_t()> now_ms;  // for keep_age; the system's clock when empty
};

enum class Append : std::uint8_t {
  kAccepted,  // will be durable when the mark passes the position returned
  kBusy,      // too much waits for the disk; try again when the mark moves
  kFull,      // quota or disk full; heals by itself
  kFailed,    // a write or sync failed for good, or the journal is stopping; nothing more until a restart
};

enum class State : std::uint8_t { kOpen, kFull, kFailed };

struct Health {
  State state = State::kOpen;
  std::string reason;       // for people; empty while open
  std::uint64_t bytes = 0;  // all segments, and what is being freed
  std::uint64_t segments = 0;
  std::uint64_t syncs = 0;
  std::uint64_t torn_bytes = 0;  // cut off at start
  Cursor durable;
  Cursor accepted;          // durable or waiting for it
  std::uint64_t turns = 0;  // of the journal's thread, which has one a second at least unless it hangs
};

class Journal {
 public:
  // Recovers the folder and makes it ready for appending. On failure `journal` stays empty and the status
  // says why.
  static IoStatus open(std::unique_ptr<Folder> folder, Options options, std::unique_ptr<Journal>& journal);
  // Writes and syncs what was accepted, and ends the thread, but leaves no mark: for what went wrong.
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // Called on the journal's thread after each sync, and when the state changes. Set before start().
  void on_progress(std::function<void()> callback) { callbacks_.push_back(std::move(callback)); }
  void start();
  // What the thread does when there is work: writes and syncs what has gathered, and frees what is consumed.
  // False: the journal has failed. A simulation calls it instead of start().
  bool turn();
  // Writes and syncs what was accepted, ends the thread, and marks that the journal ended in good order, if
  // it did (clean_end.h). append() says kFailed from then on.
  void stop();

  // Copies the payload. With kAccepted `end` is the position behind the record.
  Append append(ByteView payload, std::uint32_t units, std::uint64_t& end);

  // What is on stable storage. The position alone is a plain load.
  std::uint64_t durable_position() const { return durable_position_.load(std::memory_order_acquire); }
  Cursor durable() const;
  // Accepted and not on stable storage yet.
  std::uint64_t waiting_bytes() const {
    // In this order: the mark never passes what was accepted.
    const std::uint64_t durable = durable_position();
    return accepted_position_.load(std::memory_order_relaxed) - durable;
  }
  // Where the oldest record that is kept begins.
  Cursor first() const;
  // Waits until more than `position` is durable, the journal stops, somebody asks `stop` for it, or the time
  // is over.
  void wait_durable(std::uint64_t position, std::chrono::milliseconds timeout, std::stop_token stop = {});
  // Waits until all that was accepted is durable; false when it is not in time, or never will be.
  bool wait_all_durable(std::chrono::steady_clock::time_point until);

  // A consumer is done with everything before the cursor.
  void set_consumed(const std::string& consumer, Cursor cursor);

  Health health() const;
  State state() const { return state_.load(std::memory_order_acquire); }
  Folder& folder() { return *folder_; }

 private:
  Journal(std::unique_ptr<Folder> folder, Options options);
  IoStatus open_folder();
  IoStatus open_segment(Cursor start);
  void run();
  void end_thread();
  // Writes and syncs the batch; false when it has to be tried again.
  bool commit();
  void set_state(State state, std::string reason);
  void enforce_quota();
  void remove_consumed();
  std::uint64_t bytes_locked() const;  // of the segments
  void progress();

  std::unique_ptr<Folder> folder_;
  const Options options_;
  std::vector<std::function<void()>> callbacks_;

  // The journal's thread alone.
  std::unique_ptr<WritableFile> file_;
  std::vector<std::uint8_t> batch_;  // taken out of pending_ and not durable yet
  Cursor batch_end_;
  GoneFiles gone_{*folder_};

  std::atomic<State> state_{State::kOpen};
  std::atomic<std::uint64_t> durable_position_{0};
  std::atomic<std::uint64_t> accepted_position_{0};

  mutable std::mutex mutex_;
  // Below: protected by mutex_.
  std::condition_variable work_;
  std::condition_variable_any moved_;
  std::vector<std::uint8_t> pending_;
  Cursor next_;     // behind the last accepted record
  Cursor durable_;  // behind the last synced record
  std::vector<Segment> segments_;
  std::map<std::string, Cursor> consumed_;
  std::string reason_;
  std::uint64_t syncs_ = 0;
  std::uint64_t turns_ = 0;
  std::uint64_t torn_bytes_ = 0;
  bool stopping_ = false;

  bool ended_ = false;  // by stop(); its caller's
  std::thread thread_;
};

}  // namespace rastro::journal

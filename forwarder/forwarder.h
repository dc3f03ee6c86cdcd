// journal → Persat: sends the valid fixes of active devices, one at a time and in order for each device, at
// least once. What Persat will not take is parked; while it is away, or refuses the key, the journal grows.
// One thread of its own; progress() from any.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "forwarder/body_template.h"
#include "forwarder/http_client.h"
#include "forwarder/parking_file.h"
#include "forwarder/progress.h"
#include "forwarder/recent_fixes.h"
#include "forwarder/retry.h"
#include "forwarder/sink_state.h"
#include "forwarder/token_bucket.h"
#include "forwarder/window.h"
#include "pipeline/journal/consumer.h"
#include "schema/record.h"

namespace rastro::forward {

// What Persat knows an active device by.
struct Target {
  std::optional<std::int64_t> persat_device_id;
  std::string serial_number;
};

// Both are called on the forwarder's thread.
struct Devices {
  std::function<bool()> ready;  // whether find() can know yet; until then nothing is read
  std::function<std::optional<Target>(const DeviceIdentity&)> find;  // nothing: not active
};

class Forwarder {
 public:
  static constexpr const char* kName = "forwarder";  // as consumer of the journal

  struct Options {
    HttpClient::Options http;
    double requests_per_second = 4;
    BackOff back_off;
    std::chrono::milliseconds key_pause{30000};
    // A crash repeats what was delivered since the last save; a save costs three syncs.
    std::chrono::milliseconds save_interval{200};
    // Called on the forwarder's thread when the trouble changes; an empty sentence when it is over.
    std::function<void(const std::string& sentence)> on_trouble;
  };

  // Goes on where the cursor file says, or with the oldest record that the journal keeps. Parks into
  // `parking`. Throws std::runtime_error, with a sentence, when the cursor cannot be read or the URL is none.
  Forwarder(journal::Journal& journal, std::unique_ptr<journal::Folder> parking, BodyTemplate body,
            Devices devices, Options options);
  ~Forwarder() { stop(); }
  Forwarder(const Forwarder&) = delete;
  Forwarder& operator=(const Forwarder&) = delete;

  void start() { thread_ = std::thread(&Forwarder::run, this); }
  // Waits shortly for what is under way, and saves the cursor.
  void stop();
  Progress progress() const;

 private:
  struct Unparked {
    Job* job;
    Verdict verdict;
  };

  void run();
  void finish();
  void read_ahead();
  void add(const journal::RecordView& record);
  void add_fix(const Fix& fix, const std::optional<Target>& target, std::uint64_t position);
  void send();
  bool parked_everything(Time now);
  std::chrono::milliseconds time_to_wait(Time now);
  void settle(HttpClient::Answer& answer);
  void delivered(Job& job);
  void try_again(Job& job, const Verdict& verdict, Time now);
  void park(Job& job, Verdict verdict);
  void save_cursor(bool at_once);
  void publish();
  double random() { return std::uniform_real_distribution<double>(0, 1)(random_); }

  journal::Journal& journal_;
  const std::unique_ptr<journal::Folder> parking_folder_;
  const BodyTemplate body_;
  const Devices devices_;
  const Options options_;

  // The thread's alone.
  HttpClient client_;
  journal::Consumer consumer_;
  Window window_;
  RecentFixes recent_;
  TokenBucket bucket_;
  SinkState sink_;
  ParkingFile parking_;
  std::vector<Unparked> unparked_;  // what the parking file did not take yet
  Time next_parking_{};
  Time next_save_{};
  Time last_success_{};
  StoredRecord record_;
  std::vector<Job> jobs_;
  std::vector<HttpClient::Answer> answers_;
  std::mt19937_64 random_{std::random_device{}()};
  // Of our own side; empty while all is well. Persat's is sink_.sentence().
  std::string reading_trouble_;
  std::string parking_trouble_;
  std::string cursor_trouble_;
  Progress current_;

  mutable std::mutex mutex_;
  Progress published_;  // protected by mutex_

  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace rastro::forward

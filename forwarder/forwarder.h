// journal → Persat, or any HTTP target: sends the valid fixes of active devices, in order for each device, at
// least once, several a request where the target takes that. What the target will not take is parked; while
// it is away, or refuses the key, the journal grows. One thread of its own; what is public from any.
//
// What was answered with success is not sent again, but for what a crash takes between the answer and the
// next save of the books (Options::save_interval), and for requests whose answer a crash or a cut connection
// lost.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "forwarder/bookkeeper.h"
#include "forwarder/catch_up.h"
#include "forwarder/http_client.h"
#include "forwarder/intake.h"
#include "forwarder/ledger.h"
#include "forwarder/parking_file.h"
#include "forwarder/progress.h"
#include "forwarder/resend.h"
#include "forwarder/retry.h"
#include "forwarder/sink_state.h"
#include "forwarder/token_bucket.h"
#include "forwarder/window.h"

namespace rastro::forward {

class Forwarder {
 public:
  static constexpr const char* kName = "forwarder";  // as consumer of the journal
  static constexpr std::chrono::milliseconds kStopTime{2000};

  struct Options {
    HttpClient::Options http;
    SuccessRule success = SuccessRule::kPersat;
    double requests_per_second = 4;
    BackOff back_off;
    std::chrono::milliseconds key_pause{30000};
    // How long a position waits for others to go with.
    std::chrono::milliseconds batch_wait{0};
    Filter::Rules filter;
    CatchUp::Rules catch_up;
    // A crash repeats what was delivered since the last save; a save costs a handful of syncs.
    std::chrono::milliseconds save_interval{200};
    // Called on the forwarder's thread when the trouble changes; an empty sentence when it is over.
    std::function<void(const std::string& sentence)> on_trouble;
  };

  // Goes on where the books and the cursor file say, or with the oldest record that the journal keeps. Parks
  // into `folder`, where the books are too. Throws std::runtime_error, with a sentence, when one of them
  // cannot be read or the URL is none.
  Forwarder(journal::Journal& journal, std::unique_ptr<journal::Folder> folder, RequestShape shape,
            Devices devices, Options options);
  ~Forwarder() { stop(); }
  Forwarder(const Forwarder&) = delete;
  Forwarder& operator=(const Forwarder&) = delete;

  void start() { thread_ = std::thread(&Forwarder::run, this); }
  // From now on. Any thread.
  void set_pace(double requests_per_second) { pace_ = requests_per_second; }
  // Waits for what is under way, until then at most, and saves the books. What is not answered by then is
  // sent again after the restart.
  void stop(Time until = std::chrono::steady_clock::now() + kStopTime);

  Progress progress() const;
  const Ledger& ledger() const { return ledger_; }
  const ParkingFile& parking() const { return parking_; }
  // Sends a parked position once more, with what is known of its device by then; it stays parked until it is
  // delivered, and its place in the device's order is lost.
  Resend resend(const FixId& id);
  Resend may_resend(const FixId& id) const;
  // False when it is not parked, or cannot be written down.
  bool delete_parked(const FixId& id);

 private:
  struct Batch {
    Jobs jobs;
    std::string body;
    std::string key;
  };
  struct Unparked {
    Batch* batch;
    Verdict verdict;
  };

  void run();
  void finish();
  void read();
  void take_resends();
  void send();
  bool gathers(Time now);
  bool parked_everything(Time now);
  std::chrono::milliseconds time_to_wait(Time now);
  void settle(HttpClient::Answer& answer);
  void settle_failure(Batch& batch, const HttpClient::Answer& answer, Verdict verdict);
  void delivered(Batch& batch);
  void refused(Batch& batch, Verdict verdict);
  void try_again(Batch& batch, Time when);
  void park(Batch& batch, Verdict verdict);
  void free(Batch& batch) { idle_.push_back(&batch); }
  void save();
  void publish();
  double random() { return std::uniform_real_distribution<double>(0, 1)(random_); }

  journal::Journal& journal_;
  const std::unique_ptr<journal::Folder> folder_;
  const RequestShape shape_;
  const JobMaker maker_;
  const Options options_;

  Ledger ledger_;
  ParkingFile parking_;

  // The thread's alone.
  HttpClient client_;
  Bookkeeper books_;
  Window window_;
  CatchUp catch_up_;
  Intake intake_;
  std::atomic<double> pace_;
  double bucket_pace_;  // what bucket_ was made with
  TokenBucket bucket_;
  SinkState sink_;
  std::vector<std::unique_ptr<Batch>> batches_;
  std::vector<Batch*> idle_;
  std::vector<Unparked> unparked_;  // what the parking file did not take yet
  std::set<FixId> resending_;
  Time gather_until_{};
  Time next_parking_{};
  Time last_success_{};
  std::vector<HttpClient::Answer> answers_;
  std::mt19937_64 random_{std::random_device{}()};
  std::string parking_trouble_;  // empty while all is well
  Progress current_;

  mutable std::mutex mutex_;
  Progress published_;          // protected by mutex_
  std::vector<FixId> resends_;  // protected by mutex_: asked for, not taken up

  Time stop_until_{};  // written before the stop is requested
  std::stop_source stop_;
  std::thread thread_;
};

}  // namespace rastro::forward

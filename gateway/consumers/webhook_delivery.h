// Tells subscribers what happened: takes what is due from the database, posts it signed, and notes what
// became of it. One delivery of a subscriber at a time, so that one who is slow or dead holds up nobody else;
// when the database is away everything waits. One thread of its own.
#pragma once

#include <prometheus/registry.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "forwarder/webhooks/poster.h"
#include "gateway/clock.h"
#include "gateway/config/config.h"
#include "gateway/consumers/stop_signal.h"
#include "gateway/metrics/webhook_metrics.h"
#include "pipeline/postgis/delivery_queue.h"

namespace rastro {

class WebhookDelivery {
 public:
  // Milliseconds since 1970, UTC: what is due is due by this clock.
  using Clock = std::function<std::int64_t()>;
  static constexpr std::chrono::seconds kDrainTime{2};

  WebhookDelivery(std::string url, const WebhookConfig& config, prometheus::Registry& registry,
                  Clock clock = now_ms);
  ~WebhookDelivery() { stop(); }

  // How long events count, and are kept. Any thread.
  void reconfigure(const WebhookConfig& config);
  void start() { thread_ = std::thread(&WebhookDelivery::run, this); }
  // What is under way may be answered until then; what is not is sent again by the next gateway.
  void stop(StopSignal::Time until = std::chrono::steady_clock::now() + kDrainTime);

 private:
  struct UnderWay {
    postgis::DueDelivery delivery;
    std::int64_t at_ms = 0;
  };
  struct Settled {
    UnderWay of;
    webhooks::PostAnswer answer;
  };

  void run();
  // Settles what was answered, sends what is due, waits for more of either.
  postgis::Result<void> work();
  postgis::Result<void> settle_answers();
  postgis::Result<void> settle(const Settled& settled);
  postgis::Result<void> send_due();
  void send(postgis::DueDelivery delivery);
  postgis::Result<void> keep_house();
  bool is_busy(std::int64_t webhook_id) const;
  void take_answers(std::chrono::milliseconds timeout);
  void drain();

  std::atomic<std::int64_t> max_age_hours_;
  std::atomic<std::int64_t> keep_days_;
  const Clock clock_;
  postgis::DeliveryQueue queue_;
  webhooks::Poster poster_;
  WebhookMetrics metrics_;
  std::map<std::int64_t, UnderWay> under_way_;  // by the delivery's number
  std::vector<Settled> answered_;               // not settled yet
  bool look_ = true;                            // something may be due
  std::chrono::steady_clock::time_point next_look_;
  std::chrono::steady_clock::time_point next_house_;
  std::chrono::steady_clock::time_point next_count_;

  StopSignal stop_;
  std::thread thread_;
};

}  // namespace rastro

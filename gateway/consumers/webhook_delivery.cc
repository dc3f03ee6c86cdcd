#include "gateway/consumers/webhook_delivery.h"

#include <algorithm>

#include "forwarder/webhooks/event.h"
#include "forwarder/webhooks/schedule.h"
#include "forwarder/webhooks/signature.h"
#include "gateway/log.h"
#include "gateway/this_thread.h"
#include "gateway/version.h"

namespace rastro {
namespace {

using postgis::DeliveryState;
using std::chrono::steady_clock;

// What is due again is due by the clock alone, which nobody rings for.
constexpr std::chrono::milliseconds kLookEvery{1000};
// While posts are under way, for new events.
constexpr std::chrono::milliseconds kBusyWait{50};
constexpr std::chrono::milliseconds kRetry{1000};
constexpr std::chrono::milliseconds kHouseEvery{5000};
// A million events are counted in some hundred milliseconds.
constexpr std::chrono::milliseconds kCountEvery{30000};
constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

std::string agent() { return std::string("rastro/") + kVersion; }

// The URL may have a secret in it.
void log_failure(const postgis::DueDelivery& delivery, const webhooks::PostAnswer& answer,
                 DeliveryState state) {
  static LogLimit limit(std::chrono::seconds(10));
  std::uint64_t held_back = 0;
  if (!limit.pass(held_back)) return;
  spdlog::warn("webhook {} has not taken {} {} ({}){}", delivery.webhook_id, delivery.event_type,
               delivery.event_id, answer.status != 0 ? "HTTP " + std::to_string(answer.status) : answer.fault,
               state == DeliveryState::kFailed ? "; that was the last attempt" : "");
}

}  // namespace

WebhookDelivery::WebhookDelivery(std::string url, const WebhookConfig& config, prometheus::Registry& registry,
                                 Clock clock)
    : max_age_hours_(config.max_age_hours),
      keep_days_(config.keep_days),
      clock_(std::move(clock)),
      queue_(std::move(url)),
      poster_({.user_agent = agent(), .allow_private = config.allow_private}),
      metrics_(registry) {}

void WebhookDelivery::reconfigure(const WebhookConfig& config) {
  max_age_hours_ = config.max_age_hours;
  keep_days_ = config.keep_days;
}

void WebhookDelivery::stop(StopSignal::Time until) {
  stop_.raise(until);
  if (thread_.joinable()) thread_.join();
}

void WebhookDelivery::run() {
  name_this_thread("webhooks");
  static LogLimit limit(std::chrono::seconds(10));
  while (!stop_.raised()) {
    const auto worked = work();
    if (worked) continue;
    if (std::uint64_t held_back = 0; limit.pass(held_back))
      spdlog::warn("webhooks wait: {}", worked.error().sentence);
    look_ = true;
    take_answers(std::chrono::milliseconds(0));
    stop_.wait(kRetry);
  }
  drain();
}

postgis::Result<void> WebhookDelivery::work() {
  if (auto settled = settle_answers(); !settled) return settled;
  const auto now = steady_clock::now();
  if (now >= next_house_) {
    if (auto kept = keep_house(); !kept) return kept;
    next_house_ = now + kHouseEvery;
  }
  if (look_ || now >= next_look_) {
    look_ = false;
    next_look_ = now + kLookEvery;
    if (auto sent = send_due(); !sent) return sent;
  }
  const bool busy = poster_.busy();
  if (busy) take_answers(kBusyWait);
  const auto heard = queue_.wait(stop_.descriptor(), busy ? std::chrono::milliseconds(0) : kLookEvery);
  if (!heard) return heard.error();
  look_ = look_ || *heard;
  return {};
}

void WebhookDelivery::take_answers(std::chrono::milliseconds timeout) {
  for (webhooks::PostAnswer& answer : poster_.wait(timeout)) {
    const auto found = under_way_.find(answer.number);
    answered_.push_back({std::move(found->second), std::move(answer)});
    under_way_.erase(found);
  }
}

// What the database does not take now is kept for the next time.
postgis::Result<void> WebhookDelivery::settle_answers() {
  std::size_t done = 0;
  postgis::Result<void> settled;
  while (done < answered_.size() && (settled = settle(answered_[done]))) ++done;
  answered_.erase(answered_.begin(), answered_.begin() + static_cast<std::ptrdiff_t>(done));
  look_ = look_ || done > 0;  // whose turn it was may have more
  return settled;
}

postgis::Result<void> WebhookDelivery::settle(const Settled& settled) {
  const postgis::DueDelivery& delivery = settled.of.delivery;
  const webhooks::PostAnswer& answer = settled.answer;
  const postgis::DeliveryAttempt attempt = {.at_ms = settled.of.at_ms,
                                            .duration = answer.duration,
                                            .status = answer.status,
                                            .fault = answer.fault,
                                            .answer = answer.body};
  DeliveryState state = DeliveryState::kDelivered;
  std::int64_t next_ms = 0;
  if (!answer.good()) {
    const auto next = webhooks::next_attempt_ms(delivery.failures + 1, clock_());
    state = next ? DeliveryState::kPending : DeliveryState::kFailed;
    next_ms = next.value_or(0);
  }
  if (auto noted = queue_.settle(delivery, attempt, state, next_ms); !noted) return noted;
  metrics_.count(delivery.event_type, state);
  if (state != DeliveryState::kDelivered) log_failure(delivery, answer, state);
  return {};
}

bool WebhookDelivery::is_busy(std::int64_t webhook_id) const {
  const auto is_its = [webhook_id](const auto& entry) {
    return entry.second.delivery.webhook_id == webhook_id;
  };
  return std::ranges::any_of(under_way_, is_its);
}

// REQUIRES: all that was answered is settled.
postgis::Result<void> WebhookDelivery::send_due() {
  const std::int64_t now = clock_();
  const auto due = queue_.due_webhooks(now);
  if (!due) return due.error();
  for (const std::int64_t webhook_id : *due) {
    if (!poster_.has_room()) break;
    if (is_busy(webhook_id)) continue;
    auto taken = queue_.take(webhook_id, now);
    if (!taken) return taken.error();
    if (*taken) send(std::move(**taken));
  }
  return {};
}

void WebhookDelivery::send(postgis::DueDelivery delivery) {
  constexpr std::int64_t kSecondMs = 1000;
  const std::int64_t now = clock_();
  webhooks::Post post = {.number = delivery.id,
                         .url = delivery.url,
                         .id = delivery.event_id,
                         .timestamp_s = now / kSecondMs,
                         .body = webhooks::event_body({.id = delivery.event_id,
                                                       .type = delivery.event_type,
                                                       .time_ms = delivery.event_time_ms,
                                                       .device = delivery.device,
                                                       .data = delivery.data})};
  const auto signature = webhooks::sign(delivery.secret, post.id, post.timestamp_s, post.body);
  UnderWay under_way{std::move(delivery), now};
  if (!signature) {
    answered_.push_back({std::move(under_way),
                         {.number = post.number, .fault = "the webhook's secret is none: make a new one"}});
    return;
  }
  post.signature = *signature;
  poster_.post(post);
  under_way_.emplace(post.number, std::move(under_way));
}

postgis::Result<void> WebhookDelivery::keep_house() {
  if (auto set = queue_.set_max_age(max_age_hours_); !set) return set;
  const auto pruned = queue_.prune(clock_() - keep_days_ * kDayMs);
  if (!pruned) return pruned.error();
  const auto standing = queue_.standing();
  if (!standing) return standing.error();
  metrics_.show(*standing, clock_());
  const auto now = steady_clock::now();
  if (now < next_count_) return {};
  next_count_ = now + kCountEvery;
  const auto events = queue_.count_events();
  if (!events) return events.error();
  metrics_.show(*events);
  return {};
}

void WebhookDelivery::drain() {
  while (poster_.busy() && !stop_.time_is_over()) take_answers(kBusyWait);
  if (const auto settled = settle_answers(); !settled)
    spdlog::warn("webhooks that were delivered last will be sent again: {}", settled.error().sentence);
}

}  // namespace rastro

#include "gateway/work_orders/work_order_pull.h"

#include <fmt/format.h>

#include "forwarder/persat/work_order_calls.h"
#include "gateway/clock.h"
#include "gateway/this_thread.h"
#include "gateway/work_orders/followed_work_order.h"

namespace rastro {
namespace {

namespace json = boost::json;

// The days that are read: those behind, as orders are closed late, and those ahead. Fifteen with today, which
// is one request (persat-api.md 5.2).
constexpr std::chrono::days kBehind{7};
constexpr std::chrono::days kAhead{7};
// Orders that no list has, asked for one by one each round: at four requests a second, a quarter of a minute.
constexpr int kMaxAskedAgain = 50;
constexpr std::chrono::milliseconds kRetry{30000};

prometheus::Counter& counter(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add({});
}

}  // namespace

WorkOrderPull::WorkOrderPull(Options options, const ZoneCalendar& calendar, prometheus::Registry& registry)
    : options_(std::move(options)),
      calendar_(calendar),
      api_(options_.api),
      mirror_(options_.database_url),
      failures_(prometheus::BuildCounter()
                    .Name("rastro_work_order_pull_failures_total")
                    .Help("Rounds of reading work orders that broke off, by the kind of failure.")
                    .Register(registry)),
      changed_(counter(registry, "rastro_work_order_pull_changed_total",
                       "Work orders of Persat's that were new or had changed.")),
      unknown_state_(counter(registry, "rastro_work_order_unknown_state_total",
                             "Work orders read in a state that is not documented.")),
      unreadable_(counter(registry, "rastro_work_order_unreadable_total",
                          "Work orders read that are not as documented, and were passed over.")),
      last_success_(prometheus::BuildGauge()
                        .Name("rastro_work_order_pull_last_success_timestamp_seconds")
                        .Help("When Persat's work orders were last read whole.")
                        .Register(registry)
                        .Add({})) {}

void WorkOrderPull::stop() {
  stop_.raise();
  if (thread_.joinable()) thread_.join();
}

void WorkOrderPull::run() {
  name_this_thread("work orders");
  while (!stop_.raised()) {
    const bool done = pull();
    stop_.wait(done ? std::chrono::milliseconds(options_.interval)
                    : std::min(kRetry, std::chrono::milliseconds(options_.interval)));
  }
}

bool WorkOrderPull::pull() {
  const std::int32_t today = calendar_.day_of(now_ms()).number;
  const auto day_text = [&](std::int32_t number) {
    return persat::encode_day(std::chrono::sys_days(std::chrono::days(number)));
  };
  const postgis::WorkOrderDays days{day_text(today - kBehind.count()), day_text(today + kAhead.count())};
  std::vector<std::string> listed;
  if (!follow_days(days, listed) || !ask_for_missing(days, listed)) return false;
  if (const auto linked = mirror_.link_clients(); !linked)
    return trouble("database", linked.error().sentence);
  last_success_.Set(static_cast<double>(now_ms()) / 1000);
  return true;
}

bool WorkOrderPull::follow_days(const postgis::WorkOrderDays& days, std::vector<std::string>& listed) {
  const auto day = [](const std::string& text) {
    return persat::Day(std::chrono::floor<std::chrono::days>(
        persat::decode_instant(text + "T00:00:00.000Z").value_or(persat::Instant{})));
  };
  const auto orders = persat::fetch_work_orders_json(api_, {.range = {day(days.first), day(days.last)}});
  if (!orders)
    return trouble(persat::error_kind_name(orders.error().kind),
                   persat::error_text("GET work orders", orders.error()));
  return follow(*orders, listed);
}

bool WorkOrderPull::ask_for_missing(const postgis::WorkOrderDays& days, std::span<const std::string> listed) {
  const auto missing = mirror_.missing(days, listed, kMaxAskedAgain);
  if (!missing) return trouble("database", missing.error().sentence);
  json::array found;
  for (const std::string& wo_id : *missing) {
    if (stop_.raised()) return false;
    auto order = persat::fetch_work_order_json(api_, wo_id);
    if (order) {
      found.push_back(*std::move(order));
    } else if (order.error().kind == persat::ErrorKind::kNotFound) {
      if (const auto gone = mirror_.forget(wo_id); !gone) return trouble("database", gone.error().sentence);
    } else {
      return trouble(persat::error_kind_name(order.error().kind),
                     persat::error_text("GET work order", order.error()));
    }
  }
  std::vector<std::string> numbers;
  return follow(found, numbers);
}

bool WorkOrderPull::follow(const json::array& orders, std::vector<std::string>& numbers) {
  std::vector<postgis::FollowedWorkOrder> known;
  for (const json::value& order : orders) {
    auto followed = follow_work_order(order);
    if (!followed || !*followed) {
      unreadable_.Increment();
      std::uint64_t held_back = 0;
      if (!followed && log_limit_.pass(held_back))
        spdlog::warn("{}", persat::error_text("a work order of Persat's", followed.error()));
      continue;
    }
    if (!(*followed)->known_state) {
      unknown_state_.Increment();
      std::uint64_t held_back = 0;
      if (log_limit_.pass(held_back))
        spdlog::warn("work order {} is in a state that is not documented", (*followed)->order.wo_id);
    }
    numbers.push_back((*followed)->order.wo_id);
    known.push_back(std::move((*followed)->order));
  }
  const auto changed = mirror_.follow(known);
  if (!changed) return trouble("database", changed.error().sentence);
  changed_.Increment(static_cast<double>(*changed));
  return true;
}

bool WorkOrderPull::trouble(std::string_view what, const std::string& sentence) {
  failures_.Add({{"kind", std::string(what)}}).Increment();
  std::uint64_t held_back = 0;
  if (log_limit_.pass(held_back)) spdlog::warn("work orders of Persat's: {}", sentence);
  return false;
}

}  // namespace rastro

#include "gateway/forward_collector.h"

#include <prometheus/metric_family.h>

#include <string>
#include <string_view>

namespace rastro {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

// Families of one sink; another sink would be another label value.
MetricFamily family(MetricType type, const char* name, const char* help) {
  MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = type;
  return family;
}

void add(MetricFamily& family, double value, std::string_view reason = {}) {
  ClientMetric metric;
  metric.label.push_back({"sink", "persat"});
  if (!reason.empty()) metric.label.push_back({"reason", std::string(reason)});
  (family.type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  family.metric.push_back(std::move(metric));
}

MetricFamily one(MetricType type, const char* name, const char* help, double value) {
  MetricFamily made = family(type, name, help);
  add(made, value);
  return made;
}

template <typename Reason, std::size_t Count>
MetricFamily by_reason(const char* name, const char* help, const std::array<std::uint64_t, Count>& counts,
                       std::string_view (*name_of)(Reason)) {
  MetricFamily made = family(MetricType::Counter, name, help);
  for (std::size_t i = 0; i < Count; ++i) {
    add(made, static_cast<double>(counts[i]), name_of(static_cast<Reason>(i)));
  }
  return made;
}

}  // namespace

std::vector<MetricFamily> ForwardCollector::Collect() const {
  if (forwarder_ == nullptr) return {};
  const forward::Progress progress = forwarder_->progress();
  const auto number = [](std::uint64_t value) { return static_cast<double>(value); };
  constexpr double kMillisecond = 0.001;
  return {
      one(MetricType::Counter, "rastro_forward_delivered_total", "Positions that the sink has taken.",
          number(progress.delivered)),
      by_reason("rastro_forward_parked_total", "Positions set aside in parked.jsonl, by reason.",
                progress.parked, &forward::park_reason_name),
      one(MetricType::Counter, "rastro_forward_retries_total", "Requests that failed and are made again.",
          number(progress.retried)),
      by_reason("rastro_forward_skipped_total", "Fixes that are not forwarded, by reason.", progress.skipped,
                &forward::skip_name),
      one(MetricType::Gauge, "rastro_forward_pending",
          "Durable records that forwarding is not done with yet, with those that it will pass over.",
          number(progress.pending)),
      one(MetricType::Gauge, "rastro_forward_lag_bytes", "The same in bytes of the journal.",
          number(progress.lag_bytes)),
      one(MetricType::Gauge, "rastro_forward_paused",
          "1 while sending is held back: a refused key, a limit, a sink that is down, a full disk.",
          progress.paused ? 1 : 0),
      one(MetricType::Gauge, "rastro_forward_last_success_timestamp_seconds",
          "When the sink last took a position; 0: not since the start.",
          static_cast<double>(progress.last_success_ms) * kMillisecond),
      one(MetricType::Counter, "rastro_forward_delivery_seconds_total",
          "From received by the gateway to delivered, all positions together.",
          number(progress.delivery_ms_sum) * kMillisecond),
      one(MetricType::Counter, "rastro_forward_damaged_bytes_total",
          "Bytes of the journal that could not be read.", number(progress.damaged_bytes)),
  };
}

}  // namespace rastro

#include "gateway/metrics/forward_collector.h"

#include <prometheus/metric_family.h>

#include <limits>
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

MetricFamily delivery_time(const forward::Progress& progress) {
  MetricFamily made = family(MetricType::Histogram, "rastro_forward_delivery_seconds",
                             "From received by the gateway to delivered.");
  ClientMetric metric;
  metric.label.push_back({"sink", "persat"});
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < progress.delivery_counts.size(); ++i) {
    count += progress.delivery_counts[i];
    const double bound = i < forward::kDeliveryBounds.size() ? forward::kDeliveryBounds[i]
                                                             : std::numeric_limits<double>::infinity();
    metric.histogram.bucket.push_back({count, bound});
  }
  metric.histogram.sample_count = count;
  metric.histogram.sample_sum = static_cast<double>(progress.delivery_ms_sum) * 0.001;
  made.metric.push_back(std::move(metric));
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
      delivery_time(progress),
      one(MetricType::Counter, "rastro_forward_read_total",
          "Fixes read of the journal: delivered, parked, skipped, or open.", number(progress.read)),
      one(MetricType::Gauge, "rastro_forward_open", "Fixes that are read and wait or are under way.",
          number(progress.waiting + progress.under_way)),
      one(MetricType::Gauge, "rastro_forward_parked", "Positions that are parked now.",
          number(progress.parked_now)),
      one(MetricType::Counter, "rastro_forward_resent_total", "Positions delivered after they were parked.",
          number(progress.resent)),
      one(MetricType::Counter, "rastro_forward_deleted_total", "Parked positions deleted by hand.",
          number(progress.deleted)),
      one(MetricType::Counter, "rastro_forward_requests_total", "Requests made.", number(progress.requests)),
      one(MetricType::Gauge, "rastro_forward_breaker_state", "0 closed, 1 half open, 2 open.",
          static_cast<double>(progress.breaker)),
      one(MetricType::Counter, "rastro_forward_breaker_opened_total", "How often the breaker has opened.",
          number(progress.breaker_openings)),
      one(MetricType::Counter, "rastro_forward_damaged_bytes_total",
          "Bytes of the journal that could not be read.", number(progress.damaged_bytes)),
  };
}

}  // namespace rastro

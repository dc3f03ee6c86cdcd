#include "gateway/metrics/track_collector.h"

#include <prometheus/metric_family.h>

namespace rastro {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily family(MetricType type, const char* name, const char* help, std::uint64_t value) {
  MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = type;
  prometheus::ClientMetric& metric = family.metric.emplace_back();
  (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = static_cast<double>(value);
  return family;
}

}  // namespace

std::vector<MetricFamily> TrackCollector::Collect() const {
  // Tracking first: what it has read is durable, so that pending is never less than nothing.
  const TrackProgress track = track_.progress();
  const std::uint64_t read = (track.started ? track.cursor : start_).units;
  const auto counter = [](const char* name, const char* help, std::uint64_t value) {
    return family(MetricType::Counter, name, help, value);
  };
  return {
      family(MetricType::Gauge, "rastro_tracking_pending",
             "Durable records that trips, stops and visits are not made of yet.",
             journal_.durable().units - read),
      counter("rastro_tracking_batches_total", "Transactions of tracking committed.", track.batches),
      counter("rastro_tracking_fixes_total", "Fixes that tracking has read, once more for each reading.",
              track.outcome.fixes),
      counter("rastro_tracking_again_total",
              "Times that a device's fixes were read again from before: one came late, was corrected, or "
              "parameters changed.",
              track.outcome.again),
      counter("rastro_tracking_put_off_total",
              "Times that a device had too many fixes for a batch and was done by itself.",
              track.outcome.put_off),
      counter("rastro_tracking_failures_total", "Attempts of tracking that failed and are made again.",
              track.failures),
  };
}

}  // namespace rastro

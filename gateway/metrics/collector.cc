#include "gateway/metrics/collector.h"

#include <prometheus/metric_family.h>

#include <limits>

namespace rastro {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

struct Sample {
  const char* label_value = nullptr;
  double value = 0;
};

MetricFamily family(MetricType type, const char* name, const char* help, const char* label,
                    std::initializer_list<Sample> samples) {
  MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = type;
  for (const Sample& sample : samples) {
    prometheus::ClientMetric metric;
    if (sample.label_value != nullptr) metric.label.push_back({label, sample.label_value});
    (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = sample.value;
    family.metric.push_back(std::move(metric));
  }
  return family;
}

MetricFamily counter(const char* name, const char* help, std::uint64_t value) {
  return family(MetricType::Counter, name, help, "", {{nullptr, static_cast<double>(value)}});
}

MetricFamily gauge(const char* name, const char* help, std::uint64_t value) {
  return family(MetricType::Gauge, name, help, "", {{nullptr, static_cast<double>(value)}});
}

MetricFamily histogram(const char* name, const char* help, const RowLatency& latency) {
  MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = MetricType::Histogram;
  prometheus::ClientMetric::Histogram& histogram = family.metric.emplace_back().histogram;
  for (std::size_t i = 0; i < latency.counts.size(); ++i) {
    histogram.sample_count += latency.counts[i];
    const double bound =
        i < RowLatency::kBounds.size() ? RowLatency::kBounds[i] : std::numeric_limits<double>::infinity();
    histogram.bucket.push_back({histogram.sample_count, bound});
  }
  histogram.sample_sum = latency.sum_seconds;
  return family;
}

}  // namespace

std::vector<MetricFamily> Collector::Collect() const {
  // The store first: what it has is durable, so that pending is never less than nothing.
  const StoreProgress store = store_.progress();
  const journal::Health journal = journal_.health();
  const auto as_double = [](std::uint64_t value) { return static_cast<double>(value); };
  const auto flag = [&](journal::State state) { return journal.state == state ? 1.0 : 0.0; };
  return {
      counter("rastro_records_durable_total", "Records on stable storage, of those received since the start.",
              journal.durable.units - start_.units),
      gauge("rastro_records_recovered",
            "Records that waited in the journal for the database when the process started.", store.recovered),
      family(MetricType::Counter, "rastro_records_stored_total",
             "What became of durable records in the database.", "outcome",
             {{"committed", as_double(store.outcome.fixes_committed + store.outcome.messages)},
              {"duplicate", as_double(store.outcome.duplicates)},
              {"dead_letter", as_double(store.outcome.dead_letters)},
              {"unreadable", as_double(store.unreadable)}}),
      gauge("rastro_records_pending",
            "Durable records that the database has not got yet; until it has first said which, those of this "
            "process.",
            journal.durable.units - (store.started ? store.cursor : start_).units),
      counter("rastro_store_batches_total", "Transactions committed.", store.batches),
      counter("rastro_store_failures_total", "Attempts to store that failed and are made again.",
              store.failures),
      histogram("rastro_row_seconds", "From a record received to its rows committed, a frame or packet each.",
                store.latency),
      family(MetricType::Gauge, "rastro_journal_state", "1 for the state that the journal is in.", "state",
             {{"open", flag(journal::State::kOpen)},
              {"full", flag(journal::State::kFull)},
              {"failed", flag(journal::State::kFailed)}}),
      gauge("rastro_journal_bytes", "Size of the journal.", journal.bytes),
      gauge("rastro_journal_segments", "Files of the journal.", journal.segments),
      counter("rastro_journal_syncs_total", "Group commits.", journal.syncs),
      counter("rastro_journal_torn_bytes_total", "Bytes of a torn tail cut off at the start.",
              journal.torn_bytes),
      family(MetricType::Gauge, "rastro_devices", "Devices in the database, by status.", "status",
             {{"active", as_double(directory_.count(DeviceStatus::kActive))},
              {"pending", as_double(directory_.count(DeviceStatus::kPending))},
              {"disabled", as_double(directory_.count(DeviceStatus::kDisabled))}}),
      gauge("rastro_devices_connected", "Identities with a live connection.", identities_.size()),
      gauge("rastro_connections_unidentified", "Connections that have not said who they are.",
            admission_.newcomers()),
  };
}

}  // namespace rastro

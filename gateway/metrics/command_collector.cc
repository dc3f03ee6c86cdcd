#include "gateway/metrics/command_collector.h"

#include <prometheus/metric_family.h>

namespace rastro {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

struct Sample {
  const char* label_value;
  std::uint64_t value;
};

MetricFamily counter(const char* name, const char* help, const char* label,
                     std::initializer_list<Sample> samples) {
  MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = MetricType::Counter;
  for (const Sample& sample : samples) {
    ClientMetric metric;
    metric.label.push_back({label, sample.label_value});
    metric.counter.value = static_cast<double>(sample.value);
    family.metric.push_back(std::move(metric));
  }
  return family;
}

}  // namespace

std::vector<MetricFamily> CommandCollector::Collect() const {
  const DispatchProgress dispatch = dispatch_.progress();
  const postgis::Outcome stored = store_.progress().outcome;
  MetricFamily waiting;
  waiting.name = "rastro_commands_waiting";
  waiting.help = "Commands that are queued for devices, of all gateways together.";
  waiting.type = MetricType::Gauge;
  waiting.metric.emplace_back().gauge.value = static_cast<double>(dispatch.waiting);
  return {
      counter("rastro_commands_total",
              "What became of commands to devices: sent, sent again (repeated), queued again because the "
              "connection went before they were written (put_back), or ended.",
              "state",
              {{"sent", dispatch.sent},
               {"repeated", dispatch.repeated},
               {"put_back", dispatch.put_back},
               {"answered", stored.commands_answered},
               {"refused", dispatch.refused + stored.commands_refused},
               {"expired", dispatch.expired}}),
      counter("rastro_command_answers_total",
              "Answers that devices sent: to a command, or to none that waited for one.", "result",
              {{"tied", stored.commands_answered + stored.commands_refused},
               {"unasked", stored.answers_unasked}}),
      std::move(waiting),
  };
}

}  // namespace rastro

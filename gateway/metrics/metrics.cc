#include "gateway/metrics/metrics.h"

namespace rastro {
namespace {

prometheus::Family<prometheus::Counter>& counter(prometheus::Registry& registry, const char* name,
                                                 const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

}  // namespace

Metrics::Metrics(prometheus::Registry& registry)
    : acknowledge_seconds(
          prometheus::BuildHistogram()
              .Name("rastro_acknowledge_seconds")
              .Help("From a frame read to its reply written, for replies that wait for the disk.")
              .Register(registry)
              .Add({}, prometheus::Histogram::BucketBoundaries{0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05,
                                                               0.1, 0.2, 0.5, 1, 2, 5})),
      bytes_received_(counter(registry, "rastro_bytes_received_total", "Bytes read from devices.")),
      bytes_framed_(counter(registry, "rastro_bytes_framed_total", "Bytes that belonged to frames.")),
      bytes_rejected_(
          counter(registry, "rastro_bytes_rejected_total", "Bytes that belonged to no good frame.")),
      frames_(counter(registry, "rastro_frames_total", "Frames and datagrams read.")),
      problems_(counter(registry, "rastro_decode_problems_total",
                        "What was wrong with received bytes. disposition: rejected (nothing kept, no reply), "
                        "dead_letter (kept raw and acknowledged), noted (stored all the same).")),
      records_(counter(registry, "rastro_records_received_total",
                       "Fixes, messages without a fix and dead letters read from devices.")),
      refused_(counter(registry, "rastro_records_refused_total", "Records that were read and not taken.")),
      replies_(counter(registry, "rastro_replies_total", "Replies sent to devices.")),
      connections_(counter(registry, "rastro_connections_total", "Connections accepted.")),
      open_(prometheus::BuildGauge()
                .Name("rastro_connections_open")
                .Help("Connections open now.")
                .Register(registry)),
      closed_(counter(registry, "rastro_connections_closed_total", "Connections ended, by reason.")),
      stalls_(counter(registry, "rastro_read_stalls_total",
                      "Times that reading paused because the journal was busy or full.")),
      dropped_(counter(registry, "rastro_datagrams_dropped_total",
                       "Datagrams left unread: their source sends too much that is no packet.")),
      strays_(
          counter(registry, "rastro_strays_total", "Connections of programs that are no trackers, by kind.")),
      http_(counter(registry, "rastro_http_requests_total", "HTTP requests answered.")) {
  for (const auto* reason : {"rejected_device", "directory_unavailable", "journal_unavailable"})
    refused(reason);
}

ListenerMetrics Metrics::listener(std::string_view protocol, Transport transport) {
  const prometheus::Labels labels{{"protocol", std::string(protocol)},
                                  {"transport", std::string(transport_name(transport))}};
  const auto with = [&](const char* name, std::string_view value) {
    prometheus::Labels more = labels;
    more.emplace(name, value);
    return more;
  };
  ListenerMetrics metrics{bytes_received_.Add(labels),
                          bytes_framed_.Add(labels),
                          bytes_rejected_.Add(labels),
                          frames_.Add(labels),
                          records_.Add(labels),
                          replies_.Add(labels),
                          connections_.Add(labels),
                          open_.Add(labels),
                          stalls_.Add(labels),
                          dropped_.Add(labels),
                          {},
                          {},
                          {},
                          {}};
  for (std::size_t i = 0; i < kDecodeErrorCount; ++i) {
    prometheus::Labels problem = with("reason", decode_error_name(static_cast<DecodeError>(i)));
    const auto add = [&](const char* disposition) {
      problem["disposition"] = disposition;
      return &problems_.Add(problem);
    };
    metrics.rejected[i] = add("rejected");
    metrics.dead_lettered[i] = add("dead_letter");
    metrics.noted[i] = add("noted");
  }
  for (std::size_t i = 0; i < kCloseReasonCount; ++i) {
    metrics.closed[i] = &closed_.Add(with("reason", close_reason_name(static_cast<CloseReason>(i))));
  }
  return metrics;
}

}  // namespace rastro

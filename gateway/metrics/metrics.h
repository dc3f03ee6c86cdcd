// Counters of the gateway, resolved once and kept as references. Labels are protocol, reason, sink; never a
// device or an address. What the journal and the consumers count themselves is read from them when Prometheus
// asks (collector.h).
#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <string>
#include <string_view>

#include "gateway/metrics/close_reason.h"
#include "protocols/decode_error.h"
#include "protocols/session.h"

namespace rastro {

// Of one protocol over one transport.
struct ListenerMetrics {
  prometheus::Counter& bytes_received;
  prometheus::Counter& bytes_framed;
  prometheus::Counter& bytes_rejected;
  prometheus::Counter& frames;
  prometheus::Counter& records_received;
  prometheus::Counter& replies;
  prometheus::Counter& connections;
  prometheus::Gauge& connections_open;
  prometheus::Counter& stalls;             // reading paused: the journal was busy or full
  prometheus::Counter& datagrams_dropped;  // of a source that sends too much that is no packet
  std::array<prometheus::Counter*, kDecodeErrorCount> rejected;
  std::array<prometheus::Counter*, kDecodeErrorCount> dead_lettered;
  std::array<prometheus::Counter*, kDecodeErrorCount> noted;
  std::array<prometheus::Counter*, kCloseReasonCount> closed;
};

class Metrics {
 public:
  explicit Metrics(prometheus::Registry& registry);

  ListenerMetrics listener(std::string_view protocol, Transport transport);
  // Records that were read and not taken: of a device that is not wanted, over UDP.
  prometheus::Counter& refused(std::string_view reason) {
    return refused_.Add({{"reason", std::string(reason)}});
  }
  prometheus::Counter& stray(std::string_view kind) { return strays_.Add({{"kind", std::string(kind)}}); }
  prometheus::Counter& http(std::string_view route, int status) {
    return http_.Add({{"route", std::string(route)}, {"status", std::to_string(status)}});
  }

  prometheus::Histogram& acknowledge_seconds;

 private:
  prometheus::Family<prometheus::Counter>& bytes_received_;
  prometheus::Family<prometheus::Counter>& bytes_framed_;
  prometheus::Family<prometheus::Counter>& bytes_rejected_;
  prometheus::Family<prometheus::Counter>& frames_;
  prometheus::Family<prometheus::Counter>& problems_;
  prometheus::Family<prometheus::Counter>& records_;
  prometheus::Family<prometheus::Counter>& refused_;
  prometheus::Family<prometheus::Counter>& replies_;
  prometheus::Family<prometheus::Counter>& connections_;
  prometheus::Family<prometheus::Gauge>& open_;
  prometheus::Family<prometheus::Counter>& closed_;
  prometheus::Family<prometheus::Counter>& stalls_;
  prometheus::Family<prometheus::Counter>& dropped_;
  prometheus::Family<prometheus::Counter>& strays_;
  prometheus::Family<prometheus::Counter>& http_;
};

}  // namespace rastro

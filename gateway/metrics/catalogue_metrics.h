// What is counted of following Persat's catalogue. Made once a registry; the counters are good from any
// thread.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

namespace rastro {

struct CatalogueMetrics {
  explicit CatalogueMetrics(prometheus::Registry& registry);

  prometheus::Family<prometheus::Counter>& failures;  // kind: persat::error_kind_name(), database, …
  prometheus::Family<prometheus::Gauge>& state;       // what
  prometheus::Counter& clients_added;
  prometheus::Counter& clients_changed;
  prometheus::Counter& clients_removed;
  prometheus::Counter& unreadable;
  prometheus::Counter& passed_over;
  prometheus::Counter& devices_changed;
  prometheus::Gauge& clients_pulled_at;  // seconds since 1970
  prometheus::Gauge& devices_pulled_at;
  prometheus::Gauge& pull_seconds;
  prometheus::Gauge& key_refused;  // 1: the account's key is not taken
  prometheus::Gauge& trackers_unmatched;
  prometheus::Gauge& devices_unmatched;
  prometheus::Gauge& devices_ambiguous;
  prometheus::Gauge& table_strangers;
  prometheus::Gauge& clients_without_position;
  prometheus::Gauge& clients_gone;
  prometheus::Gauge& client_conflicts;
  prometheus::Counter& events_applied;
  prometheus::Counter& events_unknown;
  prometheus::Counter& events_failed;
  prometheus::Counter& events_retried;
};

}  // namespace rastro

#include "gateway/metrics/catalogue_metrics.h"

namespace rastro {
namespace {

prometheus::Family<prometheus::Counter>& counters(prometheus::Registry& registry, const char* name,
                                                  const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

prometheus::Family<prometheus::Gauge>& gauges(prometheus::Registry& registry, const char* name,
                                              const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}

prometheus::Counter& clients(prometheus::Registry& registry, const char* outcome) {
  return counters(registry, "rastro_persat_clients_total", "Clients that followed Persat's, by outcome.")
      .Add({{"outcome", outcome}});
}

prometheus::Gauge& pulled_at(prometheus::Registry& registry, const char* kind) {
  return gauges(registry, "rastro_persat_pull_last_success_timestamp_seconds",
                "When Persat's catalogue was last read whole.")
      .Add({{"kind", kind}});
}

prometheus::Counter& events(prometheus::Registry& registry, const char* outcome) {
  return counters(registry, "rastro_persat_events_total",
                  "Events of Persat's that were worked on, by outcome.")
      .Add({{"outcome", outcome}});
}

}  // namespace

CatalogueMetrics::CatalogueMetrics(prometheus::Registry& registry)
    : failures(counters(registry, "rastro_persat_pull_failures_total",
                        "Reads of Persat's catalogue that broke off, by kind.")),
      state(gauges(registry, "rastro_persat_catalogue",
                   "How the catalogue stands to Persat's, by what is counted.")),
      clients_added(clients(registry, "added")),
      clients_changed(clients(registry, "changed")),
      clients_removed(clients(registry, "removed")),
      unreadable(clients(registry, "unreadable")),
      passed_over(counters(registry, "rastro_persat_client_members_passed_over_total",
                           "Members of Persat's clients that are not as documented.")
                      .Add({})),
      devices_changed(counters(registry, "rastro_persat_devices_changed_total",
                               "Persat's devices that were new, changed or removed.")
                          .Add({})),
      clients_pulled_at(pulled_at(registry, "clients")),
      devices_pulled_at(pulled_at(registry, "devices")),
      pull_seconds(gauges(registry, "rastro_persat_pull_seconds",
                          "How long the last whole read of Persat's catalogue took.")
                       .Add({})),
      key_refused(
          gauges(registry, "rastro_persat_key_refused", "1: Persat refuses the account's key.").Add({})),
      trackers_unmatched(state.Add({{"what", "trackers_unmatched"}})),
      devices_unmatched(state.Add({{"what", "devices_unmatched"}})),
      devices_ambiguous(state.Add({{"what", "devices_ambiguous"}})),
      table_strangers(state.Add({{"what", "table_rows_that_match_nothing"}})),
      clients_without_position(state.Add({{"what", "clients_without_position"}})),
      clients_gone(state.Add({{"what", "clients_gone"}})),
      client_conflicts(state.Add({{"what", "client_conflicts"}})),
      events_applied(events(registry, "applied")),
      events_unknown(events(registry, "unknown")),
      events_failed(events(registry, "failed")),
      events_retried(events(registry, "retried")) {}

}  // namespace rastro

#include "gateway/config/reload.h"

#include <algorithm>
#include <array>

namespace rastro {
namespace {

// A name that ends in a dot stands for all below it. Who reads one of them: Shard::reconfigure() (limits and
// what Ingest reads), AdmissionControl, BufferBudget, StoreConsumer, TrackConsumer, WebhookDelivery, Gate,
// Forwarder, and the log.
constexpr std::array<std::string_view, 12> kAtOnce = {"database.batch_ms",
                                                      "database.batch_rows",
                                                      "devices.unknown",
                                                      "forward.requests_per_second",
                                                      "http.requests_per_second",
                                                      "journal.keep_raw",
                                                      "limits.",
                                                      "log.level",
                                                      "shutdown.deadline_s",
                                                      "tracking.",
                                                      "webhooks.keep_days",
                                                      "webhooks.max_age_hours"};
// Of these: whether there is a tracking consumer at all, and what a listener's memory of addresses is made
// by.
constexpr std::array<std::string_view, 4> kNotAtOnce = {"limits.bad_datagrams_per_second",
                                                        "limits.network_bits_ipv4",
                                                        "limits.network_bits_ipv6", "tracking.enabled"};

}  // namespace

bool takes_effect_at_once(std::string_view key) {
  const auto covers = [&](std::string_view name) {
    return name.ends_with('.') ? key.starts_with(name) : key == name;
  };
  return std::ranges::find(kNotAtOnce, key) == kNotAtOnce.end() && std::ranges::any_of(kAtOnce, covers);
}

ConfigChanges compare_config(const ConfigTexts& running, const ConfigTexts& read) {
  ConfigChanges changes;
  const auto note = [&](const std::string& key) {
    (takes_effect_at_once(key) ? changes.at_once : changes.after_restart).push_back(key);
  };
  for (const auto& [key, text] : running) {
    const auto now = read.find(key);
    if (now == read.end() || now->second != text) note(key);
  }
  for (const auto& [key, text] : read) {
    if (!running.contains(key)) note(key);
  }
  std::ranges::sort(changes.at_once);
  std::ranges::sort(changes.after_restart);
  return changes;
}

ConfigTexts texts_in_effect(const ConfigTexts& running, const ConfigTexts& read) {
  ConfigTexts texts;
  for (const auto& entry : running) {
    if (!takes_effect_at_once(entry.first)) texts.insert(entry);
  }
  for (const auto& entry : read) {
    if (takes_effect_at_once(entry.first)) texts.insert(entry);
  }
  return texts;
}

}  // namespace rastro

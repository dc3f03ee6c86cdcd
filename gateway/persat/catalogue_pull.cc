#include "gateway/persat/catalogue_pull.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "forwarder/persat/client.h"
#include "forwarder/persat/device.h"
#include "gateway/clock.h"
#include "gateway/config/config.h"
#include "gateway/persat/api_options.h"
#include "gateway/persat/device_match.h"

namespace rastro {
namespace {

namespace json = boost::json;

// Clients of one transaction: fewer make more notices, each of which makes the gateway read all clients
// again.
constexpr std::size_t kBatch = 2000;

// Of a table that is wrong throughout nobody reads every line.
constexpr std::size_t kMostMistakes = 10;

std::string sentence_of(const std::vector<std::string>& mistakes) {
  const auto end = mistakes.begin() + static_cast<std::ptrdiff_t>(std::min(mistakes.size(), kMostMistakes));
  std::string sentence = fmt::format("persat.device_table: {}", fmt::join(mistakes.begin(), end, "; "));
  if (mistakes.size() > kMostMistakes)
    sentence += fmt::format("; and {} more", mistakes.size() - kMostMistakes);
  return sentence;
}

PullTrouble trouble_of(std::string kind, std::string sentence) {
  return {std::move(kind), std::move(sentence)};
}

postgis::PersatDevice stored_device(const persat::Device& device) {
  postgis::PersatDevice stored{device.id, device.type, device.serial_number, device.first_name,
                               device.last_name};
  json::array zones;
  for (const persat::Zone& zone : device.working_zones) {
    json::object one = zone.other;
    one["id"] = zone.id;
    one["name"] = zone.name;
    if (zone.created) one["created"] = persat::encode_instant(*zone.created);
    zones.push_back(std::move(one));
  }
  stored.working_zones = json::serialize(zones);
  stored.working_hours =
      json::serialize(persat::encode_working_hours(device.working_hours.value_or(persat::WorkingHours())));
  return stored;
}

}  // namespace

CatalogueOptions catalogue_options(const Config& config, const std::string& database_url) {
  return {database_url,
          persat_api_options(config.persat),
          {config.persat.client_radius_m, config.persat.client_radius_by_type},
          config.persat.device_table};
}

CataloguePull::CataloguePull(CatalogueOptions options, CatalogueMetrics& metrics)
    : options_(std::move(options)),
      metrics_(metrics),
      api_(options_.api),
      clients_(options_.database_url),
      devices_(options_.database_url),
      pulls_(options_.database_url) {}

PullTrouble CataloguePull::of(std::string_view call, const persat::Error& error) {
  const bool refused = error.kind == persat::ErrorKind::kRefusedKey;
  if (refused) metrics_.key_refused.Set(1);
  return trouble_of(std::string(persat::error_kind_name(error.kind)), persat::error_text(call, error));
}

PullTrouble CataloguePull::of(const postgis::Failure& failure) {
  PullTrouble trouble = trouble_of("database", failure.sentence);
  trouble.passes = failure.kind != postgis::FailureKind::kData;
  return trouble;
}

std::optional<PullTrouble> CataloguePull::finish(const char* kind, std::uint64_t count,
                                                 std::optional<PullTrouble> trouble) {
  const auto noted = pulls_.note(kind, count, trouble ? trouble->sentence : std::string());
  if (!trouble && !noted) trouble = of(noted.error());
  if (!trouble) return {};
  metrics_.failures.Add({{"kind", trouble->kind}}).Increment();
  std::uint64_t held_back = 0;
  if (trouble->kind != "stopped" && log_limit_.pass(held_back))
    spdlog::warn("{} of Persat's: {}", kind, trouble->sentence);
  return trouble;
}

std::optional<PullTrouble> CataloguePull::pull_devices() {
  const auto told = persat::fetch_devices(api_);
  if (!told) return finish("devices", 0, of("GET devices", told.error()));
  metrics_.key_refused.Set(0);
  const auto known = devices_.devices();
  if (!known) return finish("devices", 0, of(known.error()));
  if (told->empty() && !known->empty())
    return finish("devices", 0,
                  trouble_of("empty_list", "Persat lists no device any more: all stay as they were"));
  std::vector<postgis::PersatDevice> devices;
  for (const persat::Device& device : *told) devices.push_back(stored_device(device));
  const auto changed = devices_.replace(devices);
  if (!changed) return finish("devices", 0, of(changed.error()));
  metrics_.devices_changed.Increment(static_cast<double>(*changed));
  if (auto trouble = match_devices(devices)) return finish("devices", 0, std::move(trouble));
  metrics_.devices_pulled_at.Set(static_cast<double>(now_ms()) / 1000);
  return finish("devices", devices.size(), {});
}

std::optional<PullTrouble> CataloguePull::match_devices(const std::vector<postgis::PersatDevice>& devices) {
  const DeviceTableRead read = read_device_table(options_.device_table);
  if (!read.mistakes.empty()) return trouble_of("device_table", sentence_of(read.mistakes));
  const auto trackers = devices_.trackers();
  if (!trackers) return of(trackers.error());
  const DeviceMatches found = rastro::match_devices(*trackers, devices, read.table);
  if (const auto matched = devices_.match(found.matches); !matched) return of(matched.error());
  if (const auto followed = devices_.follow(); !followed) return of(followed.error());
  metrics_.trackers_unmatched.Set(static_cast<double>(found.unmatched_trackers.size()));
  metrics_.devices_unmatched.Set(static_cast<double>(found.unmatched_devices.size()));
  metrics_.devices_ambiguous.Set(static_cast<double>(found.ambiguous.size()));
  const auto strangers = find_table_strangers(*trackers, devices, read.table);
  metrics_.table_strangers.Set(static_cast<double>(strangers.size()));
  std::uint64_t held_back = 0;
  if (!strangers.empty() && table_limit_.pass(held_back))
    spdlog::warn("persat.device_table: {} rows match nothing, among them {},{} ({})", strangers.size(),
                 strangers.front().imei, strangers.front().persat_device_id, strangers.front().why);
  if (!found.ambiguous.empty() && member_limit_.pass(held_back))
    spdlog::warn("devices {} of Persat's share serial numbers: none of them is matched by it",
                 fmt::join(found.ambiguous, ", "));
  return {};
}

void CataloguePull::take(json::value value, std::vector<postgis::ToldClient>& batch,
                         std::vector<std::string>& listed) {
  auto read =
      value.is_object() ? read_told_client(std::move(value.get_object()), options_.radius) : std::nullopt;
  std::uint64_t held_back = 0;
  if (!read) {
    metrics_.unreadable.Increment();
    if (member_limit_.pass(held_back))
      spdlog::warn("a client of Persat's has no uid_client and is passed over");
    return;
  }
  metrics_.passed_over.Increment(static_cast<double>(read->passed_over.size()));
  if (!read->passed_over.empty() && member_limit_.pass(held_back))
    spdlog::warn("client {} of Persat's: {} not as documented", read->client.uid,
                 fmt::join(read->passed_over, ", "));
  listed.push_back(read->client.uid);
  batch.push_back(std::move(read->client));
}

std::optional<PullTrouble> CataloguePull::follow(std::vector<postgis::ToldClient>& batch) {
  const auto followed = clients_.follow(batch);
  if (!followed) return of(followed.error());
  batch.clear();
  metrics_.clients_added.Increment(static_cast<double>(followed->added));
  metrics_.clients_changed.Increment(static_cast<double>(followed->changed));
  return {};
}

std::optional<PullTrouble> CataloguePull::read_clients(const OnPage& on_page,
                                                       std::vector<std::string>& listed) {
  std::vector<postgis::ToldClient> batch;
  for (std::uint64_t offset = 0;; offset += persat::kMaxPage) {
    auto page = persat::fetch_clients_json(api_, offset);
    if (!page) return of("GET clients", page.error());
    metrics_.key_refused.Set(0);
    for (json::value& client : *page) take(std::move(client), batch, listed);
    const bool last = page->size() < persat::kMaxPage;
    if (last || batch.size() >= kBatch) {
      if (auto trouble = follow(batch)) return trouble;
    }
    if (!on_page(listed.size())) return trouble_of("stopped", "the gateway ends");
    if (last) return {};
  }
}

std::optional<PullTrouble> CataloguePull::pull_clients(const OnPage& on_page) {
  const auto began = std::chrono::steady_clock::now();
  std::vector<std::string> listed;
  if (auto trouble = read_clients(on_page, listed)) return finish("clients", 0, std::move(trouble));
  const auto counts = clients_.counts();
  if (!counts) return finish("clients", 0, of(counts.error()));
  if (listed.empty() && counts->known > 0)
    return finish("clients", 0,
                  trouble_of("empty_list", "Persat lists no client any more: all stay as they were"));
  const auto left = clients_.note_whole_list(listed);
  if (!left) return finish("clients", 0, of(left.error()));
  metrics_.clients_removed.Increment(static_cast<double>(left->removed));
  metrics_.clients_pulled_at.Set(static_cast<double>(now_ms()) / 1000);
  metrics_.pull_seconds.Set(std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  count();
  return finish("clients", listed.size(), {});
}

std::optional<PullTrouble> CataloguePull::follow_client(const std::string& uid) {
  auto told = persat::fetch_client_json(api_, uid);
  if (!told && told.error().kind == persat::ErrorKind::kNotFound) {
    const auto removed = clients_.remove(uid);
    if (!removed) return of(removed.error());
    metrics_.clients_removed.Increment(*removed ? 1 : 0);
    return {};
  }
  if (!told) return of("GET client", told.error());
  std::vector<postgis::ToldClient> batch;
  std::vector<std::string> listed;
  take(*std::move(told), batch, listed);
  return follow(batch);
}

void CataloguePull::count() {
  const auto counts = clients_.counts();
  if (!counts) return;
  metrics_.clients_without_position.Set(static_cast<double>(counts->without_position));
  metrics_.clients_gone.Set(static_cast<double>(counts->gone));
  metrics_.client_conflicts.Set(static_cast<double>(counts->conflicts));
}

}  // namespace rastro

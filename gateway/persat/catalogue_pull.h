// Reads Persat's devices and clients and lets Rastro's follow: a whole round, or one client. Blocking; one
// thread.
#pragma once

#include <prometheus/registry.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "forwarder/persat/api.h"
#include "gateway/log.h"
#include "gateway/metrics/catalogue_metrics.h"
#include "gateway/persat/told_client.h"
#include "pipeline/postgis/persat_clients.h"
#include "pipeline/postgis/persat_devices.h"
#include "pipeline/postgis/persat_pulls.h"

namespace rastro {

struct Config;

struct CatalogueOptions {
  std::string database_url;
  persat::Api::Options api;
  ClientRadius radius = {};
  std::string device_table = {};  // a file (device_match.h); empty: none
};
CatalogueOptions catalogue_options(const Config& config, const std::string& database_url);

// Why something could not be done.
struct PullTrouble {
  std::string
      kind;  // a metric label: persat::error_kind_name(), or database, device_table, empty_list, stopped
  std::string sentence;  // for people
  bool passes = true;    // trying again may help
};

class CataloguePull {
 public:
  // Asked between two pages with the number of clients read so far; false: break off.
  using OnPage = std::function<bool(std::uint64_t)>;

  // Throws std::runtime_error as persat::Connection does.
  CataloguePull(CatalogueOptions options, CatalogueMetrics& metrics);

  // Each nothing when it went well. What broke off removes nothing.
  std::optional<PullTrouble> pull_devices();
  std::optional<PullTrouble> pull_clients(const OnPage& on_page);
  std::optional<PullTrouble> follow_client(const std::string& uid);
  // The state that metrics tell of.
  void count();

 private:
  std::optional<PullTrouble> read_clients(const OnPage& on_page, std::vector<std::string>& listed);
  std::optional<PullTrouble> follow(std::vector<postgis::ToldClient>& batch);
  void take(boost::json::value value, std::vector<postgis::ToldClient>& batch,
            std::vector<std::string>& listed);
  std::optional<PullTrouble> match_devices(const std::vector<postgis::PersatDevice>& devices);
  std::optional<PullTrouble> finish(const char* kind, std::uint64_t count,
                                    std::optional<PullTrouble> trouble);
  PullTrouble of(std::string_view call, const persat::Error& error);
  PullTrouble of(const postgis::Failure& failure);

  const CatalogueOptions options_;
  CatalogueMetrics& metrics_;
  persat::Api api_;
  postgis::PersatClients clients_;
  postgis::PersatDevices devices_;
  postgis::PersatPulls pulls_;
  LogLimit log_limit_{std::chrono::minutes(1)};
  LogLimit table_limit_{std::chrono::minutes(1)};
  LogLimit member_limit_{std::chrono::minutes(1)};
};

}  // namespace rastro

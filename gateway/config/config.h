// The configuration: one YAML file, each key also by environment (database.url: RASTRO_DATABASE_URL), secrets
// also from a file (RASTRO_…_FILE). Plain values once loaded; the table of keys in config.cc has types,
// limits and help.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "forwarder/answer.h"
#include "forwarder/request_shape.h"
#include "gateway/net/ip_network.h"
#include "gateway/net/newcomer_limits.h"
#include "pipeline/tracking/parameters.h"
#include "protocols/session.h"

namespace rastro {

// Files in PEM. On when there is a certificate.
struct TlsConfig {
  std::string certificate;  // with the chain behind it
  std::string key;
  std::string client_ca;        // who signs devices' certificates; empty: none are asked for
  bool required = true;         // of a device, with client_ca
  bool match_identity = false;  // and has to name the device that logs in

  bool configured() const { return !certificate.empty(); }
};

struct ListenerConfig {
  const Protocol* protocol = nullptr;
  Transport transport = Transport::kTcp;
  std::string bind = {};  // "0.0.0.0:5023"
  ChecksumPolicy checksum = ChecksumPolicy::kStrict;
  DeviceSettings settings = {};  // of its devices, as far as they have none of their own
  TlsConfig tls = {};
  // Who has to begin with a PROXY header, version 2, and is believed it.
  std::vector<IpNetwork> proxies = {};
};

enum class UnknownDevices : std::uint8_t { kAccept, kQuarantine, kReject };

struct ForwardConfig {
  bool enabled = false;
  std::string base_url;  // empty: Persat's
  std::string path;
  std::string api_key;  // empty: Persat's
  std::string body{forward::kDefaultBody};
  std::string batch_body{forward::kDefaultBatchBody};
  std::int64_t batch_max = 1;
  std::int64_t batch_ms = 0;
  std::string method = "POST";
  std::vector<std::string> headers = {"Authorization: Bearer ${api_key}"};
  std::string idempotency_header = "Idempotency-Key";  // empty: none
  forward::SuccessRule success = forward::SuccessRule::kPersat;
  bool working_hours_only = false;
  std::int64_t min_interval_s = 0;
  std::int64_t min_distance_m = 0;
  bool latest_first = false;  // catching up
  std::int64_t latest_first_after_s = 300;
  std::int64_t verify_minutes = 0;  // 0: not
  std::int64_t requests_per_second = 4;
  std::int64_t concurrency = 2;
  std::int64_t timeout_s = 20;
};

// Persat's account: on when there is a key.
struct PersatConfig {
  std::string url = "https://api.persat.com.ar/v1";
  std::string api_key;
  std::int64_t requests_per_second = 4;
  std::int64_t timeout_s = 20;
  std::string proxy;    // URL; empty: as the environment says
  std::string ca_file;  // PEM; empty: the system's
  std::int64_t sync_minutes = 10;
  std::string device_table;  // a file that says which device is which; empty: none
  double client_radius_m = 100;
  std::map<std::int64_t, double> client_radius_by_type;
  bool relay_work_orders = true;
  std::string webhook_token;  // empty: no webhooks come in

  bool configured() const { return !api_key.empty(); }
};

// Rastro's events, as they are told to subscribers.
struct WebhookConfig {
  std::int64_t max_age_hours = 24;
  std::int64_t offline_after_s = 900;
  bool allow_private = false;
  std::int64_t keep_days = 30;
};

struct Config {
  std::string data_dir = "./rastro-data";
  std::vector<ListenerConfig> listeners;
  std::int64_t shards = 0;
  std::string http_bind = "127.0.0.1:8080";
  std::int64_t http_requests_per_second = 100;  // of one key
  std::string database_url = "embedded";
  bool database_migrate = true;
  std::int64_t batch_rows = 10000;
  std::int64_t batch_ms = 200;
  UnknownDevices unknown_devices = UnknownDevices::kQuarantine;
  std::string timezone = "America/Argentina/Buenos_Aires";
  bool tracking_enabled = true;
  tracking::Parameters tracking;  // of devices that have none of their own
  std::string cancelled_state = "CANCELADA";
  std::string log_level = "info";
  std::int64_t journal_segment_mib = 64;
  std::int64_t journal_quota_mib = 8192;
  std::int64_t journal_keep_hours = 0;
  std::int64_t journal_keep_mib = 1024;
  bool journal_keep_raw = true;
  std::int64_t login_timeout_s = 30;
  std::int64_t idle_timeout_s = 900;
  std::int64_t max_unparsed_bytes = 131072;
  std::int64_t max_connections = 18000;
  std::int64_t max_bytes_before_login = 4096;
  std::int64_t bad_datagrams_per_second = 50;  // of one source
  std::int64_t identities_per_connection = 100;
  std::int64_t max_buffered_mib = 64;
  NewcomerLimits newcomers;
  // What makes a device's identity doubtful:
  std::int64_t takeovers_per_hour = 20;
  std::int64_t max_speed_kmh = 1000;  // 0: any
  std::vector<IpNetwork> device_networks;
  bool learn_device_networks = false;
  std::int64_t shutdown_deadline_s = 10;
  PersatConfig persat;
  ForwardConfig forward;
  WebhookConfig webhooks;
};

// base_url and path together.
std::string forward_url(const ForwardConfig& config);

// Where a mistake is and what was expected; `line` 0: not in the file (the environment, or something
// missing).
struct ConfigError {
  int line = 0;
  std::string text;
};

// What the file and the environment say, by key; what they leave out is not in it.
using ConfigTexts = std::map<std::string, std::string>;

struct ConfigResult {
  Config config;
  ConfigTexts texts;
  std::vector<ConfigError> errors;  // all of them, in the order of the file
};

using Environment = std::function<std::optional<std::string>(const std::string&)>;

// `yaml` is the file's text, empty for none; `environment` looks a variable up. Reads secret files named
// there.
ConfigResult load_config(const std::string& yaml, const Environment& environment);

// The process's environment.
Environment process_environment();

// The table of keys for people: name, default, what it is.
std::string describe_config();

struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};

// "127.0.0.1:8080", "[::1]:8080"; nothing when it is neither.
std::optional<HostPort> parse_bind(std::string_view text);

}  // namespace rastro

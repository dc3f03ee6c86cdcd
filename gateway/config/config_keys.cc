#include "gateway/config/config_keys.h"

#include <algorithm>
#include <charconv>
#include <sstream>

#include "forwarder/http_client.h"
#include "gateway/config/config_setters.h"
#include "gateway/config/config_text.h"
#include "pipeline/tracking/parameter_names.h"

namespace rastro {
namespace {

// As a client's radius in the database (schema/sql/0007_client.sql).
constexpr double kMinRadiusM = 1;
constexpr double kMaxRadiusM = 100000;

std::optional<std::string> set_client_radius(Config& config, const std::string& text) {
  double radius_m = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), radius_m);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size() ||
      !(radius_m >= kMinRadiusM && radius_m <= kMaxRadiusM))
    return "metres from 1 to 100000";
  config.persat.client_radius_m = radius_m;
  return {};
}

std::optional<std::string> set_database_url(Config& config, const std::string& text) {
  if (text != "embedded" && !text.starts_with("postgresql://") && !text.starts_with("postgres://")) {
    return "embedded, or a URL that begins with postgresql://";
  }
  config.database_url = text;
  return {};
}

std::optional<std::string> set_unknown_devices(Config& config, const std::string& text) {
  if (text == "accept") {
    config.unknown_devices = UnknownDevices::kAccept;
  } else if (text == "quarantine") {
    config.unknown_devices = UnknownDevices::kQuarantine;
  } else if (text == "reject") {
    config.unknown_devices = UnknownDevices::kReject;
  } else {
    return "one of accept, quarantine, reject";
  }
  return {};
}

std::optional<std::string> set_device_networks(Config& config, const std::string& text) {
  auto networks = parse_networks(text);
  if (!networks) return "networks, separated by commas, such as 10.0.0.0/8,fd00::/8";
  config.device_networks = *std::move(networks);
  return {};
}

std::optional<std::string> set_timezone(Config& config, const std::string& text) {
  if (!known_time_zone(text)) return "the name of a time zone such as America/Argentina/Buenos_Aires";
  config.timezone = text;
  return {};
}

// Client types and radii: "3=250,7=40".
std::optional<std::string> set_radius_by_type(Config& config, const std::string& text) {
  constexpr auto kExpected = "client types and metres from 1 to 100000, such as 3=250,7=40";
  std::map<std::int64_t, double> radii;
  std::istringstream list(text);
  for (std::string entry; std::getline(list, entry, ',');) {
    std::istringstream in(entry);
    std::int64_t type = 0;
    double radius_m = 0;
    char equals = 0;
    if (!(in >> type >> equals >> radius_m) || equals != '=' || !(in >> std::ws).eof()) return kExpected;
    if (radius_m < kMinRadiusM || radius_m > kMaxRadiusM || !radii.emplace(type, radius_m).second)
      return kExpected;
  }
  config.persat.client_radius_by_type = std::move(radii);
  return {};
}

std::optional<std::string> set_forward_body(Config& config, const std::string& text) {
  std::string why;
  if (!forward::BodyTemplate::parse(text, why)) return "a template of JSON; " + why;
  config.forward.body = text;
  return {};
}

std::optional<std::string> set_forward_method(Config& config, const std::string& text) {
  if (text != "POST" && text != "PUT") return "one of POST, PUT";
  config.forward.method = text;
  return {};
}

std::optional<std::string> set_forward_headers(Config& config, const std::string& text) {
  auto headers = forward::HttpClient::parse_headers(text);
  if (!headers) return "lines of Name: value, in ASCII";
  config.forward.headers = *std::move(headers);
  return {};
}

std::optional<std::string> set_idempotency_header(Config& config, const std::string& text) {
  if (text != "-" && !forward::HttpClient::parse_headers(text + ": x")) return "a header's name, or -";
  config.forward.idempotency_header = text == "-" ? "" : text;
  return {};
}

std::optional<std::string> set_forward_success(Config& config, const std::string& text) {
  if (text != "persat" && text != "http") return "one of persat, http";
  config.forward.success = text == "http" ? forward::SuccessRule::kHttp : forward::SuccessRule::kPersat;
  return {};
}

// It becomes part of a header or a path: a line end in it would begin another.
template <typename Member>
Setter secret_value(Member member) {
  return [member](Config& config, const std::string& text) -> std::optional<std::string> {
    const bool visible = std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
    if (text.empty() || !visible) return "a text of visible ASCII characters";
    std::invoke(member, config) = text;
    return {};
  };
}

// An order in one of these may be cancelled: what it ends in is another.
std::optional<std::string> set_cancelled_state(Config& config, const std::string& text) {
  const bool is_open = text == "PENDIENTE" || text == "PROYECTADA" || text == "ASIGNADA";
  const bool is_word =
      std::ranges::all_of(text, [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; }) && !text.empty();
  if (!is_word || is_open) return "a word in capitals that is none of PENDIENTE, PROYECTADA, ASIGNADA";
  config.cancelled_state = text;
  return {};
}

ConfigKey tracking_key(const tracking::ParameterHelp& parameter) {
  const std::string name(parameter.name);
  return {"tracking." + name, tracking::parameter_text({}, name), std::string(parameter.help),
          [name](Config& config, const std::string& text) {
            return tracking::set_parameter(config.tracking, name, text);
          }};
}

// Members of ForwardConfig, as something that std::invoke takes on a Config.
template <typename T>
auto of_forward(T ForwardConfig::*member) {
  return [member](Config& config) -> T& { return config.forward.*member; };
}
template <typename T>
auto of_persat(T PersatConfig::*member) {
  return [member](Config& config) -> T& { return config.persat.*member; };
}

std::vector<ConfigKey> persat_keys() {
  return {
      {"persat.url", PersatConfig().url, "where Persat's API begins",
       http_url(of_persat(&PersatConfig::url))},
      {"persat.api_key", "", "the account's API key; without one Rastro keeps clients and work orders itself",
       secret_value(of_persat(&PersatConfig::api_key)), true},
      {"persat.requests_per_second", "4", "pace of reading the catalogue, and of work orders",
       integer_value(of_persat(&PersatConfig::requests_per_second), 1, 100000)},
      {"persat.timeout_s", "20", "time for one request",
       integer_value(of_persat(&PersatConfig::timeout_s), 1, 300)},
      {"persat.proxy", "", "URL of a proxy; empty: as https_proxy and no_proxy say",
       text_value(of_persat(&PersatConfig::proxy))},
      {"persat.ca_file", "", "certificates to trust, PEM; empty: the system's",
       text_value(of_persat(&PersatConfig::ca_file))},
      {"persat.sync_minutes", "10", "how often devices and clients are read",
       integer_value(of_persat(&PersatConfig::sync_minutes), 1, 24 * 60)},
      {"persat.device_table", "", "CSV file of imei,persat_device_id: which device is which",
       text_value(of_persat(&PersatConfig::device_table))},
      {"persat.client_radius_m", "100", "radius of a client that comes from Persat", set_client_radius},
      {"persat.client_radius_by_type", "", "the same by client type, such as 3=250,7=40", set_radius_by_type},
      {"persat.work_orders", "relayed", "relayed: Persat's, acts are passed on; kept: Rastro's own",
       [](Config& config, const std::string& text) -> std::optional<std::string> {
         if (text != "relayed" && text != "kept") return "one of relayed, kept";
         config.persat.relay_work_orders = text == "relayed";
         return {};
       }},
      {"persat.webhook_token", "", "secret end of the URL that Persat's webhooks come to, /hooks/persat/…",
       secret_value(of_persat(&PersatConfig::webhook_token)), true},
  };
}

template <typename T>
auto of_webhooks(T WebhookConfig::*member) {
  return [member](Config& config) -> T& { return config.webhooks.*member; };
}

std::vector<ConfigKey> webhook_keys() {
  return {
      {"webhooks.max_age_hours", "24", "what happened longer ago is told to no subscriber of webhooks",
       integer_value(of_webhooks(&WebhookConfig::max_age_hours), 1, 24 * 366)},
      {"webhooks.offline_after_s", "900", "silence after which a device without a connection is offline",
       integer_value(of_webhooks(&WebhookConfig::offline_after_s), 60, 7 * 86400)},
      {"webhooks.allow_private", "false", "whether webhooks may go to loopback and private addresses",
       bool_value(of_webhooks(&WebhookConfig::allow_private))},
      {"webhooks.keep_days", "30", "how long events and their deliveries are kept",
       integer_value(of_webhooks(&WebhookConfig::keep_days), 3, 366)},
  };
}

std::optional<std::string> set_catch_up(Config& config, const std::string& text) {
  if (text != "in_order" && text != "latest_first") return "one of in_order, latest_first";
  config.forward.latest_first = text == "latest_first";
  return {};
}

std::vector<ConfigKey> forward_keys() {
  return {
      {"forward.enabled", "false", "whether positions of active devices go to Persat, or another target",
       bool_value(of_forward(&ForwardConfig::enabled))},
      {"forward.base_url", "", "where the target's API begins; empty: persat.url",
       http_url(of_forward(&ForwardConfig::base_url))},
      {"forward.path", "", "path of the integration endpoint, begins with /; not public: ask Persat",
       [](Config& config, const std::string& text) -> std::optional<std::string> {
         if (!text.starts_with('/')) return "a path that begins with /";
         config.forward.path = text;
         return {};
       }},
      {"forward.api_key", "", "the target's API key; empty: persat.api_key",
       secret_value(of_forward(&ForwardConfig::api_key)), true},
      {"forward.body", std::string(forward::kDefaultBody),
       "template of the request's JSON body; each ${…} brings a whole value", set_forward_body},
      {"forward.batch_body", std::string(forward::kDefaultBatchBody),
       "what stands around the positions of one request, where batch_max is more than 1",
       text_value(of_forward(&ForwardConfig::batch_body))},
      {"forward.batch_max", "1", "positions of one request at most",
       integer_value(of_forward(&ForwardConfig::batch_max), 1, 1000)},
      {"forward.batch_ms", "0", "how long a position waits for others of its batch",
       integer_value(of_forward(&ForwardConfig::batch_ms), 0, 60000)},
      {"forward.method", "POST", "POST or PUT", set_forward_method},
      {"forward.headers", "Authorization: Bearer ${api_key}",
       "headers, one a line; ${api_key} stands for forward.api_key", set_forward_headers},
      {"forward.idempotency_header", "Idempotency-Key",
       "header that is the same each time that a request is made again; -: none", set_idempotency_header},
      {"forward.success", "persat", "what is success: persat: 200 and success true; http: any 2xx",
       set_forward_success},
      {"forward.working_hours_only", "false", "whether only positions within a device's working hours go",
       bool_value(of_forward(&ForwardConfig::working_hours_only))},
      {"forward.min_interval_s", "0", "time between two positions of a device; 0: any",
       integer_value(of_forward(&ForwardConfig::min_interval_s), 0, 86400)},
      {"forward.min_distance_m", "0", "distance between them; with both set, either suffices; 0: any",
       integer_value(of_forward(&ForwardConfig::min_distance_m), 0, 100000)},
      {"forward.catch_up", "in_order",
       "after an outage: in_order, or latest_first: the newest position of each device before its history",
       set_catch_up},
      {"forward.latest_first_after_s", "300", "how old the oldest waiting position is then",
       integer_value(of_forward(&ForwardConfig::latest_first_after_s), 1, 7 * 86400)},
      {"forward.verify_minutes", "0", "how often Persat is asked for what it has last of devices; 0: never",
       integer_value(of_forward(&ForwardConfig::verify_minutes), 0, 7 * 24 * 60)},
      {"forward.requests_per_second", "4", "pace",
       integer_value(of_forward(&ForwardConfig::requests_per_second), 1, 100000)},
      {"forward.concurrency", "2", "requests under way at once",
       integer_value(of_forward(&ForwardConfig::concurrency), 1, 256)},
      {"forward.timeout_s", "20", "time for one request",
       integer_value(of_forward(&ForwardConfig::timeout_s), 1, 300)},
  };
}

template <typename T>
auto of_newcomers(T NewcomerLimits::*member) {
  return [member](Config& config) -> T& { return config.newcomers.*member; };
}

std::vector<ConfigKey> limit_keys() {
  return {
      {"limits.login_timeout_s", "30", "time to identify itself",
       integer_value(&Config::login_timeout_s, 1, 3600)},
      {"limits.idle_timeout_s", "900", "silence after which a connection is closed",
       integer_value(&Config::idle_timeout_s, 10, 86400)},
      {"limits.max_unparsed_bytes", "131072", "bytes of a connection that are no whole frame yet",
       integer_value(&Config::max_unparsed_bytes, 1024, 16 << 20)},
      {"limits.max_connections", "18000", "connections of all listeners",
       integer_value(&Config::max_connections, 1, 1000000)},
      {"limits.max_bytes_before_login", "4096", "bytes of a connection that has not said who it is",
       integer_value(&Config::max_bytes_before_login, 64, 1 << 20)},
      {"limits.identities_per_connection", "100", "devices that share a connection",
       integer_value(&Config::identities_per_connection, 1, 100000)},
      {"limits.max_buffered_mib", "64",
       "memory for half frames and replies that are not taken, of all connections; beyond it each has its "
       "share",
       integer_value(&Config::max_buffered_mib, 1, 1 << 20)},
      {"limits.max_unidentified", "18000",
       "connections that have not said who they are; when there are more, the oldest goes",
       integer_value(of_newcomers(&NewcomerLimits::of_all), 1, 1000000)},
      {"limits.unidentified_per_address", "18000", "the same, of one address",
       integer_value(of_newcomers(&NewcomerLimits::of_address), 1, 1000000)},
      {"limits.unidentified_per_network", "18000", "the same, of one network",
       integer_value(of_newcomers(&NewcomerLimits::of_network), 1, 1000000)},
      {"limits.unidentified_per_address_second", "200",
       "connections a second of one address that never say who they are, beside those that may wait at once",
       integer_value(of_newcomers(&NewcomerLimits::address_rate), 1, 1000000)},
      {"limits.unidentified_per_network_second", "400", "the same, of one network",
       integer_value(of_newcomers(&NewcomerLimits::network_rate), 1, 1000000)},
      {"limits.network_bits_ipv4", "24", "leading bits of an address that make its network",
       integer_value(of_newcomers(&NewcomerLimits::v4_bits), 8, 32)},
      {"limits.network_bits_ipv6", "64", "the same, of IPv6",
       integer_value(of_newcomers(&NewcomerLimits::v6_bits), 16, 128)},
      {"limits.bad_datagrams_per_second", "50",
       "datagrams of one address and port that are no packets; with more, it is left unread for a while",
       integer_value(&Config::bad_datagrams_per_second, 1, 1000000)},
  };
}

std::vector<ConfigKey> make_keys() {
  std::vector<ConfigKey> keys = {
      {"data_dir", "./rastro-data", "folder of the journal and the embedded database",
       text_value(&Config::data_dir)},
      {"shards", "0", "threads that serve devices; 0: one for each processor",
       integer_value(&Config::shards, 0, 256)},
      {"http.bind", "127.0.0.1:8080", "address of the API, /healthz, /readyz and /metrics",
       bind_value(&Config::http_bind)},
      {"http.requests_per_second", "100", "requests of one API key that are answered",
       integer_value(&Config::http_requests_per_second, 1, 1000000)},
      {"database.url", "embedded", "embedded, or postgresql://user:password@host:port/name", set_database_url,
       true},
      {"database.migrate", "true", "whether serve brings the schema up to date",
       bool_value(&Config::database_migrate)},
      {"database.batch_rows", "10000", "rows of one transaction at most",
       integer_value(&Config::batch_rows, 1, 100000)},
      {"database.batch_ms", "200", "how long a row waits for others at most",
       integer_value(&Config::batch_ms, 1, 10000)},
      {"devices.unknown", "quarantine", "what becomes of a device seen first: accept, quarantine, reject",
       set_unknown_devices},
      {"devices.takeovers_per_hour", "20",
       "times an hour that a newer connection of a device ends the older; above, both stay, with an alarm",
       integer_value(&Config::takeovers_per_hour, 1, 100000)},
      {"devices.max_speed_kmh", "1000",
       "between two positions of a device, above which there is an alarm; 0: any",
       integer_value(&Config::max_speed_kmh, 0, 100000)},
      {"devices.networks", "",
       "networks that devices come from, such as 10.0.0.0/8,fd00::/8; from elsewhere there is an alarm",
       set_device_networks},
      {"devices.learn_networks", "false",
       "whether there is an alarm when a device comes from a network that it did not come from before",
       bool_value(&Config::learn_device_networks)},
      {"timezone", "America/Argentina/Buenos_Aires", "days and months in reports", set_timezone},
      {"tracking.enabled", "true", "whether trips, stops and visits are made of the fixes",
       bool_value(&Config::tracking_enabled)},
      {"work_orders.cancelled_state", "CANCELADA",
       "the state that a cancelled work order ends in; Persat's is not public", set_cancelled_state},
      {"log.level", "info", "debug, info, warning or error",
       one_of(&Config::log_level, {"debug", "info", "warning", "error"})},
      {"journal.segment_mib", "64", "size of a segment file",
       integer_value(&Config::journal_segment_mib, 1, 1024)},
      {"journal.quota_mib", "8192", "disk that the journal may use; above it devices are not answered",
       integer_value(&Config::journal_quota_mib, 4, 16 << 20)},
      {"journal.keep_hours", "0", "how long stored segments stay for decoding again",
       integer_value(&Config::journal_keep_hours, 0, 24 * 366)},
      {"journal.keep_mib", "1024", "size up to which they stay",
       integer_value(&Config::journal_keep_mib, 0, 16 << 20)},
      {"journal.keep_raw", "true", "whether raw frames are kept beside the decoded ones",
       bool_value(&Config::journal_keep_raw)},
      {"shutdown.deadline_s", "10",
       "time to answer, store and deliver what is under way when the gateway ends",
       integer_value(&Config::shutdown_deadline_s, 1, 600)},
  };
  for (ConfigKey& key : limit_keys()) keys.push_back(std::move(key));
  for (ConfigKey& key : forward_keys()) keys.push_back(std::move(key));
  for (ConfigKey& key : persat_keys()) keys.push_back(std::move(key));
  for (ConfigKey& key : webhook_keys()) keys.push_back(std::move(key));
  for (const tracking::ParameterHelp& parameter : tracking::parameter_helps())
    keys.push_back(tracking_key(parameter));
  return keys;
}

}  // namespace

const std::vector<ConfigKey>& config_keys() {
  static const std::vector<ConfigKey> kKeys = make_keys();
  return kKeys;
}

const ConfigKey* find_config_key(const std::string& name) {
  const auto found = std::ranges::find(config_keys(), name, &ConfigKey::name);
  return found == config_keys().end() ? nullptr : &*found;
}

}  // namespace rastro

#include "gateway/config/config.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "forwarder/http_client.h"
#include "gateway/config/config_keys.h"
#include "gateway/config/config_text.h"
#include "gateway/config/listener_config.h"
#include "gateway/devices/device_settings_text.h"
#include "protocols/registry.h"

namespace rastro {
namespace {

class Loader {
 public:
  explicit Loader(const Environment& environment) : environment_(environment) {}

  ConfigResult run(const std::string& yaml) {
    if (!yaml.empty()) read_file(yaml);
    read_environment();
    if (result_.config.listeners.empty() && result_.errors.empty()) add_default_listeners();
    follow_persat();
    check_whole();
    return std::move(result_);
  }

 private:
  void error(int line, std::string text) { result_.errors.push_back({line, std::move(text)}); }

  void read_file(const std::string& yaml) {
    try {
      const YAML::Node root = YAML::Load(yaml);
      if (root.IsNull()) return;
      if (!root.IsMap()) return error(1, "the file has to be a table of keys and values");
      read_table(root, "");
    } catch (const YAML::ParserException& e) {
      error(e.mark.line + 1, "this is no YAML: " + e.msg);
    }
  }

  void read_table(const YAML::Node& table, const std::string& prefix) {
    std::set<std::string> seen;
    for (const auto& entry : table) {
      const int line = entry.first.Mark().line + 1;
      if (!entry.first.IsScalar()) {
        error(line, "a key has to be a plain word");
        continue;
      }
      const std::string name = prefix + entry.first.Scalar();
      if (!seen.insert(name).second) error(line, "'" + name + "' is there twice");
      read_entry(name, line, entry.second);
    }
  }

  void read_entry(const std::string& name, int line, const YAML::Node& value) {
    if (name == "listeners") return read_listeners(value, line);
    if (const ConfigKey* key = find_config_key(name)) {
      if (!value.IsScalar()) return error(line, "'" + name + "': expected one value");
      return set(*key, value.Scalar(), line, "'" + name + "'");
    }
    const bool is_table = std::ranges::any_of(
        config_keys(), [&](const ConfigKey& key) { return key.name.starts_with(name + "."); });
    if (is_table && value.IsMap()) return read_table(value, name + ".");
    if (is_table && value.IsNull()) return;
    if (is_table) return error(line, "'" + name + "': expected keys under it");
    error(line, "'" + name + "' is not known." + did_you_mean(name));
  }

  static std::string did_you_mean(const std::string& name) {
    std::vector<std::string> names = {"listeners"};
    for (const ConfigKey& key : config_keys()) {
      names.push_back(key.name);
      if (const std::size_t dot = key.name.find('.'); dot != std::string::npos)
        names.push_back(key.name.substr(0, dot));
    }
    const std::string nearest = nearest_word(name, names);
    return nearest.empty() ? "" : " Did you mean '" + nearest + "'?";
  }

  void set(const ConfigKey& key, const std::string& text, int line, const std::string& where) {
    if (const auto expected = key.set(result_.config, text)) {
      const std::string got = key.secret ? "" : ", got '" + text + "'";
      error(line, where + ": expected " + *expected + got);
    }
    result_.texts[key.name] = text;
  }

  void read_listeners(const YAML::Node& list, int line) {
    if (!list.IsSequence()) return error(line, "'listeners': expected a list");
    result_.texts["listeners"] = YAML::Dump(list);
    for (const YAML::Node& entry : list) {
      ListenerConfig listener =
          read_listener(entry, [this](int at, std::string text) { error(at, std::move(text)); });
      if (entry.IsMap()) result_.config.listeners.push_back(std::move(listener));
    }
  }

  void read_environment() {
    for (const ConfigKey& key : config_keys()) {
      const std::string variable = environment_name(key.name);
      if (const auto value = environment_(variable)) set(key, *value, 0, variable);
      if (!key.secret) continue;
      const auto file = environment_(variable + "_FILE");
      if (!file) continue;
      std::ifstream in(*file);
      std::string secret;
      if (!std::getline(in, secret)) {
        error(0, variable + "_FILE: cannot read " + *file);
        continue;
      }
      set(key, secret, 0, variable + "_FILE");
    }
    if (const auto value = environment_("RASTRO_LISTENERS")) {
      result_.config.listeners.clear();
      try {
        read_listeners(YAML::Load(*value), 0);
      } catch (const YAML::ParserException& e) {
        error(0, "RASTRO_LISTENERS: this is no YAML: " + e.msg);
      }
    }
  }

  void add_default_listeners() {
    const Protocol* gt06 = find_protocol("gt06");
    const Protocol* teltonika = find_protocol("teltonika");
    auto& listeners = result_.config.listeners;
    if (gt06 != nullptr)
      listeners.push_back({.protocol = gt06, .transport = Transport::kTcp, .bind = "0.0.0.0:5023"});
    if (teltonika == nullptr) return;
    listeners.push_back({.protocol = teltonika, .transport = Transport::kTcp, .bind = "0.0.0.0:5027"});
    listeners.push_back({.protocol = teltonika, .transport = Transport::kUdp, .bind = "0.0.0.0:5027"});
  }

  // Forwarding goes to the account that the rest is read from, unless it says otherwise.
  void follow_persat() {
    Config& config = result_.config;
    if (config.forward.base_url.empty()) config.forward.base_url = config.persat.url;
    if (config.forward.api_key.empty()) config.forward.api_key = config.persat.api_key;
  }

  // What no single key can say of itself.
  void check_whole() {
    const Config& config = result_.config;
    std::string why;
    if (!forward::RequestShape::parse(config.forward.body, config.forward.batch_body,
                                      static_cast<std::size_t>(config.forward.batch_max), why)) {
      error(0, "forward.batch_body: " + why);
    }
    if (config.forward.enabled) {
      if (config.forward.path.empty()) {
        error(0,
              "forward.path is needed when forward.enabled is true: the path of Persat's integration "
              "endpoint is not "
              "public, so there is no default");
      }
      const std::string fault = forward::HttpClient::url_fault(forward_url(config.forward));
      if (!fault.empty()) error(0, "forward.base_url and forward.path together are no URL: " + fault);
      if (config.forward.api_key.empty())
        error(0, "forward.api_key or persat.api_key is needed when forward.enabled is true");
      if (config.forward.verify_minutes > 0 && !config.persat.configured())
        error(0, "persat.api_key is needed when forward.verify_minutes is not 0: Persat is asked");
    }
    if (config.journal_quota_mib < 4 * config.journal_segment_mib) {
      error(0, "journal.quota_mib: expected at least four times journal.segment_mib");
    }
    std::set<std::string> binds;
    for (const ListenerConfig& listener : config.listeners) {
      const std::string bind = std::string(transport_name(listener.transport)) + " " + listener.bind;
      if (!listener.bind.empty() && !binds.insert(bind).second) error(0, "two listeners on " + bind);
    }
  }

  const Environment& environment_;
  ConfigResult result_;
};

}  // namespace

ConfigResult load_config(const std::string& yaml, const Environment& environment) {
  return Loader(environment).run(yaml);
}

std::string forward_url(const ForwardConfig& config) {
  std::string url = config.base_url;
  while (url.ends_with('/')) url.pop_back();
  return url + config.path;
}

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

std::string describe_config() {
  std::ostringstream out;
  out << "listeners: [{protocol, transport: tcp|udp, bind, crc: strict|accept,\n"
         "    tls: {certificate, key, client_ca, required: true|false, match_identity: true|false},\n"
         "    proxy_protocol: {from: [networks]}, and what its devices do not say themselves}]\n"
      << describe_device_settings()
      << "    RASTRO_LISTENERS, as YAML. Default: gt06 TCP 5023, teltonika TCP and UDP 5027\n";
  for (const ConfigKey& key : config_keys()) {
    out << key.name << ": " << key.fallback << "\n    " << key.help << ". " << environment_name(key.name);
    if (key.secret)
      out << ", or " << environment_name(key.name) << "_FILE with the name of a file that holds it";
    out << '\n';
  }
  return out.str();
}

}  // namespace rastro

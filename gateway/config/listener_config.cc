#include "gateway/config/listener_config.h"

#include <iterator>
#include <vector>

#include "gateway/config/config_text.h"
#include "gateway/devices/device_settings_text.h"
#include "protocols/registry.h"

namespace rastro {
namespace {

// What was wrong with a value; nothing: it was taken.
using Mistake = std::optional<std::string>;

std::string protocol_names() {
  std::vector<std::string> names;
  for (const Protocol* protocol : protocols()) names.emplace_back(protocol->name);
  return join(names, " or ");
}

std::string not_known(const std::string& key, const std::vector<std::string>& known) {
  const std::string nearest = nearest_word(key, known);
  return "is not known." + (nearest.empty() ? "" : " Did you mean '" + nearest + "'?");
}

Mistake set_flag(bool& to, const std::string& value) {
  if (value != "true" && value != "false") return "expected true or false";
  to = value == "true";
  return {};
}

Mistake set_file(std::string& to, const std::string& value) {
  if (value.empty()) return "expected the name of a file";
  to = value;
  return {};
}

// A table of plain values; `set` takes one and says what was wrong with it.
template <typename Set>
void read_table(const YAML::Node& table, const std::string& where, const ConfigFault& fault, Set set) {
  if (!table.IsMap()) return fault(table.Mark().line + 1, where + ": expected keys under it");
  for (const auto& item : table) {
    const std::string key = item.first.IsScalar() ? item.first.Scalar() : "";
    if (const Mistake wrong = set(key, item.second))
      fault(item.first.Mark().line + 1, where + " '" + key + "': " + *wrong);
  }
}

void read_tls(const YAML::Node& table, TlsConfig& tls, const ConfigFault& fault) {
  read_table(table, "a listener's 'tls'", fault,
             [&](const std::string& key, const YAML::Node& node) -> Mistake {
               const std::string value = node.IsScalar() ? node.Scalar() : "";
               if (key == "certificate") return set_file(tls.certificate, value);
               if (key == "key") return set_file(tls.key, value);
               if (key == "client_ca") return set_file(tls.client_ca, value);
               if (key == "required") return set_flag(tls.required, value);
               if (key == "match_identity") return set_flag(tls.match_identity, value);
               return not_known(key, {"certificate", "key", "client_ca", "required", "match_identity"});
             });
  const int line = table.Mark().line + 1;
  if (tls.certificate.empty() || tls.key.empty())
    fault(line, "a listener's 'tls' needs certificate and key: files in PEM");
  if (tls.match_identity && (tls.client_ca.empty() || !tls.required))
    fault(line, "a listener's 'tls': match_identity needs a client_ca, and certificates that are required");
}

// A list, or texts separated by commas.
Mistake set_networks(std::vector<IpNetwork>& to, const YAML::Node& node) {
  constexpr auto kExpected = "expected networks such as [10.0.0.0/8]";
  std::vector<std::string> texts;
  if (node.IsScalar()) texts.push_back(node.Scalar());
  if (node.IsSequence()) {
    for (const YAML::Node& one : node) texts.push_back(one.IsScalar() ? one.Scalar() : "-");
  }
  for (const std::string& text : texts) {
    const auto networks = parse_networks(text);
    if (!networks) return kExpected;
    to.insert(to.end(), networks->begin(), networks->end());
  }
  return to.empty() ? Mistake(kExpected) : std::nullopt;
}

void read_proxies(const YAML::Node& table, std::vector<IpNetwork>& proxies, const ConfigFault& fault) {
  read_table(table, "a listener's 'proxy_protocol'", fault,
             [&](const std::string& key, const YAML::Node& node) -> Mistake {
               if (key == "from") return set_networks(proxies, node);
               return not_known(key, {"from"});
             });
  if (proxies.empty())
    fault(table.Mark().line + 1, "a listener's 'proxy_protocol' needs from: the networks of the proxies");
}

template <typename T>
Mistake choose(T& to, const std::string& value, std::string_view first, T first_value,
               std::string_view second, T second_value) {
  if (value != first && value != second)
    return "expected " + std::string(first) + " or " + std::string(second);
  to = value == first ? first_value : second_value;
  return {};
}

Mistake set_key(ListenerConfig& to, const std::string& key, const std::string& value) {
  if (key == "protocol") {
    to.protocol = find_protocol(value);
    return to.protocol != nullptr ? std::nullopt : std::optional("expected " + protocol_names());
  }
  if (key == "transport") return choose(to.transport, value, "tcp", Transport::kTcp, "udp", Transport::kUdp);
  if (key == "crc")
    return choose(to.checksum, value, "strict", ChecksumPolicy::kStrict, "accept", ChecksumPolicy::kAccept);
  if (key == "bind") {
    if (!parse_bind(value)) return "expected an address and port such as 0.0.0.0:5023";
    to.bind = value;
    return {};
  }
  if (is_device_setting(key)) return set_device_setting(to.settings, key, value);
  std::vector<std::string> known = device_setting_names();
  known.insert(known.end(), {"protocol", "transport", "bind", "crc", "tls", "proxy_protocol"});
  return not_known(key, known);
}

}  // namespace

ListenerConfig read_listener(const YAML::Node& entry, const ConfigFault& fault) {
  ListenerConfig listener;
  const int line = entry.Mark().line + 1;
  if (!entry.IsMap()) {
    fault(line, "a listener: expected {protocol: …, transport: …, bind: …}");
    return listener;
  }
  for (const auto& item : entry) {
    const std::string key = item.first.IsScalar() ? item.first.Scalar() : "";
    if (key == "tls") {
      read_tls(item.second, listener.tls, fault);
    } else if (key == "proxy_protocol") {
      read_proxies(item.second, listener.proxies, fault);
    } else if (const Mistake wrong =
                   set_key(listener, key, item.second.IsScalar() ? item.second.Scalar() : "")) {
      fault(item.first.Mark().line + 1, "a listener's '" + key + "': " + *wrong);
    }
  }
  if (listener.protocol == nullptr) fault(line, "a listener needs a protocol: " + protocol_names());
  if (listener.bind.empty()) fault(line, "a listener needs bind: an address and port such as 0.0.0.0:5023");
  if (listener.transport == Transport::kUdp && (listener.tls.configured() || !listener.proxies.empty()))
    fault(line, "a listener of UDP has no tls and no proxy_protocol");
  return listener;
}

}  // namespace rastro

#include "gateway/config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <map>

#include "gateway/config/config_text.h"

namespace rastro {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Environment environment(std::map<std::string, std::string> variables) {
  return [variables](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

ConfigResult load(const std::string& yaml, std::map<std::string, std::string> variables = {}) {
  return load_config(yaml, environment(std::move(variables)));
}

std::vector<std::string> texts(const ConfigResult& result) {
  std::vector<std::string> lines;
  for (const auto& error : result.errors) lines.push_back(std::to_string(error.line) + ": " + error.text);
  return lines;
}

TEST(Config, WithoutAFileHasTheContractsDefaults) {
  const ConfigResult result = load("");
  EXPECT_TRUE(result.errors.empty());
  EXPECT_EQ(result.config.database_url, "embedded");
  EXPECT_EQ(result.config.http_bind, "127.0.0.1:8080");
  EXPECT_EQ(result.config.unknown_devices, UnknownDevices::kQuarantine);
  ASSERT_EQ(result.config.listeners.size(), 3u);
  EXPECT_EQ(result.config.listeners[0].bind, "0.0.0.0:5023");
  EXPECT_EQ(result.config.listeners[2].transport, Transport::kUdp);
}

TEST(Config, ReadsEveryKindOfKey) {
  const ConfigResult result = load(R"(
data_dir: /srv/rastro
listeners:
  - {protocol: gt06, transport: tcp, bind: "[::1]:5023", ack: documented, time_zone: "-03:00"}
http: {bind: "0.0.0.0:80"}
database:
  url: postgresql://rastro:secret@db/rastro
  migrate: false
devices: {unknown: reject}
journal: {quota_mib: 1024}
)");
  EXPECT_THAT(texts(result), ElementsAre());
  EXPECT_EQ(result.config.data_dir, "/srv/rastro");
  ASSERT_EQ(result.config.listeners.size(), 1u);
  EXPECT_EQ(result.config.listeners[0].settings.ack, AckPolicy::kDocumented);
  EXPECT_EQ(result.config.listeners[0].settings.utc_offset_s, -10800);
  EXPECT_FALSE(result.config.database_migrate);
  EXPECT_EQ(result.config.unknown_devices, UnknownDevices::kReject);
  EXPECT_EQ(result.config.journal_quota_mib, 1024);
}

TEST(Config, HasAKeyForEachParameterOfTracking) {
  const ConfigResult result =
      load("timezone: Europe/Madrid\ntracking: {min_stop_s: 300, stop_radius_m: 45.5}",
           {{"RASTRO_TRACKING_MAX_GAP_S", "900"}});
  EXPECT_THAT(texts(result), ElementsAre());
  EXPECT_EQ(result.config.tracking.min_stop_s, 300);
  EXPECT_EQ(result.config.tracking.stop_radius_m, 45.5);
  EXPECT_EQ(result.config.tracking.max_gap_s, 900);
  EXPECT_THAT(texts(load("tracking: {min_stop_s: never}")),
              ElementsAre(HasSubstr("a whole number from 10 to 86400")));
  EXPECT_THAT(texts(load("timezone: Europe/Madrud")), ElementsAre(HasSubstr("time zone")));
}

TEST(Config, SaysAllMistakesAtOnceWithTheirLines) {
  const ConfigResult result = load(R"(data_dri: /srv
http: {bind: nowhere}
devices:
  unknown: maybe
journal:
  quota_mib: lots
  segment_mib: 64
limits:
  idle_timeout_s: 5
  idle_timeout_s: 20
listeners:
  - {protocol: gt07, transport: tcp, bind: "0.0.0.0:5023"}
  - {protocol: gt06, transport: sctp}
)");
  EXPECT_THAT(
      texts(result),
      ElementsAre(HasSubstr("1: 'data_dri' is not known. Did you mean 'data_dir'?"),
                  HasSubstr("2: 'http.bind': expected an address and port"),
                  HasSubstr("4: 'devices.unknown': expected one of accept, quarantine, reject, got 'maybe'"),
                  HasSubstr("6: 'journal.quota_mib': expected a whole number from 4"),
                  HasSubstr("9: 'limits.idle_timeout_s': expected a whole number from 10 to 86400, got '5'"),
                  HasSubstr("10: 'limits.idle_timeout_s' is there twice"),
                  HasSubstr("12: a listener's 'protocol': expected gt06 or teltonika"),
                  HasSubstr("12: a listener needs a protocol"),
                  HasSubstr("13: a listener's 'transport': expected tcp or udp"),
                  HasSubstr("13: a listener needs bind")));
}

TEST(Config, AListenerSpeaksTlsAndStandsBehindProxies) {
  const ConfigResult result = load(R"(
listeners:
  - protocol: gt06
    bind: "0.0.0.0:5024"
    tls: {certificate: /etc/a.crt, key: /etc/a.key, client_ca: /etc/ca.crt, match_identity: true}
    proxy_protocol: {from: [10.0.0.0/8, "fd00::/8"]}
  - {protocol: teltonika, bind: "0.0.0.0:5028", tls: {certificate: /etc/a.crt, key: /etc/a.key}}
)");
  EXPECT_THAT(texts(result), ElementsAre());
  ASSERT_EQ(result.config.listeners.size(), 2u);
  const ListenerConfig& listener = result.config.listeners[0];
  EXPECT_TRUE(listener.tls.configured());
  EXPECT_EQ(listener.tls.client_ca, "/etc/ca.crt");
  EXPECT_TRUE(listener.tls.required);
  EXPECT_TRUE(listener.tls.match_identity);
  EXPECT_EQ(listener.proxies, *parse_networks("10.0.0.0/8,fd00::/8"));
  EXPECT_TRUE(result.config.listeners[1].proxies.empty());
}

TEST(Config, SaysWhatIsWrongWithTlsAndProxies) {
  EXPECT_THAT(
      texts(load(R"(listeners:
  - {protocol: gt06, bind: "0.0.0.0:1", tls: {certificate: /a}}
  - {protocol: gt06, bind: "0.0.0.0:2", tls: {certificate: /a, key: /b, requird: false}}
  - {protocol: gt06, bind: "0.0.0.0:3", tls: {certificate: /a, key: /b, match_identity: true}}
  - {protocol: gt06, bind: "0.0.0.0:4", proxy_protocol: {from: [proxy.example.com]}}
  - {protocol: gt06, bind: "0.0.0.0:5", proxy_protocol: v2}
  - {protocol: teltonika, transport: udp, bind: "0.0.0.0:6", proxy_protocol: {from: 10.0.0.1}}
)")),
      ElementsAre(HasSubstr("2: a listener's 'tls' needs certificate and key"),
                  HasSubstr("3: a listener's 'tls' 'requird': is not known. Did you mean 'required'?"),
                  HasSubstr("4: a listener's 'tls': match_identity needs a client_ca"),
                  HasSubstr("5: a listener's 'proxy_protocol' 'from': expected networks"),
                  HasSubstr("5: a listener's 'proxy_protocol' needs from"),
                  HasSubstr("6: a listener's 'proxy_protocol': expected keys under it"),
                  HasSubstr("6: a listener's 'proxy_protocol' needs from"),
                  HasSubstr("7: a listener of UDP has no tls and no proxy_protocol")));
}

TEST(Config, DevicesMayBeExpectedFromNetworks) {
  EXPECT_EQ(load("devices: {networks: \"10.0.0.0/8, 192.0.2.1\"}").config.device_networks.size(), 2u);
  EXPECT_THAT(texts(load("devices: {networks: nowhere}")),
              ElementsAre(HasSubstr("networks, separated by commas")));
  EXPECT_EQ(load("limits: {unidentified_per_address: 7}").config.newcomers.of_address, 7);
}

TEST(Config, ThatIsNoYamlSaysWhere) {
  const ConfigResult result = load("data_dir: [\nhttp: {");
  ASSERT_EQ(result.errors.size(), 1u);
  EXPECT_THAT(result.errors[0].text, HasSubstr("this is no YAML"));
  EXPECT_GT(result.errors[0].line, 0);
}

TEST(Config, TheEnvironmentOverridesTheFile) {
  const ConfigResult result = load("http: {bind: \"127.0.0.1:1\"}",
                                   {{"RASTRO_HTTP_BIND", "127.0.0.1:2"},
                                    {"RASTRO_LISTENERS", "[{protocol: teltonika, bind: \"127.0.0.1:9\"}]"}});
  EXPECT_THAT(texts(result), ElementsAre());
  EXPECT_EQ(result.config.http_bind, "127.0.0.1:2");
  ASSERT_EQ(result.config.listeners.size(), 1u);
  EXPECT_EQ(result.config.listeners[0].bind, "127.0.0.1:9");
}

TEST(Config, ASecretComesFromAFileAndIsNeverRepeated) {
  const std::string path = ::testing::TempDir() + "rastro-config-secret";
  std::ofstream(path) << "s3cret\n";
  const ConfigResult good =
      load("forward: {path: /x, enabled: true}", {{"RASTRO_FORWARD_API_KEY_FILE", path}});
  EXPECT_THAT(texts(good), ElementsAre());
  EXPECT_EQ(good.config.forward.api_key, "s3cret");
  std::remove(path.c_str());

  const ConfigResult bad = load("database: {url: \"mysql://user:s3cret@db\"}");
  ASSERT_EQ(bad.errors.size(), 1u);
  EXPECT_THAT(bad.errors[0].text, ::testing::Not(HasSubstr("s3cret")));
  EXPECT_THAT(texts(load("", {{"RASTRO_DATABASE_URL_FILE", "/nowhere/at/all"}})),
              ElementsAre(HasSubstr("RASTRO_DATABASE_URL_FILE: cannot read")));
}

TEST(Config, ACancelledWorkOrderEndsInAStateThatIsNotOpen) {
  const auto read = [](const std::string& state) {
    return load("work_orders: {cancelled_state: " + state + "}");
  };
  EXPECT_EQ(read("ANULADA").config.cancelled_state, "ANULADA");
  for (const char* state : {"ASIGNADA", "PROYECTADA", "PENDIENTE", "anulada", "\"A B\""})
    EXPECT_EQ(read(state).errors.size(), 1u) << state;
}

TEST(Config, ForwardingNeedsAPathAndAKey) {
  EXPECT_THAT(texts(load("forward: {enabled: true}")),
              ElementsAre(HasSubstr("forward.path is needed"),
                          HasSubstr("forward.api_key or persat.api_key is needed")));
}

TEST(Config, ForwardingAsAnyTargetTakesIt) {
  const ConfigResult result = load(R"(
forward:
  method: PUT
  headers: "X-Api-Key: ${api_key}\nX-Source: rastro"
  idempotency_header: "-"
  success: http
  batch_max: 100
  batch_ms: 50
  batch_body: '{"all": [${positions}]}'
  min_interval_s: 30
  min_distance_m: 100
  working_hours_only: true
  catch_up: latest_first
  latest_first_after_s: 60
)");
  EXPECT_THAT(texts(result), ElementsAre());
  const ForwardConfig& forward = result.config.forward;
  EXPECT_EQ(forward.method, "PUT");
  EXPECT_THAT(forward.headers, ElementsAre("X-Api-Key: ${api_key}", "X-Source: rastro"));
  EXPECT_EQ(forward.idempotency_header, "");
  EXPECT_EQ(forward.success, forward::SuccessRule::kHttp);
  EXPECT_EQ(forward.batch_max, 100);
  EXPECT_EQ(forward.batch_ms, 50);
  EXPECT_EQ(forward.min_interval_s, 30);
  EXPECT_EQ(forward.min_distance_m, 100);
  EXPECT_TRUE(forward.working_hours_only);
  EXPECT_TRUE(forward.latest_first);
  EXPECT_EQ(forward.latest_first_after_s, 60);
}

TEST(Config, ForwardingSaysWhatNoTargetTakes) {
  EXPECT_THAT(
      texts(load("forward: {method: GET, success: maybe, catch_up: newest, latest_first_after_s: 0}")),
      ElementsAre(HasSubstr("POST"), HasSubstr("persat"), HasSubstr("in_order, latest_first"),
                  HasSubstr("forward.latest_first_after_s")));
  EXPECT_EQ(load("forward: {batch_max: 2, batch_body: '[]'}").errors.size(), 1u);
  EXPECT_EQ(load("forward: {headers: 'no header'}").errors.size(), 1u);
  EXPECT_THAT(texts(load("forward: {enabled: true, path: /x, api_key: k, verify_minutes: 5}")),
              ElementsAre(HasSubstr("persat.api_key is needed when forward.verify_minutes")));
}

TEST(Config, AForwardBodyThatWouldBeNoJsonIsSaidWithItsLine) {
  const ConfigResult result = load("forward:\n  path: /x\n  body: '{\"id\": ${persat_id}}'\n");
  ASSERT_EQ(result.errors.size(), 1u);
  EXPECT_EQ(result.errors[0].line, 3);
  EXPECT_THAT(result.errors[0].text, HasSubstr("${persat_id} is not known; there are: persat_device_id"));
  EXPECT_THAT(texts(load("", {{"RASTRO_FORWARD_API_KEY", "a\r\nX-Other: header"}})),
              ElementsAre(HasSubstr("visible ASCII")));
}

TEST(Config, TwoListenersOnOnePlaceAreAMistake) {
  EXPECT_THAT(texts(load(R"(listeners:
  - {protocol: gt06, bind: "127.0.0.1:1"}
  - {protocol: teltonika, bind: "127.0.0.1:1"}
  - {protocol: teltonika, transport: udp, bind: "127.0.0.1:1"}
)")),
              ElementsAre(HasSubstr("two listeners on tcp 127.0.0.1:1")));
}

TEST(ConfigText, ParsesBindsOfBothFamilies) {
  EXPECT_EQ(parse_bind("127.0.0.1:80")->port, 80);
  EXPECT_EQ(parse_bind("[::1]:5023")->host, "::1");
  for (const auto* bad :
       {"", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000", "::1:80", "host:80", "127.0.0.1:-1"}) {
    EXPECT_FALSE(parse_bind(bad)) << bad;
  }
}

TEST(ConfigText, FindsTheNearestWordOnlyWhenItIsNear) {
  EXPECT_EQ(nearest_word("databse.url", {"database.url", "data_dir"}), "database.url");
  EXPECT_EQ(nearest_word("colour", {"database.url", "data_dir"}), "");
}

TEST(ConfigText, ATimeZoneIsAName) {
  EXPECT_TRUE(known_time_zone("America/Argentina/Buenos_Aires"));
  EXPECT_FALSE(known_time_zone("../../etc/passwd"));
  EXPECT_FALSE(known_time_zone(""));
}

}  // namespace
}  // namespace rastro

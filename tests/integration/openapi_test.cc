// The API's own document, held against the API: every route, every role, every scope, every answer.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>
#include <set>

#include "gateway/api/openapi.h"
#include "gateway/api/operator_api.h"
#include "pipeline/postgis/catalogue.h"
#include "tests/support/api_fixture.h"
#include "tests/support/child_process.h"
#include "tests/support/parked_forwarder.h"

namespace rastro {
namespace {

namespace json = boost::json;

struct Operation {
  std::string method;
  std::string path;  // as the document has it
  json::object described;
  json::array parameters;  // those of the path too, references followed

  std::string role() const { return std::string(described.at("x-rastro-role").as_string()); }
  std::string scope() const { return std::string(described.at("x-rastro-scope").as_string()); }
  bool open() const { return role() == "open"; }
};

// "/tiles/{y}.mvt" is the route "/tiles/{y}", whose handler knows the ending.
std::string route_of(std::string path) {
  if (const std::size_t end = path.rfind('}');
      end != std::string::npos && path.find('/', end) == std::string::npos)
    path.resize(end + 1);
  return path;
}

class OpenApi : public test::ApiFixture {
 protected:
  OpenApi()
      : api_({config_, directory_, live_, identities_, keys_, registry_, [] { return false; },
              forwarder_.get(), &persat_},
             database_.url(), routes_) {
    document_ = json::parse(openapi_document()).as_object();
    for (const auto& path : document_.at("paths").as_object()) {
      for (const auto& member : path.value().as_object()) {
        const std::string method(member.key());
        if (method == "parameters") continue;
        Operation operation{method, std::string(path.key()), member.value().as_object(), {}};
        for (char& c : operation.method) c = static_cast<char>(std::toupper(c));
        add_parameters(path.value().as_object(), operation);
        add_parameters(operation.described, operation);
        operations_.push_back(std::move(operation));
      }
    }
    // What takes something away comes last.
    std::stable_partition(operations_.begin(), operations_.end(),
                          [](const Operation& operation) { return operation.method != "DELETE"; });
    for (const char* role : {"viewer", "operator", "admin"}) add_key(role, role, {});
    fill();
  }

  void add_parameters(const json::object& from, Operation& to) {
    const json::value* list = from.if_contains("parameters");
    if (list == nullptr) return;
    for (const json::value& parameter : list->as_array()) {
      const json::value* reference = parameter.as_object().if_contains("$ref");
      if (reference == nullptr) {
        to.parameters.push_back(parameter);
        continue;
      }
      const std::string name(reference->as_string());
      to.parameters.push_back(
          document_.at("components").at("parameters").at(name.substr(name.rfind('/') + 1)));
    }
  }
  // A good key of that text.
  void add_key(const std::string& key, const std::string& role, const std::vector<std::string>& scopes) {
    postgis::ApiKeyRow row;
    row.id = static_cast<std::int64_t>(rows_.size()) + 1;
    row.prefix = key;
    row.role = role;
    row.scopes = scopes;
    const KeyHash hash = hash_api_key(key);
    row.hash.assign(hash.begin(), hash.end());
    rows_.push_back(row);
    keys_.replace(rows_);
  }
  // One at least of everything that can be asked for, with the numbers of samples_.
  void fill() {
    const std::string client = add_client("CL-7", "Almacén Sur", R"([{"from": 480, "to": 720}])");
    add_visit(1, client, "2026-03-04 13:00Z", "2026-03-04 13:20Z");
    add_trip(1, "2026-03-04 12:00Z", "2026-03-04 13:00Z", "LINESTRING(-58.41 -34.61, -58.4 -34.6)");
    add_stop(1, "2026-03-04 13:00Z", "infinity");
    add_day(1, "2026-03-04", 12345, 2);
    add_fix(1, "2026-03-04 12:30Z", -58.4, -34.6);
    live_.offer(DeviceIdentity("1"), {1772648405000, -31.4135, -64.18105}, 1772648405000);
    run("INSERT INTO rastro.work_order (wo_id, state, client_id, schema_id, service_time_min, date, "
        "starts_min, "
        "created_by) SELECT n::text, 'ASIGNADA', " +
        client + ", 3, 30, '2026-03-04', 600, 'test' FROM generate_series(1, 9) AS n");
    run("INSERT INTO rastro.command (device_id, text, created_by, expires_at) "
        "VALUES (1, 'WHERE#', 'test', now() + interval '1 day')");
    run("INSERT INTO rastro.media (device_id, kind, file, total_bytes, state, expected, started_at, "
        "completed_at, "
        "content) VALUES (1, 'photo', 7, 3, 'complete', '', now(), now(), '\\x010203')");
    run("INSERT INTO rastro.persat_client (uid_client, remote, base, trouble, placed) VALUES "
        "('CL-7', '{\"company_name\": \"Otro\"}', '{}', NULL, true), "
        "('CL-8', '{\"company_name\": \"Sin lugar\"}', '{}', 'no_position', false)");
    run("INSERT INTO rastro.persat_device VALUES (31, 'VEHICLE', '000001', '', '', '[]', '{}')");
    // One that was changed here, of a tracker that nothing else matches.
    run("INSERT INTO rastro.persat_device VALUES (32, 'VEHICLE', '000002', 'Eva', '', '[]', '{}')");
    run("UPDATE rastro.device SET persat_device_id = 32, persat_match = 'hand', first_name = 'Ana' "
        "WHERE imei = '2'");
    run("INSERT INTO rastro.persat_event (event_type, content_hash, body) VALUES ('form.created', '', '{}')");
    run("INSERT INTO rastro.api_key (name, key_hash, prefix, role) SELECT 'old', decode(n::text, 'hex'), "
        "'old', "
        "'viewer' FROM generate_series(10, 19) AS n");
    run("INSERT INTO rastro.webhook (url, secret, created_by) VALUES ('https://example.com/', 'whsec_', "
        "'test')");
    run("SELECT rastro.note_event('alarm', '1', now(), now(), now(), 1, '{\"alarms\": [\"sos\"]}')");
    run("INSERT INTO rastro.webhook_attempt VALUES (1, now(), 12, 500, null, 'no')");
  }

  HttpRequest request_of(const Operation& operation, const std::string& key) {
    // From many addresses: bad keys from one are held back.
    HttpRequest request{.method = operation.method,
                        .authorization = "Bearer " + key,
                        .address = "192.0.2." + std::to_string(&operation - operations_.data())};
    std::string path = operation.path;
    for (const json::value& parameter : operation.parameters) {
      const std::string name(parameter.at("name").as_string());
      const bool in_path = parameter.at("in").as_string() == "path";
      const json::value* required = parameter.as_object().if_contains("required");
      const json::value* example = parameter.as_object().if_contains("example");
      if (example == nullptr && (required == nullptr || !required->as_bool())) continue;
      EXPECT_NE(example, nullptr) << "an example of " << name << " in " << operation.path;
      if (example == nullptr) continue;
      const std::string value =
          example->is_string() ? std::string(example->as_string()) : json::serialize(*example);
      if (in_path) {
        const std::string mark = "{" + name + "}";
        path.replace(path.find(mark), mark.size(), value);
      } else {
        request.query += (request.query.empty() ? "" : "&") + name + "=" + value;
      }
    }
    request.path = path;
    if (const json::value* body = operation.described.if_contains("requestBody")) {
      request.content_type = "application/json";
      request.body = json::serialize(body->at("content").at("application/json").at("example"));
    }
    return request;
  }
  HttpResponse answer(const Operation& operation, const std::string& key) {
    std::string_view route;
    HttpResponse response = routes_.answer(request_of(operation, key), route);
    EXPECT_EQ(route, route_of(operation.path));
    return response;
  }
  static std::string name_of(const Operation& operation) { return operation.method + " " + operation.path; }

  // With a table of devices: of a tracker that is not there, of a device that Persat has not, and a mistake.
  Config configuration() const {
    Config config;
    config.persat.webhook_token = "a-token";
    config.persat.device_table = folder_.path() + "/devices.csv";
    std::ofstream(config.persat.device_table) << "imei,persat_device_id\n3,31\n2,99\n1\n";
    return config;
  }

  CatalogueOptions account() const {
    CatalogueOptions options{.database_url = database_.url(), .api = {}};
    options.api.connection.api_key = "asked-nothing";
    return options;
  }

  const test::TemporaryFolder folder_;
  const Config config_ = configuration();
  LiveIdentities identities_;
  ApiKeys keys_;
  std::vector<postgis::ApiKeyRow> rows_;
  prometheus::Registry registry_;
  test::ParkedForwarder forwarder_;
  PersatSync persat_{account(), std::chrono::minutes(10), registry_};  // it is not started
  Router routes_;
  OperatorApi api_;
  json::object document_;
  std::vector<Operation> operations_;
};

TEST_F(OpenApi, DescribesEveryRouteAndNoOther) {
  std::set<std::string> described;
  for (const Operation& operation : operations_)
    described.insert(operation.method + " " + route_of(operation.path) + " " + operation.role() +
                     (operation.open() ? "" : " " + operation.scope()));
  std::set<std::string> served;
  for (const Router::RouteKind& route : routes_.routes()) {
    std::string line = route.method + " " + route.pattern + " ";
    line += route.needed ? std::string(role_name(route.needed->role)) + " " +
                               std::string(scope_name(route.needed->scope))
                         : "open";
    served.insert(std::move(line));
  }
  EXPECT_EQ(described, served);
}

TEST_F(OpenApi, GivesEachRoleWhatItSaysAndNoMore) {
  const std::vector<std::string> roles = {"", "viewer", "operator", "admin"};
  for (const Operation& operation : operations_) {
    const auto needed = std::ranges::find(roles, operation.role()) - roles.begin();
    for (std::size_t i = 0; i < roles.size(); ++i) {
      const int status = answer(operation, roles[i]).status;
      const std::string who = name_of(operation) + " as " + (i == 0 ? "nobody" : roles[i]);
      if (operation.open()) {
        EXPECT_TRUE(status != 401 && status != 403) << who;
      } else if (i == 0) {
        EXPECT_EQ(status, 401) << who;
      } else if (static_cast<std::ptrdiff_t>(i) < needed) {
        EXPECT_EQ(status, 403) << who;
      } else {
        EXPECT_TRUE(status != 401 && status != 403) << who << ": " << status;
      }
    }
  }
}

TEST_F(OpenApi, GivesAKeyItsScopesAndNoOther) {
  for (std::size_t i = 0; i < kScopeCount; ++i) {
    const std::string scope(scope_name(static_cast<Scope>(i)));
    add_key("only-" + scope, "admin", {scope});
    for (const Operation& operation : operations_) {
      if (operation.open()) continue;
      EXPECT_EQ(answer(operation, "only-" + scope).status == 403, operation.scope() != scope)
          << name_of(operation) << " with " << scope;
    }
  }
}

// An empty list fits every description.
TEST_F(OpenApi, IsHeldAgainstDevicesThatDifferAndRowsThatMatchNothing) {
  const auto operation = std::ranges::find(operations_, "GET /api/v1/persat/devices", &OpenApi::name_of);
  ASSERT_NE(operation, operations_.end());
  const json::value data = json::parse(answer(*operation, "admin").body).at("data");
  std::set<std::string> fields;
  for (const json::value& difference : data.at("differences").as_array())
    fields.emplace(difference.at("field").as_string());
  EXPECT_TRUE(fields.contains("first_name") && fields.contains("working_hours")) << data;
  std::set<std::string> reasons;
  for (const json::value& stranger : data.at("table").at("strangers").as_array())
    reasons.emplace(stranger.at("why").as_string());
  EXPECT_EQ(reasons, (std::set<std::string>{"no_device", "no_tracker"}));
  EXPECT_EQ(data.at("table").at("mistakes").as_array().size(), 1u);
}

TEST_F(OpenApi, DescribesTheAnswersThatAreGiven) {
  std::ofstream lines(folder_.path() + "/answers");
  const auto note = [&](const Operation& operation, const HttpResponse& response) {
    const bool text = response.content_type.find("json") != std::string::npos;
    lines << json::serialize(json::object{{"method", operation.method},
                                          {"path", operation.path},
                                          {"status", response.status},
                                          {"content_type", response.content_type},
                                          {"body", text ? response.body : ""}})
          << '\n';
  };
  for (const Operation& operation : operations_) {
    const HttpResponse good = answer(operation, "admin");
    EXPECT_TRUE(good.status >= 200 && good.status < 300) << name_of(operation) << ": " << good.body;
    note(operation, good);
    if (operation.open()) continue;
    note(operation, answer(operation, ""));
    if (operation.role() != "viewer") note(operation, answer(operation, "viewer"));
  }
  lines.close();
  std::ofstream(folder_.path() + "/openapi.json") << openapi_document();
  test::ChildProcess check({"/usr/bin/python3", RASTRO_OPENAPI_ANSWERS, folder_.path() + "/openapi.json",
                            folder_.path() + "/answers"},
                           folder_.path() + "/check");
  EXPECT_EQ(check.wait(), 0) << check.out() << check.err();
}

}  // namespace
}  // namespace rastro

// What Persat sends to the webhook: taken in at once, applied soon after.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "forwarder/persat/client.h"
#include "gateway/api/persat_hook.h"
#include "gateway/consumers/persat_sync.h"
#include "pipeline/postgis/applied_clients.h"
#include "tests/support/sandbox_process.h"
#include "tests/support/test_database.h"

namespace rastro {
namespace {

namespace json = boost::json;

constexpr const char* kKey = "a-key-for-tests";
constexpr const char* kToken = "token-for-tests";

class PersatWebhook : public testing::Test {
 protected:
  PersatWebhook() {
    add_persat_hook_route(router_, kToken, events_, registry_, [this] { sync_.event_came(); });
  }

  persat::Api::Options api_options() const {
    persat::Api::Options options;
    options.connection.base_url = sandbox_.base_url();
    options.connection.api_key = kKey;
    options.requests_per_second = 0;
    return options;
  }
  int send(const std::string& body, const std::string& token = kToken) {
    std::string_view route;
    return router_.answer({.method = "POST", .path = "/hooks/persat/" + token, .body = body}, route).status;
  }
  std::string value(const std::string& sql) { return database_.value(sql); }
  // Waits for it; the test's own time limit ends it.
  void await(const std::string& sql, const std::string& expected) {
    while (value(sql) != expected) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  std::string events() {
    return value(
        "SELECT string_agg(concat_ws(' ', event_type, state, reason), ', ' ORDER BY id) FROM "
        "rastro.persat_event");
  }

  test::TestDatabase database_;
  test::SandboxProcess sandbox_{RASTRO_PERSAT_SANDBOX, kKey, {"--clients", "3"}};
  persat::Api persat_{api_options()};
  prometheus::Registry registry_;
  PersatSync sync_{{database_.url(), api_options()}, std::chrono::minutes(10), registry_};
  postgis::PersatEvents events_{database_.url()};
  Router router_;
};

TEST_F(PersatWebhook, IsNotThereForAWrongToken) {
  EXPECT_EQ(send(R"({"eventType": "client.updated", "payload": {}})", "another"), 404);
  EXPECT_EQ(events(), "");
}

TEST_F(PersatWebhook, StoresTheSameEventOnce) {
  const std::string body = R"({"eventType": "form.created", "payload": {"id": 1}})";
  EXPECT_EQ(send(body), 200);
  EXPECT_EQ(send(body), 200);
  EXPECT_EQ(events(), "form.created waiting");
}

TEST_F(PersatWebhook, RefusesWhatIsNoEventByName) {
  EXPECT_EQ(send("<html>"), 400);
  EXPECT_EQ(send("[]"), 400);
  EXPECT_EQ(send(R"({"payload": {}})"), 400);
  EXPECT_EQ(send(R"({"eventType": "x", "payload": {"text": "a\u0000b"}})"), 400) << "no database keeps that";
  EXPECT_EQ(events(), "");
}

TEST_F(PersatWebhook, BringsAChangedClientToTheVisitEngine) {
  sync_.start();
  await("SELECT count(*) FROM rastro.client", "3");
  ASSERT_TRUE(persat::change_client(persat_, "CL-2", {{"latitude", -34.5}}));
  EXPECT_EQ(send(R"({"eventType": "client.updated", "payload": {"uid_client": "CL-2"}})"), 200);
  await("SELECT ST_Y(position) FROM rastro.client WHERE uid_client = 'CL-2'", "-34.5");
  auto connection = postgis::Connection::open(database_.url());
  ASSERT_TRUE(connection);
  ASSERT_TRUE(connection->run("BEGIN"));
  postgis::AppliedClients engine;
  const auto applied = engine.apply(*connection);
  ASSERT_TRUE(applied && *applied);
  ASSERT_TRUE(connection->commit());
  EXPECT_EQ(value("SELECT ST_Y(a.position) FROM rastro.client_applied AS a JOIN rastro.client AS c ON c.id = "
                  "client_id "
                  "WHERE uid_client = 'CL-2'"),
            "-34.5");
}

TEST_F(PersatWebhook, AsksPersatWhetherAClientIsReallyGone) {
  sync_.start();
  await("SELECT count(*) FROM rastro.client", "3");
  ASSERT_TRUE(persat::delete_client(persat_, "CL-1"));
  EXPECT_EQ(send(R"({"eventType": "client.deleted", "payload": {"uid_client": "CL-1"}})"), 200);
  EXPECT_EQ(send(R"({"eventType": "client.deleted", "payload": {"uid_client": "CL-2"}})"), 200);
  await("SELECT count(*) FROM rastro.persat_event WHERE state = 'applied'", "2");
  EXPECT_EQ(value("SELECT string_agg(uid_client, ' ' ORDER BY uid_client) FROM rastro.client"), "CL-2 CL-3");
}

TEST_F(PersatWebhook, KeepsWhatItDoesNotKnowAndWhatCannotBeAppliedWithTheReason) {
  EXPECT_EQ(send(R"({"eventType": "form.created", "payload": {"id": 1}})"), 200);
  EXPECT_EQ(send(R"({"eventType": "client.updated", "payload": {"id": 1}})"), 200);
  sync_.start();
  await("SELECT count(*) FROM rastro.persat_event WHERE state = 'waiting'", "0");
  EXPECT_EQ(events(),
            "form.created unknown nothing is done for this type, client.updated failed the payload has no "
            "uid_client");
}

TEST_F(PersatWebhook, TriesAgainLaterWhilePersatIsAway) {
  sandbox_.fault(R"({"mode": "status", "status": 500, "path": "/v1/clients"})");
  EXPECT_EQ(send(R"({"eventType": "client.updated", "payload": {"uid_client": "CL-1"}})"), 200);
  sync_.start();
  await("SELECT attempts FROM rastro.persat_event", "1");
  EXPECT_EQ(value("SELECT state FROM rastro.persat_event"), "waiting");
}

}  // namespace
}  // namespace rastro

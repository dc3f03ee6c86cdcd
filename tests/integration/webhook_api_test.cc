// Subscriptions of webhooks over the API, on a real server.
#include "gateway/api/webhooks.h"

#include <gtest/gtest.h>

#include "tests/support/api_fixture.h"

namespace rastro::test {
namespace {

class WebhookApi : public ApiFixture {
 protected:
  WebhookApi() { add_webhook_routes(router_, store_, false); }

  HttpResponse add(const std::string& body) { return send("POST", "/api/v1/webhooks", body); }
  json::value make(const std::string& body) {
    const HttpResponse response = add(body);
    EXPECT_EQ(response.status, 200) << response.body;
    return json::parse(response.body).at("data");
  }
  // The field that a refused body is refused for.
  std::string wrong(const std::string& body) {
    const HttpResponse response = add(body);
    EXPECT_EQ(response.status, 400) << response.body;
    return std::string(json::parse(response.body).at("error").at("code").as_string());
  }

  postgis::WebhookStore store_{database_.url()};
};

TEST_F(WebhookApi, ShowsASecretOnceAndNeverAgain) {
  const json::value made =
      make(R"({"url": "https://example.com/hook", "events": ["alarm", "visit.closed"]})");
  const std::string secret(made.at("secret").as_string());
  EXPECT_TRUE(secret.starts_with("whsec_")) << "as the specification has it";
  const HttpResponse listed = get("/api/v1/webhooks");
  EXPECT_EQ(listed.body.find(secret), std::string::npos);
  EXPECT_EQ(get("/api/v1/webhooks/1").body.find("secret"), std::string::npos);
  EXPECT_EQ(database_.value("SELECT string_agg(detail::text, '') FROM rastro.audit").find("whsec_"),
            std::string::npos);
  const json::value webhook = data("/api/v1/webhooks/1");
  EXPECT_EQ(json::serialize(webhook.at("events")), R"(["alarm","visit.closed"])");
  EXPECT_TRUE(webhook.at("active").as_bool());
  const HttpResponse renewed = send("POST", "/api/v1/webhooks/1/secret", "");
  EXPECT_EQ(renewed.status, 200);
  EXPECT_EQ(renewed.body.find(secret), std::string::npos);
  EXPECT_NE(renewed.body.find("whsec_"), std::string::npos);
}

TEST_F(WebhookApi, ChangesWhatIsNamedAndLeavesTheRest) {
  make(R"({"url": "https://example.com/hook", "events": ["alarm"]})");
  EXPECT_EQ(send("PUT", "/api/v1/webhooks/1", R"({"active": false})").status, 200);
  const json::value webhook = data("/api/v1/webhooks/1");
  EXPECT_EQ(json::serialize(webhook.at("events")), R"(["alarm"])");
  EXPECT_FALSE(webhook.at("active").as_bool());
  EXPECT_EQ(send("DELETE", "/api/v1/webhooks/1", "").status, 200);
  EXPECT_EQ(get("/api/v1/webhooks/1").status, 404);
  EXPECT_EQ(database_.value("SELECT string_agg(action, ' ' ORDER BY id) FROM rastro.audit"),
            "webhook-create webhook-change webhook-remove");
}

TEST_F(WebhookApi, NamesWhatItRefuses) {
  EXPECT_EQ(wrong("{}"), "url");
  EXPECT_EQ(wrong("[]"), "body");
  EXPECT_EQ(wrong("{"), "body");
  EXPECT_EQ(wrong(R"({"url": 7})"), "url");
  EXPECT_EQ(wrong(R"({"url": "ftp://example.com/"})"), "url");
  EXPECT_EQ(wrong(R"({"url": "http://127.0.0.1/"})"), "url");
  EXPECT_EQ(wrong(R"({"url": "https://example.com/", "events": "alarm"})"), "events");
  EXPECT_EQ(wrong(R"({"url": "https://example.com/", "events": ["alarms"]})"), "events");
  EXPECT_EQ(wrong(R"({"url": "https://example.com/", "active": "yes"})"), "active");
  EXPECT_EQ(wrong(R"({"url": "https://example.com/", "secret": "x"})"), "body");
  EXPECT_EQ(
      ask({.method = "POST", .path = "/api/v1/webhooks", .content_type = "text/plain", .body = "{}"}).status,
      415);
  EXPECT_EQ(data("/api/v1/webhooks").as_array().size(), 0u);
  EXPECT_EQ(get("/api/v1/webhooks/x").status, 400);
  for (const char* act : {"secret", "test"})
    EXPECT_EQ(send("POST", std::string("/api/v1/webhooks/7/") + act, "").status, 404) << act;
  EXPECT_EQ(get("/api/v1/webhooks/7/deliveries").status, 404);
  EXPECT_EQ(send("POST", "/api/v1/webhooks/deliveries/7/resend", "").status, 404);
}

TEST_F(WebhookApi, HasNoMoreThanItsMost) {
  for (int i = 0; i < postgis::kMaxWebhooks; ++i) make(R"({"url": "https://example.com/"})");
  EXPECT_EQ(add(R"({"url": "https://example.com/"})").status, 409);
}

TEST_F(WebhookApi, TestsWhatIsActiveAndListsDeliveriesWithTheirAttempts) {
  make(R"({"url": "https://example.com/"})");
  EXPECT_EQ(send("POST", "/api/v1/webhooks/1/test", "").status, 200);
  run("INSERT INTO rastro.webhook_attempt VALUES (1, now(), 12, 500, null, 'no')");
  run("UPDATE rastro.webhook_delivery SET failures = 1");
  const json::value deliveries = data("/api/v1/webhooks/1/deliveries").at("deliveries");
  ASSERT_EQ(deliveries.as_array().size(), 1u);
  const json::value& delivery = deliveries.as_array()[0];
  EXPECT_EQ(delivery.at("event").at("type").as_string(), "ping");
  EXPECT_EQ(delivery.at("state").as_string(), "pending");
  EXPECT_EQ(delivery.at("attempts").as_array()[0].at("status").as_int64(), 500);
  EXPECT_EQ(data("/api/v1/webhooks/1/deliveries?state=failed").at("deliveries").as_array().size(), 0u);
  EXPECT_EQ(error("/api/v1/webhooks/1/deliveries?state=lost"), "state");
  EXPECT_EQ(send("POST", "/api/v1/webhooks/deliveries/1/resend", "").status, 200);
  EXPECT_EQ(database_.value("SELECT failures FROM rastro.webhook_delivery"), "0");
  EXPECT_EQ(send("PUT", "/api/v1/webhooks/1", R"({"active": false})").status, 200);
  EXPECT_EQ(send("POST", "/api/v1/webhooks/1/test", "").status, 409);
}

}  // namespace
}  // namespace rastro::test

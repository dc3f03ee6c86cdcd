// What is sent to subscribers of webhooks, when, how it is signed, and where to it may go.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include "forwarder/webhooks/event.h"
#include "forwarder/webhooks/schedule.h"
#include "forwarder/webhooks/signature.h"
#include "forwarder/webhooks/target.h"

namespace rastro::webhooks {
namespace {

// The example that the specification's libraries are all tested with.
TEST(WebhookSignature, IsThatOfTheSpecificationsExample) {
  EXPECT_EQ(sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
                 R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WebhookSignature, NeedsASecretOfTheSpecificationsForm) {
  for (const char* secret : {"", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9", "whsec_MfK!"})
    EXPECT_FALSE(sign(secret, "msg_1", 1, "{}")) << secret;
}

TEST(WebhookSignature, SecretsAreTheirBytesInBase64) {
  SecretBytes bytes{};
  EXPECT_EQ(make_secret(bytes), "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
  bytes.back() = 1;
  EXPECT_NE(sign(make_secret(bytes), "msg_1", 1, "{}"), sign(make_secret({}), "msg_1", 1, "{}"));
}

// persat-api.md 4.2: immediately, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h, then failed.
TEST(WebhookSchedule, IsPersats) {
  constexpr std::int64_t kSecond = 1000;
  constexpr std::int64_t kMinute = 60 * kSecond;
  constexpr std::int64_t kHour = 60 * kMinute;
  std::vector<std::int64_t> waits;
  std::size_t failures = 0;
  while (const auto next = next_attempt_ms(failures, 1'000'000)) {
    waits.push_back(*next - 1'000'000);
    ++failures;
  }
  EXPECT_EQ(failures, 8u) << "eight attempts";
  EXPECT_EQ(waits, (std::vector<std::int64_t>{0, 5 * kSecond, 5 * kMinute, 30 * kMinute, 2 * kHour, 5 * kHour,
                                              10 * kHour, 10 * kHour}));
}

TEST(WebhookEvent, HasPersatsFormAroundItsOwn) {
  Event event{.id = "evt_1",
              .type = "visit.opened",
              .time_ms = 1795521600000,
              .device = R"({"id":7})",
              .data = R"({"a":1})"};
  EXPECT_EQ(event_body(event),
            R"({"eventType":"visit.opened","payload":{"id":"evt_1","time":"2026-11-24T12:00:00.000Z",)"
            R"("device":{"id":7},"data":{"a":1}}})");
  event.device.clear();
  EXPECT_NE(event_body(event).find(R"("device":null)"), std::string::npos);
}

TEST(WebhookEvent, TypesAreKnownByName) {
  EXPECT_TRUE(is_event_type("workorder.cancelled"));
  EXPECT_FALSE(is_event_type("ping")) << "nobody subscribes to it";
  EXPECT_FALSE(is_event_type("visit"));
}

bool is_public(const std::string& text) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  if (inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1)
    return is_public_address(*reinterpret_cast<const sockaddr*>(&v4));
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  EXPECT_EQ(inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr), 1) << text;
  return is_public_address(*reinterpret_cast<const sockaddr*>(&v6));
}

TEST(WebhookTarget, IsAPublicAddress) {
  for (const char* address : {"8.8.8.8", "172.15.255.255", "172.32.0.1", "100.128.0.1", "223.255.255.255",
                              "2800:3f0:4002:80c::200e", "2001:4860:4860::8888"})
    EXPECT_TRUE(is_public(address)) << address;
}

TEST(WebhookTarget, IsNoAddressThatOnlyThisMachineOrItsNetworkReaches) {
  for (const char* address :
       {"0.0.0.0",          "10.1.2.3",       "100.64.0.1",      "127.0.0.1", "127.255.255.255",
        "169.254.169.254",  "172.16.0.1",     "172.31.255.255",  "192.0.0.8", "192.168.1.1",
        "198.18.0.1",       "224.0.0.1",      "255.255.255.255", "::",        "::1",
        "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::a00:1",  "fc00::1",   "fd12::1",
        "fe80::1",          "ff02::1",        "2002:7f00:1::",   "2001::1",   "2001:db8::1"})
    EXPECT_FALSE(is_public(address)) << address;
}

TEST(WebhookTarget, IsAnHttpUrlWithoutAPassword) {
  using enum TargetFault;
  EXPECT_EQ(find_target_fault("https://example.com/hooks?x=1", false), kNone);
  EXPECT_EQ(find_target_fault("http://example.com:8080/", false), kNone);
  EXPECT_EQ(find_target_fault("ftp://example.com/", false), kScheme);
  EXPECT_EQ(find_target_fault("file:///etc/passwd", false), kScheme);
  EXPECT_EQ(find_target_fault("example.com", false), kNoUrl);
  EXPECT_EQ(find_target_fault("http://", false), kNoUrl);
  EXPECT_EQ(find_target_fault("https://ana:secret@example.com/", false), kPassword);
  EXPECT_EQ(find_target_fault("https://example.com/" + std::string(2000, 'x'), false), kTooLong);
}

TEST(WebhookTarget, IsNoPrivateHostUnlessThatIsAllowed) {
  for (const char* url : {"http://127.0.0.1/", "http://localhost:9/", "http://LOCALHOST/", "http://[::1]/",
                          "http://a.localhost/", "http://169.254.169.254/latest", "http://2130706433/"}) {
    EXPECT_EQ(find_target_fault(url, false), TargetFault::kPrivate) << url;
    EXPECT_EQ(find_target_fault(url, true), TargetFault::kNone) << url;
  }
}

}  // namespace
}  // namespace rastro::webhooks

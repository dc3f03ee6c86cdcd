// Deliveries of webhooks to a real subscriber from a real server, by a clock that the tests move.
#include "gateway/consumers/webhook_delivery.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>

#include "gateway/webhooks/webhook_json.h"
#include "pipeline/postgis/webhook_store.h"
#include "tests/support/child_process.h"
#include "tests/support/hook_receiver.h"
#include "tests/support/test_database.h"

namespace rastro {
namespace {

using test::eventually;
using test::HookReceiver;
using test::Received;

constexpr std::int64_t kSecondMs = 1000;
constexpr std::int64_t kMinuteMs = 60 * kSecondMs;
constexpr std::int64_t kHourMs = 60 * kMinuteMs;

// A gateway's part: its own connection and thread. Time goes on only when a test says so.
class Delivering {
 public:
  Delivering(const std::string& url, const std::atomic<std::int64_t>& ahead_ms, bool allow_private = true)
      : delivery_(url, {.allow_private = allow_private}, registry_,
                  [&ahead_ms] { return now_ms() + ahead_ms; }) {
    delivery_.start();
  }

  // -1: there is no such counter.
  double events(const std::string& type) const {
    for (const prometheus::MetricFamily& family : registry_.Collect()) {
      if (family.name != "rastro_webhook_events_total") continue;
      for (const prometheus::ClientMetric& metric : family.metric)
        if (metric.label.at(0).value == type) return metric.counter.value;
    }
    return -1;
  }

 private:
  prometheus::Registry registry_;
  WebhookDelivery delivery_;
};

class Deliveries : public testing::Test {
 protected:
  std::int64_t subscribe(const std::string& url, std::vector<std::string> events = {}) {
    const auto id = store_.add({.url = url, .events = std::move(events)}, secret_, "test");
    EXPECT_TRUE(id && *id);
    return **id;
  }
  void start(bool allow_private = true) {
    gateway_ = std::make_unique<Delivering>(database_.url(), ahead_ms_, allow_private);
  }
  void happen(const std::string& type) {
    database_.value("SELECT rastro.note_event('" + type + "', '', now(), now(), now(), NULL, '{\"n\": 1}')");
  }
  std::string count(const std::string& what) {
    return database_.value("SELECT count(*) FROM rastro." + what);
  }
  bool becomes(const std::string& what, const std::string& expected) {
    return eventually([&] { return count(what) == expected; });
  }
  std::size_t posts() const { return receiver_.received().size(); }

  test::TestDatabase database_;
  postgis::WebhookStore store_{database_.url()};
  HookReceiver receiver_;
  const std::string secret_ = make_webhook_secret();
  std::atomic<std::int64_t> ahead_ms_ = 0;
  std::unique_ptr<Delivering> gateway_;
};

TEST_F(Deliveries, AreSignedAndMadeOnce) {
  subscribe(receiver_.url("/rastro?x=1"));
  start();
  happen("alarm");
  ASSERT_TRUE(receiver_.gets("alarm", 1));
  EXPECT_TRUE(becomes("webhook_delivery WHERE state = 'delivered'", "1"));
  const Received received = receiver_.received().front();
  EXPECT_EQ(received.path, "/rastro?x=1");
  EXPECT_TRUE(received.is_signed_with(secret_)) << received.signature;
  EXPECT_FALSE(received.is_signed_with(make_webhook_secret()));
  EXPECT_EQ(received.id, database_.value("SELECT rastro.event_name(uid) FROM rastro.event"));
  EXPECT_EQ(count("webhook_attempt WHERE status = 200 AND answer = 'taken' AND fault IS NULL"), "1");
  ahead_ms_ = 30 * kHourMs;
  happen("trip.closed");
  ASSERT_TRUE(receiver_.gets("trip.closed", 1));
  EXPECT_EQ(receiver_.received("alarm").size(), 1u);
}

TEST_F(Deliveries, OfASubscriberWhoIsDownFollowPersatsScheduleAndThenFail) {
  subscribe(receiver_.url());
  receiver_.answer_with(500, std::string(3000, 'x'));
  start();
  happen("alarm");
  // What is not due yet stays: the waits are moved through to a second before their end, and then over it.
  std::size_t attempts = 1;
  ASSERT_TRUE(becomes("webhook_attempt", "1"));
  for (const std::int64_t wait_ms :
       {5 * kSecondMs, 5 * kMinuteMs, 30 * kMinuteMs, 2 * kHourMs, 5 * kHourMs, 10 * kHourMs, 10 * kHourMs}) {
    ASSERT_TRUE(
        becomes("webhook_delivery WHERE state = 'pending' AND failures = " + std::to_string(attempts), "1"));
    const std::string waits = database_.value(
        "SELECT round(extract(epoch FROM next_attempt_at - (SELECT max(at) FROM rastro.webhook_attempt))) "
        "FROM rastro.webhook_delivery");
    EXPECT_EQ(waits, std::to_string(wait_ms / kSecondMs));
    EXPECT_EQ(posts(), attempts);
    ahead_ms_ += wait_ms;
    ++attempts;
    ASSERT_TRUE(becomes("webhook_attempt", std::to_string(attempts)));
  }
  EXPECT_TRUE(becomes("webhook_delivery WHERE state = 'failed' AND failures = 8", "1"));
  EXPECT_EQ(posts(), 8u);
  EXPECT_EQ(count("webhook_attempt WHERE status = 500 AND length(answer) = 1024"), "8");
  EXPECT_EQ(count("webhook WHERE failing_since IS NOT NULL"), "1");
  const std::string id = receiver_.received().front().id;
  for (const Received& received : receiver_.received()) {
    EXPECT_EQ(received.id, id) << "one message, however often it is sent";
    EXPECT_TRUE(received.is_signed_with(secret_)) << "each with its own time";
  }
}

TEST_F(Deliveries, ThatFailedAreSentAgainByHand) {
  subscribe(receiver_.url());
  receiver_.answer_with(500);
  happen("alarm");
  database_.value("UPDATE rastro.webhook_delivery SET failures = 7");
  start();
  ASSERT_TRUE(becomes("webhook_delivery WHERE state = 'failed'", "1"));
  receiver_.answer_with(204, "");
  ASSERT_TRUE(store_.resend(1, "test").value());
  EXPECT_TRUE(becomes("webhook_delivery WHERE state = 'delivered'", "1"));
  EXPECT_EQ(count("webhook WHERE failing_since IS NULL"), "1");
  EXPECT_EQ(count("webhook_attempt"), "2") << "the log has both";
  EXPECT_FALSE(store_.resend(99, "test").value());
}

TEST_F(Deliveries, NeedAnAnswerFromTwoHundredTo299) {
  subscribe(receiver_.url());
  start();
  int failures = 0;
  for (const int status : {0, 301, 404, 410}) {
    receiver_.answer_with(status);
    happen("alarm");
    ++failures;
    ASSERT_TRUE(becomes("webhook_delivery WHERE failures >= 1", std::to_string(failures))) << status;
    database_.value("UPDATE rastro.webhook_delivery SET next_attempt_at = now() + interval '1 year'");
  }
  EXPECT_EQ(count("webhook_attempt WHERE status IS NULL AND fault IS NOT NULL"), "1") << "no answer at all";
  EXPECT_EQ(count("webhook WHERE active"), "1") << "410 ends no subscription";
}

TEST_F(Deliveries, ToOneWhoIsDeadHoldUpNobodyElse) {
  HookReceiver silent;
  silent.answer_with(0);
  subscribe(silent.url());
  subscribe("http://127.0.0.1:9/");
  subscribe(receiver_.url());
  start();
  for (int i = 0; i < 5; ++i) happen("alarm");
  EXPECT_TRUE(receiver_.gets("alarm", 5));
  EXPECT_TRUE(becomes("webhook_delivery WHERE state = 'delivered'", "5"));
}

TEST_F(Deliveries, GoToNoPrivateAddressUnlessThatIsAllowed) {
  subscribe(receiver_.url());
  start(false);
  happen("alarm");
  ASSERT_TRUE(becomes("webhook_attempt WHERE status IS NULL AND fault LIKE 'the address is private%'", "1"));
  EXPECT_EQ(posts(), 0u);
}

TEST_F(Deliveries, AreMadeOnceThoughSeveralGatewaysDeliver) {
  subscribe(receiver_.url());
  HookReceiver other;
  subscribe(other.url());
  start();
  const Delivering second(database_.url(), ahead_ms_);
  const Delivering third(database_.url(), ahead_ms_);
  constexpr std::size_t kMany = 60;
  for (std::size_t i = 0; i < kMany; ++i) {
    database_.value("SELECT rastro.note_event('alarm', '" + std::to_string(i) +
                    "', now(), now(), now(), NULL, '{}')");
  }
  EXPECT_TRUE(becomes("webhook_delivery WHERE state = 'delivered'", std::to_string(2 * kMany)));
  EXPECT_EQ(posts(), kMany);
  EXPECT_EQ(other.received().size(), kMany);
}

TEST_F(Deliveries, GoOldestFirst) {
  subscribe(receiver_.url());
  for (int i = 0; i < 10; ++i) {
    database_.value("SELECT rastro.note_event('alarm', '" + std::to_string(i) +
                    "', now(), now(), now(), NULL, '{\"n\": " + std::to_string(i) + "}')");
  }
  start();
  ASSERT_TRUE(receiver_.gets("alarm", 10));
  const auto received = receiver_.received();
  for (int i = 0; i < 10; ++i)
    EXPECT_NE(received[static_cast<std::size_t>(i)].body.find("\"n\": " + std::to_string(i)),
              std::string::npos);
}

TEST_F(Deliveries, AreSignedWithTheNewSecretOnceThereIsOne) {
  const std::int64_t id = subscribe(receiver_.url());
  start();
  happen("alarm");
  ASSERT_TRUE(receiver_.gets("alarm", 1));
  const std::string renewed = make_webhook_secret();
  ASSERT_TRUE(store_.set_secret(id, renewed, "test").value());
  happen("trip.closed");
  ASSERT_TRUE(receiver_.gets("trip.closed", 1));
  EXPECT_TRUE(receiver_.received("alarm").front().is_signed_with(secret_));
  EXPECT_TRUE(receiver_.received("trip.closed").front().is_signed_with(renewed));
  EXPECT_FALSE(receiver_.received("trip.closed").front().is_signed_with(secret_));
}

TEST_F(Deliveries, GoOnAfterARestart) {
  subscribe(receiver_.url());
  receiver_.answer_with(503);
  start();
  happen("alarm");
  ASSERT_TRUE(becomes("webhook_delivery WHERE failures = 1", "1"));
  gateway_.reset();
  receiver_.answer_with(200);
  ahead_ms_ = 5 * kSecondMs;
  start();
  EXPECT_TRUE(becomes("webhook_delivery WHERE state = 'delivered'", "1"));
  EXPECT_EQ(posts(), 2u);
}

TEST_F(Deliveries, EndWithTheirWebhookAndWithTheirTime) {
  const std::int64_t id = subscribe("http://127.0.0.1:9/");
  subscribe(receiver_.url());
  happen("alarm");
  EXPECT_EQ(count("webhook_delivery"), "2");
  ASSERT_TRUE(store_.remove(id, "test").value());
  EXPECT_EQ(count("webhook_delivery"), "1");
  start();
  ASSERT_TRUE(receiver_.gets("alarm", 1));
  gateway_.reset();
  ahead_ms_ = 31 * 24 * kHourMs;
  start();
  EXPECT_TRUE(becomes("event", "0"));
  EXPECT_EQ(count("webhook_attempt"), "0");
}

TEST_F(Deliveries, AreOfEventsThatAreCountedThoughAllOfThemIsDeleted) {
  subscribe(receiver_.url(), {"alarm"});
  for (const char* type : {"alarm", "alarm", "trip.closed", "alarm"}) happen(type);
  EXPECT_EQ(count("webhook_delivery"), "3") << "who wants an event does not matter";
  database_.value("DELETE FROM rastro.event WHERE id < 3");
  database_.value("DELETE FROM rastro.event WHERE id = 3");
  database_.value("DELETE FROM rastro.webhook_delivery");
  happen("visit.opened");
  start();
  EXPECT_TRUE(eventually([&] { return gateway_->events("alarm") == 3; }));
  EXPECT_EQ(gateway_->events("trip.closed"), 1);
  EXPECT_EQ(gateway_->events("visit.opened"), 1);
  EXPECT_EQ(gateway_->events("visit.closed"), 0);
}

TEST_F(Deliveries, OfAPingGoToTheOneThatIsTested) {
  const std::int64_t id = subscribe(receiver_.url(), {"alarm"});
  HookReceiver other;
  subscribe(other.url());
  start();
  ASSERT_TRUE(store_.ping(id, "test").value());
  EXPECT_TRUE(receiver_.gets("ping", 1));
  EXPECT_TRUE(other.received().empty());
}

}  // namespace
}  // namespace rastro

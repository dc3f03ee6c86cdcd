// What Persat says that it has of a device, beside what was sent.
#include "gateway/consumers/forward_verification.h"

#include "tests/support/forwarder_fixture.h"

namespace rastro::forward {
namespace {

using Finding = ForwardVerification::Finding;

class ForwardVerificationTest : public ForwarderTest {
 protected:
  std::unique_ptr<ForwardVerification> verification(const std::string& key = kKey) {
    persat::Api::Options persat;
    persat.connection.base_url = sandbox_.base_url();
    persat.connection.api_key = key;
    persat.requests_per_second = 0;
    const auto find_id = [this](const DeviceIdentity& device) -> std::optional<std::int64_t> {
      const auto found = targets_.find(std::string(device.view()));
      return found == targets_.end() ? std::nullopt : found->second.persat_device_id;
    };
    return std::make_unique<ForwardVerification>(persat, 60min, forwarder_->ledger(), find_id, registry_);
  }
  static std::uint64_t count(const ForwardVerification::Counts& counts, Finding finding) {
    return counts[static_cast<std::size_t>(finding)];
  }

  prometheus::Registry registry_;
};

TEST_F(ForwardVerificationTest, WhatWasSentIsThereAndAnothersPositionIsToldApart) {
  start();
  for (const char* imei : {"1", "2", "3"}) append_drive(imei, 3);
  wait_until_done();
  const auto check = verification();
  EXPECT_EQ(count(check->check_some(), Finding::kSame), 3u);

  const auto push = [&](int device, const char* time) {
    HttpClient client(options_.http);
    std::vector<HttpClient::Answer> answers;
    const std::string body = R"({"device_id":)" + std::to_string(device) + R"(,"timestamp":")" + time +
                             R"(","latitude":-34.6,"longitude":-58.4})";
    client.send(body, "another", nullptr);
    while (answers.empty()) client.wait(1s, answers);
    ASSERT_EQ(answers[0].reply.status, 200);
  };
  push(101, "2026-11-24T11:00:00.000Z");
  push(102, "2026-11-25T11:00:00.000Z");
  const auto counts = check->check_some();
  EXPECT_EQ(count(counts, Finding::kBehind), 1u);
  EXPECT_EQ(count(counts, Finding::kAhead), 1u);
  EXPECT_EQ(count(counts, Finding::kSame), 1u);
}

TEST_F(ForwardVerificationTest, ADeviceThatPersatDoesNotKnowIsUnknownAndAFailureEndsTheRound) {
  start();
  for (const char* imei : {"1", "2", "3"}) append_drive(imei, 1);
  wait_until_done();
  const auto check = verification();
  sandbox_.fault(R"({"mode":"status","status":404,"requests":1,"path":"/v1/devices-lasttrackingpoint"})");
  const auto counts = check->check_some();
  EXPECT_EQ(count(counts, Finding::kUnknown), 1u);
  EXPECT_EQ(count(counts, Finding::kSame), 2u);
  const auto refused = verification("the-wrong-one")->check_some();
  EXPECT_EQ(count(refused, Finding::kFailed), 1u);
  EXPECT_EQ(count(refused, Finding::kSame), 0u);
}

TEST_F(ForwardVerificationTest, WhatWasNotSentIsNotAskedFor) {
  targets_["4"] = Target{{}, "S4"};
  start();
  append_drive("4", 2);
  wait_until_done();
  EXPECT_EQ(verification()->check_some(), ForwardVerification::Counts{});
}

}  // namespace
}  // namespace rastro::forward

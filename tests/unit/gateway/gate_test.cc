// Who may pass to a handler, and who is told why not.
#include "gateway/api/gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/api/api_keys.h"

namespace rastro {
namespace {

using testing::HasSubstr;

constexpr Permission kReadClients = {Role::kViewer, Scope::kClients};
constexpr Permission kActOnClients = {Role::kOperator, Scope::kClients};

class GateTest : public testing::Test {
 protected:
  // The status, 200 for one that passes.
  int ask(const std::string& key, const Permission& needed, const std::string& address = "192.0.2.1") {
    request_ = {.authorization = "Bearer " + key, .address = address};
    refusal_ = gate_.refusal(request_, needed);
    return refusal_ ? refusal_->status : 200;
  }

  std::map<std::string, Caller, std::less<>> callers_ = {
      {"viewer", {.key_id = 1, .actor = "apikey v", .role = Role::kViewer}},
      {"operator", {.key_id = 2, .actor = "apikey o", .role = Role::kOperator}},
      {"admin", {.key_id = 3, .actor = "apikey a", .role = Role::kAdmin}},
      {"devices", {.key_id = 4, .actor = "apikey d", .role = Role::kAdmin, .scopes = {Scope::kDevices}}}};
  Gate::Time now_{std::chrono::hours(1)};
  Gate gate_{[this](std::string_view key) {
               const auto found = callers_.find(key);
               return found == callers_.end() ? std::nullopt : std::optional(found->second);
             },
             {.requests_per_second = 10, .now = [this] { return now_; }}};
  HttpRequest request_;
  std::optional<HttpResponse> refusal_;
};

TEST_F(GateTest, EachRoleMayWhatThoseBeforeItMay) {
  EXPECT_EQ(ask("viewer", kReadClients), 200);
  EXPECT_EQ(request_.actor, "apikey v");
  EXPECT_EQ(ask("viewer", kActOnClients), 403);
  EXPECT_THAT(refusal_->body, HasSubstr("Se necesita el rol 'operator'"));
  EXPECT_EQ(request_.actor, "");
  EXPECT_EQ(ask("operator", kReadClients), 200);
  EXPECT_EQ(ask("operator", kActOnClients), 200);
  EXPECT_EQ(ask("operator", Permission()), 403);
  EXPECT_EQ(ask("admin", Permission()), 200);
}

TEST_F(GateTest, AKeyWithScopesIsGoodForThoseOnly) {
  EXPECT_EQ(ask("devices", kReadClients), 403);
  EXPECT_THAT(refusal_->body, HasSubstr("no tiene el alcance 'clients'"));
  EXPECT_EQ(ask("devices", {Role::kOperator, Scope::kDevices}), 200);
}

TEST_F(GateTest, AnUnknownKeyIsNotLetIn) {
  EXPECT_EQ(ask("nobody", kReadClients), 401);
  for (const char* header : {"", "viewer", "Basic viewer", "Bearer", "Bearer "}) {
    HttpRequest request{.authorization = header};
    EXPECT_EQ(gate_.refusal(request, kReadClients)->status, 401) << header;
  }
}

TEST_F(GateTest, AKeyThatAsksTooOftenWaitsAloneAndIsToldHowLong) {
  for (int i = 0; i < 20; ++i) ASSERT_EQ(ask("viewer", kReadClients), 200) << i;
  EXPECT_EQ(ask("viewer", kReadClients), 429);
  ASSERT_EQ(refusal_->headers.size(), 1U);
  EXPECT_EQ(refusal_->headers[0].name, "Retry-After");
  EXPECT_EQ(refusal_->headers[0].value, "1");
  EXPECT_EQ(ask("operator", kReadClients), 200);
  now_ += std::chrono::milliseconds(100);
  EXPECT_EQ(ask("viewer", kReadClients), 200);
  EXPECT_EQ(ask("viewer", kReadClients), 429);
}

TEST_F(GateTest, AnAddressThatTriesManyKeysIsHeldBackWithoutHinderingAGoodKey) {
  for (int i = 0; i < 30; ++i) ASSERT_EQ(ask("nobody", kReadClients), 401) << i;
  EXPECT_EQ(ask("nobody", kReadClients), 429);
  EXPECT_EQ(ask("nobody", kReadClients, "192.0.2.2"), 401);
  EXPECT_EQ(ask("viewer", kReadClients), 200);
}

}  // namespace
}  // namespace rastro

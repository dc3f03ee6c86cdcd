// Requests: their targets, their pace, and what each answer means; over a stand-in for the connection and a
// clock that is set by hand.
#include "forwarder/persat/api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rastro::persat {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

HttpAnswer answer_of(int status, std::string body) {
  return {NoAnswer::kNone, {}, status, {}, std::move(body)};
}
HttpAnswer answer_without(NoAnswer failure) { return {failure, "why", 0, {}, {}}; }

constexpr const char* kWell = R"({"success":true,"data":[]})";

std::string envelope(int status, const std::string& type) {
  return R"({"success":false,"error":{"status":)" + std::to_string(status) + R"(,"type":")" + type +
         R"(","userMessage":"no anda"}})";
}

TEST(DecodeAnswer, NamesEveryError) {
  const std::string html = "<!DOCTYPE html><p>hola";
  const std::vector<std::pair<HttpAnswer, ErrorKind>> rows = {
      {answer_without(NoAnswer::kTransport), ErrorKind::kTransport},
      {answer_without(NoAnswer::kTimeout), ErrorKind::kTimeout},
      {answer_without(NoAnswer::kTooLarge), ErrorKind::kTooLarge},
      {answer_of(400, envelope(400, "BAD_REQUEST")), ErrorKind::kBadRequest},
      {answer_of(401, envelope(401, "UNAUTHORIZED")), ErrorKind::kRefusedKey},
      {answer_of(403, html), ErrorKind::kRefusedKey},
      {answer_of(404, envelope(404, "NOT_FOUND")), ErrorKind::kNotFound},
      {answer_of(404, html), ErrorKind::kNotJson},
      {answer_of(409, envelope(409, "CONFLICT")), ErrorKind::kConflict},
      {answer_of(415, envelope(415, "UNSUPPORTED_MEDIA_TYPE")), ErrorKind::kUnsupportedMediaType},
      {answer_of(429, ""), ErrorKind::kThrottled},
      {answer_of(500, envelope(500, "INTERNAL_ERROR")), ErrorKind::kServer},
      {answer_of(503, html), ErrorKind::kServer},
      {answer_of(302, html), ErrorKind::kNotJson},
      {answer_of(410, envelope(410, "GONE")), ErrorKind::kUnexpectedStatus},
      {answer_of(200, html), ErrorKind::kNotJson},
      {answer_of(200, ""), ErrorKind::kNotJson},
      {answer_of(200, "[]"), ErrorKind::kNotJson},
      {answer_of(200, "{}"), ErrorKind::kNotTheEnvelope},
      {answer_of(200, R"({"success":"true"})"), ErrorKind::kNotTheEnvelope},
      {answer_of(200, envelope(400, "BAD_REQUEST")), ErrorKind::kNotTheEnvelope},
  };
  for (const auto& [answer, kind] : rows) {
    const auto decoded = decode_answer(answer, 0);
    ASSERT_FALSE(decoded) << answer.status << ' ' << answer.body;
    EXPECT_EQ(error_kind_name(decoded.error().kind), error_kind_name(kind))
        << answer.status << ' ' << answer.body;
  }
}

TEST(DecodeAnswer, PersatsSentenceIsKeptForPeople) {
  const auto decoded = decode_answer(answer_of(409, envelope(409, "CONFLICT")), 0);
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().user_message, "no anda");
  EXPECT_EQ(error_text("PUT /x", decoded.error()), "PUT /x: HTTP 409 CONFLICT: no anda");
}

TEST(DecodeAnswer, PagingIsReadInBothForms) {
  const auto by_offset = decode_answer(
      answer_of(200,
                R"({"success":true,"paging":{"offset":40,"limit":20,"result":57,"total":310},"data":[]})"),
      0);
  ASSERT_TRUE(by_offset);
  EXPECT_EQ(by_offset->paging.offset, 40u);
  EXPECT_EQ(by_offset->paging.limit, 20u);
  EXPECT_EQ(by_offset->paging.result, 57u);
  EXPECT_EQ(by_offset->paging.total, 310u);
  EXPECT_FALSE(by_offset->paging.next);
  const auto by_cursor =
      decode_answer(answer_of(200, R"({"success":true,"paging":{"total":0,"next":"abc"},"data":[]})"), 0);
  ASSERT_TRUE(by_cursor);
  EXPECT_EQ(by_cursor->paging.next, "abc");
}

TEST(Target, IdsAndParametersAreEncoded) {
  EXPECT_EQ(Target("/clients").segment("Ñ 7/8?").text(), "/clients/%C3%91%207%2F8%3F");
  EXPECT_EQ(Target("/x").query("a", "1&2").query("b", std::uint64_t{3}).text(), "/x?a=1%262&b=3");
  const std::vector<std::string> two = {"A", "B"};
  EXPECT_EQ(Target("/x").query("s", two, ListForm::kRepeated).text(), "/x?s=A&s=B");
  EXPECT_EQ(Target("/x").query("s", two, ListForm::kCommas).text(), "/x?s=A,B");
  EXPECT_EQ(Target("/x").query("s", two, ListForm::kBrackets).text(), "/x?s%5B%5D=A&s%5B%5D=B");
}

class ApiTest : public testing::Test {
 protected:
  Api make() {
    options_.connection.api_key = "secret-key";
    return Api(options_,
               {[this] { return now_; }, [] { return std::int64_t{0}; },
                [this](std::chrono::microseconds time) {
                  slept_ += time;
                  now_ += time;
                }},
               [this](const HttpRequest& request) {
                 requests_.push_back(request);
                 if (answers_.empty()) return answer_of(200, kWell);
                 HttpAnswer answer = answers_.front();
                 answers_.erase(answers_.begin());
                 return answer;
               });
  }
  void throttle(const std::string& retry_after) {
    answers_.push_back(answer_of(429, envelope(429, "X")));
    answers_.back().retry_after = retry_after;
  }

  Api::Options options_;
  Clock::Time now_{1h};
  std::chrono::microseconds slept_{};
  std::vector<HttpAnswer> answers_;
  std::vector<HttpRequest> requests_;
};

TEST_F(ApiTest, RequestsAreFourASecond) {
  Api api = make();
  for (int i = 0; i < 9; ++i) EXPECT_TRUE(api.get(Target("/devices")));
  EXPECT_EQ(requests_.size(), 9u);
  EXPECT_GE(slept_, 2s);
  EXPECT_LT(slept_, 2s + 1ms);
}

TEST_F(ApiTest, WithoutAPaceNothingWaits) {
  options_.requests_per_second = 0;
  Api api = make();
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(api.get(Target("/devices")));
  EXPECT_EQ(slept_, 0s);
}

TEST_F(ApiTest, ARetryAfterIsWaitedForAndTheRequestSentAgain) {
  throttle("7");
  Api api = make();
  EXPECT_TRUE(api.post(Target("/work-orders"), {{"a", 1}}));
  ASSERT_EQ(requests_.size(), 2u);
  EXPECT_EQ(requests_[1].body, R"({"a":1})");
  EXPECT_EQ(slept_, 7s);
}

TEST_F(ApiTest, ARetryAfterTooLongIsTheCallersAndHoldsTheNextCallBack) {
  throttle("600");
  Api api = make();
  const auto first = api.get(Target("/devices"));
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().kind, ErrorKind::kThrottled);
  EXPECT_EQ(first.error().retry_after, 600s);
  now_ += 100s;
  const auto second = api.get(Target("/devices"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().retry_after, 500s);
  EXPECT_EQ(requests_.size(), 1u) << "the second was not sent";
  now_ += 500s;
  EXPECT_TRUE(api.get(Target("/devices")));
}

TEST_F(ApiTest, WhatStaysThrottledIsGivenBack) {
  for (int i = 0; i < 10; ++i) throttle("1");
  Api api = make();
  const auto answer = api.get(Target("/devices"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::kThrottled);
  EXPECT_EQ(requests_.size(), 4u);
}

TEST_F(ApiTest, AFaultIsNotTriedAgain) {
  answers_.push_back(answer_of(500, envelope(500, "INTERNAL_ERROR")));
  Api api = make();
  EXPECT_FALSE(api.post(Target("/work-orders"), {}));
  EXPECT_EQ(requests_.size(), 1u);
}

TEST_F(ApiTest, AKeyThatIsSaidBackIsTakenOutOfTheError) {
  answers_.push_back(answer_of(
      401,
      R"({"success":false,"error":{"type":"secret-key","userMessage":"'secret-key' no es secret-key"}})"));
  Api api = make();
  const auto answer = api.get(Target("/devices"));
  ASSERT_FALSE(answer);
  EXPECT_THAT(error_text("GET", answer.error()), Not(HasSubstr("secret-key")));
  EXPECT_THAT(answer.error().user_message, HasSubstr("no es"));
}

TEST_F(ApiTest, AnEmptyIdIsNeverSent) {
  Api api = make();
  for (const char* id : {"", ".", ".."}) {
    const auto answer = api.remove(Target("/clients").segment(id));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::kInvalidArgument);
  }
  EXPECT_TRUE(requests_.empty());
}

TEST(Connection, AKeyThatNoHeaderTakesIsSaidWithoutTheKey) {
  Connection::Options options;
  options.api_key = "two\r\nlines";
  try {
    const Connection connection(options);
    FAIL() << "it was taken";
  } catch (const std::runtime_error& e) {
    EXPECT_THAT(e.what(), Not(HasSubstr("lines")));
  }
}

}  // namespace
}  // namespace rastro::persat

#include "forwarder/answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rastro::forward {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t kNow = 1795534200000;  // Tue, 24 Nov 2026 15:30:00 GMT

Verdict answer(int status, std::string body, std::string retry_after = {}) {
  HttpReply reply;
  reply.status = status;
  reply.body = std::move(body);
  reply.retry_after = std::move(retry_after);
  return judge(reply, SuccessRule::kPersat, kNow);
}

std::string failure(int status, const std::string& type, const std::string& message = "no") {
  return R"({"success":false,"error":{"status":)" + std::to_string(status) + R"(,"type":")" + type +
         R"(","userMessage":")" + message + "\"}}";
}

TEST(Judge, Only200WithSuccessTrueIsDelivered) {
  EXPECT_EQ(answer(200, R"({"success":true,"data":{}})").outcome, Outcome::kDelivered);
  EXPECT_EQ(answer(200, R"({"success": true})").outcome, Outcome::kDelivered);

  EXPECT_NE(answer(200, R"({"success":"true"})").outcome, Outcome::kDelivered);
  EXPECT_NE(answer(200, R"({"data":{}})").outcome, Outcome::kDelivered);
  EXPECT_NE(answer(200, "").outcome, Outcome::kDelivered);
  EXPECT_NE(answer(201, R"({"success":true})").outcome, Outcome::kDelivered);
  EXPECT_NE(answer(302, R"({"success":true})").outcome, Outcome::kDelivered);
}

struct Parked {
  int status;
  const char* type;
  ParkReason reason;
};

TEST(Judge, WhatSendingAgainWouldNotChangeIsParkedWithItsReason) {
  for (const Parked& c :
       {Parked{400, "BAD_REQUEST", ParkReason::kBadRequest}, Parked{404, "NOT_FOUND", ParkReason::kNotFound},
        Parked{409, "CONFLICT", ParkReason::kConflict},
        Parked{415, "UNSUPPORTED_MEDIA_TYPE", ParkReason::kUnsupportedMediaType}}) {
    for (const int status : {c.status, 200}) {  // some APIs answer failures with 200
      const Verdict verdict = answer(status, failure(c.status, c.type, "'x' es obligatorio"));
      EXPECT_EQ(verdict.outcome, Outcome::kPark) << c.type;
      EXPECT_EQ(verdict.reason, c.reason) << c.type;
      EXPECT_THAT(verdict.sentence, HasSubstr(c.type));
      EXPECT_THAT(verdict.sentence, HasSubstr("'x' es obligatorio"));
    }
    EXPECT_EQ(answer(c.status, "{}").outcome, Outcome::kPark) << "the status alone is enough";
  }
  EXPECT_EQ(answer(422, failure(422, "X")).reason, ParkReason::kRefused);
}

TEST(Judge, ALongMessageIsCutAtAWholeCharacter) {
  std::string message;
  while (message.size() < 5000) message += "ñ";
  const Verdict verdict = answer(400, failure(400, "BAD_REQUEST", message));
  EXPECT_LE(verdict.sentence.size(), 310u);
  const std::string end = "ñ…";
  EXPECT_EQ(verdict.sentence.substr(verdict.sentence.size() - end.size()), end);
}

TEST(Judge, ARefusedKeyStopsEverything) {
  EXPECT_EQ(answer(401, failure(401, "UNAUTHORIZED")).outcome, Outcome::kStop);
  EXPECT_EQ(answer(401, "").outcome, Outcome::kStop);
  EXPECT_EQ(answer(403, "<html>").outcome, Outcome::kStop);
  EXPECT_EQ(answer(200, failure(401, "UNAUTHORIZED")).outcome, Outcome::kStop);
}

TEST(Judge, AFaultThatMayPassIsTriedAgain) {
  for (const int status : {500, 502, 503, 504, 429, 408}) {
    const Verdict verdict = answer(status, failure(status, "X"));
    EXPECT_EQ(verdict.outcome, Outcome::kRetry) << status;
    EXPECT_FALSE(verdict.meaningless) << status;
    EXPECT_FALSE(verdict.after) << status;
  }
  EXPECT_EQ(answer(502, "<html>Bad Gateway</html>").outcome, Outcome::kRetry);
  EXPECT_EQ(answer(200, failure(500, "INTERNAL_ERROR")).outcome, Outcome::kRetry);
}

TEST(Judge, NoAnswerIsTriedAgainAndSaysWhy) {
  HttpReply reply;
  reply.transport_error = "Connection refused";
  const Verdict verdict = judge(reply, SuccessRule::kPersat, kNow);
  EXPECT_EQ(verdict.outcome, Outcome::kRetry);
  EXPECT_FALSE(verdict.meaningless);
  EXPECT_THAT(verdict.sentence, HasSubstr("Connection refused"));
}

TEST(Judge, AnAnswerThatMeansNothingIsTriedAgainButCounted) {
  for (const Verdict& verdict :
       {answer(200, "<html>Welcome to the hotel</html>"), answer(200, "{}"), answer(200, "[1]"),
        answer(404, "  <!DOCTYPE html><html>"), answer(301, ""), answer(204, ""),
        answer(200, R"({"success":false})"), answer(200, failure(0, "WHO_KNOWS"))}) {
    EXPECT_EQ(verdict.outcome, Outcome::kRetry) << verdict.sentence;
    EXPECT_TRUE(verdict.meaningless) << verdict.sentence;
    EXPECT_THAT(verdict.sentence, Not(IsEmpty()));
  }
  HttpReply large;
  large.status = 200;
  large.body = R"({"success":true})";
  large.too_large = true;
  EXPECT_TRUE(judge(large, SuccessRule::kPersat, kNow).meaningless);
}

TEST(Judge, RetryAfterIsHeardWhereTryingAgainIs) {
  EXPECT_EQ(answer(429, "", "7").after, milliseconds(7000));
  EXPECT_EQ(answer(503, "", "7").after, milliseconds(7000));
  EXPECT_FALSE(answer(400, "{}", "7").after);
}

TEST(RetryAfter, IsSecondsOrADate) {
  EXPECT_EQ(parse_retry_after("0", kNow), milliseconds(0));
  EXPECT_EQ(parse_retry_after("120", kNow), seconds(120));
  EXPECT_EQ(parse_retry_after("Tue, 24 Nov 2026 15:30:30 GMT", kNow), seconds(30));
  EXPECT_EQ(parse_retry_after("Tue, 24 Nov 2026 15:29:30 GMT", kNow), seconds(0)) << "in the past: now";

  EXPECT_FALSE(parse_retry_after("", kNow));
  EXPECT_FALSE(parse_retry_after("soon", kNow));
  EXPECT_FALSE(parse_retry_after("-1", kNow));
}

TEST(RetryAfter, IsAnHourAtMost) {
  EXPECT_EQ(parse_retry_after("3601", kNow), std::chrono::hours(1));
  EXPECT_EQ(parse_retry_after("99999999999999999999999", kNow), std::chrono::hours(1));
  EXPECT_EQ(parse_retry_after("Wed, 24 Nov 2027 15:30:30 GMT", kNow), std::chrono::hours(1));
}

}  // namespace
}  // namespace rastro::forward

// The forwarder between a real journal on disk and the stand-in for Persat, a process of its own.
#include "tests/support/forwarder_fixture.h"

namespace rastro::forward {
namespace {

TEST_F(ForwarderTest, ValidFixesOfActiveDevicesArriveOnceAndInOrder) {
  start();
  for (int i = 0; i < 40; ++i) {
    for (const char* imei : {"1", "2", "3", "not entered"}) append_drive(imei, 1, i);
  }
  Fix lost = fix_at(kNoon + 999000);
  lost.valid = false;
  append(test::fix_record("1", lost));
  append(test::RecordBuilder("1").message(MessageType::kHeartbeat).build());
  wait_until_done();
  expect_arrived({{"101", 40}, {"102", 40}, {"103", 40}});
  const Progress progress = forwarder_->progress();
  EXPECT_EQ(progress.delivered, 120u);
  EXPECT_EQ(skipped(progress, Skip::kPendingDevice), 40u);
  EXPECT_EQ(skipped(progress, Skip::kNotValid), 1u);
  EXPECT_EQ(progress.trouble, "");
  EXPECT_GT(progress.last_success_ms, 0);
}

TEST_F(ForwarderTest, ARecordThatTheDeviceSentAgainIsForwardedOnce) {
  start();
  append_drive("1", 5);
  append_drive("1", 7);
  append(test::fix_record("1", fix_at(kNoon + 7000, 1)));
  append(test::fix_record("1", fix_at(kNoon + 7000, 2)));  // another record of the same second
  wait_until_done();
  EXPECT_EQ(forwarder_->progress().delivered, 9u);
  EXPECT_EQ(skipped(forwarder_->progress(), Skip::kDuplicate), 5u);
}

TEST_F(ForwarderTest, ARecordThatTheDeviceSentAgainAfterARestartIsForwardedOnce) {
  start();
  append_drive("1", 5);
  wait_until_done();
  forwarder_.reset();
  open_journal();
  start();
  append_drive("1", 7);
  wait_until_done();
  expect_arrived({{"101", 7}});
  EXPECT_EQ(skipped(forwarder_->progress(), Skip::kDuplicate), 5u);
  expect_books_close(forwarder_->progress());
}

TEST_F(ForwarderTest, NothingIsPassedOverBeforeTheDevicesAreLoaded) {
  devices_loaded_ = false;
  start();
  append_drive("1", 3);
  wait_for("trouble", [](const Progress& p) { return !p.trouble.empty(); });
  EXPECT_THAT(forwarder_->progress().trouble, HasSubstr("devices are not loaded"));
  EXPECT_EQ(forwarder_->progress().pending, 3u);
  devices_loaded_ = true;
  wait_until_done();
  expect_arrived({{"101", 3}});
  EXPECT_EQ(forwarder_->progress().trouble, "");
}

TEST_F(ForwarderTest, ADeviceWithoutPersatIdIsPassedOverWhereTheBodyNeedsOne) {
  targets_["4"] = Target{{}, "S4"};
  start();
  append_drive("4", 2);
  append_drive("1", 2);
  wait_until_done();
  expect_arrived({{"101", 2}});
  EXPECT_EQ(skipped(forwarder_->progress(), Skip::kNoPersatId), 2u);
}

TEST_F(ForwarderTest, LatestFirstSendsEachOnceAfterAnOutageAndTheBooksClose) {
  options_.catch_up = {true, 1ms};
  sandbox_.fault(R"({"mode":"cut"})");
  start();
  for (int i = 0; i < 30; ++i) {
    for (const char* imei : {"1", "2", "3"}) append_drive(imei, 1, i);
  }
  wait_for("failures", [](const Progress& p) { return p.retried >= 10; });
  sandbox_.fault(R"({"mode":"none"})");
  wait_until_done();
  const auto summary = sandbox_.summary();
  for (const char* id : {"101", "102", "103"}) {
    const auto& device = summary.at("devices").at(id);
    EXPECT_EQ(device.at("count").to_number<int>(), 30) << summary;
    EXPECT_EQ(device.at("duplicates").to_number<int>(), 0) << summary;
    EXPECT_GT(device.at("out_of_order").to_number<int>(), 0) << "the newest went first";
  }
  expect_books_close(forwarder_->progress());
}

TEST_F(ForwarderTest, ARefusedKeyPausesAndHealsWithoutLoss) {
  sandbox_.fault(R"({"mode":"status","status":401})");
  start();
  append_drive("1", 10);
  append_drive("2", 10);
  wait_for("pause", [](const Progress& p) { return p.paused && p.retried >= 3; });
  EXPECT_THAT(forwarder_->progress().trouble, HasSubstr("key is refused"));
  EXPECT_THAT(forwarder_->progress().trouble, HasSubstr("401 UNAUTHORIZED"));
  EXPECT_EQ(forwarder_->progress().pending, 20u);
  sandbox_.fault(R"({"mode":"none"})");
  wait_until_done();
  expect_arrived({{"101", 10}, {"102", 10}});
  EXPECT_FALSE(forwarder_->progress().paused);
  EXPECT_EQ(forwarder_->progress().trouble, "");
}

TEST_F(ForwarderTest, AWrongKeyIsSaidWithoutTheKey) {
  options_.http.api_key = "the-wrong-one";
  start();
  append_drive("1", 1);
  wait_for("pause", [](const Progress& p) { return p.paused; });
  EXPECT_THAT(forwarder_->progress().trouble, HasSubstr("UNAUTHORIZED"));
  EXPECT_THAT(forwarder_->progress().trouble, Not(HasSubstr("the-wrong-one")));
}

class PassingFault : public ForwarderTest, public testing::WithParamInterface<const char*> {};

TEST_P(PassingFault, IsOutlastedWithNothingLostAndTheOrderKept) {
  options_.http.timeout = 200ms;
  sandbox_.fault(GetParam());
  start();
  for (int i = 0; i < 20; ++i) {
    for (const char* imei : {"1", "2", "3"}) append_drive(imei, 1, i);
  }
  wait_until_done();
  expect_arrived({{"101", 20}, {"102", 20}, {"103", 20}});
  EXPECT_GT(forwarder_->progress().retried, 0u);
  EXPECT_TRUE(parked().empty());
}

INSTANTIATE_TEST_SUITE_P(Faults, PassingFault,
                         testing::Values(R"({"mode":"status","status":500,"share":0.5})",
                                         R"({"mode":"status","status":503,"requests":25})",
                                         R"({"mode":"stall","seconds":5,"requests":4})",
                                         R"({"mode":"stall","seconds":0,"share":0.3})",
                                         R"({"mode":"cut","share":0.5})", R"({"mode":"html","share":0.3})",
                                         R"({"mode":"html","status":404,"requests":20})",
                                         R"({"mode":"huge","share":0.2})",
                                         R"({"mode":"retry_after","seconds":0,"share":0.5})",
                                         R"({"mode":"retry_after","seconds":1,"requests":1})",
                                         R"({"mode":"success_false","status":500,"share":0.5})"));

TEST_F(ForwarderTest, WhatPersatRefusesIsParkedWithItsReasonAndTheDeviceGoesOn) {
  sandbox_.fault(R"({"mode":"status","status":400,"requests":2})");
  options_.http.concurrency = 1;
  start();
  append_drive("1", 6);
  wait_until_done();
  expect_arrived({{"101", 4}});
  const auto lines = parked();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].at("imei"), "1");
  EXPECT_EQ(lines[0].at("reason"), "bad_request");
  EXPECT_THAT(std::string(lines[0].at("answer").as_string()), HasSubstr("BAD_REQUEST: falla pedida"));
  const auto body = boost::json::parse(std::string(lines[1].at("body").as_string())).as_object();
  EXPECT_EQ(body.at("timestamp"), "2026-11-24T12:00:01.000Z");
  EXPECT_EQ(forwarder_->progress().parked[static_cast<std::size_t>(ParkReason::kBadRequest)], 2u);
}

TEST_F(ForwarderTest, AnAnswerThatNeverMeansAnythingIsGivenUp) {
  options_.back_off = {1ms, 2ms};
  sandbox_.fault(R"({"mode":"html"})");
  start();
  append_drive("1", 1);
  wait_until_done();
  ASSERT_EQ(parked().size(), 1u);
  EXPECT_EQ(parked()[0].at("reason"), "given_up");
}

TEST_F(ForwarderTest, NothingMovesPastARefusedPositionThatCannotBeParked) {
  test::MemoryDisk disk;
  disk.capacity = 0;
  sandbox_.fault(R"({"mode":"status","status":400,"requests":1})");
  options_.http.concurrency = 1;
  start(test::open_memory_folder(disk));
  append_drive("1", 3);
  wait_for("pause", [](const Progress& p) { return p.paused; });
  EXPECT_THAT(forwarder_->progress().trouble, HasSubstr("cannot be parked"));
  EXPECT_EQ(forwarder_->progress().pending, 3u);
  {
    const std::lock_guard lock(disk.mutex);
    disk.capacity = SIZE_MAX;
  }
  wait_until_done();
  expect_arrived({{"101", 2}});
  wait_for("the books too", [](const Progress& p) { return p.trouble.empty(); });
  forwarder_.reset();
  disk.lose_power();
  EXPECT_GT(disk.used(), 0u) << "what is parked is on stable storage";
}

TEST_F(ForwarderTest, ARestartGoesOnWhereItStopped) {
  options_.requests_per_second = 10;
  start();
  for (int i = 0; i < 30; ++i) {
    for (const char* imei : {"1", "2"}) append_drive(imei, 1, i);
  }
  wait_for("a part", [](const Progress& p) { return p.delivered >= 6; });
  forwarder_.reset();
  const auto halfway = sandbox_.summary().at("accepted").to_number<int>();
  EXPECT_LT(halfway, 60) << "stopped in the middle";
  open_journal();
  options_.requests_per_second = 100000;
  start();
  append_drive("2", 5, 30);
  wait_until_done();
  const auto summary = sandbox_.summary();
  const auto number = [&](const char* id, const char* name) {
    return summary.at("devices").as_object().at(id).at(name).to_number<int>();
  };
  // At least once: what was done behind a position that was not is sent again.
  EXPECT_EQ(number("101", "count") - number("101", "duplicates"), 30);
  EXPECT_EQ(number("102", "count") - number("102", "duplicates"), 35);
  EXPECT_LE(number("101", "duplicates") + number("102", "duplicates"), 4) << "as many as were under way";
}

TEST_F(ForwarderTest, BatchesHoldSeveralDevicesEachInItsOrder) {
  batch_max_ = 20;
  for (int i = 0; i < 100; ++i) {
    for (const char* imei : {"1", "2", "3"}) append_drive(imei, 1, i);
  }
  start();
  wait_until_done();
  expect_arrived({{"101", 100}, {"102", 100}, {"103", 100}});
  EXPECT_EQ(forwarder_->progress().requests, 15u);
  expect_books_close(forwarder_->progress());
}

TEST_F(ForwarderTest, OfARefusedBatchOnlyTheCulpritIsParked) {
  batch_max_ = 50;
  for (int i = 0; i < 40; ++i) append_drive("1", 1, i);
  Fix refused = fix_at(kNoon + 40000);
  refused.latitude_deg = 95;  // out of the range that the sandbox takes
  append(test::fix_record("1", refused));
  append_drive("1", 9, 41);
  start();
  wait_until_done();
  expect_arrived({{"101", 49}});
  ASSERT_EQ(parked().size(), 1u);
  EXPECT_EQ(parked()[0].at("reason"), "bad_request");
  expect_books_close(forwarder_->progress());
}

TEST_F(ForwarderTest, AParkedPositionIsSentAgainWithTheNewMappingOrDeleted) {
  sandbox_.fault(R"({"mode":"status","status":404,"requests":3})");
  options_.http.concurrency = 1;
  start();
  append_drive("1", 5);
  wait_until_done();
  std::size_t total = 0;
  const auto ids = forwarder_->parking().find(0, 10, "not_found", total);
  ASSERT_EQ(ids.size(), 3u);
  forwarder_.reset();
  targets_["1"] = Target{777, "S1"};
  start();
  EXPECT_EQ(forwarder_->progress().parked_now, 3u) << "a restart knows what is parked";
  EXPECT_TRUE(forwarder_->delete_parked(ids[0]));
  EXPECT_FALSE(forwarder_->delete_parked(ids[0]));
  EXPECT_EQ(forwarder_->resend(ids[0]), Resend::kNotParked);
  EXPECT_EQ(forwarder_->resend(ids[1]), Resend::kQueued);
  EXPECT_EQ(forwarder_->resend(ids[2]), Resend::kQueued);
  wait_for("the resent ones", [](const Progress& p) { return p.resent == 2; });
  expect_arrived({{"101", 2}, {"777", 2}});
  EXPECT_EQ(forwarder_->parking().size(), 0u);
  expect_books_close(forwarder_->progress());
  const auto line = forwarder_->ledger().page(0, 10, total).at(0).counts;
  EXPECT_EQ(line.read, 5u);
  EXPECT_EQ(line.sent, 4u);
  EXPECT_EQ(line.passed_over, 1u);
  EXPECT_EQ(line.pending(), 0u);
}

TEST_F(ForwarderTest, ARestartRepeatsNothingThoughOneDeviceHoldsTheCursorBack) {
  // Device 1 waits for the answer of its first position, all others go past it.
  options_.http.timeout = 30s;
  options_.http.concurrency = 2;
  sandbox_.fault(R"({"mode":"stall","seconds":20,"requests":1})");
  start();
  append_drive("1", 1);
  wait_for("device 1 under way", [](const Progress& p) { return p.requests == 1; });
  for (int i = 0; i < 200; ++i) {
    for (const char* imei : {"2", "3"}) append_drive(imei, 1, i);
  }
  wait_for("the others", [](const Progress& p) { return p.delivered == 400; });
  forwarder_.reset();
  open_journal();
  start();
  wait_until_done();
  expect_arrived({{"101", 1}, {"102", 200}, {"103", 200}});
  EXPECT_EQ(forwarder_->progress().delivered, 401u);
  EXPECT_EQ(forwarder_->progress().read, 401u) << "nothing is counted twice";
  expect_books_close(forwarder_->progress());
}

TEST_F(ForwarderTest, AnyHttpTargetIsServedByItsOwnRuleOfSuccess) {
  options_.http.headers = {"Authorization: Bearer ${api_key}", "X-Tenant: 7"};
  options_.success = SuccessRule::kHttp;
  sandbox_.fault(R"({"mode":"html","status":200,"requests":2})");
  start();
  append_drive("1", 5);
  wait_until_done();
  EXPECT_EQ(forwarder_->progress().delivered, 5u);
  EXPECT_EQ(forwarder_->progress().retried, 0u);
}

TEST_F(ForwarderTest, FilteredPositionsAreCountedByTheirReason) {
  options_.filter = {10s, 1000000};
  start();
  append_drive("1", 31);  // a second and a few metres apart
  wait_until_done();
  EXPECT_EQ(forwarder_->progress().delivered, 4u);
  EXPECT_EQ(skipped(forwarder_->progress(), Skip::kTooNear), 27u);
  expect_books_close(forwarder_->progress());
}

TEST_F(ForwarderTest, AnUrlThatIsNoneIsSaidAtOnce) {
  options_.http.url = "http://not a host/";
  std::string why;
  const auto body = BodyTemplate::parse(kDefaultBody, why);
  test::MemoryDisk disk;
  EXPECT_THROW(Forwarder(*journal_, test::open_memory_folder(disk), RequestShape(*body), {}, options_),
               std::runtime_error);
}

}  // namespace
}  // namespace rastro::forward

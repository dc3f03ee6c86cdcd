// Input that no device should send: each kind has its counter, is answered as far as the documents want it,
// and costs neither the good records around it nor another connection anything.
#include <gtest/gtest.h>

#include "tests/e2e/bad_inputs.h"

namespace rastro::test {
namespace {

class BadInputTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    gateway_ = std::make_unique<GatewayProcess>(
        GatewayOptions{.yaml = "limits: {login_timeout_s: 5, max_unparsed_bytes: 1024}"});
    ASSERT_TRUE(gateway_->start()) << gateway_->log();
    bystander_ = std::make_unique<Tracker>(*gateway_, kGt06, "860000000000995");
    ASSERT_TRUE(bystander_->log_in());
  }
  static void TearDownTestSuite() {
    bystander_.reset();
    gateway_.reset();
  }
  void SetUp() override {
    ASSERT_NE(gateway_, nullptr);
    ASSERT_TRUE(bystander_->report(++second_));
  }
  void TearDown() override {
    EXPECT_TRUE(bystander_->report(++second_)) << "another connection was disturbed";
    EXPECT_EQ(open_books(*gateway_), std::vector<std::string>{});
  }

  // Connections closed for `reason` so far.
  static double closed(const std::string& reason) {
    return gateway_->metric("rastro_connections_closed_total", {"reason=\"" + reason + "\""});
  }

  static std::unique_ptr<GatewayProcess> gateway_;
  static std::unique_ptr<Tracker> bystander_;
  static int second_;
};

std::unique_ptr<GatewayProcess> BadInputTest::gateway_;
std::unique_ptr<Tracker> BadInputTest::bystander_;
int BadInputTest::second_ = 1000;

std::string imei_of(std::size_t number) { return std::to_string(860000000010000 + number); }

class BadInputRow : public BadInputTest, public ::testing::WithParamInterface<std::size_t> {
 protected:
  const BadInput& row_ = bad_inputs()[GetParam()];
  const std::string imei_ = imei_of(GetParam());

  double problems() const {
    return gateway_->metric("rastro_decode_problems_total",
                            {"protocol=\"" + std::string(row_.listener.protocol) + "\"",
                             "transport=\"" + std::string(transport_name(row_.listener.transport)) + "\"",
                             "reason=\"" + std::string(row_.reason) + "\"",
                             "disposition=\"" + std::string(row_.disposition) + "\""});
  }
  std::int64_t count_of(const std::string& table) const {
    return gateway_->count("SELECT count(*) FROM rastro." + table +
                           " t JOIN rastro.device d ON d.id = t.device_id WHERE imei = '" + imei_ + "'");
  }
  void expect_answer(Tracker& tracker) const {
    if (row_.answer == kGoodAnswer) {
      EXPECT_TRUE(tracker.acknowledged(static_cast<std::size_t>(row_.rows)));
    } else if (!row_.answer.empty()) {
      EXPECT_EQ(to_hex(tracker.wire().read(row_.answer.size() / 2)), row_.answer);
    }
  }
};

TEST_P(BadInputRow, IsCountedAndCostsNobodyElseAnything) {
  const double before = problems();
  {
    Tracker tracker(*gateway_, row_.listener, imei_);
    ASSERT_TRUE(tracker.log_in());
    // The next good record comes in the same segment where the connection lives on: nothing may wait for time
    // to pass.
    const Bytes bad = row_.bytes(tracker);
    const bool datagrams = row_.listener.transport == Transport::kUdp;
    if (row_.after == After::kClosed || datagrams) {
      tracker.wire().send(bad);
    } else {
      tracker.wire().send(bad + good(tracker, {record_at(70)}));
    }
    expect_answer(tracker);
    if (row_.after == After::kClosed) {
      EXPECT_TRUE(tracker.wire().closed());
      Tracker again(*gateway_, row_.listener, imei_);
      ASSERT_TRUE(again.log_in());
      EXPECT_TRUE(again.report(70));
    } else if (datagrams) {
      EXPECT_TRUE(tracker.report(70));
    } else {
      EXPECT_TRUE(tracker.acknowledged(1));
    }
  }
  EXPECT_EQ(problems() - before, 1);
  EXPECT_EQ(open_books(*gateway_), std::vector<std::string>{});
  EXPECT_EQ(count_of("fix"), row_.rows + 1);
  EXPECT_EQ(count_of("dead_letter"), row_.dead_letters);
}

INSTANTIATE_TEST_SUITE_P(All, BadInputRow, ::testing::Range<std::size_t>(0, bad_inputs().size()),
                         [](const auto& row) { return std::string(bad_inputs()[row.param].name); });

TEST_F(BadInputTest, AnImpossiblePlaceHasNoPosition) {
  Tracker tracker(*gateway_, kTeltonika, "860000000000110");
  ASSERT_TRUE(tracker.log_in());
  tracker.wire().send(packet({beyond_the_pole(teltonika_record(1))}));
  ASSERT_TRUE(tracker.acknowledged(1));
  EXPECT_EQ(open_books(*gateway_), std::vector<std::string>{});
  EXPECT_EQ(gateway_->query("SELECT f.valid::text || ' ' || (f.position IS NULL)::text FROM rastro.fix f "
                            "JOIN rastro.device d ON d.id = f.device_id WHERE imei = '860000000000110'"),
            "false true");
}

TEST_F(BadInputTest, AnUnknownCodecIsKeptRaw) {
  Tracker tracker(*gateway_, kTeltonika, "860000000000169");
  ASSERT_TRUE(tracker.log_in());
  const Bytes unknown = packet_of(from_hex("5501aabb01"));
  tracker.wire().send(unknown);
  ASSERT_TRUE(tracker.acknowledged(1));
  EXPECT_EQ(open_books(*gateway_), std::vector<std::string>{});
  EXPECT_EQ(gateway_->query("SELECT encode(m.raw, 'hex') FROM rastro.message m JOIN rastro.device d "
                            "ON d.id = m.device_id WHERE imei = '860000000000169' AND m.type = 'unknown'"),
            to_hex(unknown));
}

TEST_F(BadInputTest, APacketCutOffByTheEndOfTheConnectionIsRejectedBytes) {
  const double rejected = gateway_->metric("rastro_bytes_rejected_total");
  const double ended = closed("peer_closed");
  {
    Tracker tracker(*gateway_, kTeltonika, "860000000000128");
    ASSERT_TRUE(tracker.log_in());
    Bytes bytes = good(tracker);
    bytes.resize(25);
    tracker.wire().send(bytes);
    tracker.wire().end_sending();
    EXPECT_TRUE(tracker.wire().closed());
  }
  EXPECT_EQ(gateway_->metric("rastro_bytes_rejected_total") - rejected, 25);
  EXPECT_EQ(closed("peer_closed") - ended, 1);
  Tracker again(*gateway_, kTeltonika, "860000000000128");
  ASSERT_TRUE(again.log_in());
  EXPECT_TRUE(again.report(1));
}

TEST_F(BadInputTest, WhatStandsAroundAFrameThatClosesIsCountedOnce) {
  const double received = gateway_->metric("rastro_bytes_received_total");
  const double ended = closed("unreadable");
  Tracker tracker(*gateway_, kTeltonika, "860000000000151");
  ASSERT_TRUE(tracker.log_in());
  const Bytes bad = with_bad_checksum(good(tracker), 1);
  const ByteView first = ByteView(bad).first(20);
  tracker.wire().send(first);
  EXPECT_TRUE(
      eventually([&] { return gateway_->metric("rastro_bytes_received_total") == received + 17 + 20; }));
  tracker.wire().send(Bytes(bad.begin() + 20, bad.end()) + good(tracker));
  EXPECT_TRUE(tracker.wire().closed());
  EXPECT_EQ(closed("unreadable") - ended, 1);
  EXPECT_EQ(open_books(*gateway_), std::vector<std::string>{});
}

TEST_F(BadInputTest, DataBeforeALoginIsNotAnswered) {
  for (const Listener listener : {kGt06, kTeltonika}) {
    const std::vector<std::string> labels = {"protocol=\"" + std::string(listener.protocol) + "\"",
                                             "reason=\"not_logged_in\"", "disposition=\"rejected\""};
    const double before = gateway_->metric("rastro_decode_problems_total", labels);
    Tracker tracker(*gateway_, listener, "860000000000136");
    tracker.send({record_at(1)});
    EXPECT_TRUE(tracker.log_in());  // its answer is the first
    EXPECT_TRUE(tracker.report(2));
    EXPECT_EQ(gateway_->metric("rastro_decode_problems_total", labels) - before, 1);
  }
}

TEST_F(BadInputTest, StraysAreClosedAndNamed) {
  const std::vector<std::pair<std::string, Bytes>> strays = {
      {"http", bytes_of_text("GET / HTTP/1.1\r\nHost: x\r\n\r\n")},
      {"http", bytes_of_text("POST /login HTTP/1.1\r\n")},
      {"tls", from_hex("16030100c8010000c40303")},
      {"ssh", bytes_of_text("SSH-2.0-OpenSSH_9.2\r\n")}};
  for (const std::uint16_t port : {gateway_->gt06_port(), gateway_->teltonika_port()}) {
    for (const auto& [kind, bytes] : strays) {
      const std::vector<std::string> labels = {"kind=\"" + kind + "\""};
      const double before = gateway_->metric("rastro_strays_total", labels);
      const double closed_before = closed("stray");
      Wire wire(port);
      wire.send(bytes);
      EXPECT_TRUE(wire.closed()) << kind;
      EXPECT_EQ(gateway_->metric("rastro_strays_total", labels) - before, 1) << kind;
      EXPECT_EQ(closed("stray") - closed_before, 1) << kind;
    }
  }
}

TEST_F(BadInputTest, AnotherTrackerProtocolIsClosedAndNamed) {
  const double before = closed("wrong_protocol");
  Wire gt06_on_teltonika(gateway_->teltonika_port());
  gt06_on_teltonika.send(from_hex("78780d01012345678901234500018cdd0d0a"));
  EXPECT_TRUE(gt06_on_teltonika.closed());
  Wire teltonika_on_gt06(gateway_->gt06_port());
  teltonika_on_gt06.send(from_hex("000F333536333037303432343431303133"));
  EXPECT_TRUE(teltonika_on_gt06.closed());
  EXPECT_EQ(closed("wrong_protocol") - before, 2);
}

TEST_F(BadInputTest, ASilentSocketIsClosedAfterTheLoginTimeout) {
  const double before = closed("login_timeout");
  Wire silent(gateway_->gt06_port());
  Wire half(gateway_->teltonika_port());
  half.send(from_hex("000F3335"));
  EXPECT_TRUE(silent.closed());
  EXPECT_TRUE(half.closed());
  EXPECT_EQ(closed("login_timeout") - before, 2);
}

TEST_F(BadInputTest, BytesThatNeverBecomeAFrameHaveALimit) {
  const double before = closed("unparsed_limit");
  Tracker tracker(*gateway_, kTeltonika, "860000000000144");
  ASSERT_TRUE(tracker.log_in());
  tracker.wire().send(from_hex("000000000000f000") + Bytes(2000, 0x08));
  EXPECT_TRUE(tracker.wire().closed());
  EXPECT_EQ(closed("unparsed_limit") - before, 1);
}

TEST_F(BadInputTest, NothingButNoiseIsClosed) {
  Wire wire(gateway_->teltonika_port());
  const double before = closed("unreadable");
  wire.send(Bytes(4000, 0xA5));
  EXPECT_TRUE(wire.closed());
  EXPECT_EQ(closed("unreadable") - before, 1);
}

}  // namespace
}  // namespace rastro::test

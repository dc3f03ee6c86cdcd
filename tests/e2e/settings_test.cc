// What the gateway knows beside a device's bytes: its settings, the places around it, the time; and what was
// kept and is put together or read again.
#include <gtest/gtest.h>

#include "protocols/gt06/encode.h"
#include "protocols/gt06/number.h"
#include "tests/support/tracker.h"

namespace rastro::test {
namespace {

constexpr Listener kGt06{"gt06", Transport::kTcp};
constexpr const char* kImei = "860000000000011";

class Settings : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(gateway_.start()) << gateway_.log(); }
  void TearDown() override { EXPECT_EQ(open_books(gateway_), std::vector<std::string>{}); }

  void set(const std::string& option, const std::string& value) {
    const ProgramResult result = gateway_.command({"device", "set", kImei, option, value});
    ASSERT_EQ(result.exit_code, 0) << result.err;
  }
  // The attribute of the device's newest fix, once there are that many fixes.
  std::string newest(const std::string& attribute, int fixes) {
    EXPECT_TRUE(eventually([&] { return gateway_.count("SELECT count(*) FROM rastro.fix") == fixes; }));
    return gateway_.query("SELECT attributes->>'" + attribute +
                          "' FROM rastro.fix ORDER BY fix_time DESC LIMIT 1");
  }
  static Bytes frame(gt06::Form form, std::uint8_t number, const Bytes& content, std::uint16_t serial) {
    Bytes bytes;
    gt06::append_frame(form, number, content, serial, bytes);
    return bytes;
  }

  GatewayProcess gateway_;
};

TEST_F(Settings, ReachADeviceThatIsConnected) {
  Tracker tracker(gateway_, kGt06, kImei);
  ASSERT_TRUE(tracker.log_in());
  DeviceRecord record = record_at(1);
  record.odometer_m = 123;
  ASSERT_TRUE(tracker.report({record}));
  EXPECT_EQ(newest("odometer_m", 1), "123");
  set("--mileage-unit", "km");
  int second = 2;
  EXPECT_TRUE(eventually([&] {
    record.time_ms = record_at(second).time_ms;
    return tracker.report({record}) && newest("odometer_m", second++) == "123000";
  }));
  set("--mileage-unit", "");
  EXPECT_TRUE(eventually([&] {
    record.time_ms = record_at(second).time_ms;
    return tracker.report({record}) && newest("odometer_m", second++) == "123";
  }));
}

TEST_F(Settings, AreRefusedWithWhatWasExpected) {
  ASSERT_EQ(gateway_.command({"device", "add", kImei}).exit_code, 0);
  const ProgramResult wrong = gateway_.command({"device", "set", kImei, "--mileage-unit", "miles"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_NE(wrong.err.find("expected m, 100m or km"), std::string::npos) << wrong.err;
  EXPECT_EQ(gateway_.command({"device", "set", "999", "--model", "FMB920"}).exit_code, 1);
}

TEST_F(Settings, AreShownInTheListOfDevices) {
  ASSERT_EQ(gateway_.command({"device", "add", kImei}).exit_code, 0);
  set("--model", "FMB920");
  const std::string list = gateway_.command({"device", "list", "--json"}).out;
  EXPECT_NE(list.find(R"("settings":{"model":"FMB920"})"), std::string::npos) << list;
  EXPECT_NE(gateway_.command({"device", "list"}).out.find("model=FMB920"), std::string::npos);
}

TEST_F(Settings, OfTodayReadKeptFramesAnew) {
  Tracker tracker(gateway_, kGt06, kImei);
  ASSERT_TRUE(tracker.log_in());
  DeviceRecord record = record_at(1);
  record.odometer_m = 7;
  ASSERT_TRUE(tracker.report({record}));
  EXPECT_EQ(newest("odometer_m", 1), "7");
  EXPECT_EQ(open_books(gateway_), std::vector<std::string>{});
  set("--mileage-unit", "100m");

  const ProgramResult same = gateway_.command({"journal", "redecode"});
  EXPECT_EQ(same.exit_code, 0) << same.err;
  EXPECT_NE(same.out.find("0 frames were decoded again"), std::string::npos) << "today's version read them";
  const ProgramResult shown = gateway_.command({"journal", "redecode", "--all"});
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  EXPECT_NE(shown.out.find("1 say something else now; nothing is written without --apply"), std::string::npos)
      << shown.out;
  EXPECT_NE(shown.out.find(R"("odometer_m":700)"), std::string::npos) << shown.out;
  EXPECT_EQ(newest("odometer_m", 1), "7");

  const ProgramResult applied = gateway_.command({"journal", "redecode", "--all", "--apply"});
  EXPECT_EQ(applied.exit_code, 0) << applied.err;
  EXPECT_NE(applied.out.find("the new reading is written"), std::string::npos) << applied.out;
  EXPECT_EQ(newest("odometer_m", 1), "700");
  EXPECT_EQ(gateway_.count("SELECT count(*) FROM rastro.message WHERE type = 'login'"), 1);
}

TEST_F(Settings, ADeviceThatAsksForTheTimeIsToldIt) {
  Tracker tracker(gateway_, kGt06, kImei);
  ASSERT_TRUE(tracker.log_in());
  tracker.wire().send(frame(gt06::Form::kShort, 0x8A, {}, 6));
  const Bytes answer = tracker.wire().read(16);
  ASSERT_EQ(answer.size(), 16U);
  EXPECT_EQ(to_hex(Bytes(answer.begin(), answer.begin() + 4)), "78780b8a");
  const std::string now = gateway_.query("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYMMDDHH24')");
  std::string said;
  for (std::size_t i = 4; i < 8; ++i) said += (answer[i] < 10 ? "0" : "") + std::to_string(answer[i]);
  EXPECT_NEAR(std::stod(said), std::stod(now), 1) << "to the hour, or the one that has just begun";
}

TEST_F(Settings, ADeviceThatAsksWhereItIsIsToldTheClient) {
  ASSERT_EQ(gateway_
                .command({"client", "add", "Taller Ñandú", "--latitude=-34.60001", "--longitude=-58.4",
                          "--radius", "80", "--uid", "C-1"})
                .exit_code,
            0);
  Tracker tracker(gateway_, kGt06, kImei);
  ASSERT_TRUE(tracker.log_in());
  gt06::LocationContent here;
  here.gps = gt06::encode_gps(record_at(1));
  Bytes request = gt06::encode_location(gt06::number::kGps, here);
  request = request + bytes_of_text("125201353217707900000") + Bytes{0, 2};
  const auto answer_text = [&] {
    tracker.wire().send(frame(gt06::Form::kShort, 0x2A, request, 9));
    std::string text;
    const Bytes head = tracker.wire().read(4);
    if (head.size() < 4) return text;
    const Bytes rest = tracker.wire().read(static_cast<std::size_t>(head[2] << 8 | head[3]) + 2);
    for (std::size_t i = 0; i + 1 < rest.size(); ++i) {
      if (rest[i] == 0 && rest[i + 1] >= ' ') text += static_cast<char>(rest[i + 1]);
    }
    return text;
  };
  EXPECT_TRUE(eventually([&] { return answer_text().find("Taller") != std::string::npos; }));
  ASSERT_EQ(gateway_.command({"client", "remove", gateway_.query("SELECT id FROM rastro.client")}).exit_code,
            0);
  EXPECT_TRUE(eventually([&] { return answer_text().find("-34.6") != std::string::npos; }));
}

TEST_F(Settings, AFileInPartsIsPutTogether) {
  Tracker tracker(gateway_, kGt06, kImei);
  ASSERT_TRUE(tracker.log_in());
  // gt06.md 6.18: type, total length, kind of check, check, start, length of the part, data, flag.
  const auto part = [](std::uint8_t offset, const std::string& text) {
    return Bytes{1, 0, 0, 0, 10, 0, 0xAB, 0xCD, 0, 0, 0, offset, 0, static_cast<std::uint8_t>(text.size())} +
           bytes_of_text(text) + Bytes{0, 3};
  };
  tracker.wire().send(frame(gt06::Form::kLong, 0x8D, part(4, "efghij"), 2));
  tracker.wire().send(frame(gt06::Form::kLong, 0x8D, part(0, "abcd"), 3));
  EXPECT_TRUE(eventually([&] {
    return gateway_.query(
               "SELECT convert_from(content, 'UTF8') FROM rastro.media WHERE state = 'complete'") ==
           "abcdefghij";
  }));
}

}  // namespace
}  // namespace rastro::test

#include "gateway/commands/decode.h"

#include <gtest/gtest.h>

#include <sstream>

namespace rastro {
namespace {

constexpr std::string_view kHeartbeat = "78780A134401040001000508450D0A";
constexpr std::string_view kLogin = "78780D01012345678901234500018CDD0D0A";

struct Outcome {
  int exit_code;
  std::vector<std::string> lines;
  std::string err;
};

Outcome decode(std::string_view input, std::string_view imei = "123456789012345") {
  DecodeOptions options;
  options.protocol = "gt06";
  options.session.identity = DeviceIdentity(imei);
  std::istringstream in{std::string(input)};
  std::ostringstream out;
  std::ostringstream err;
  Outcome outcome{run_decode(options, in, out, err), {}, err.str()};
  std::istringstream lines(out.str());
  for (std::string line; std::getline(lines, line);) outcome.lines.push_back(line);
  return outcome;
}

std::string joined(std::initializer_list<std::string_view> lines) {
  std::string text;
  for (const std::string_view line : lines) {
    text += line;
    text += '\n';
  }
  return text;
}

TEST(Decode, GivesTheObjectOfTheContract) {
  const Outcome outcome = decode(joined({kHeartbeat}));
  EXPECT_EQ(outcome.exit_code, 0);
  ASSERT_EQ(outcome.lines.size(), 1u);
  EXPECT_EQ(outcome.lines[0],
            R"({"line":1,"messages":[{"type":"heartbeat","code":"0x13","crc":"ok","serial":5,)"
            R"("imei":"123456789012345","fixes":[],"attributes":{"blocked":false,"gps_tracking":true,)"
            R"("charging":true,"ignition":false,"armed":false,"voltage_level":1,"gsm_level":4,"language":1},)"
            R"("cells":[],"wifi":[],"text":null}],"replies":["787805130005afd50d0a"],"errors":[]})");
}

TEST(Decode, SkipsBlankLinesAndCommentsButCountsThem) {
  const Outcome outcome = decode(joined({"# a comment", "", "  78780a13 4401040001000508450d0a\r"}));
  ASSERT_EQ(outcome.lines.size(), 1u);
  EXPECT_TRUE(outcome.lines[0].starts_with(R"({"line":3,)"));
  EXPECT_NE(outcome.lines[0].find("heartbeat"), std::string::npos);
}

TEST(Decode, TakesEachLineAsASegmentOfOneConnection) {
  const Outcome outcome = decode(joined({kHeartbeat.substr(0, 8), kHeartbeat.substr(8)}));
  ASSERT_EQ(outcome.lines.size(), 2u);
  EXPECT_EQ(outcome.lines[0], R"({"line":1,"messages":[],"replies":[],"errors":[]})");
  EXPECT_NE(outcome.lines[1].find("787805130005afd50d0a"), std::string::npos);
}

TEST(Decode, StartsAnotherConnectionAtThreeDashes) {
  const Outcome outcome = decode(joined({kLogin, kHeartbeat.substr(0, 8), "---", kHeartbeat}), "");
  ASSERT_EQ(outcome.lines.size(), 3u);
  EXPECT_NE(outcome.lines[0].find(R"("imei":"123456789012345")"), std::string::npos);
  EXPECT_NE(outcome.lines[1].find(R"("code":"truncated","offset":0)"), std::string::npos);
  EXPECT_NE(outcome.lines[2].find("not_logged_in"), std::string::npos)
      << "the login went with its connection";
}

TEST(Decode, ReportsALineThatIsNoHexAndStops) {
  for (const std::string_view bad : {"7878zz", "787", "0x7878"}) {
    const Outcome outcome = decode(joined({kHeartbeat, bad, kHeartbeat}));
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_EQ(outcome.lines.size(), 1u);
    EXPECT_NE(outcome.err.find("line 2 is not hexadecimal"), std::string::npos) << outcome.err;
  }
}

TEST(Decode, NamesAProtocolThatThereIsNot) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(run_decode({"gt07", {}}, in, out, err), 2);
  EXPECT_NE(err.str().find("gt07"), std::string::npos);
}

TEST(Decode, OfNothingIsNothing) {
  const Outcome outcome = decode("");
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_TRUE(outcome.lines.empty());
}

}  // namespace
}  // namespace rastro

// The edges of contents and frames: other sizes, values at their limits, lists that end early.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "protocols/checksum.h"
#include "protocols/gt06/device.h"
#include "protocols/gt06/encode.h"
#include "protocols/gt06/number.h"
#include "protocols/gt06/text.h"
#include "protocols/registry.h"
#include "tests/unit/protocols/gt06_support.h"

namespace rastro::gt06 {
namespace {

constexpr std::string_view kGps = "1a0b180f1e00ca03a23c00079057203c185a";
constexpr std::string_view kHeartbeatHex = "78780A134401040001000508450D0A";

std::vector<std::uint8_t> frame_of(Form form, std::uint8_t number, std::string_view content) {
  std::vector<std::uint8_t> frame;
  append_frame(form, number, from_hex(content), 7, frame);
  return frame;
}

struct Row {
  std::string_view name;
  Form form;
  std::uint8_t number;
  std::string content;
  std::string_view attributes;  // a part of them
  MessageType type;
};

TEST(Gt06Edges, OfContentsAreKeptNotLost) {
  const std::string gps(kGps);
  const std::string lbs = "01cc00287d001f71";
  const std::string status = "4406040402";
  const Row rows[] = {
      {"low battery by A3", Form::kLong, 0x33, "1a0b180f1e0000000000a300", R"("low_battery")",
       MessageType::kStatus},
      {"a neighbour without LAC", Form::kLong, 0x33, "1a0b180f1e0000000600000009122400a000",
       R"("armed":true)", MessageType::kStatus},
      {"status names that are none", Form::kLong, 0x94,
       "04" + to_hex(from_hex("613d313b2d3d313b3d313b413d31473b423d5a31")), R"("a":"1G","b":"Z1")",
       MessageType::kInformation},
      {"satellites without an extension", Form::kLong, 0x94, "09030000010000", R"("bds_state":1)",
       MessageType::kInformation},
      {"fuel line without an exclamation mark", Form::kLong, 0x94, "0d41424344454647",
       R"("information_type":13)", MessageType::kInformation},
      {"fuel line of few letters", Form::kLong, 0x94, "0d4142", R"("information_type":13)",
       MessageType::kInformation},
      {"fuel line with the mark twice", Form::kLong, 0x94, "0d214243444546214142", R"("information_type":13)",
       MessageType::kInformation},
      {"a sub-type without data", Form::kLong, 0x94, "06", R"({"information_type":6})",
       MessageType::kInformation},
      {"elements of other sizes", Form::kShort, 0x37,
       gps + lbs + "000000" + "002701aa" + "002e01bb" + "003b01cc",
       R"("tlv_0027":"aa","tlv_002e":"bb","tlv_003b":"cc")", MessageType::kLocation},
      {"elements of other sizes in a heartbeat", Form::kShort, 0x36,
       "0005040002"
       "001801aa"
       "00320201bb"
       "006a0201cc",
       R"("tlv_0018":"aa","tlv_0032":"01bb","tlv_006a":"01cc")", MessageType::kHeartbeat},
      {"48 bytes that are no location", Form::kShort, 0x36, "0005040002" + std::string(86, 'f'), "{}",
       MessageType::kUnknown},
      {"41 bytes that are no iButton", Form::kShort, 0x61, std::string(82, '0'), R"("data")",
       MessageType::kInformation},
      {"nibble C and no calendar", Form::kShort, 0x24, "1a0d180f1e00ca03a23c00079057203c185a", "{}",
       MessageType::kUnknown},
      {"a GPS block alone", Form::kShort, 0x24, gps, "{}", MessageType::kLocation},
      {"length of an answer beyond it", Form::kShort, 0x15, "ff00000001414200", R"({"language":16896})",
       MessageType::kCommandReply},
      {"an answer with a byte of text", Form::kShort, 0x15, "000000000141", "{}", MessageType::kCommandReply},
      {"an answer of one byte more than its length", Form::kShort, 0x15, "050000000141aa",
       R"({"extra":"aa"})", MessageType::kCommandReply},
      {"sixteen digits without a 0 before them", Form::kLong, 0x94,
       "0a035889905000002114600012345678908986004508000000000f", R"("imsi":"1460001234567890")",
       MessageType::kInformation},
      {"differential positioning", Form::kShort, 0x26, gps.substr(0, 32) + "385a" + "09" + lbs + status,
       R"("differential":true)", MessageType::kAlarm},
      {"mileage behind a cell of zeros", Form::kShort, 0x26,
       gps + "00" + std::string(16, '0') + status + "0001e240", R"("odometer_m":123456)",
       MessageType::kAlarm},
      {"cell length 0 before a cell", Form::kShort, 0xA4,
       gps + "00" + "02cc100000c60d0000000002ce68ea" + status + "ff" + "aabb", R"("extra":"aabb")",
       MessageType::kAlarm},
      {"power cut in the information bits", Form::kShort, 0x13, "1006040001", R"("power_cut")",
       MessageType::kHeartbeat},
      {"more digits than a card has", Form::kLong, 0x9B, "03" + std::string(84, '3'), R"("module":3)",
       MessageType::kInformation},
      {"fewer digits than a card has", Form::kLong, 0x9B, "03313233", R"("data":"313233"})",
       MessageType::kInformation},
      {"access points beyond their count", Form::kLong, 0x70,
       "00360008"
       "003c1e04ddc28aa6",
       R"("tlv_0036")", MessageType::kInformation},
      {"access points fewer than their count", Form::kLong, 0x70,
       "00360008"
       "033c1e04ddc28aa6",
       R"("tlv_0036")", MessageType::kInformation},
      {"positions twice", Form::kLong, 0x70,
       "0033001269259d5807020803a23c00079057203c185a"
       "0033001269259d5807020803a23c00079057203c185a",
       R"("tlv_0033")", MessageType::kLocation},
      {"a cell without LAC", Form::kShort, 0x28,
       "10010d02020201cc00"
       "0000001f713e" +
           std::string(72, '0') + "ff0002",
       R"("language":2)", MessageType::kCells},
      {"a cell in no network", Form::kShort, 0x11, "000000000000001f", "{}", MessageType::kCells},
      {"a cell with a LAC alone", Form::kShort, 0x11, "0000002850000000", "{}", MessageType::kCells},
      {"a cell with an MNC alone", Form::kShort, 0x11, "0000010000000000", "{}", MessageType::kCells},
      {"zone of fifteen hours", Form::kShort, 0x01, "012345678901234500005dc1", R"("zone_raw":24001)",
       MessageType::kLogin},
      {"29 February", Form::kShort, 0x10, "18021d0f1e00ca03a23c00079057203c185a", "{}",
       MessageType::kLocation},
      {"north of 90", Form::kShort, 0x10, "18021d0f1e00ca0a000000079057203c1c5a", "{}",
       MessageType::kLocation},
      {"south of 90", Form::kShort, 0x10, "18021d0f1e00ca0a000000079057203c185a", "{}",
       MessageType::kLocation},
      {"east of 180", Form::kShort, 0x10, "18021d0f1e00ca03a23c00179057203c105a", "{}",
       MessageType::kLocation},
      {"west of 180", Form::kShort, 0x10, "18021d0f1e00ca03a23c00179057203c185a", "{}",
       MessageType::kLocation},
      {"a course beyond a circle", Form::kShort, 0x10, "18021d0f1e00ca03a23c00079057203c1bff", "{}",
       MessageType::kLocation},
      {"a tab in a version", Form::kShort, 0xFD, "4109410a410d", "{}", MessageType::kInformation},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Decoder decoder;
    decoder.take(frame_of(row.form, row.number, row.content));
    ASSERT_EQ(decoder.decoded().messages.size(), 1u);
    EXPECT_EQ(decoder.message().type, row.type);
    EXPECT_NE(decoder.attributes().find(row.attributes), std::string::npos) << decoder.attributes();
  }
}

TEST(Gt06Edges, OfContentsThatEndEarlyAreDeadLetters) {
  struct Short {
    std::uint8_t number;
    std::string_view content;
    DecodeError error;
  };
  constexpr Short kRows[] = {
      {0xA7, "01cc0000009191000000000906170301", DecodeError::kContentTooShort},
      {0x10, "1a0b000f1e00ca03a23c00079057203c185a", DecodeError::kImpossibleTime},
      {0x8D, "00", DecodeError::kContentTooShort},
      {0xA1, "1a0b180f1e0001cc01", DecodeError::kContentTooShort},
      {0x18, "1a0b18", DecodeError::kContentTooShort},
      {0x21, "00000001", DecodeError::kContentTooShort},
  };
  for (const Short& row : kRows) {
    Decoder decoder;
    decoder.take(frame_of(Form::kShort, row.number, row.content));
    EXPECT_EQ(decoder.error(), row.error) << int{row.number};
    EXPECT_TRUE(decoder.decoded().messages.empty());
  }
}

TEST(Gt06Edges, OfModelsAreNotOfTheModel) {
  SessionOptions options = logged_in();
  options.settings.model = "QH302R";
  Decoder decoder(options);
  decoder.take(frame_of(Form::kShort, 0x12, std::string(80, '0')));
  EXPECT_EQ(decoder.error(), DecodeError::kNotOfModel) << "long enough and no GPS block";
  options.settings.model = "NT20";
  Decoder other(options);
  other.take(frame_of(Form::kShort, 0x22, std::string(110, '0')));
  EXPECT_EQ(other.error(), DecodeError::kNotOfModel);
  const std::string tail = "0901cc00287d001f7146098428 4c00020001e2400171";
  other.take(frame_of(Form::kShort, 0x22,
                      "01035778964877448 41a0b180f1e00 18021d0f1e00ca0a000000079057203c185a" + tail));
  EXPECT_EQ(other.error(), DecodeError::kImpossiblePlace);
  other.take(frame_of(Form::kShort, 0x22, "01035778964877448 41a0d180f1e00" + std::string(kGps) + tail));
  EXPECT_EQ(other.error(), DecodeError::kImpossibleTime);
  EXPECT_EQ(other.decoded().fixes.size(), 1u) << "its second time is sound";
}

TEST(Gt06Edges, OfAnswersFollowThePolicy) {
  SessionOptions options = logged_in();
  options.settings.ack = AckPolicy::kDocumented;
  Decoder decoder(options);
  decoder.take(frame_of(Form::kLong, 0x70,
                        "10000001"
                        "01"));
  EXPECT_NE(decoder.reply(), "") << "asked for";
  decoder.take(frame_of(Form::kLong, 0x70,
                        "00180002"
                        "0192"));
  EXPECT_EQ(decoder.reply(), "");
  decoder.take(frame_of(Form::kShort, 0x2A, "00"));
  EXPECT_EQ(decoder.reply(), "") << "a request that could not be read";
  decoder.take(
      frame_of(Form::kShort, 0xA7, "01cc00000091910000000009061703" + std::string(42, '3') + "0002"));
  EXPECT_NE(decoder.reply(), "");
}

// How many messages come of a stream, and the names of what was skipped.
std::pair<std::size_t, std::set<DecodeError>> read_stream(std::string_view hex) {
  auto bytes = from_hex(hex);
  Decoder decoder;
  std::size_t messages = 0;
  std::set<DecodeError> errors;
  while (!bytes.empty()) {
    const std::size_t consumed = decoder.take(bytes);
    if (consumed == 0) break;
    messages += decoder.decoded().messages.size();
    for (const Problem& problem : decoder.out.problems) errors.insert(problem.error);
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(consumed));
  }
  return {messages, errors};
}

// A frame of the short form with a length byte that is wrong and a checksum that is right.
std::string with_length(std::uint8_t length, std::string_view behind) {
  auto covered = from_hex(std::string(behind));
  covered.insert(covered.begin(), length);
  std::vector<std::uint8_t> frame = {0x78, 0x78};
  frame.insert(frame.end(), covered.begin(), covered.end());
  const std::uint16_t checksum = crc16_x25(covered);
  frame.insert(frame.end(),
               {static_cast<std::uint8_t>(checksum >> 8), static_cast<std::uint8_t>(checksum), 0x0D, 0x0A});
  return to_hex(frame);
}

TEST(Gt06Edges, OfFramesInsideFramesAreReadInTheOrderOfTheirEnds) {
  const std::string heartbeat(kHeartbeatHex);
  const std::string padding(100, '0');
  EXPECT_EQ(read_stream("78780e13" + heartbeat), std::pair(1uL, std::set{DecodeError::kBadChecksum}))
      << "ends where the claimed one ends";
  EXPECT_EQ(read_stream(with_length(0x40, "1344010400010005") + heartbeat + padding),
            std::pair(2uL, (std::set{DecodeError::kBadLength, DecodeError::kGarbage})))
      << "an early end before a faultless frame";
  EXPECT_EQ(read_stream(with_length(0x40, "13" + heartbeat + "0005") + padding).first, 1u)
      << "a faultless frame before an early end";
  const std::string nested = to_hex(frame_of(Form::kShort, 0x94, heartbeat));
  EXPECT_EQ(read_stream("78782613" + nested + padding).first, 1u) << "the innermost is complete first";
}

TEST(Gt06Edges, OfNoiseFullOfMarksGiveNothing) {
  std::string noise;
  for (int i = 0; i < 20; ++i) noise += "78780a";
  EXPECT_EQ(read_stream(noise + std::string(100, '0')).first, 0u);
  EXPECT_EQ(read_stream("7979000269" + std::string(kHeartbeatHex)),
            std::pair(1uL, std::set{DecodeError::kBadLength}))
      << "a watch has no long form";
  EXPECT_EQ(read_stream("78780069990a0b0c0d0e" + std::string(kHeartbeatHex)),
            std::pair(1uL, std::set{DecodeError::kBadLength}))
      << "a time that is no BCD";
  EXPECT_EQ(read_stream("7878006919011910543601028f0100bc2e695a0d0b" + std::string(kHeartbeatHex)),
            std::pair(1uL, std::set{DecodeError::kBadStop}));
}

TEST(Gt06Edges, OfRepliesAreReadByTheDevice) {
  Device device(DeviceIdentity("123456789012345"));
  EXPECT_EQ(device.read_reply(from_hex("000102")).kind, DeviceEvent::Kind::kOther) << "noise";
  EXPECT_EQ(device.read_reply(from_hex("787805130005AFD60D0A")).kind, DeviceEvent::Kind::kOther)
      << "a wrong checksum";
  std::vector<std::uint8_t> reply;
  append_reply(Form::kShort, number::kAlarmUtc, 3, reply);
  EXPECT_EQ(device.read_reply(reply).kind, DeviceEvent::Kind::kRecordsAccepted);
  EXPECT_EQ(device.read_reply(frame_of(Form::kShort, number::kCommand, "03")).kind, DeviceEvent::Kind::kOther)
      << "a command without a server flag";
}

TEST(Gt06Edges, OfTheDevicesRecords) {
  Device device(DeviceIdentity("ABCDEFabcdef-x/"));
  std::vector<std::uint8_t> login;
  device.encode_login(login);
  EXPECT_EQ(to_hex(login).substr(8, 16), "0abcdefabcdef000") << "what is no digit counts as 0";
  DeviceRecord record;
  record.latitude_deg = std::nan("");
  record.ignition = false;
  std::vector<std::uint8_t> frame;
  device.encode_data({record}, frame);
  Decoder decoder;
  decoder.take(frame);
  EXPECT_EQ(decoder.fix().latitude_deg, 0);
  EXPECT_NE(decoder.attributes().find(R"("ignition":false)"), std::string::npos);
  HeartbeatContent heartbeat;
  EXPECT_EQ(to_hex(encode_heartbeat(number::kHeartbeat, heartbeat)), "000000") << "no language, no word";
}

TEST(Gt06Edges, OfTheFirstBytesTellTheProtocol) {
  const Protocol& protocol = *find_protocol("gt06");
  EXPECT_EQ(protocol.sniff({}), Sniff::kMaybe);
  EXPECT_EQ(protocol.sniff(from_hex("78")), Sniff::kMaybe);
  EXPECT_EQ(protocol.sniff(from_hex("7979")), Sniff::kYes);
  EXPECT_EQ(protocol.sniff(from_hex("7879")), Sniff::kNo);
  EXPECT_EQ(protocol.sniff(from_hex("00")), Sniff::kNo);
  EXPECT_NE(protocol.open_device(DeviceIdentity("1"), Transport::kTcp), nullptr);
  EXPECT_EQ(protocol.command_text(CommandKind::kLocate, ""), "DWXX#");
  EXPECT_TRUE(protocol.cuts_fuel("{|}~ dyd \x7f"));
}

}  // namespace
}  // namespace rastro::gt06

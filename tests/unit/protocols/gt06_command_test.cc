// Commands and their answers, both ends, and the texts in between.
#include "protocols/gt06/command.h"

#include <gtest/gtest.h>

#include "protocols/gt06/device.h"
#include "protocols/gt06/text.h"
#include "tests/unit/protocols/gt06_support.h"

namespace rastro::gt06 {
namespace {

std::string utf8(std::string_view hex) {
  std::string text;
  append_utf8(from_hex(hex), text);
  return text;
}

std::string utf16(std::string_view text, std::size_t most = 100) {
  std::vector<std::uint8_t> bytes;
  append_utf16be(text, most, bytes);
  return to_hex(bytes);
}

TEST(Gt06Command, IsTheFrameOfTheDocument) {
  std::vector<std::uint8_t> frame;
  EXPECT_EQ(append_command({.text = "sos#"}, 1, frame), CommandFault::kNone);
  EXPECT_EQ(to_hex(frame), "787810800800000000736f7323000200019a170d0a");
  frame.clear();
  EXPECT_EQ(append_command({.request = 1, .text = "STATUS#"}, 7, frame), CommandFault::kNone);
  EXPECT_EQ(to_hex(frame), "787813800b00000001535441545553230002000755f70d0a");
}

TEST(Gt06Command, WithAFaultAppendsNothing) {
  Decoder decoder;
  std::vector<std::uint8_t> out = {1};
  const std::string longest(kMaxCommandText, 'A');
  const std::string longer(kMaxCommandText + 1, 'A');
  EXPECT_EQ(decoder.session.encode_command({.text = ""}, out), CommandFault::kNotText);
  EXPECT_EQ(decoder.session.encode_command({.text = "A\nB"}, out), CommandFault::kNotText);
  EXPECT_EQ(decoder.session.encode_command({.text = "\x7f"}, out), CommandFault::kNotText);
  EXPECT_EQ(decoder.session.encode_command({.text = "Ñ"}, out), CommandFault::kNotText);
  EXPECT_EQ(decoder.session.encode_command({.text = longer}, out), CommandFault::kTooLong);
  EXPECT_EQ(GatewaySession(std::make_shared<const SessionOptions>()).encode_command({.text = "STATUS#"}, out),
            CommandFault::kNotLoggedIn);
  EXPECT_EQ(out.size(), 1u);
  out.clear();
  EXPECT_EQ(decoder.session.encode_command({.text = longest}, out), CommandFault::kNone);
  EXPECT_EQ(out.size(), 260u) << "a full frame of the short form";
}

TEST(Gt06Command, CarriesASerialOfTheSessionsOwn) {
  Decoder decoder;
  std::vector<std::uint8_t> out;
  decoder.session.encode_command({.text = "sos#"}, out);
  EXPECT_EQ(to_hex(out), "787810800800000000736f7323000200019a170d0a");
  out.clear();
  decoder.session.encode_command({.text = "sos#"}, out);
  EXPECT_EQ(find_frame(out, kMaxLength, true).frame.value().serial, 2);
}

TEST(Gt06Command, TextsAreThoseOfTheDocument) {
  EXPECT_EQ(command_text(CommandKind::kLocate, ""), "DWXX#");
  EXPECT_EQ(command_text(CommandKind::kStatus, ""), "STATUS#");
  EXPECT_EQ(command_text(CommandKind::kVersion, ""), "VERSION#");
  EXPECT_EQ(command_text(CommandKind::kParameters, ""), "PARAM#");
  EXPECT_EQ(command_text(CommandKind::kReboot, ""), "RESET#");
  EXPECT_EQ(command_text(CommandKind::kFuelCut, ""), "RELAY,1#");
  EXPECT_EQ(command_text(CommandKind::kFuelRestore, ""), "RELAY,0#");
  EXPECT_EQ(command_text(CommandKind::kStatus, "now"), std::nullopt) << "takes no argument";
  EXPECT_EQ(command_text(CommandKind::kInterval, "5"), "TIMER,5#");
  EXPECT_EQ(command_text(CommandKind::kInterval, "65535"), "TIMER,65535#");
  for (const std::string_view wrong : {"", "4", "65536", "10s", "-5", "99999999999999999999"}) {
    EXPECT_EQ(command_text(CommandKind::kInterval, wrong), std::nullopt) << wrong;
  }
}

TEST(Gt06Command, CutsFuelHoweverItIsWritten) {
  for (const std::string_view cut :
       {"RELAY,1#", "relay,1#", " Relay , 1 #", "RELAY,1", "RELAY,123456,1#", "RELAY#", "DYD#", "dyd,000000#",
        "D Y D #", "DYD", "RELAY,0#RELAY,1#", "RELAY,01#", "RE\tLAY,1#",
        "R\xC2\xA0"
        "ELAY,1#"}) {
    EXPECT_TRUE(cuts_fuel(cut)) << cut;
  }
  for (const std::string_view harmless :
       {"RELAY,0#", "relay,0", "HFYD#", "HFYD,000000#", "STATUS#", "", "TIMER,1#"}) {
    EXPECT_FALSE(cuts_fuel(harmless)) << harmless;
  }
  EXPECT_TRUE(cuts_fuel(command_text(CommandKind::kFuelCut, "").value()));
  EXPECT_FALSE(cuts_fuel(command_text(CommandKind::kFuelRestore, "").value()));
}

TEST(Gt06Command, GoesRoundThroughADeviceAndBack) {
  for (const std::string_view answer :
       {"DYD=Success!", "Señal débil", "", "Batería \xF0\x9F\x98\x80", "line\r\nline"}) {
    Decoder gateway;
    Device device(DeviceIdentity("123456789012345"));
    std::vector<std::uint8_t> wire;
    ASSERT_EQ(gateway.session.encode_command({.request = 0xFFFFFFFE, .text = "DYD#"}, wire),
              CommandFault::kNone);
    const DeviceEvent command = device.read_reply(wire);
    EXPECT_EQ(command.kind, DeviceEvent::Kind::kCommand);
    EXPECT_EQ(command.request, 0xFFFFFFFEu);
    EXPECT_EQ(command.text, "DYD#");
    EXPECT_FALSE(command.of_other_identity);
    std::vector<std::uint8_t> back;
    device.encode_command_answer(command, answer, back);
    EXPECT_EQ(gateway.take(back), back.size());
    EXPECT_EQ(gateway.message().type, MessageType::kCommandReply);
    EXPECT_EQ(gateway.message().request, 0xFFFFFFFEu);
    EXPECT_EQ(gateway.message().text, answer);
  }
}

TEST(Gt06Command, AnswersAsLongAsTheyAreGoRoundUpToAFrame) {
  Decoder gateway;
  Device device(DeviceIdentity("123456789012345"));
  for (const std::size_t size : {243u, 244u, 2043u, 5000u}) {
    std::vector<std::uint8_t> wire;
    const std::string answer(size, 'A');
    device.encode_command_answer(DeviceEvent{}, answer, wire);
    EXPECT_EQ(gateway.take(wire), wire.size());
    EXPECT_EQ(gateway.message().text, answer.substr(0, 2043)) << size;
  }
}

TEST(Gt06Command, IsReadWithAndWithoutALanguageWord) {
  Device device(DeviceIdentity("123456789012345"));
  const auto old = from_hex("787815800F0001A9584459442C3030303030302300A0DCF10D0A");
  DeviceEvent event = device.read_reply(old);
  EXPECT_EQ(event.kind, DeviceEvent::Kind::kCommand);
  EXPECT_EQ(event.request, 0x0001A958u);
  EXPECT_EQ(event.text, "DYD,000000#");
  EXPECT_EQ(event.consumed, old.size());
  const auto newer = from_hex("787810800800000000736F7323000200019A170D0A");
  event = device.read_reply(newer);
  EXPECT_EQ(event.text, "sos#");
}

TEST(Gt06Command, ThatIsNoneIsNotCarriedOut) {
  EXPECT_FALSE(read_command(from_hex("03 00000001")).has_value()) << "shorter than its flag";
  EXPECT_FALSE(read_command(from_hex("08 00000001 41")).has_value()) << "longer than its bytes";
  EXPECT_FALSE(read_command({}).has_value());
}

TEST(Gt06Text, ComesFromUtf16AndBrokenUnitsAreReplaced) {
  EXPECT_EQ(utf8("0041 00f1 20ac d83dde00"), "Añ€\xF0\x9F\x98\x80");
  EXPECT_EQ(utf8("d83d 0041"),
            "\xEF\xBF\xBD"
            "A")
      << "half a pair";
  EXPECT_EQ(utf8("de00"), "\xEF\xBF\xBD") << "the other half";
  EXPECT_EQ(utf8("d83d"), "\xEF\xBF\xBD") << "half a pair at the end";
  EXPECT_EQ(utf8("0041 00"), "A\xEF\xBF\xBD") << "an odd byte";
}

TEST(Gt06Text, GoesToUtf16AndBrokenBytesAreReplaced) {
  EXPECT_EQ(utf16("Añ€\xF0\x9F\x98\x80"), "004100f120acd83dde00");
  for (const std::string_view broken : {"\x80", "\xC1", "\xF5", "\xC3", "\xE2\x82", "\xC0\x80",
                                        "\xE0\x80\x80", "\xED\xA0\x80", "\xED\xB0\x80", "\xF4\x90\x80\x80"}) {
    EXPECT_TRUE(utf16(broken).starts_with("fffd"));
  }
  EXPECT_EQ(utf16("\xC3"
                  "A"),
            "fffd0041")
      << "what follows is not eaten";
  EXPECT_EQ(utf16("AB\xF0\x9F\x98\x80", 3), "00410042") << "no pair is cut";
}

}  // namespace
}  // namespace rastro::gt06

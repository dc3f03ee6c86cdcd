// Commands to devices, their answers, and the camera's requests (teltonika.md 7).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocols/registry.h"
#include "protocols/teltonika/device.h"
#include "protocols/teltonika/text_frame.h"
#include "tests/unit/protocols/teltonika_support.h"

namespace rastro::teltonika {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

CommandFault encode_for(const SessionOptions& options, const Command& command, Bytes& out) {
  return open_session(options)->encode_command(command, out);
}

TEST(TeltonikaCommand, IsTheFrameOfTheDocument) {
  Bytes out;
  EXPECT_EQ(encode_for(logged_in(), {0, "getinfo", false}, out), CommandFault::kNone);
  EXPECT_EQ(to_hex(out), "000000000000000f0c010500000007676574696e666f0100004312") << "7.1";
  out.clear();
  SessionOptions options;
  options.identity = DeviceIdentity("352093081452251");
  EXPECT_EQ(encode_for(options, {0, "getver", true}, out), CommandFault::kNone);
  EXPECT_EQ(to_hex(out), "00000000000000160e01050000000e0352093081452251676574766572010000d2c1") << "7.3";
}

TEST(TeltonikaCommand, ThatCannotBeSentLeavesNothing) {
  SessionOptions named = logged_in();
  named.identity = DeviceIdentity("TRACKER-1");
  SessionOptions letters = logged_in();
  letters.identity = DeviceIdentity("35209308145225A");
  SessionOptions points = logged_in();
  points.identity = DeviceIdentity("35209308145225.");
  Bytes out;
  EXPECT_EQ(encode_for({}, {0, "getver", false}, out), CommandFault::kNotLoggedIn);
  EXPECT_EQ(encode_for(over_udp(), {0, "getver", false}, out), CommandFault::kUnsupported);
  EXPECT_EQ(encode_for(named, {0, "getver", true}, out), CommandFault::kUnsupported);
  EXPECT_EQ(encode_for(letters, {0, "getver", true}, out), CommandFault::kUnsupported);
  EXPECT_EQ(encode_for(points, {0, "getver", true}, out), CommandFault::kUnsupported);
  EXPECT_EQ(encode_for(logged_in(), {0, std::string(485, 'a'), false}, out), CommandFault::kTooLong);
  EXPECT_EQ(encode_for(logged_in(), {0, "", false}, out), CommandFault::kNotText);
  EXPECT_EQ(encode_for(logged_in(), {0, "a\nb", false}, out), CommandFault::kNotText);
  EXPECT_EQ(encode_for(logged_in(), {0, "a\x7F", false}, out), CommandFault::kNotText);
  EXPECT_THAT(out, IsEmpty());
  EXPECT_EQ(encode_for(logged_in(), {0, std::string(484, 'a'), false}, out), CommandFault::kNone);
  EXPECT_EQ(encode_for(named, {0, "getver", false}, out), CommandFault::kNone) << "codec 12 needs no IMEI";
}

TEST(TeltonikaCommand, HasTheMakersText) {
  const auto& text = find_protocol("teltonika")->command_text;
  EXPECT_EQ(text(CommandKind::kLocate, ""), "getgps");
  EXPECT_EQ(text(CommandKind::kStatus, ""), "getstatus");
  EXPECT_EQ(text(CommandKind::kVersion, ""), "getver");
  EXPECT_EQ(text(CommandKind::kParameters, "2004"), "getparam 2004");
  EXPECT_EQ(text(CommandKind::kReboot, ""), "cpureset");
  EXPECT_EQ(text(CommandKind::kFuelCut, ""), "setdigout 1");
  EXPECT_EQ(text(CommandKind::kFuelRestore, ""), "setdigout 0");
  EXPECT_EQ(text(CommandKind::kInterval, "60"), std::nullopt);
  EXPECT_EQ(text(CommandKind::kParameters, ""), std::nullopt);
  EXPECT_EQ(text(CommandKind::kParameters, "20o4"), std::nullopt);
  EXPECT_EQ(text(CommandKind::kParameters, "2004;2005"), std::nullopt);
  EXPECT_EQ(text(CommandKind::kParameters, "1234567"), std::nullopt);
}

TEST(TeltonikaCommand, ThatStopsAVehicleIsKnownHoweverItIsWritten) {
  const auto& cuts_fuel = find_protocol("teltonika")->cuts_fuel;
  for (const std::string_view text :
       {"setdigout 1", "SETDIGOUT 01", " set digout\t?1", "user pass setdigout 10 60", "setdigout 0 10",
        "setdigout 2", "setparam 50000:1", "SetParam 1003:60;50000:1", "setparam", "setparam abc:1",
        "setparam 1003:60;", "setparam 10300:1", "setparam 999:1", "setparam 100.5:1", "lvcanblockengine"}) {
    EXPECT_TRUE(cuts_fuel(text)) << text;
  }
  for (const std::string_view text :
       {"setdigout 0", "setdigout 00", "setdigout 0?0", "getver", "", "cpureset", "setparam 1003:60",
        "setparam 10050:300; 10055:120", "getparam 50000"}) {
    EXPECT_FALSE(cuts_fuel(text)) << text;
  }
}

TEST(TeltonikaCommand, ForAnotherDeviceIsRefusedByIt) {
  TeltonikaDevice device(DeviceIdentity(kImei), Transport::kTcp);
  const Bytes request = from_hex("00000000000000160E01050000000E0352093081452251676574766572010000D2C1");
  const DeviceEvent event = device.read_reply(request);
  EXPECT_EQ(event.kind, DeviceEvent::Kind::kCommand);
  EXPECT_TRUE(event.check_identity);
  EXPECT_TRUE(event.of_other_identity);
  Bytes answer;
  device.encode_command_answer(event, "not told", answer);
  EXPECT_EQ(to_hex(answer).substr(16, 32),
            "0e0111000000080356307042441013"
            "01");
  const auto session = open_session(logged_in());
  SessionOutput out;
  EXPECT_EQ(session->consume(answer, kNoArrival, out), answer.size());
  ASSERT_EQ(out.decoded.messages.size(), 1u);
  EXPECT_EQ(out.decoded.messages[0].type, MessageType::kCommandReply);
  EXPECT_TRUE(out.decoded.messages[0].refused);
  EXPECT_EQ(out.decoded.messages[0].text, std::nullopt);
}

TEST(TeltonikaCommand, IsWaitedForByTheDeviceAndToldFromTheAnswerToData) {
  TeltonikaDevice device(DeviceIdentity(kImei), Transport::kTcp);
  const Bytes request = from_hex("000000000000000F0C010500000007676574696E666F0100004312");
  for (std::size_t size = 0; size < request.size(); ++size) {
    EXPECT_EQ(device.read_reply(ByteView(request).first(size)).kind, DeviceEvent::Kind::kNeedMore) << size;
  }
  Bytes data;
  device.encode_data({DeviceRecord{}}, data);
  EXPECT_EQ(device.read_reply(request).kind, DeviceEvent::Kind::kRecordsAccepted)
      << "four zero bytes: none taken";
  const DeviceEvent event = device.read_reply(request);
  EXPECT_EQ(event.kind, DeviceEvent::Kind::kCommand);
  EXPECT_EQ(event.text, "getinfo");
}

TEST(TeltonikaCommand, ThatIsNoneIsReadOverByTheDevice) {
  TeltonikaDevice device(DeviceIdentity(kImei), Transport::kTcp);
  Bytes request;
  encode_codec12(kTypeCamera, bytes_of("x"), request);
  const Bytes answer =
      packet_of(from_hex("0c01060000000141"
                         "01"));
  const Bytes too_short =
      packet_of(from_hex("0c01050000000941"
                         "01"));
  const Bytes codec8 = encode({make_record()});
  const Bytes broken = from_hex("000000000000000F0C010500000007676574696E666F0100004313");
  for (const Bytes& in : {request, answer, too_short, codec8, broken}) {
    const DeviceEvent event = device.read_reply(in);
    EXPECT_EQ(event.kind, DeviceEvent::Kind::kOther) << to_hex(in);
    EXPECT_EQ(event.consumed, in.size());
  }
  EXPECT_EQ(device.read_reply(from_hex("000000007f7f7f7f")).kind, DeviceEvent::Kind::kOther);
}

TEST(TeltonikaCamera, IsAskedForTheNextChunkOnlyWhenTheOneBeforeIsDurable) {
  const auto session = open_session(logged_in());
  Bytes announcement;
  encode_codec12(kTypeCamera, from_hex("010000000700000005"), announcement);
  SessionOutput out;
  session->consume(announcement, kNoArrival, out);
  ASSERT_EQ(out.replies.size(), 1u);
  EXPECT_TRUE(out.replies[0].after_durable);
  EXPECT_EQ(to_hex(out.reply_bytes).substr(16, 38),
            "0c010d0000000b0200000007000000000005"
            "01");
  ASSERT_EQ(out.decoded.media.size(), 1u);
  EXPECT_EQ(out.decoded.media[0].total_bytes, 5u);

  Bytes chunk;
  encode_codec12(kTypeCamera, from_hex("0200000007000000000003aabbcc"), chunk);
  out.clear();
  session->consume(chunk, kNoArrival, out);
  EXPECT_TRUE(out.replies.at(0).after_durable);
  EXPECT_EQ(to_hex(out.reply_bytes).substr(16, 38),
            "0c010d0000000b0200000007000000030002"
            "01");
  EXPECT_EQ(out.decoded.media.at(0).kind, "photo");
  EXPECT_EQ(out.decoded.media.at(0).file, 7u);
  EXPECT_EQ(to_hex(out.decoded.media.at(0).data), "aabbcc");
}

TEST(TeltonikaCamera, IsForgottenWithTheIdentity) {
  const auto session = open_session(logged_in());
  Bytes bytes;
  encode_codec12(kTypeCamera, from_hex("010000000700000005"), bytes);
  encode_hello(DeviceIdentity("352093081452251"), bytes);
  encode_codec12(kTypeCamera, from_hex("0200000007000000000003aabbcc"), bytes);
  encode_codec12(kTypeCamera, from_hex("0200000000000000000000"), bytes);
  EXPECT_THAT(run(*session, bytes).problems,
              ElementsAre("bad_media dead_letter 46+34", "bad_media dead_letter 80+31"));
}

TEST(TeltonikaCamera, ThatSaysSomethingElseIsInformation) {
  for (const std::string_view payload : {"", "00", "03"}) {
    Bytes bytes;
    encode_codec12(kTypeCamera, from_hex(payload), bytes);
    EXPECT_THAT(run(bytes).messages, ElementsAre("information 0x0c ok 0")) << payload;
  }
}

TEST(TeltonikaCamera, SendsNothingBehindItsPhoto) {
  Bytes bytes;
  encode_codec12(kTypeCamera, from_hex("010000000700000005"), bytes);
  encode_codec12(kTypeCamera, from_hex("0200000007000000050001aa"), bytes);
  EXPECT_THAT(run(bytes).problems, ElementsAre("bad_media dead_letter 29+32"));
}

TEST(TeltonikaCamera, ChunksOverUdpAreKeptAndNoMoreAskedFor) {
  const auto session = open_session(over_udp());
  const auto datagram_of = [](std::string_view content) {
    Bytes datagram = encode_udp({});
    datagram.erase(datagram.begin() + 23, datagram.end());
    datagram = datagram + from_hex(content);
    datagram[1] = static_cast<std::uint8_t>(datagram.size() - 2);
    return datagram;
  };
  run(*session, datagram_of("0c010d0000000901000000070000000501"));
  const Transcript said = run(*session, datagram_of("0c010d0000000c0200000007000000000001aa01"));
  EXPECT_THAT(said.messages, ElementsAre("media 0x0c none 0"));
  EXPECT_THAT(said.replies, ElementsAre("0005cafe010501"));
}

TEST(TeltonikaText, OfATypeThatOnlyCodec14HasIsNoRefusal) {
  const Transcript said = run(packet_of(from_hex("0c0111000000014101")));
  EXPECT_THAT(said.messages, ElementsAre("information 0x0c ok 0"));
}

TEST(TeltonikaText, OfARefusalIsKept) {
  const auto session = open_session(logged_in());
  SessionOutput out;
  const ExactBytes refusal(packet_of(from_hex("0e01110000000903563070424410134101")));
  session->consume(refusal.view(), kNoArrival, out);
  EXPECT_TRUE(out.decoded.messages.at(0).refused);
  EXPECT_EQ(out.decoded.messages.at(0).text, "A");
}

TEST(TeltonikaText, InTheNameOfNobodyIsADeadLetter) {
  SessionOptions named = logged_in();
  named.identity = DeviceIdentity("TRACKER-1");
  const Bytes answer =
      packet_of(from_hex("0e010600000009035630704244101341"
                         "01"));
  EXPECT_THAT(run(answer, named).problems, ElementsAre(testing::StartsWith("wrong_identity dead_letter")));
  const Bytes sixteen =
      packet_of(from_hex("0e010600000009135630704244101341"
                         "01"));
  EXPECT_THAT(run(sixteen).problems, ElementsAre(testing::StartsWith("wrong_identity dead_letter")));
}

TEST(TeltonikaText, OfCodec15BearsAllSixteenDigitsThatAreThere) {
  const auto session = open_session(logged_in());
  SessionOutput out;
  session->consume(packet_of(from_hex("0f010b0000000d654b65a4123456789012345641"
                                      "01")),
                   kNoArrival, out);
  EXPECT_EQ(std::get<std::string_view>(out.decoded.attributes.at(2).value), "1234567890123456");
}

TEST(TeltonikaText, MayHaveTabsAndEndsOfLinesButNoDelete) {
  EXPECT_EQ(find_printable(bytes_of("a\tb\r\n")), "a\tb\r\n");
  EXPECT_EQ(find_printable(bytes_of("a\x7F")), std::nullopt);
  EXPECT_EQ(find_printable(bytes_of("a\x1F")), std::nullopt);
}

TEST(TeltonikaCamera, OverUdpIsAnsweredAsDataAndNotAsked) {
  Bytes datagram = encode_udp({});
  const Bytes content = from_hex("0c010d0000000901000000070000000501");
  datagram.erase(datagram.begin() + 23, datagram.end());
  datagram = datagram + content;
  datagram[1] = static_cast<std::uint8_t>(datagram.size() - 2);
  const Transcript said = run(datagram, over_udp());
  EXPECT_THAT(said.messages, ElementsAre("media 0x0c none 0"));
  EXPECT_THAT(said.replies, ElementsAre("0005cafe010501"));
}

}  // namespace
}  // namespace rastro::teltonika

// AVL records: what a fix takes from one, and what is kept of one that cannot be read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/protocols/teltonika_support.h"

namespace rastro::teltonika {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

TEST(TeltonikaRecord, CutShortAtAnyByteLeavesItsNeighboursAndOneLetter) {
  WithElement last(1234, "0102030405", 1234);
  last.record().elements.push_back({239, last.record().elements[0].value.first(1)});
  const Bytes whole = encode({make_record(), last.record()}, Codec::k8Extended);
  const Bytes alone = encode({last.record()}, Codec::k8Extended);
  const std::size_t record_size = content_of(alone).size() - 3;
  const std::size_t starts = 8 + 2 + content_of(whole).size() - 3 - record_size;
  for (std::size_t cut = 1; cut <= record_size; ++cut) {
    const Bytes packet = changed(whole, [&](Bytes& content) {
      content.erase(content.end() - 1 - static_cast<std::ptrdiff_t>(cut), content.end() - 1);
    });
    const Transcript said = run(packet);
    EXPECT_THAT(said.fixes, SizeIs(1)) << cut;
    EXPECT_THAT(said.replies, ElementsAre("00000002")) << cut;
    if (cut < record_size) {
      EXPECT_THAT(said.problems, ElementsAre("bad_record dead_letter " + std::to_string(starts) + "+" +
                                             std::to_string(record_size - cut)));
    } else {
      EXPECT_THAT(said.problems, ElementsAre("bad_record dead_letter 0+" + std::to_string(packet.size())));
    }
  }
}

TEST(TeltonikaRecord, WithACountThatTheRestCannotHoldIsBroken) {
  // The counts of codec 8 stand at 25 (N1), 26, 27 and 28 of an empty record.
  for (const std::size_t at : {26u, 27u, 28u, 29u}) {
    const Bytes packet = changed(encode({make_record()}), [&](Bytes& content) { content[2 + at] = 0xFF; });
    const Transcript said = run(packet);
    EXPECT_THAT(said.fixes, IsEmpty()) << at;
    EXPECT_THAT(said.problems, ElementsAre("bad_record dead_letter 10+30")) << at;
    EXPECT_THAT(said.replies, ElementsAre("00000001")) << at;
  }
}

TEST(TeltonikaRecord, AmongGoodOnesWithAnImpossibleTimeIsALetterOfItsOwn) {
  const Bytes packet = encode({make_record(), make_record(253402300800000), make_record(kNoon + 1)});
  const Transcript said = run(packet);
  EXPECT_THAT(said.fixes, SizeIs(2));
  EXPECT_THAT(said.problems, ElementsAre("impossible_time dead_letter 40+30"));
  EXPECT_THAT(said.replies, ElementsAre("00000003"));
  EXPECT_THAT(run(encode({make_record(253402300799999)})).fixes,
              ElementsAre(testing::StartsWith("9999-12-31T23:59:59.999Z")));
  EXPECT_THAT(run(encode({make_record(~std::uint64_t{0})})).fixes, IsEmpty());
}

TEST(TeltonikaRecord, BeyondThePolesIsKeptAndNotValid) {
  Record record = make_record();
  record.latitude = 900000001;
  const Transcript said = run(encode({record}));
  EXPECT_THAT(said.fixes, ElementsAre(HasSubstr(" invalid 90.0000001,")));
  EXPECT_THAT(said.problems, ElementsAre("impossible_place noted 10+30"));
  record = make_record();
  record.longitude = -1800000001;
  EXPECT_THAT(run(encode({record})).problems, ElementsAre("impossible_place noted 10+30"));
}

TEST(TeltonikaRecord, NeedsSatellitesAndAPlaceToBeValid) {
  Record record = make_record();
  EXPECT_THAT(run(encode({record})).fixes, ElementsAre(HasSubstr(" valid ")));
  record.satellites = 0;
  EXPECT_THAT(run(encode({record})).fixes, ElementsAre(HasSubstr(" invalid -33.8688,-70.5 ")));
  record = make_record();
  record.latitude = record.longitude = 0;
  EXPECT_THAT(run(encode({record})).fixes, ElementsAre(HasSubstr(" invalid 0,0 ")));
  EXPECT_THAT(run(encode({WithElement(69, "00").record()})).fixes, ElementsAre(HasSubstr(" invalid ")));
  EXPECT_THAT(run(encode({WithElement(69, "02").record()})).fixes, ElementsAre(HasSubstr(" invalid ")));
  EXPECT_THAT(run(encode({WithElement(69, "01").record()})).fixes, ElementsAre(HasSubstr(" valid ")));
  EXPECT_THAT(run(encode({WithElement(69, "03").record()})).fixes, ElementsAre(HasSubstr(" valid ")));
  EXPECT_THAT(run(encode({WithElement(69, "02").record()}), with_model("FMB640")).fixes,
              ElementsAre(HasSubstr(" valid ")))
      << "a driving time there";
}

TEST(TeltonikaRecord, FillersAreNoSpeedAndNoDirection) {
  Record record = make_record();
  record.speed = 65535;
  record.angle = 65535;
  EXPECT_THAT(run(encode({record})).fixes, ElementsAre(HasSubstr(" 520m -km/h -deg 9sat ")));
  EXPECT_THAT(run(encode({record})).fixes,
              ElementsAre(HasSubstr(R"("reported_speed":65535,"reported_angle":65535)")));
  record.speed = 255;
  EXPECT_THAT(run(encode({record})).fixes, ElementsAre(HasSubstr(" 255km/h "))) << "a train";
  record.satellites = 0;
  EXPECT_THAT(run(encode({record})).fixes, ElementsAre(HasSubstr(" -km/h ")));
}

TEST(TeltonikaRecord, WithAnotherNThanItsGroupsIsReadByTheGroups) {
  const Bytes packet = changed(encode({WithElement(239, "01").record()}), [](Bytes& content) {
    content[2 + 25] = 7;  // N
  });
  const Transcript said = run(packet);
  EXPECT_THAT(said.fixes, ElementsAre(HasSubstr(R"("ignition":true)")));
  EXPECT_THAT(said.problems, ElementsAre("bad_record noted 10+32"));
}

TEST(TeltonikaRecord, FollowedByMoreThanTheSecondCountIsReadAndTheRestNoted) {
  const Bytes packet =
      changed(encode({make_record()}), [](Bytes& content) { content.insert(content.end() - 1, 0); });
  const Transcript said = run(packet);
  EXPECT_THAT(said.fixes, SizeIs(1));
  EXPECT_THAT(said.problems, ElementsAre("trailing_bytes noted 40+1"));
}

TEST(TeltonikaRecord, OfOldFirmwareHasAGroupOfSixteenByteElements) {
  WithElement old(203, "000102030405060708090a0b0c0d0e0f");
  Bytes packet;
  encode_packet(Codec::k8, std::vector<Record>{old.record(), old.record()}, packet, true);
  SessionOptions options = logged_in();
  options.settings.io16 = true;
  const Transcript said = run(packet, options);
  EXPECT_THAT(said.fixes, SizeIs(2));
  EXPECT_THAT(said.fixes, testing::Each(HasSubstr(":\"000102030405060708090a0b0c0d0e0f\"")));
  EXPECT_THAT(said.problems, IsEmpty());
}

TEST(TeltonikaRecord, OfOldFirmwareWithMoreSixteenByteElementsThanThereAreIsBroken) {
  SessionOptions options = logged_in();
  options.settings.io16 = true;
  const Bytes packet =
      changed(encode({make_record()}), [](Bytes& content) { content.insert(content.end() - 1, 9); });
  EXPECT_THAT(run(packet, options).problems, ElementsAre("bad_record dead_letter 10+31"));
}

TEST(TeltonikaRecord, OfCodec7IsJudgedAsTheOthersAre) {
  EXPECT_THAT(run(packet_of(from_hex("070150aa14320202de0001"))).problems,
              ElementsAre("bad_record dead_letter 10+8"));
  const Transcript sos = run(packet_of(from_hex("070150aa14320201de0001")));
  EXPECT_THAT(sos.problems, IsEmpty()) << "and a button that is not pressed is no alarm";
  EXPECT_THAT(run(packet_of(from_hex("070150aa14320201de0002"))).problems,
              ElementsAre(testing::StartsWith("bad_count dead_letter")));
  EXPECT_THAT(run(packet_of(from_hex("070150aa14320201de00aa01"))).problems,
              ElementsAre("trailing_bytes noted 18+1"));
  // 0, 200: beyond the date line; and a place without satellites.
  EXPECT_THAT(run(packet_of(from_hex("070150aa143201010000000043480000"
                                     "01")))
                  .problems,
              ElementsAre("impossible_place noted 10+14"));
  const auto session = open_session(logged_in());
  SessionOutput out;
  session->consume(packet_of(from_hex("070150aa1432011142332a4c4193d68c0001")), kNoArrival, out);
  EXPECT_FALSE(out.decoded.fixes.at(0).valid);
  out.clear();
  session->consume(packet_of(from_hex("070150aa143201100901")), kNoArrival, out);
  EXPECT_EQ(out.decoded.fixes.at(0).satellites, 9);
  EXPECT_FALSE(out.decoded.fixes.at(0).valid) << "satellites, but no place";
}

TEST(TeltonikaRecord, KeepsElementsThatHaveNoName) {
  const Transcript numbers = run(encode({WithElement(60001, "8000").record()}, Codec::k8Extended));
  EXPECT_THAT(numbers.fixes, ElementsAre(HasSubstr(R"("io_60001":32768)")));
  const Transcript bytes = run(encode({WithElement(60001, "800001").record()}, Codec::k8Extended));
  EXPECT_THAT(bytes.fixes, ElementsAre(HasSubstr(R"("io_60001":"800001")")));
  const Transcript nothing = run(encode({WithElement(60001, "").record()}, Codec::k8Extended));
  EXPECT_THAT(nothing.fixes, ElementsAre(HasSubstr(R"("io_60001":"")")));
}

TEST(TeltonikaRecord, WithAnIdTwiceKeepsBothAndTheLaterCounts) {
  WithElement twice(21, "01");
  twice.record().elements.push_back({21, ByteView(twice.record().elements[0].value)});
  const ExactBytes later("05");
  twice.record().elements[1].value = later.view();
  EXPECT_THAT(run(encode({twice.record()})).fixes,
              ElementsAre(HasSubstr(R"({"priority":0,"event_id":0,"gsm_signal":5,"gsm_level":5})")));
}

TEST(TeltonikaRecord, GivesADriverOnlyWhereAKeyIsThere) {
  EXPECT_THAT(run(encode({WithElement(78, "0000000000000000").record()})).fixes,
              ElementsAre(HasSubstr(R"("ibutton":0})")));
  EXPECT_THAT(run(encode({WithElement(78, "0000000000000102").record()})).fixes,
              ElementsAre(HasSubstr(R"("ibutton":258,"driver_id":258,"ibutton_key":"0000000000000102",)"
                                    R"("ibutton_key_reversed":"0201000000000000"})")));
}

TEST(TeltonikaRecord, OfAnotherWidthThanTheTablesHasTheNameButNotTheMeaning) {
  EXPECT_THAT(run(encode({WithElement(113, "FFFD8C85").record()}), with_model("FMB920")).fixes,
              ElementsAre(HasSubstr(R"({"priority":0,"event_id":0,"battery_level":4294806661})")));
}

struct AlarmRow {
  std::string_view name;
  std::uint16_t id;
  std::string_view wire;
  std::uint16_t event_id;
  std::string_view alarms;  // as JSON; empty: none
};

constexpr AlarmRow kAlarmRows[] = {
    {"a crash of any class", 247, "01", 247, "accident"},
    {"a crash on a device that is not calibrated", 247, "06", 0, "accident"},
    {"no crash", 247, "00", 247, ""},
    {"jamming begins", 249, "01", 249, "jamming"},
    {"jamming as a state", 249, "01", 0, ""},
    {"jamming ends", 249, "00", 249, ""},
    {"towing", 246, "01", 246, "tow"},
    {"towing as a state", 246, "01", 0, ""},
    {"idling", 251, "01", 251, "idling"},
    {"idling as a state", 251, "01", 239, ""},
    {"idling ends", 251, "00", 251, ""},
    {"unplugged", 252, "01", 252, "power_cut"},
    {"unplugged as a state", 252, "01", 0, ""},
    {"plugged in", 252, "00", 252, ""},
    {"green driving 1", 253, "01", 253, "hard_acceleration"},
    {"green driving 2", 253, "02", 253, "hard_braking"},
    {"green driving 3", 253, "03", 253, "hard_cornering"},
    {"green driving 0", 253, "00", 253, ""},
    {"over-speeding that caused the record", 255, "78", 255, "overspeed"},
    {"over-speeding as a state", 255, "78", 0, ""},
    {"a zone entered", 155, "01", 155, "geofence_enter"},
    {"a zone left", 155, "00", 155, "geofence_exit"},
    {"a zone that was left before", 155, "00", 0, ""},
    {"over-speed in a zone", 155, "03", 155, ""},
    {"the automatic zone left", 175, "00", 175, "geofence_exit"},
    {"the fiftieth zone", 231, "01", 231, "geofence_enter"},
    {"the panic input", 236, "01", 236, "sos"},
    {"an ignition", 239, "01", 239, ""},
};

TEST(TeltonikaRecord, RaisesTheAlarmsOfItsEventElements) {
  for (const AlarmRow& row : kAlarmRows) {
    SCOPED_TRACE(row.name);
    const Transcript said =
        run(encode({WithElement(row.id, row.wire, row.event_id).record()}), with_model("FMB920"));
    ASSERT_THAT(said.fixes, SizeIs(1));
    if (row.alarms.empty()) {
      EXPECT_THAT(said.fixes[0], Not(HasSubstr("alarms")));
    } else {
      EXPECT_THAT(said.fixes[0], HasSubstr("\"alarms\":[\"" + std::string(row.alarms) + "\"]"));
    }
  }
}

TEST(TeltonikaRecord, OnATruckGivesTheSameNumbersAnotherMeaning) {
  for (const std::uint16_t id : std::initializer_list<std::uint16_t>{236, 251, 252}) {
    const Transcript said = run(encode({WithElement(id, "01", id).record()}), with_model("FMC650"));
    EXPECT_THAT(said.fixes, ElementsAre(Not(HasSubstr("alarms")))) << id;
  }
  EXPECT_THAT(run(encode({WithElement(243, "01", 243).record()}), with_model("FMC650")).fixes,
              ElementsAre(HasSubstr(R"("alarms":["idling"])")));
}

TEST(TeltonikaRecord, OfPanicPriorityIsACallForHelp) {
  Record record = make_record();
  record.priority = 2;
  EXPECT_THAT(run(encode({record})).fixes, ElementsAre(HasSubstr(R"("alarms":["sos"])")));
}

}  // namespace
}  // namespace rastro::teltonika

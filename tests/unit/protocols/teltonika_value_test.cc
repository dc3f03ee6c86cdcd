// Values that are more than a number (teltonika.md 5.2, 5.3), as they should be and as they should not. Whole
// examples are vectors.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/protocols/teltonika_support.h"

namespace rastro::teltonika {
namespace {

using testing::HasSubstr;

struct Row {
  std::string_view name;
  std::uint16_t id;
  std::string_view wire;  // as hex, in the group of variable length
  std::string_view attributes;
};

constexpr Row kRows[] = {
    {"fault codes with nothing between commas", 281, "2c50303130302c2c2c",
     R"("fault_codes":",P0100,,,","fault_code_1":"P0100"})"},
    {"fault codes separated by dots", 281, "50302e5031", R"("fault_code_1":"P0","fault_code_2":"P1"})"},
    {"no fault codes", 281, "", R"("fault_codes":""})"},
    {"fault codes that are no text", 281, "0100", R"("fault_codes":"0100"})"},
    {"coordinates that are no text", 387, "0100ff", R"("iso6709_coordinates":"0100ff"})"},
    {"coordinates in degrees and minutes", 387, "2b353434302e352d30323531352e30",
     R"("iso6709_latitude":54.675,"iso6709_longitude":-25.25})"},
    {"coordinates below the sea", 387, "2b35342b3032352d31322e352f",
     R"("iso6709_latitude":54,"iso6709_longitude":25,"iso6709_altitude_m":-12.5})"},
    {"coordinates with an altitude that is none", 387, "2b35342b3032352d782f",
     R"("iso6709_latitude":54,"iso6709_longitude":25})"},
    {"coordinates without a sign", 387, "35342b303235", R"("iso6709_coordinates":"54+025"})"},
    {"coordinates of one number", 387, "2b35342f", R"("iso6709_coordinates":"+54/"})"},
    {"coordinates with too few digits", 387, "2b352b303235", R"("iso6709_coordinates":"+5+025"})"},
    {"coordinates with too many digits", 387, "2b353430303030302b303235",
     R"("iso6709_coordinates":"+5400000+025"})"},
    {"coordinates with an odd number of digits", 387, "2b3534302b303235",
     R"("iso6709_coordinates":"+540+025"})"},
    {"coordinates with letters for degrees", 387, "2b61622b303235", R"("iso6709_coordinates":"+ab+025"})"},
    {"coordinates with letters for degrees before minutes", 387, "2b616230302b303235",
     R"("iso6709_coordinates":"+ab00+025"})"},
    {"coordinates with letters for minutes", 387, "2b353461622b303235",
     R"("iso6709_coordinates":"+54ab+025"})"},
    {"coordinates with letters for seconds", 387, "2b3534303061622b303235",
     R"("iso6709_coordinates":"+5400ab+025"})"},
    {"coordinates with a longitude that is none", 387, "2b35342b303278",
     R"("iso6709_coordinates":"+54+02x"})"},
    {"coordinates of signs", 387, "2b2b2f", R"("iso6709_coordinates":"++/"})"},
    {"a name that is no text", 403, "4a01", R"("driver_name":"4a01"})"},
    {"a list of beacons without a byte", 385, "", R"("beacon":""})"},
    {"a list of no beacons", 385, "11", R"("beacon_part":1,"beacon_parts":1})"},
    {"a beacon with a flag that nobody knows", 385, "1109", R"("beacon":"1109"})"},
    {"a list of EYE sensors without a byte", 10831, "", R"("eye_beacon_sensor_list_tlv_10831":""})"},
    {"a list of EYE sensors with another header", 10831, "02", R"("eye_beacon_sensor_list_tlv_10831":"02"})"},
    {"an EYE sensor that is cut", 10831, "0105", R"("eye_beacon_sensor_list_tlv_10831":"0105"})"},
    {"an EYE sensor with a cut value", 10831, "01020601",
     R"("eye_beacon_sensor_list_tlv_10831":"01020601"})"},
    {"an EYE sensor with a cut type", 10831, "010106", R"("eye_beacon_sensor_list_tlv_10831":"010106"})"},
    {"an EYE value of another size", 10831, "0103060105", R"("eye_1_type_6":"05"})"},
    {"extra data without a byte", 10831, "01020200", R"("eye_1_extra":""})"},
    {"extra data with a flag for a voltage that is not there", 10831, "01030201c0",
     R"("eye_1_extra":"c0","eye_1_low_battery":true})"},
    {"extra data without a voltage", 10831, "0104020200ff",
     R"("eye_1_extra":"00ff","eye_1_low_battery":false})"},
    {"a temperature of more than eight bytes", 25, "000000000000000bb8",
     R"("ble_temperature_1":"000000000000000bb8"})"},
    {"fault codes in another alphabet", 281, "50ff", R"("fault_codes":"50ff"})"},
    {"an ignition with a length of its own", 239, "01", R"("ignition":true})"},
    {"a movement with a length of its own", 240, "01", R"("movement":1,"motion":true})"},
    {"a voltage with a length of its own", 66, "3200", R"("external_voltage":12.8,"external_power_v":12.8})"},
    {"a GNSS status with a length of its own", 69, "02", R"("gnss_status":2})"},
    {"a level of a signal with a length of its own", 200, "01", R"("sleep_mode":1})"},
    {"a key of another size", 78, "0102", R"("ibutton":258})"},
    {"half of a card's number of another size", 11, "0102", R"("iccid1":258})"},
};

TEST(TeltonikaValues, AreWhatTheySayOrTheirBytes) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.name);
    WithElement with(row.id, row.wire);
    with.record().elements[0].blob = true;
    const Transcript said = run(encode({with.record()}, Codec::k8Extended), with_model("FMB920"));
    ASSERT_EQ(said.fixes.size(), 1u);
    EXPECT_THAT(said.fixes[0], HasSubstr(row.attributes));
    EXPECT_TRUE(said.problems.empty());
  }
}

TEST(TeltonikaValues, OfTwoListsInOneRecordAreCountedOn) {
  WithElement with(385,
                   "11"
                   "00"
                   "00112233445566778899aabbccddeeff");
  with.record().elements[0].blob = true;
  with.record().elements.push_back(with.record().elements[0]);
  const Transcript said = run(encode({with.record()}, Codec::k8Extended), with_model("FMB920"));
  EXPECT_THAT(said.fixes.at(0), HasSubstr("beacon_1_namespace"));
  EXPECT_THAT(said.fixes.at(0), HasSubstr("beacon_2_namespace"));
}

TEST(TeltonikaValues, OfACardThatIsNotThereMakeNoNumber) {
  WithElement with(11, "0000000000000000");
  const ExactBytes lower("0000000000000005");
  with.record().elements.push_back({14, lower.view()});
  const Transcript none = run(encode({with.record()}), with_model("FMB920"));
  EXPECT_THAT(none.fixes.at(0), HasSubstr(R"("iccid1":0,"iccid2":5})"));
  const Transcript half = run(encode({WithElement(11, "0000000000000007").record()}), with_model("FMB920"));
  EXPECT_THAT(half.fixes.at(0), HasSubstr(R"("iccid1":7})"));
}

TEST(TeltonikaValues, OfALowerHalfThatIsLongAreNotPadded) {
  WithElement with(11, "0000000000000059");
  const ExactBytes lower("00000002540be3ff");
  with.record().elements.push_back({14, lower.view()});
  EXPECT_THAT(run(encode({with.record()}), with_model("FMB920")).fixes.at(0),
              HasSubstr(R"("iccid":"899999999999"})"));
}

TEST(TeltonikaValues, OfFractionsKeepTheirSignInEveryRecord) {
  WithElement first(70, "ff9c");
  WithElement second(70, "0134");
  const Transcript said = run(encode({first.record(), second.record()}), with_model("FMC640"));
  EXPECT_THAT(said.fixes.at(0), HasSubstr(R"("pcb_temperature":-10})"));
  EXPECT_THAT(said.fixes.at(1), HasSubstr(R"("pcb_temperature":30.8})"));
}

TEST(TeltonikaValues, SignedOnesKeepTheirSignInEveryRecord) {
  // Axis X, of trucks: signed, two bytes; twice in a row, so that the second is read by the shape of the
  // first.
  WithElement first(236, "ffff");
  WithElement second(236, "8000");
  const Transcript said = run(encode({first.record(), second.record()}), with_model("FMC640"));
  EXPECT_THAT(said.fixes.at(0), HasSubstr(R"("axis_x":-1})"));
  EXPECT_THAT(said.fixes.at(1), HasSubstr(R"("axis_x":-32768})"));
}

TEST(TeltonikaValues, OfMoreElementsThanAShapeHoldsAreAllRead) {
  const ExactBytes value("05");
  for (const std::uint16_t id : std::initializer_list<std::uint16_t>{21, 239, 240, 69}) {
    Record record = make_record();
    for (int i = 0; i < 60; ++i) record.elements.push_back({id, value.view()});
    const Transcript said = run(encode({record, record}), with_model("FMB920"));
    ASSERT_EQ(said.fixes.size(), 2u);
    EXPECT_EQ(said.fixes[0], said.fixes[1]);
  }
  Record long_record = make_record();
  const ExactBytes eight("0000000000000001");
  for (int i = 0; i < 60; ++i) long_record.elements.push_back({10800, eight.view()});
  EXPECT_EQ(run(encode({long_record, long_record}, Codec::k8Extended)).fixes.size(), 2u);
}

}  // namespace
}  // namespace rastro::teltonika

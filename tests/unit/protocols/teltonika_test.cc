// The worked examples of teltonika.md, each with every value that the document prints.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/protocols/teltonika_support.h"

namespace rastro::teltonika {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kHello = "000F333536333037303432343431303133";
constexpr std::string_view kOneRecord =
    "000000000000003608010000016B40D8EA30010000000000000000000000000000000105021503010101425E0F01F10000601A01"
    "4E0000000000000000010000C7CF";
constexpr std::string_view kPosition =
    "000000000000008C08010000013FEB55FF74000F0EA850209A690000940000120000001E09010002000300040016014703F00015"
    "04C8000C0900730A00460B00501300464306D7440000B5000BB60007422E9F180000CD0386CE000107C700000000F10000601A46"
    "000001344800000BB84900000BB84A00000BB84C00000000024E0000000000000000CF00000000000000000100003FCA";

TEST(TeltonikaExamples, Section1HelloIsALoginAnsweredAtOnce) {
  const auto session = open_session({});
  const ExactBytes hello(kHello);
  SessionOutput out;
  ASSERT_EQ(session->consume(hello.view(), kNoArrival, out), 17u);
  EXPECT_TRUE(out.login);
  EXPECT_FALSE(out.close);
  EXPECT_EQ(session->identity().view(), "356307042441013");
  EXPECT_EQ(to_hex(out.reply_bytes), "01");
  EXPECT_FALSE(out.replies.at(0).after_durable);
  EXPECT_EQ(to_hex(out.raw), "000f333536333037303432343431303133");

  session->refuse_login(out);
  EXPECT_EQ(out.replies.size(), 1u);
  EXPECT_EQ(to_hex(out.reply_bytes), "00");
  EXPECT_TRUE(session->identity().empty());
}

TEST(TeltonikaExamples, Section6_1Codec8WithOneRecordAndAllFourGroups) {
  const Transcript said = run(kOneRecord);
  EXPECT_THAT(said.messages, ElementsAre("location 0x08 ok 1"));
  EXPECT_THAT(said.fixes,
              ElementsAre("2019-06-10T10:04:46.000Z invalid 0,0 0m 0km/h 0deg 0sat "
                          R"({"priority":1,"event_id":1,"gsm_signal":3,"gsm_level":3,"digital_input_1":1,)"
                          R"("external_voltage":24.079,"external_power_v":24.079,)"
                          R"("active_gsm_operator":24602,"ibutton":0})"));
  EXPECT_THAT(said.replies, ElementsAre("00000001"));
  EXPECT_THAT(said.problems, IsEmpty());
}

TEST(TeltonikaExamples, Section6_2Codec8WithoutFourAndEightByteElements) {
  const Transcript said =
      run("000000000000002808010000016B40D9AD80010000000000000000000000000000000103021503010101425E10000001"
          "0000F22A");
  EXPECT_THAT(said.fixes,
              ElementsAre("2019-06-10T10:05:36.000Z invalid 0,0 0m 0km/h 0deg 0sat "
                          R"({"priority":1,"event_id":1,"gsm_signal":3,"gsm_level":3,"digital_input_1":1,)"
                          R"("external_voltage":24.08,"external_power_v":24.08})"));
  EXPECT_THAT(said.replies, ElementsAre("00000001"));
}

TEST(TeltonikaExamples, Section6_3Codec8WithTwoRecords) {
  const Transcript said = run(
      "000000000000004308020000016B40D57B480100000000000000000000000000000001010101000000000000016B40D5C198"
      "010000000000000000000000000000000101010101000000020000252C");
  EXPECT_THAT(said.messages, ElementsAre("location 0x08 ok 2"));
  EXPECT_THAT(said.fixes, ElementsAre("2019-06-10T10:01:01.000Z invalid 0,0 0m 0km/h 0deg 0sat "
                                      R"({"priority":1,"event_id":1,"digital_input_1":0})",
                                      "2019-06-10T10:01:19.000Z invalid 0,0 0m 0km/h 0deg 0sat "
                                      R"({"priority":1,"event_id":1,"digital_input_1":1})"));
  EXPECT_THAT(said.replies, ElementsAre("00000002"));
}

TEST(TeltonikaExamples, Section6_4Codec8WithThirtyElements) {
  const Transcript said = run(kPosition);
  EXPECT_THAT(
      said.fixes,
      ElementsAre("2013-07-17T06:34:09.140Z valid 54.6990336,25.2618832 148m 0km/h 0deg 18sat "
                  R"({"priority":0,"event_id":0,"digital_input_1":0,"digital_input_2":0,"digital_input_3":0,)"
                  R"("pulse_counter_din1":0,"ble_battery_3":1,"dallas_temperature_id_4":3,"movement":0,)"
                  R"("motion":false,"gsm_signal":4,"gsm_level":4,"sleep_mode":0,"analog_input_1":0.115,)"
                  R"("sd_status":70,"iccid1":80,"axis_z":70,"battery_voltage":1.751,"battery_v":1.751,)"
                  R"("battery_current":0,"gnss_pdop":1.1,"pdop":1.1,"gnss_hdop":0.7,"hdop":0.7,)"
                  R"("external_voltage":11.935,"external_power_v":11.935,"speed":0,"gsm_cell_id":902,)"
                  R"("gsm_area_code":1,"trip_odometer":0,"trip_odometer_m":0,"active_gsm_operator":24602,)"
                  R"("geofence_zone_11":308,"dallas_temperature_1_status":"not_connected",)"
                  R"("dallas_temperature_2_status":"not_connected",)"
                  R"("dallas_temperature_3_status":"not_connected","dallas_temperature_id_1":0,)"
                  R"("ibutton":0,"rfid":0})"));
  EXPECT_THAT(said.problems, IsEmpty());
}

TEST(TeltonikaExamples, Section6_4IsNamedByTheTruckTableForATruckModel) {
  const Transcript said = run(kPosition, with_model("FMB640"));
  ASSERT_EQ(said.fixes.size(), 1u);
  EXPECT_THAT(said.fixes[0], testing::HasSubstr(R"("gnss_status":3)")) << "71";
  EXPECT_THAT(said.fixes[0], testing::HasSubstr(R"("analog_input_2":0.07)")) << "10";
  EXPECT_THAT(said.fixes[0], testing::HasSubstr(R"("analog_input_3":0.08)")) << "11";
}

TEST(TeltonikaExamples, Section6_5Codec8Extended) {
  const Transcript said =
      run("000000000000004A8E010000016B412CEE0001000000000000000000000000000000000100050001000101000100110"
          "01D00010010015E2C880002000B000000003544C87A000E000000001DD7E06A00000100002994");
  EXPECT_THAT(said.messages, ElementsAre("location 0x8e ok 1"));
  EXPECT_THAT(said.fixes, ElementsAre("2019-06-10T11:36:32.000Z invalid 0,0 0m 0km/h 0deg 0sat "
                                      R"({"priority":1,"event_id":1,"digital_input_1":1,"axis_x":29,)"
                                      R"("total_odometer":22949000,"odometer_m":22949000,"iccid1":893700218,)"
                                      R"("iccid2":500686954,"iccid":"893700218500686954"})"));
  EXPECT_THAT(said.replies, ElementsAre("00000001"));
}

TEST(TeltonikaExamples, Section6_6Codec8ExtendedWithAnEmptyVin) {
  const Transcript said = run(
      "000000000000005F8E010000015FBA40B620000F0DCDE420959D30008A000006000000000006000100EF0000010011001E0001"
      "00100000CBDF0002000B000000003544C875000E0000000029BFE4D10001010000110000000000000000000000000000000000"
      "0"
      "10000D153");
  EXPECT_THAT(said.fixes, ElementsAre("2017-11-14T11:18:44.000Z valid 54.6676016,25.2562916 138m 0km/h 0deg "
                                      "6sat "
                                      R"({"priority":0,"event_id":0,"ignition":false,"axis_x":30,)"
                                      R"("total_odometer":52191,"odometer_m":52191,"iccid1":893700213,)"
                                      R"("iccid2":700441809,"vin":"","iccid":"893700213700441809"})"));
}

TEST(TeltonikaExamples, Section6_7Codec8ExtendedWithABeaconList) {
  const Transcript said = run(
      "00000000000000A98E020000017357633410000F0DC39B2095964A00AC00F80B00000000000B000500F00100150400C8000045"
      "01007156000500B5000500B600040018000000430FE00044011B000100F10000601B000000000000017357633BE1000F0DC39B"
      "2095964A00AC00F80B000001810001000000000000000000010181002D11213102030405060708090A0B0C0D0E0F104545010A"
      "BC212102030405060708090A0B0C0D0E0F10020B010AAD020000BF30");
  EXPECT_THAT(
      said.fixes,
      ElementsAre(
          "2020-07-16T11:29:46.000Z valid 54.667425,25.2560283 172m 0km/h 248deg 11sat "
          R"({"priority":0,"event_id":0,"movement":1,"motion":true,"gsm_signal":4,"gsm_level":4,)"
          R"("sleep_mode":0,"gnss_status":1,"battery_level":86,"battery_percent":86,"gnss_pdop":0.5,)"
          R"("pdop":0.5,"gnss_hdop":0.4,"hdop":0.4,"speed":0,"battery_voltage":4.064,"battery_v":4.064,)"
          R"("battery_current":0.283,"active_gsm_operator":24603})",
          "2020-07-16T11:29:48.001Z valid 54.667425,25.2560283 172m 0km/h 248deg 11sat "
          R"({"priority":0,"event_id":385,"beacon_part":1,"beacon_parts":1,)"
          R"("beacon_1_uuid":"3102030405060708090a0b0c0d0e0f10","beacon_1_major":17733,)"
          R"("beacon_1_minor":266,"beacon_1_rssi_dbm":-68,)"
          R"("beacon_2_uuid":"2102030405060708090a0b0c0d0e0f10","beacon_2_major":523,)"
          R"("beacon_2_minor":266,"beacon_2_rssi_dbm":-83})"));
  EXPECT_THAT(said.replies, ElementsAre("00000002"));
}

TEST(TeltonikaExamples, Section6_8Codec16WithTwoRecords) {
  const Transcript said = run(
      "000000000000005F10020000016BDBC7833000000000000000000000000000000000000B05040200010000030002000B0027"
      "0042563A00000000016BDBC7871800000000000000000000000000000000000B05040200010000030002000B00260042563A00"
      "000200005FB3",
      with_model("FMB630"));
  EXPECT_THAT(said.messages, ElementsAre("location 0x10 ok 2"));
  EXPECT_THAT(said.fixes,
              ElementsAre("2019-07-10T12:06:54.000Z invalid 0,0 0m 0km/h 0deg 0sat "
                          R"({"priority":0,"event_id":11,"generation_type":5,"digital_input_1":0,)"
                          R"("digital_input_3":0,"analog_input_3":0.039,"external_voltage":22.074,)"
                          R"("external_power_v":22.074})",
                          "2019-07-10T12:06:55.000Z invalid 0,0 0m 0km/h 0deg 0sat "
                          R"({"priority":0,"event_id":11,"generation_type":5,"digital_input_1":0,)"
                          R"("digital_input_3":0,"analog_input_3":0.038,"external_voltage":22.074,)"
                          R"("external_power_v":22.074})"));
  EXPECT_THAT(said.replies, ElementsAre("00000002"));
}

TEST(TeltonikaExamples, Section6_9WestSouthAndBelowTheSea) {
  const Transcript said =
      run("000000000000002B0801000001A20E2D9CC001D5FA8DC0EBD00800FFF4010E09003FEF0301EF010142320001100001E240"
          "000100005D6C");
  EXPECT_THAT(said.fixes,
              ElementsAre("2026-11-24T15:30:00.000Z valid -33.8688,-70.5 -12m 63km/h 270deg 9sat "
                          R"({"priority":1,"event_id":239,"ignition":true,"external_voltage":12.8,)"
                          R"("external_power_v":12.8,"total_odometer":123456,"odometer_m":123456})"));
}

TEST(TeltonikaExamples, Section6_9SignedValueAndVin) {
  const Transcript said =
      run("00000000000000458E01000001A20E2D9CC001D5FA8DC0EBD00800FFF4010E09003F00000003000100EF0100010019FDF3"
          "000000000001010000115756575A5A5A314B5A4157303030303031010000D066");
  EXPECT_THAT(said.fixes, ElementsAre("2026-11-24T15:30:00.000Z valid -33.8688,-70.5 -12m 63km/h 270deg 9sat "
                                      R"({"priority":1,"event_id":0,"ignition":true,)"
                                      R"("ble_temperature_1":-5.25,"vin":"WVWZZZ1KZAW000001"})"));
}

TEST(TeltonikaExamples, Section2UdpCodec8) {
  const auto session = open_session(over_udp());
  const ExactBytes datagram(
      "003DCAFE0105000F33353230393330383634303336353508010000016B4F815B30010000000000000000000000000000000103"
      "021503010101425DBC000001");
  const Transcript said = run(*session, datagram.view());
  EXPECT_EQ(session->identity().view(), "352093086403655");
  EXPECT_THAT(said.messages, ElementsAre("location 0x08 none 1"));
  EXPECT_THAT(said.fixes,
              ElementsAre("2019-06-13T06:23:26.000Z invalid 0,0 0m 0km/h 0deg 0sat "
                          R"({"priority":1,"event_id":1,"gsm_signal":3,"gsm_level":3,"digital_input_1":1,)"
                          R"("external_voltage":23.996,"external_power_v":23.996})"));
  EXPECT_THAT(said.replies, ElementsAre("0005cafe010501"));
}

TEST(TeltonikaExamples, Section2UdpCodec8Extended) {
  const Transcript said = run(
      "005FCAFE0107000F3335323039333038363430333635358E010000016B4F831C680100000000000000000000000000000000"
      "010005000100010100010011009D00010010015E2C880002000B000000003544C87A000E000000001DD7E06A000001",
      over_udp());
  EXPECT_THAT(said.fixes, ElementsAre("2019-06-13T06:25:21.000Z invalid 0,0 0m 0km/h 0deg 0sat "
                                      R"({"priority":1,"event_id":1,"digital_input_1":1,"axis_x":157,)"
                                      R"("total_odometer":22949000,"odometer_m":22949000,)"
                                      R"("iccid1":893700218,"iccid2":500686954,)"
                                      R"("iccid":"893700218500686954"})"));
  EXPECT_THAT(said.replies, ElementsAre("0005cafe010701"));
}

TEST(TeltonikaExamples, Section2UdpCodec16) {
  SessionOptions options = over_udp();
  options.settings.model = "FM6320";
  const Transcript said = run(
      "0048CAFE0107000F33353230393430383532333135393210010000015117E40FE80000000000000000000000000000000000"
      "EF05050400010000030000B40000EF01010042111A000001",
      options);
  EXPECT_THAT(said.fixes,
              ElementsAre("2015-11-18T00:00:01.000Z invalid 0,0 0m 0km/h 0deg 0sat "
                          R"({"priority":0,"event_id":239,"generation_type":5,"digital_input_1":0,)"
                          R"("digital_input_3":0,"digital_output_2":0,"ignition":true,)"
                          R"("external_voltage":4.378,"external_power_v":4.378})"));
  EXPECT_THAT(said.replies, ElementsAre("0005cafe010701"));
}

struct WrongFrame {
  std::string_view name;
  std::string_view hex;
};

constexpr WrongFrame kWrongFrames[] = {
    {"codec 14 refusal with a checksum of other bytes",
     "00000000000000100E011100000008035209308145246801000032AC"},
    {"codec 13 short form with the length of the long one",
     "00000000000000170D0105000000070A81C320676574696E666F0100006855FFFFFFFF"},
    {"6.1 with its last byte changed",
     "000000000000003608010000016B40D8EA30010000000000000000000000000000000105021503010101425E0F01F1000060"
     "1A014E0000000000000000010000C7CE"},
    {"6.1 with bits in the upper half of the checksum",
     "000000000000003608010000016B40D8EA30010000000000000000000000000000000105021503010101425E0F01F1000060"
     "1A014E0000000000000000010001C7CF"},
};

TEST(TeltonikaExamples, Section12WhatIsPublishedWrongIsRefused) {
  for (const WrongFrame& row : kWrongFrames) {
    SCOPED_TRACE(row.name);
    const Transcript said = run(row.hex);
    EXPECT_THAT(said.messages, IsEmpty());
    EXPECT_THAT(said.replies, IsEmpty());
    EXPECT_THAT(said.problems, ElementsAre(testing::StartsWith("bad_crc rejected 0+")));
    EXPECT_TRUE(said.closed) << "1.4: the safest way to find the next frame";
  }
}

}  // namespace
}  // namespace rastro::teltonika

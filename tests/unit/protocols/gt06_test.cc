// The values that gt06.md prints for its examples, and the faults of each message under them.
#include <gtest/gtest.h>

#include "protocols/gt06/alarm_code.h"
#include "protocols/gt06/encode.h"
#include "protocols/gt06/number.h"
#include "tests/unit/protocols/gt06_support.h"

namespace rastro::gt06 {
namespace {

struct LoginRow {
  std::string_view name;
  std::string_view hex;
  std::string_view identity;
  std::uint16_t serial;
  std::string_view attributes;
  std::string_view reply;
};

TEST(Gt06Login, SaysWhoSpeaksAndIsAnsweredAtOnce) {
  constexpr LoginRow kRows[] = {
      {"classic", "78780D01012345678901234500018CDD0D0A", "123456789012345", 1, "{}", "787805010001d9dc0d0a"},
      {"serial 2", "78780D01035341353215036200022D060D0A", "353413532150362", 2, "{}",
       "787805010002eb470d0a"},
      {"extended", "78781101075253367890024270003201000512790D0A", "752533678900242", 5,
       R"({"type_code":"7000","utc_offset_min":480,"language":1})", "7878050100059ff80d0a"},
      {"type 2203", "7878110103516080807792882203320101AA53360D0A", "351608080779288", 0x01AA,
       R"({"type_code":"2203","utc_offset_min":480,"language":1})", "7878050101aadbdd0d0a"},
  };
  for (const LoginRow& row : kRows) {
    SCOPED_TRACE(row.name);
    Decoder decoder{SessionOptions{}};
    EXPECT_EQ(decoder.take(row.hex), row.hex.size() / 2);
    EXPECT_EQ(decoder.session.identity().view(), row.identity);
    EXPECT_TRUE(decoder.out.login);
    EXPECT_EQ(decoder.message().type, MessageType::kLogin);
    EXPECT_EQ(decoder.message().serial, row.serial);
    EXPECT_EQ(decoder.message().checksum, Checksum::kOk);
    EXPECT_EQ(decoder.attributes(), row.attributes);
    EXPECT_EQ(decoder.reply(), row.reply);
    EXPECT_FALSE(decoder.out.replies.at(0).after_durable);
    EXPECT_TRUE(decoder.out.problems.empty());
  }
}

TEST(Gt06Login, WithAWrongChecksumIsNobody) {
  Decoder decoder{SessionOptions{}};
  decoder.take("787811010123456789012345100B3201000171930D0A");
  EXPECT_TRUE(decoder.session.identity().empty());
  EXPECT_EQ(decoder.error(), DecodeError::kBadChecksum);
  EXPECT_EQ(decoder.out.problems.at(0).disposition, Disposition::kRejected);
  EXPECT_EQ(decoder.reply(), "");
  EXPECT_TRUE(decoder.decoded().messages.empty());
}

TEST(Gt06Login, RefusedIsForgottenAndNotAnswered) {
  Decoder decoder{SessionOptions{}};
  decoder.take("78780D01012345678901234500018CDD0D0A");
  decoder.session.refuse_login(decoder.out);
  EXPECT_EQ(decoder.reply(), "");
  EXPECT_TRUE(decoder.session.identity().empty());
  decoder.take("78780A134401040001000508450D0A");
  EXPECT_EQ(decoder.error(), DecodeError::kNotLoggedIn);
}

TEST(Gt06Login, IsAwaitedBeforeAnythingElseIsReadOrAnswered) {
  Decoder decoder{SessionOptions{}};
  decoder.take("78781F120B081D112E10CF027AC7EB0C46584900148F01CC00287D001FB8000380810D0A");
  EXPECT_EQ(decoder.error(), DecodeError::kNotLoggedIn);
  EXPECT_EQ(decoder.out.problems.at(0).disposition, Disposition::kRejected);
  EXPECT_TRUE(decoder.decoded().messages.empty());
  EXPECT_EQ(decoder.reply(), "");
  EXPECT_EQ(decoder.out.raw.size(), 36u);
}

struct FixRow {
  std::string_view name;
  std::string_view hex;
  std::string_view time;
  bool valid;
  double latitude;
  double longitude;
  double speed;
  double course;
  int satellites;
  int serial;
  std::optional<Cell> cell;
  std::string_view attributes;
  std::string_view reply;
};

const FixRow kFixRows[] = {
    {"12 of the document", "78781F120B081D112E10CF027AC7EB0C46584900148F01CC00287D001FB8000380810D0A",
     "2011-08-29T17:46:16.000Z", true, 23.111668, 114.409285, 0, 143, 15, 3, Cell{460, 0, 10365, 8120, {}},
     "{}", "787805120003903f0d0a"},
    {"22 from the buffer", "787822220F0C1D023305C9027AC8180C46586000140001CC00287D001F71000001000820860D0A",
     "2015-12-29T02:51:05.000Z", true, 23.111693, 114.409298, 0, 0, 9, 8, Cell{460, 0, 10365, 8049, {}},
     R"({"ignition":false,"upload_mode":0,"reupload":true})", "787805220008a8420d0a"},
    {"22 with mileage",
     "787826221A0B180F1E00CA03A23C00079057203C185A01CC00287D001F710100000001E240001186A70D0A",
     "2026-11-24T15:30:00.000Z", true, -33.8688, -70.5, 60, 90, 10, 0x11, Cell{460, 0, 10365, 8049, {}},
     R"({"ignition":true,"upload_mode":0,"reupload":false,"odometer_m":123456})", "78780522001125020d0a"},
    {"16 SOS", "787825160B0B0F0E241DCF027AC8870C4657E60014020901CC00287D001F726506040101003656A40D0A",
     "2011-11-15T14:36:29.000Z", true, 23.111755, 114.409230, 0, 2, 15, 0x36, Cell{460, 0, 10365, 8050, {}},
     R"({"blocked":false,"gps_tracking":true,"charging":true,"ignition":false,"armed":true,)"
     R"("voltage_level":6,"gsm_level":4,"alarm_code":1,"language":1,"alarms":["sos"]})",
     "78780516003695700d0a"},
    {"16 vibration", "787825160F0C1D0A2B21C8027AC8040C46581000146F0901CC00287D001F714804040301001C84CF0D0A",
     "2015-12-29T10:43:33.000Z", true, 23.111682, 114.409253, 0, 111, 8, 0x1C, Cell{460, 0, 10365, 8049, {}},
     R"({"blocked":false,"gps_tracking":true,"charging":false,"ignition":false,"armed":false,)"
     R"("voltage_level":4,"gsm_level":4,"alarm_code":3,"language":1,"alarms":["vibration"]})",
     "78780516001c1b280d0a"},
    {"26 tamper, not fixed",
     "787825260F0C1D030B26C9027AC8180C4658600004000901CC00287D001F718004041302000C472A0D0A",
     "2015-12-29T03:11:38.000Z", false, 23.111693, 114.409298, 0, 0, 9, 0x0C, Cell{460, 0, 10365, 8049, {}},
     R"({"blocked":true,"gps_tracking":false,"charging":false,"ignition":false,"armed":false,)"
     R"("voltage_level":4,"gsm_level":4,"alarm_code":19,"language":2,"alarms":["tampering"]})",
     "78780526000c8d070d0a"},
    {"26 with bit 14 set",
     "7878252612030C063816C3026C10540C38C9700144030901CC002866000EEE0C06040302000DA2DB0D0A",
     "2018-03-12T06:56:22.000Z", false, 22.575833, 113.915653, 1, 3, 3, 0x0D, Cell{460, 0, 10342, 3822, {}},
     R"({"blocked":false,"gps_tracking":false,"charging":true,"ignition":false,"armed":false,)"
     R"("voltage_level":6,"gsm_level":4,"alarm_code":3,"language":2,"alarms":["vibration"]})",
     "78780526000d9c8e0d0a"},
    {"26 with LBS length 8 and the alarm in the information bits",
     "78782526110C0D133736CB026C15A60C38CF0A0054B90801CC002866000EEED802040002001D76F90D0A",
     "2017-12-13T19:55:54.000Z", true, 22.57659, 113.91645, 0, 185, 11, 0x1D, Cell{460, 0, 10342, 3822, {}},
     R"({"blocked":true,"gps_tracking":true,"charging":false,"ignition":false,"armed":false,)"
     R"("voltage_level":2,"gsm_level":4,"alarm_code":0,"language":2,"alarms":["low_battery"]})",
     "78780526001d8c0f0d0a"},
    {"27 with neither cell nor fence",
     "78782627100419092D07C5027AC91C0C4658000005370900000000000000008002000C01FF00004DF60D0A",
     "2016-04-25T09:45:07.000Z", false, 23.111838, 114.409244, 0, 311, 5, 0, std::nullopt,
     R"({"blocked":true,"gps_tracking":false,"charging":false,"ignition":false,"armed":false,)"
     R"("voltage_level":2,"gsm_level":0,"alarm_code":12,"language":1,"alarms":["power_on"]})",
     "7878052700001db70d0a"},
};

TEST(Gt06Fix, HasTheValuesThatTheDocumentPrints) {
  for (const FixRow& row : kFixRows) {
    SCOPED_TRACE(row.name);
    Decoder decoder;
    EXPECT_EQ(decoder.take(row.hex), row.hex.size() / 2);
    ASSERT_EQ(decoder.decoded().fixes.size(), 1u);
    const Fix& fix = decoder.fix();
    EXPECT_EQ(decoder.time(), row.time);
    EXPECT_EQ(fix.valid, row.valid);
    EXPECT_NEAR(fix.latitude_deg, row.latitude, 1e-6);
    EXPECT_NEAR(fix.longitude_deg, row.longitude, 1e-6);
    EXPECT_EQ(fix.altitude_m, std::nullopt);
    EXPECT_EQ(fix.speed_kmh, row.speed);
    EXPECT_EQ(fix.course_deg, row.course);
    EXPECT_EQ(fix.satellites, row.satellites);
    EXPECT_EQ(decoder.message().serial, row.serial);
    EXPECT_EQ(decoder.attributes(), row.attributes);
    EXPECT_EQ(decoder.reply(), row.reply);
    EXPECT_TRUE(decoder.out.replies.at(0).after_durable);
    EXPECT_TRUE(decoder.out.problems.empty());
    const auto cells = decoder.decoded().cells_of(decoder.message());
    ASSERT_EQ(cells.size(), row.cell ? 1u : 0u);
    if (!row.cell) continue;
    EXPECT_EQ(cells[0].mcc, row.cell->mcc);
    EXPECT_EQ(cells[0].mnc, row.cell->mnc);
    EXPECT_EQ(cells[0].lac, row.cell->lac);
    EXPECT_EQ(cells[0].cell, row.cell->cell);
  }
}

// The frame again with less content, its length and checksum made to fit.
std::vector<std::uint8_t> with_content_cut(std::string_view hex, std::size_t size) {
  const auto bytes = from_hex(hex);
  const Frame frame = find_frame(bytes, kMaxLength, true).frame.value();
  std::vector<std::uint8_t> cut;
  append_frame(Form::kShort, frame.number, frame.content.first(size), frame.serial, cut);
  return cut;
}

TEST(Gt06Fix, CutAtAnyLengthIsADeadLetterThatIsAnswered) {
  for (const FixRow& row : kFixRows) {
    const auto bytes = from_hex(row.hex);
    const Frame frame = find_frame(bytes, kMaxLength, true).frame.value();
    const bool mileage = row.name == "22 with mileage";
    for (std::size_t size = 1; size < frame.content.size(); ++size) {
      if (mileage && size >= 29) continue;  // the mileage may be missing, and what is left of it is kept
      SCOPED_TRACE(std::string(row.name) + ", content of " + std::to_string(size));
      Decoder decoder;
      const auto cut = with_content_cut(row.hex, size);
      EXPECT_EQ(decoder.take(cut), cut.size());
      ASSERT_EQ(decoder.out.problems.size(), 1u);
      EXPECT_EQ(decoder.error(), DecodeError::kContentTooShort);
      EXPECT_EQ(decoder.out.problems[0].disposition, Disposition::kDeadLetter);
      EXPECT_EQ(to_hex(decoder.out.problems[0].bytes), to_hex(cut));
      EXPECT_TRUE(decoder.decoded().messages.empty());
      EXPECT_TRUE(decoder.decoded().fixes.empty());
      EXPECT_TRUE(decoder.decoded().attributes.empty());
      EXPECT_EQ(decoder.reply(), row.reply);
      EXPECT_TRUE(decoder.out.replies.at(0).after_durable);
    }
    Decoder decoder;
    decoder.take(with_content_cut(row.hex, 0));
    EXPECT_EQ(decoder.decoded().messages.size(), 1u) << "empty content is a plain message (9.1)";
    EXPECT_TRUE(decoder.out.problems.empty());
  }
}

TEST(Gt06Fix, OfARecordSentAgainHasTheSameHashWhateverTheSerialAndForm) {
  const auto content = from_hex("0F0C1D023305C9027AC8180C46586000140001CC00287D001F71000001");
  std::vector<std::uint8_t> first;
  std::vector<std::uint8_t> again;
  append_frame(Form::kShort, number::kGpsLbsUtc, content, 7, first);
  append_frame(Form::kLong, number::kGpsLbsUtc, content, 9, again);
  Decoder decoder;
  decoder.take(first);
  const std::uint64_t hash = decoder.fix().record_hash;
  decoder.take(again);
  EXPECT_EQ(decoder.fix().record_hash, hash);
  again.clear();
  append_frame(Form::kShort, number::kGpsLbs, ByteView(content).first(26), 7, again);
  decoder.take(again);
  EXPECT_NE(decoder.fix().record_hash, hash);
}

TEST(Gt06Fix, InLocalTimeIsMovedByTheZoneOfTheSettingsElseByTheLogins) {
  constexpr std::string_view kLocal =
      "78781F120B081D112E10CF027AC7EB0C46584900148F01CC00287D001FB8000380810D0A";
  Decoder decoder;
  decoder.take(kLocal);
  EXPECT_EQ(decoder.time(), "2011-08-29T17:46:16.000Z") << "nobody knows a zone: UTC";
  decoder.take("7878110103516080807792882203320101AA53360D0A");  // GMT+8
  decoder.take(kLocal);
  EXPECT_EQ(decoder.time(), "2011-08-29T09:46:16.000Z");
  decoder.take("78780D01012345678901234500018CDD0D0A");  // says no zone
  decoder.take(kLocal);
  EXPECT_EQ(decoder.time(), "2011-08-29T17:46:16.000Z");

  SessionOptions options = logged_in();
  options.settings.utc_offset_s = -3 * 3600;
  Decoder set(options);
  set.take("7878110103516080807792882203320101AA53360D0A");
  set.take(kLocal);
  EXPECT_EQ(set.time(), "2011-08-29T20:46:16.000Z") << "what somebody set counts more";
  set.take("787822220F0C1D023305C9027AC8180C46586000140001CC00287D001F71000001000820860D0A");
  EXPECT_EQ(set.time(), "2015-12-29T02:51:05.000Z") << "0x22 is UTC";
}

struct HeartbeatRow {
  std::string_view name;
  std::string_view hex;
  int serial;
  std::string_view attributes;
  std::string_view reply;
};

TEST(Gt06Heartbeat, HasTheValuesThatTheDocumentPrints) {
  constexpr HeartbeatRow kRows[] = {
      {"13, info 44", "78780A134401040001000508450D0A", 5,
       R"({"blocked":false,"gps_tracking":true,"charging":true,"ignition":false,"armed":false,)"
       R"("voltage_level":1,"gsm_level":4,"language":1})",
       "787805130005afd50d0a"},
      {"13, info 40", "78780A134004040001000FDCEE0D0A", 0x0F,
       R"({"blocked":false,"gps_tracking":true,"charging":false,"ignition":false,"armed":false,)"
       R"("voltage_level":4,"gsm_level":4,"language":1})",
       "78780513000f008f0d0a"},
      {"13 with its checksum calculated", "78780A134B040300010011634F0D0A", 0x11,
       R"({"blocked":false,"gps_tracking":true,"charging":false,"ignition":true,"armed":true,)"
       R"("voltage_level":4,"gsm_level":3,"language":1,"alarms":["vibration"]})",
       "787805130011f9700d0a"},
      {"23 with 2.90 V", "78780B23C00122040001000818720D0A", 8,
       R"({"blocked":true,"gps_tracking":true,"charging":false,"ignition":false,"armed":false,)"
       R"("gsm_level":4,"external_power_v":2.9,"language":1})",
       "787805230008f29e0d0a"},
      {"23 with 39.86 V", "78780B23050F9204000200088A370D0A", 8,
       R"({"blocked":false,"gps_tracking":false,"charging":true,"ignition":false,"armed":true,)"
       R"("gsm_level":4,"external_power_v":39.86,"language":2})",
       "787805230008f29e0d0a"},
      {"36 with its list", "787817360005040002003201010018020192006A015F0324AEAF0D0A", 0x0324,
       R"({"blocked":false,"gps_tracking":false,"charging":false,"ignition":false,"armed":false,)"
       R"("voltage_level":5,"gsm_level":4,"language":2,"start_reason":1,"battery_v":4.02,"battery_percent":95})",
       "7878053603248fb00d0a"},
  };
  for (const HeartbeatRow& row : kRows) {
    SCOPED_TRACE(row.name);
    Decoder decoder;
    EXPECT_EQ(decoder.take(row.hex), row.hex.size() / 2);
    EXPECT_EQ(decoder.message().type, MessageType::kHeartbeat);
    EXPECT_EQ(decoder.message().serial, row.serial);
    EXPECT_EQ(decoder.attributes(), row.attributes);
    EXPECT_EQ(decoder.reply(), row.reply);
    EXPECT_FALSE(decoder.out.replies.at(0).after_durable);
    EXPECT_TRUE(decoder.out.problems.empty());
  }
}

TEST(Gt06Heartbeat, AsPrintedWithAWrongChecksumIsRefused) {
  Decoder decoder;
  decoder.take("78780A134B040300010011061F0D0A");
  EXPECT_EQ(decoder.error(), DecodeError::kBadChecksum);
  EXPECT_EQ(decoder.reply(), "");
}

TEST(Gt06Alarms, OfTheTableHaveWordsAndComeBack) {
  EXPECT_EQ(find_alarm(0x00), std::nullopt);
  EXPECT_EQ(find_alarm(0x06), Alarm::kOverspeed);
  EXPECT_EQ(find_alarm(0x2B), Alarm::kHardCornering);
  EXPECT_EQ(find_alarm(0xFE), Alarm::kIgnitionOn);
  EXPECT_EQ(find_alarm(0x21), std::nullopt) << "reserved";
  for (unsigned code = 0; code < 256; ++code) {
    const auto alarm = find_alarm(static_cast<std::uint8_t>(code));
    if (alarm) {
      EXPECT_EQ(find_alarm(find_alarm_code(*alarm).value()), alarm) << code;
    }
  }
  EXPECT_EQ(find_alarm_code(Alarm::kJamming), std::nullopt);
}

}  // namespace
}  // namespace rastro::gt06

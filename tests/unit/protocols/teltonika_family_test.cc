// The family of a device: by its model, by what it sends, and what follows from it. And the settings that a
// session asks for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "protocols/surroundings.h"
#include "protocols/teltonika/element_form.h"
#include "protocols/teltonika/elements.h"
#include "tests/support/allocation_count.h"
#include "tests/unit/protocols/teltonika_support.h"

namespace rastro::teltonika {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::uint16_t kTruckOnly = 7;
constexpr std::uint16_t kCarOnly = 49;

FamilySet left(std::uint16_t id, std::size_t size) { return static_cast<FamilySet>(evidence_of(id, size)); }

TEST(TeltonikaFamily, IsToldByAnIdThatOnlyOneHas) {
  EXPECT_EQ(left(kTruckOnly, 8), set_of(Family::kFmx6));
  EXPECT_EQ(left(kTruckOnly, 1), kAllFamilies) << "in a size that nobody gives it";
  EXPECT_EQ(left(239, 1), kAllFamilies) << "everybody has it";
  EXPECT_EQ(left(65000, 1), kAllFamilies) << "nobody has it";
}

TEST(TeltonikaFamily, IsToldByASizeThatOnlySomeGive) {
  EXPECT_EQ(left(71, 1), set_of(Family::kFmx6));
  EXPECT_EQ(left(69, 1), set_of(Family::kFmx) | set_of(Family::kAutonomous) | set_of(Family::kTft100));
  EXPECT_EQ(left(69, 2), set_of(Family::kFmx6));
  EXPECT_EQ(left(38, 1), kAllFamilies) << "5.2: documents differ";
  EXPECT_EQ(left(256, 5), set_of(Family::kFmx)) << "a text has any size";
}

TEST(TeltonikaFamily, EvidenceInTheTablesIsThatOfAnySize) {
  for (std::size_t f = 0; f < kFamilyCount; ++f) {
    const ElementTable& table = element_table(static_cast<Family>(f));
    for (int id = 0; id <= 0xFFFF; ++id) {
      const ElementInfo* info = table.find(static_cast<std::uint16_t>(id));
      if (info == nullptr) continue;
      EXPECT_EQ(info->evidence, evidence_of(static_cast<std::uint16_t>(id), info->size)) << f << " " << id;
    }
  }
}

TEST(TeltonikaFamily, IsGuessedWhenOneIsLeft) {
  FamilyKnowledge knowledge;
  EXPECT_EQ(knowledge.guess(), std::nullopt);
  EXPECT_EQ(knowledge.table(), Family::kFmx);
  knowledge.learn(set_of(Family::kFmx) | set_of(Family::kTft100));
  EXPECT_EQ(knowledge.guess(), std::nullopt) << "cars are still among them";
  knowledge.learn(set_of(Family::kTft100) | set_of(Family::kAutonomous));
  EXPECT_EQ(knowledge.guess(), Family::kTft100);
  EXPECT_EQ(knowledge.table(), Family::kTft100);
  knowledge.learn(set_of(Family::kFmx6));
  EXPECT_EQ(knowledge.guess(), std::nullopt) << "a contradiction";
  EXPECT_EQ(knowledge.possible(), kAllFamilies);
  knowledge.learn(set_of(Family::kFmx6));
  EXPECT_EQ(knowledge.guess(), std::nullopt) << "for good";
}

TEST(TeltonikaFamily, IsTheFirstOfThoseLeftWhenCarsAreRuledOut) {
  FamilyKnowledge knowledge;
  knowledge.learn(set_of(Family::kTft100) | set_of(Family::kAutonomous));
  EXPECT_EQ(knowledge.guess(), Family::kAutonomous);
}

TEST(TeltonikaFamily, OfASetModelIsNotGuessed) {
  FamilyKnowledge knowledge("FMC640");
  EXPECT_TRUE(knowledge.is_set());
  EXPECT_EQ(knowledge.guess(), std::nullopt);
  EXPECT_EQ(knowledge.table(), Family::kFmx6);
  EXPECT_EQ(knowledge.possible(), set_of(Family::kFmx6));
}

TEST(TeltonikaFamily, HasAName) {
  EXPECT_EQ(family_name(Family::kFmx), "fmx");
  EXPECT_EQ(family_name(Family::kFmx6), "fmx6");
  EXPECT_EQ(family_name(Family::kAutonomous), "autonomous");
  EXPECT_EQ(family_name(Family::kTft100), "tft100");
  EXPECT_EQ(family_name(Family::kTst100), "tst100");
}

std::optional<Learnt> learnt(Session& session, const Bytes& bytes, SessionOutput& out) {
  out.clear();
  EXPECT_EQ(session.consume(bytes, kNoArrival, out), bytes.size());
  return out.learnt;
}

TEST(TeltonikaFamily, IsToldWhenItChangesAndStaysForTheNextPackets) {
  const auto session = open_session(logged_in());
  SessionOutput out;
  EXPECT_EQ(learnt(*session, encode({make_record()}), out), std::nullopt);
  const Bytes truck = encode({WithElement(kTruckOnly, "0000000000000001").record()});
  EXPECT_EQ(learnt(*session, truck, out).value().family, "fmx6");
  EXPECT_EQ(learnt(*session, truck, out), std::nullopt) << "nothing new";
  EXPECT_THAT(run(*session, encode({WithElement(251, "01").record()})).fixes,
              ElementsAre(HasSubstr(R"("immobilizer":1)")));
  const Bytes car = encode({WithElement(kCarOnly, "0001").record()});
  EXPECT_EQ(learnt(*session, car, out).value().family, "") << "contradicted";
}

TEST(TeltonikaFamily, OverUdpIsOfEachDatagram) {
  const auto session = open_session(over_udp());
  SessionOutput out;
  const Bytes truck = encode_udp({WithElement(kTruckOnly, "0000000000000001").record()});
  EXPECT_EQ(learnt(*session, truck, out).value().family, "fmx6");
  EXPECT_EQ(learnt(*session, truck, out), std::nullopt) << "nothing new";
  Bytes other = encode_udp({WithElement(251, "01").record()});
  other[22] = '6';
  EXPECT_EQ(learnt(*session, other, out), std::nullopt) << "another device, of which nothing is known";
  EXPECT_EQ(learnt(*session, truck, out).value().family, "fmx6");
}

TEST(TeltonikaFamily, IsForgottenWithTheIdentity) {
  const auto session = open_session(logged_in());
  run(*session, encode({WithElement(kTruckOnly, "0000000000000001").record()}));
  run(*session, from_hex("000f313233343536373839303132333435"));
  EXPECT_THAT(run(*session, encode({WithElement(251, "01").record()})).fixes,
              ElementsAre(HasSubstr(R"("idling":1)")));
}

// Settings --------------------------------------------------------------------------------------------------

class Settings final : public Surroundings {
 public:
  DeviceSettings settings_of(const DeviceIdentity& identity,
                             const DeviceSettings& of_listener) const override {
    const auto found = of_device.find(std::string(identity.view()));
    return found == of_device.end() ? of_listener : found->second;
  }
  std::string place_name(double, double) const override { return {}; }

  std::map<std::string, DeviceSettings> of_device;
};

TEST(TeltonikaSettings, AreTheDevicesOwnFromItsLoginOn) {
  Settings settings;
  settings.of_device["123456789012345"].model = "FMC650";
  SessionOptions options = logged_in();
  options.surroundings = &settings;
  const auto session = open_session(options);
  const Bytes packet = encode({WithElement(251, "01").record()});
  EXPECT_THAT(run(*session, packet).fixes, ElementsAre(HasSubstr("idling")));
  run(*session, from_hex("000f313233343536373839303132333435"));
  EXPECT_THAT(run(*session, packet).fixes, ElementsAre(HasSubstr("immobilizer")));
}

TEST(TeltonikaSettings, AreAskedForAgainWhenTheyChanged) {
  Settings settings;
  SessionOptions options = logged_in();
  options.surroundings = &settings;
  const auto session = open_session(options);
  run(*session, encode({WithElement(kTruckOnly, "0000000000000001").record()}));
  session->settings_changed();
  const Bytes packet = encode({WithElement(251, "01").record()});
  EXPECT_THAT(run(*session, packet).fixes, ElementsAre(HasSubstr("immobilizer"))) << "what was learnt stays";
  settings.of_device[std::string(kImei)].model = "FMB920";
  EXPECT_THAT(run(*session, packet).fixes, ElementsAre(HasSubstr("immobilizer"))) << "not told yet";
  session->settings_changed();
  EXPECT_THAT(run(*session, packet).fixes, ElementsAre(HasSubstr("idling")));
}

TEST(TeltonikaSettings, AreOfEachDatagram) {
  Settings settings;
  settings.of_device["352093086403655"].model = "FMC650";
  SessionOptions options = over_udp();
  options.surroundings = &settings;
  const auto session = open_session(options);
  Bytes datagram = encode_udp({WithElement(251, "01").record()});
  EXPECT_THAT(run(*session, datagram).fixes, ElementsAre(HasSubstr("immobilizer")));
  datagram[22] = '6';
  EXPECT_THAT(run(*session, datagram).fixes, ElementsAre(HasSubstr("idling")));
}

// Times -----------------------------------------------------------------------------------------------------

constexpr std::int64_t kRollover = std::int64_t{1024} * 7 * 86400 * 1000;

TEST(TeltonikaTimes, OfAWeekThatRolledOverAreCorrectedAndKept) {
  const auto noon = static_cast<std::int64_t>(kNoon);
  const auto session = open_session(logged_in());
  SessionOutput out;
  session->consume(encode({make_record(kNoon - static_cast<std::uint64_t>(kRollover)), make_record()}), noon,
                   out);
  ASSERT_EQ(out.decoded.fixes.size(), 2u);
  EXPECT_EQ(out.decoded.fixes[0].time_ms, noon);
  EXPECT_EQ(out.decoded.fixes[0].reported_time_ms, noon - kRollover);
  EXPECT_EQ(out.decoded.fixes[1].time_ms, noon);
  EXPECT_EQ(out.decoded.fixes[1].reported_time_ms, std::nullopt);
}

TEST(TeltonikaTimes, OfCodec7AndOfSerialDataToo) {
  // 2007-01-01 and 2007-04-12, 19.6 years before November 2026.
  const auto noon = static_cast<std::int64_t>(kNoon);
  const auto session = open_session(logged_in());
  SessionOutput out;
  session->consume(packet_of(from_hex("0701000000000001")), noon, out);
  ASSERT_EQ(out.decoded.fixes.size(), 1u);
  EXPECT_EQ(out.decoded.fixes[0].reported_time_ms, 1167609600000);
  EXPECT_EQ(out.decoded.fixes[0].time_ms, 1167609600000 + kRollover);
  out.clear();
  session->consume(packet_of(from_hex("0d010600000005459849004101")), noon, out);
  ASSERT_EQ(out.decoded.attributes.size(), 3u);
  EXPECT_EQ(out.decoded.attributes[1].name, "device_time");
  EXPECT_EQ(std::get<std::string_view>(out.decoded.attributes[1].value), "2026-08-16T23:34:24.000Z");
  EXPECT_EQ(out.decoded.attributes[2].name, "reported_device_time");
  EXPECT_EQ(std::get<std::string_view>(out.decoded.attributes[2].value), "2006-12-31T23:34:24.000Z");
}

// Speed -----------------------------------------------------------------------------------------------------

TEST(TeltonikaScale, IsThatOfADivisionForEveryMultiplierOfTheLists) {
  std::map<std::pair<int, int>, const ElementInfo*> multipliers;
  for (int id = 0; id <= 0xFFFF; ++id) {
    for (std::size_t f = 0; f < kFamilyCount; ++f) {
      const ElementInfo& info = element_table(static_cast<Family>(f)).at(static_cast<std::uint16_t>(id));
      multipliers.emplace(std::pair<int, int>(info.numerator, info.denominator), &info);
    }
  }
  EXPECT_GE(multipliers.size(), 8u);
  std::uint32_t number = 1;
  for (int i = 0; i < 200000; ++i) {
    number = i < 65536 ? static_cast<std::uint32_t>(i) : number * 1664525 + 1013904223;
    for (const auto& [multiplier, info] : multipliers) {
      const double divided = static_cast<double>(number) * multiplier.first / multiplier.second;
      ASSERT_EQ(scaled(*info, number), divided)
          << number << " " << multiplier.first << "/" << multiplier.second;
      ASSERT_EQ(scaled(*info, -std::int64_t{number}), -divided) << number;
    }
  }
}

TEST(TeltonikaSession, AsksForNoMemoryOnceItHasEnough) {
  WithElement mixed(239, "01");
  std::vector<Bytes> values = {from_hex("04"),
                               from_hex("3200"),
                               from_hex("0000000a"),
                               from_hex("0102030405060708"),
                               from_hex("7fff"),
                               from_hex("11212102030405060708090a0b0c0d0e0f104545010abc"),
                               from_hex("01120001e50f067cd9f401ef770d01000e020bfe"),
                               from_hex("50303130302c5030343230")};
  const std::uint16_t ids[] = {21, 66, 16, 78, 25, 385, 10831, 281};
  for (std::size_t i = 0; i < values.size(); ++i)
    mixed.record().elements.push_back({ids[i], values[i], i > 4});
  const Bytes plain = encode(std::vector<Record>(25, WithElement(66, "3200").record()));
  const Bytes lists = encode({mixed.record(), mixed.record()}, Codec::k8Extended);
  const Bytes ping = from_hex("ff");
  const auto session = open_session(logged_in());
  SessionOutput out;
  const auto feed = [&] {
    for (const Bytes* bytes : {&plain, &lists, &ping}) {
      out.clear();
      session->consume(*bytes, static_cast<std::int64_t>(kNoon), out);
    }
  };
  feed();
  feed();
  const std::int64_t before = test::allocation_count();
  for (int i = 0; i < 100; ++i) feed();
  EXPECT_EQ(test::allocation_count(), before);
}

}  // namespace
}  // namespace rastro::teltonika

// What the gateway knows of devices and places, and how settings are read.
#include "gateway/devices/device_directory.h"

#include <gmock/gmock.h>

#include "gateway/devices/device_settings_text.h"
#include "gateway/devices/learnt_notes.h"

namespace rastro {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const DeviceIdentity kTruck("352093086403655");

postgis::DeviceRow device_row(std::int64_t id, const std::string& imei) {
  postgis::DeviceRow row;
  row.id = id;
  row.imei = imei;
  return row;
}

postgis::ClientRow client_row(const std::string& name, double latitude_deg, double longitude_deg,
                              double radius_m) {
  postgis::ClientRow row;
  row.company_name = name;
  row.latitude_deg = latitude_deg;
  row.longitude_deg = longitude_deg;
  row.radius_m = radius_m;
  return row;
}

TEST(DeviceSettings, AreReadByTheirNames) {
  DeviceSettings settings;
  EXPECT_EQ(set_device_setting(settings, "model", "FMB920"), std::nullopt);
  EXPECT_EQ(set_device_setting(settings, "time_zone", "+05:30"), std::nullopt);
  EXPECT_EQ(set_device_setting(settings, "voltage_scale", "0.001"), std::nullopt);
  EXPECT_EQ(set_device_setting(settings, "mileage_unit", "100m"), std::nullopt);
  EXPECT_EQ(set_device_setting(settings, "ack", "documented"), std::nullopt);
  EXPECT_EQ(set_device_setting(settings, "io16", "true"), std::nullopt);
  DeviceSettings expected;
  expected.model = "FMB920";
  expected.utc_offset_s = 19800;
  expected.voltage_scale_v = 0.001;
  expected.mileage_unit = MileageUnit::kHundredMetres;
  expected.ack = AckPolicy::kDocumented;
  expected.io16 = true;
  EXPECT_EQ(settings, expected);
}

TEST(DeviceSettings, SayWhatWasExpectedAndStayAsTheyWere) {
  DeviceSettings settings;
  for (const auto& [name, value] : std::map<std::string, std::string>{{"model", "two words"},
                                                                      {"time_zone", "Buenos Aires"},
                                                                      {"voltage_scale", "0"},
                                                                      {"mileage_unit", "miles"},
                                                                      {"ack", "never"},
                                                                      {"io16", "1"},
                                                                      {"colour", "red"}}) {
    EXPECT_NE(set_device_setting(settings, name, value), std::nullopt) << name;
  }
  EXPECT_EQ(settings, DeviceSettings{});
}

TEST(DeviceDirectory, GivesADeviceItsOwnSettingsOverThoseOfItsListener) {
  DeviceDirectory directory;
  DeviceSettings of_listener;
  of_listener.model = "FMB120";
  of_listener.io16 = true;
  EXPECT_EQ(directory.settings_of(kTruck, of_listener), of_listener) << "before anything is loaded";

  postgis::DeviceRow row = device_row(7, "352093086403655");
  row.settings = {{"model", "FMC650"}, {"from_a_later_program", "1"}};
  row.learnt = {{"clock_local_s", "28800"}, {"family", "FMX6"}};
  directory.replace({row}, {});
  const DeviceSettings own = directory.settings_of(kTruck, of_listener);
  EXPECT_EQ(own.model, "FMC650");
  EXPECT_TRUE(own.io16);
  EXPECT_EQ(own.learnt_clock.local_s, 28800);
  EXPECT_EQ(own.learnt_clock.utc_s, 0);
  EXPECT_EQ(directory.settings_of(DeviceIdentity("1"), of_listener), of_listener) << "another device";
}

TEST(DeviceDirectory, NamesTheDevicesWhoseSettingsChanged) {
  DeviceDirectory directory;
  postgis::DeviceRow changing = device_row(1, "352093086403655");
  const postgis::DeviceRow steady = device_row(2, "123456789012345");
  EXPECT_THAT(directory.replace({changing, steady}, {}), IsEmpty()) << "all are new";
  changing.name = "Van";
  EXPECT_THAT(directory.replace({changing, steady}, {}), IsEmpty()) << "a name is no setting";
  changing.settings["ack"] = "documented";
  EXPECT_THAT(directory.replace({changing, steady}, {}), ElementsAre(kTruck));
  EXPECT_THAT(directory.replace({steady}, {}), IsEmpty()) << "it is gone";
  EXPECT_THAT(directory.replace({changing, steady}, {}), ElementsAre(kTruck)) << "new, with settings";
}

TEST(DeviceDirectory, NamesTheClientWhoseCircleHoldsThePlace) {
  DeviceDirectory directory;
  directory.replace(
      {}, {client_row("Depot", -34.6037, -58.3816, 100), client_row("Shop", -34.6050, -58.3816, 100)});
  EXPECT_EQ(directory.place_name(-34.6037, -58.3816), "Depot");
  EXPECT_EQ(directory.place_name(-34.6051, -58.3817), "Shop");
  EXPECT_EQ(directory.place_name(-34.60435, -58.3816), "Depot") << "72 m and 78 m away: the nearer one";
  EXPECT_EQ(directory.place_name(-34.6200, -58.3816), "") << "near none";
  EXPECT_EQ(directory.place_name(34.6037, 58.3816), "") << "the other side of the world";
}

TEST(DeviceDirectory, FindsAClientAcrossTheEdgeOfAMapSquare) {
  DeviceDirectory directory;
  directory.replace({}, {client_row("Edge", 0.0199, 0.0001, 300)});
  EXPECT_EQ(directory.place_name(0.0201, -0.0001), "Edge");
  EXPECT_EQ(directory.place_name(0.0199, -0.0015), "Edge");
}

TEST(LearntNotes, KeepTheNewestUntilItIsTaken) {
  LearntNotes notes;
  notes.note(kTruck, {{0, 3600}, ""});
  notes.note(kTruck, {{0, 7200}, "FMX6"});
  auto taken = notes.take();
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken.at(kTruck), (Learnt{{0, 7200}, "FMX6"}));
  EXPECT_THAT(notes.take(), IsEmpty());
  notes.note(kTruck, {{0, 3600}, ""});
  notes.note_again(kTruck, {{0, 7200}, "FMX6"});
  EXPECT_EQ(notes.take().at(kTruck).clock.utc_s, 3600) << "newer than what could not be kept";
}

TEST(LearntNotes, ReadBackWhatTheyWrite) {
  const Learnt learnt{{28800, -10800}, "FMX6"};
  const postgis::NamedTexts texts = learnt_texts(learnt);
  EXPECT_EQ(learnt_clock(texts), learnt.clock);
  EXPECT_EQ(texts.at("family"), "FMX6");
  EXPECT_THAT(learnt_texts({}), IsEmpty());
}

}  // namespace
}  // namespace rastro

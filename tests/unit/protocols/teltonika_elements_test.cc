// The element tables: names, types, scales and meanings by family.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "protocols/teltonika/elements.h"
#include "schema/json.h"
#include "tests/unit/protocols/teltonika_support.h"

namespace rastro::teltonika {
namespace {

constexpr Family kFamilies[] = {Family::kFmx, Family::kFmx6, Family::kAutonomous, Family::kTft100,
                                Family::kTst100};

struct Row {
  Family family;
  std::uint16_t id;
  std::string_view name;
  std::string_view common_name;
  std::string_view wire;   // hex
  std::string_view value;  // as JSON
};

constexpr Row kRows[] = {
    {Family::kFmx, 16, "total_odometer", "odometer_m", "015E2C88", "22949000"},
    {Family::kFmx6, 16, "total_mileage_counted", "", "015E2C88", "22949000"},
    {Family::kFmx6, 216, "total_odometer", "odometer_m", "0001E240", "123456"},
    {Family::kTst100, 66, "external_voltage", "external_power_v", "5E0F", "24.079"},
    {Family::kFmx, 66, "external_voltage", "external_power_v", "5E0F", "24.079"},
    {Family::kFmx, 67, "battery_voltage", "battery_v", "0FE0", "4.064"},
    {Family::kFmx, 168, "battery_voltage_168", "", "0FE0", "4064"},
    {Family::kFmx6, 507, "battery_voltage_507", "", "0001", "1"},
    {Family::kFmx, 113, "battery_level", "battery_percent", "56", "86"},
    {Family::kFmx6, 113, "service_distance", "", "FFFD8C85", "-160635"},
    {Family::kFmx, 25, "ble_temperature_1", "", "FDF3", "-5.25"},
    {Family::kFmx6, 25, "engine_temperature", "", "FDF3", "-52.5"},
    {Family::kAutonomous, 25, "ble_temperature_1", "", "FDF3", "-525"},
    {Family::kFmx, 69, "gnss_status", "", "01", "1"},
    {Family::kFmx6, 69, "driver_1_cumulative_driving_time", "", "0101", "257"},
    {Family::kFmx, 78, "ibutton", "driver_id", "FFFFFFFFFFFFFFFF", "18446744073709551615"},
    {Family::kFmx, 182, "gnss_hdop", "hdop", "0007", "0.7"},
    {Family::kFmx, 199, "trip_odometer", "trip_odometer_m", "00000007", "7"},
    {Family::kFmx, 239, "ignition", "ignition", "01", "1"},
    {Family::kFmx6, 10883, "ignition_10883", "", "01", "1"},
    {Family::kFmx, 240, "movement", "motion", "01", "1"},
    {Family::kFmx, 236, "alarm", "", "01", "1"},
    {Family::kFmx6, 236, "axis_x", "", "FFFF", "-1"},
    {Family::kFmx, 251, "idling", "", "01", "1"},
    {Family::kFmx6, 251, "immobilizer", "", "01", "1"},
    {Family::kFmx, 256, "vin", "", "57565A5A000000", "\"WVZZ\""},
    {Family::kFmx, 256, "vin", "", "0000000000", "\"\""},
    {Family::kFmx, 325, "vin_325", "", "", "\"\""},
    {Family::kFmx, 385, "beacon", "", "11FF", "\"11ff\""},
    {Family::kFmx6, 385, "manual_can_15", "", "FF", "255"},
    {Family::kAutonomous, 385, "beacon_ids", "", "11", "\"11\""},
    {Family::kFmx6, 10889, "high_voltage_battery_highest_cell_temperature", "", "FFF8", "-0.25"},
    {Family::kFmx6, 10904, "hvess_state_of_health", "", "E1", "90"},
    {Family::kTft100, 947, "drivers_demand_engine_percent_torque", "", "0000000000000001", "1"},
    // The wire's size counts, not the table's.
    {Family::kFmx, 66, "external_voltage", "external_power_v", "0000FFFF", "65.535"},
    {Family::kFmx, 25, "ble_temperature_1", "", "FF", "-0.01"},
    {Family::kFmx, 25, "ble_temperature_1", "", "FFFFFF", "-0.01"},
    {Family::kFmx, 66, "external_voltage", "external_power_v", "", "\"\""},
    {Family::kFmx, 66, "external_voltage", "external_power_v", "010203040506070809",
     "\"010203040506070809\""},
};

TEST(TeltonikaElements, HaveTheNameScaleAndSignOfTheirFamily) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(std::to_string(row.id) + " " + std::string(row.name));
    const ElementInfo* info = element_table(row.family).find(row.id);
    ASSERT_NE(info, nullptr);
    EXPECT_EQ(info->name, row.name);
    EXPECT_EQ(info->common_name, row.common_name);
    const ExactBytes wire(row.wire);
    std::string value;
    append_json_value(element_value(*info, wire.view()), value);
    EXPECT_EQ(value, row.value);
  }
}

TEST(TeltonikaElements, AreUnsignedOrSignedIntegersWhereNothingIsScaled) {
  const ElementTable& fmx = element_table(Family::kFmx);
  const ExactBytes one("01");
  EXPECT_EQ(std::get<std::uint64_t>(element_value(*fmx.find(21), one.view())), 1u);
  const ElementTable& trucks = element_table(Family::kFmx6);
  EXPECT_EQ(std::get<std::int64_t>(element_value(*trucks.find(113), one.view())), 1);
}

TEST(TeltonikaElements, BearNamesThatAreUniqueInTheirFamily) {
  for (const Family family : kFamilies) {
    const ElementTable& table = element_table(family);
    std::map<std::string_view, int> id_of_name;
    std::map<std::string_view, int> id_of_common_name;
    for (int id = 0; id <= 0xFFFF; ++id) {
      const ElementInfo* info = table.find(static_cast<std::uint16_t>(id));
      if (info == nullptr) continue;
      EXPECT_FALSE(info->name.empty());
      EXPECT_EQ(info->name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), std::string_view::npos)
          << info->name;
      const auto [at, added] = id_of_name.emplace(info->name, id);
      EXPECT_TRUE(added) << info->name << ": " << at->second << " and " << id;
      EXPECT_GT(info->denominator, 0) << info->name;
      if (info->common_name.empty()) continue;
      EXPECT_TRUE(id_of_common_name.emplace(info->common_name, id).second) << info->common_name;
    }
    for (const auto& [name, id] : id_of_common_name) {
      const auto found = id_of_name.find(name);
      EXPECT_TRUE(found == id_of_name.end() || found->second == id) << name;
    }
    for (const std::string_view name : {"priority", "event_id", "generation_type", "alarms"}) {
      EXPECT_FALSE(id_of_name.contains(name)) << "written by the decoder itself";
    }
  }
}

TEST(TeltonikaElements, HoldEveryIdOfTheMakersList) {
  std::set<int> ids;
  for (const Family family : kFamilies) {
    for (int id = 0; id <= 0xFFFF; ++id) {
      if (element_table(family).find(static_cast<std::uint16_t>(id)) != nullptr) ids.insert(id);
    }
  }
  EXPECT_EQ(ids.size(), 1966u) << "different ids in avl_ids.csv";
  EXPECT_EQ(*ids.begin(), 1);
  EXPECT_EQ(*ids.rbegin(), 25035);
}

TEST(TeltonikaElements, MissingInAFamilyAreNamedOnlyWhereTheOthersAgree) {
  const ElementTable& fmx = element_table(Family::kFmx);
  ASSERT_NE(fmx.find(10883), nullptr);
  EXPECT_EQ(fmx.find(10883)->name, "ignition_10883") << "trucks only, and the name is taken by 239";
  EXPECT_EQ(fmx.find(288), nullptr) << "a cell id on one platform, a camera's sound on another";
  EXPECT_EQ(fmx.find(296), nullptr) << "same";
  EXPECT_EQ(fmx.find(65535), nullptr);
  EXPECT_EQ(fmx.find(0), nullptr);
}

TEST(TeltonikaElements, WithoutANameAreCalledByTheirNumber) {
  EXPECT_EQ(unnamed_element(0), "io_0");
  EXPECT_EQ(unnamed_element(9), "io_9");
  EXPECT_EQ(unnamed_element(10), "io_10");
  EXPECT_EQ(unnamed_element(999), "io_999");
  EXPECT_EQ(unnamed_element(1000), "io_1000");
  EXPECT_EQ(unnamed_element(65535), "io_65535");
}

TEST(TeltonikaElements, FamilyFollowsFromTheModel) {
  EXPECT_EQ(find_family(""), std::nullopt);
  EXPECT_EQ(find_family("FMB920"), Family::kFmx);
  EXPECT_EQ(find_family("FMC130"), Family::kFmx);
  EXPECT_EQ(find_family("FMB64"), Family::kFmx6);
  EXPECT_EQ(find_family("fmc640"), Family::kFmx6);
  EXPECT_EQ(find_family("FMM650"), Family::kFmx6);
  EXPECT_EQ(find_family("FM6320"), Family::kFmx6);
  EXPECT_EQ(find_family("GH5200"), Family::kAutonomous);
  EXPECT_EQ(find_family("TMT250"), Family::kAutonomous);
  EXPECT_EQ(find_family("TFT100"), Family::kTft100);
  EXPECT_EQ(find_family("TST100"), Family::kTst100);
  EXPECT_EQ(find_family("FM"), Family::kFmx) << "shorter than any prefix";
}

}  // namespace
}  // namespace rastro::teltonika

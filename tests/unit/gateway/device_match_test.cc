// Which tracker is which of Persat's devices.
#include "gateway/persat/device_match.h"

#include <gtest/gtest.h>

namespace rastro {
namespace {

constexpr const char* kImei = "860000000000018";

postgis::PersatDevice device(std::int64_t id, const std::string& serial, const std::string& plate = "") {
  return {id, "VEHICLE", serial, "Kangoo", plate};
}

// "imei id how", …
std::string text(const DeviceMatches& found) {
  std::string all;
  for (const postgis::TrackerMatch& match : found.matches) {
    all += match.imei + " " + (match.persat_device_id ? std::to_string(*match.persat_device_id) : "-") + " " +
           match.match + ";";
  }
  return all;
}

TEST(DeviceMatch, FindsTheSerialNumberThatIsTheImeiHoweverItIsWritten) {
  const std::vector<postgis::Tracker> trackers = {{kImei, "", {}, ""}};
  EXPECT_EQ(text(match_devices(trackers, std::vector{device(7, "86-0000 000-000018")}, {})),
            std::string(kImei) + " 7 serial;");
}

TEST(DeviceMatch, TakesTheTableBeforeTheSerialNumberAndTheHandBeforeBoth) {
  const std::vector devices = {device(7, kImei), device(8, ""), device(9, "")};
  EXPECT_EQ(text(match_devices(std::vector<postgis::Tracker>{{kImei, "", {}, ""}}, devices, {{kImei, 8}})),
            std::string(kImei) + " 8 table;");
  EXPECT_EQ(text(match_devices(std::vector<postgis::Tracker>{{kImei, "", 9, "hand"}}, devices, {{kImei, 8}})),
            "");
}

TEST(DeviceMatch, LeavesATrackerAloneThatIsNoneByHand) {
  const auto found = match_devices(std::vector<postgis::Tracker>{{kImei, "", {}, "hand"}},
                                   std::vector{device(7, kImei)}, {});
  EXPECT_EQ(text(found), "");
  EXPECT_EQ(found.unmatched_devices, std::vector<std::int64_t>{7});
}

TEST(DeviceMatch, GivesADeviceToOneTrackerOnly) {
  const std::vector<postgis::Tracker> trackers = {{"1", "", 7, "hand"}, {kImei, "", {}, ""}};
  EXPECT_EQ(text(match_devices(trackers, std::vector{device(7, kImei)}, {})), std::string(kImei) + " - ;");
}

TEST(DeviceMatch, MatchesNeitherOfTwoDevicesWithOneSerialNumber) {
  const auto found =
      match_devices(std::vector<postgis::Tracker>{{kImei, "", {}, "serial"}},
                    std::vector{device(7, kImei), device(8, std::string("86-") + (kImei + 2))}, {});
  EXPECT_EQ(text(found), std::string(kImei) + " - ;");
  EXPECT_EQ(found.ambiguous, (std::vector<std::int64_t>{7, 8}));
  EXPECT_TRUE(found.matches.front().ambiguous);
}

TEST(DeviceMatch, NamesTheRowsOfTheTableThatMatchNothing) {
  const auto found =
      find_table_strangers(std::vector<postgis::Tracker>{{kImei, "", {}, ""}, {"2", "", {}, ""}},
                           std::vector{device(7, "")}, {{kImei, 99}, {"2", 7}, {"3", 7}});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].imei + " " + std::string(found[0].why), "3 no_tracker");
  EXPECT_EQ(found[1].imei + " " + std::string(found[1].why), std::string(kImei) + " no_device");
}

std::string suggested(const postgis::Tracker& tracker, const postgis::PersatDevice& device) {
  const auto found = match_devices(std::vector{tracker}, std::vector{device}, {});
  return found.suggestions.empty() ? "" : std::string(found.suggestions.front().why);
}

TEST(DeviceMatch, SuggestsASerialNumberThatDiffersInOneDigitOrIsAPart) {
  EXPECT_EQ(suggested({kImei, "", {}, ""}, device(7, "860000000000019")), "serial_digit");
  EXPECT_EQ(suggested({kImei, "", {}, ""}, device(7, "000018")), "serial_part");
  EXPECT_EQ(suggested({kImei, "", {}, ""}, device(7, "00018")), "") << "too short to say anything";
}

TEST(DeviceMatch, SuggestsTheSamePlateOrWords) {
  EXPECT_EQ(suggested({kImei, "Movil AB123CD", {}, ""}, device(7, "", "AB 123 CD")), "name");
  EXPECT_EQ(suggested({kImei, "kangoo zz999", {}, ""}, device(7, "", "ZZ999")), "name");
  EXPECT_EQ(suggested({kImei, "", {}, ""}, device(7, "", "")), "");
}

TEST(DeviceTable, IsReadWithOrWithoutItsHeading) {
  const auto read = parse_device_table("imei,persat_device_id\r\n1, 7\n\n# Rosario\n2,8\n");
  EXPECT_TRUE(read.mistakes.empty());
  EXPECT_EQ(read.table, (DeviceTable{{"1", 7}, {"2", 8}}));
}

TEST(DeviceTable, SaysEveryMistakeWithItsLine) {
  const auto read = parse_device_table("1;7\n2,x\n,3\n4,9\n5,9\n4,10\n");
  EXPECT_EQ(read.mistakes, (std::vector<std::string>{"line 1: no comma: imei,persat_device_id",
                                                     "line 2: 'x' is no number of a device",
                                                     "line 3: no imei", "line 5: device 9 stands there twice",
                                                     "line 6: imei 4 stands there twice"}));
}

}  // namespace
}  // namespace rastro

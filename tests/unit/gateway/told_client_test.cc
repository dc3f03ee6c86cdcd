// A client of Persat's in the members that Rastro keeps.
#include "gateway/persat/told_client.h"

#include <gtest/gtest.h>

namespace rastro {
namespace {

namespace json = boost::json;

std::optional<ToldClientRead> read(const char* text, const ClientRadius& radius = {}) {
  return read_told_client(json::parse(text).as_object(), radius);
}

TEST(ToldClient, HasThePlaceTheTimesAndTheRestAsItCame) {
  const auto told =
      read(R"({"uid_client": "CL-7", "company_name": "Sur", "latitude": -31.4, "longitude": -64.25,
      "service_time": 15, "wt": [480, 720], "street": "Mitre", "street_nbr": "12", "city": "Córdoba",
      "type_id": 3, "last_updated": "2026-03-04T10:00:00.000Z", "new_thing": [1]})",
           {100, {{3, 250}}});
  ASSERT_TRUE(told);
  EXPECT_EQ(told->client.uid, "CL-7");
  EXPECT_EQ(told->client.trouble, "");
  EXPECT_TRUE(told->passed_over.empty());
  EXPECT_EQ(json::parse(told->client.fields),
            json::parse(R"({"company_name": "Sur", "position": [-64.25, -31.4],
      "radius_m": 250, "service_time_s": 900, "time_windows": [{"from": 480, "to": 720}], "address": "Mitre 12, Córdoba",
      "street": "Mitre", "street_nbr": "12", "city": "Córdoba", "type_id": 3, "new_thing": [1]})"));
}

TEST(ToldClient, HasTheStandardRadiusWhereItsTypeHasNone) {
  EXPECT_NE(
      read(R"({"uid_client": "1", "type_id": 4})", {80, {{3, 250}}})->client.fields.find("\"radius_m\":80"),
      std::string::npos);
}

TEST(ToldClient, SaysWhyItHasNoUsablePosition) {
  EXPECT_EQ(read(R"({"uid_client": "1"})")->client.trouble, "no_position");
  EXPECT_EQ(read(R"({"uid_client": "1", "latitude": null, "longitude": null})")->client.trouble,
            "no_position");
  EXPECT_EQ(read(R"({"uid_client": "1", "latitude": 0, "longitude": 0})")->client.trouble, "zero_position");
  EXPECT_EQ(read(R"({"uid_client": "1", "latitude": 91, "longitude": 1})")->client.trouble, "out_of_range");
}

TEST(ToldClient, PassesOverWhatIsNotAsDocumentedAndKeepsTheRest) {
  const auto told = read(R"({"uid_client": 7, "company_name": "Sur", "latitude": -31.4, "longitude": -64.2,
      "street": 5, "wt": ["x"]})");
  ASSERT_TRUE(told);
  EXPECT_EQ(told->client.uid, "7");
  EXPECT_EQ(told->passed_over, (std::vector<std::string>{"street", "wt"}));
}

TEST(ToldClient, GoesByItsNumberWithoutAName) {
  EXPECT_NE(read(R"({"uid_client": "9", "company_name": ""})")->client.fields.find(R"("company_name":"9")"),
            std::string::npos);
}

TEST(ToldClient, IsNoneWithoutANumber) { EXPECT_FALSE(read(R"({"company_name": "Sur"})")); }

}  // namespace
}  // namespace rastro

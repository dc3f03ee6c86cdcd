// The parameters by their names, and the version that results bear.
#include "pipeline/tracking/parameter_names.h"

#include <gtest/gtest.h>

namespace rastro::tracking {
namespace {

TEST(ParameterNames, ReadBackWhatTheyWrite) {
  for (const ParameterHelp& help : parameter_helps()) {
    Parameters parameters;
    const std::string text = parameter_text(parameters, help.name);
    EXPECT_EQ(set_parameter(parameters, help.name, text), std::nullopt) << help.name;
    EXPECT_EQ(parameters, Parameters{}) << help.name;
  }
}

TEST(ParameterNames, SetOneEach) {
  Parameters parameters;
  for (const ParameterHelp& help : parameter_helps()) {
    const Parameters before = parameters;
    EXPECT_EQ(set_parameter(parameters, help.name, "77"),
              help.name == std::string_view("moving_speed_kmh")
                  ? std::optional<std::string>("a number from 1 to 50")
                  : std::nullopt);
    EXPECT_EQ(parameters == before, help.name == std::string_view("moving_speed_kmh")) << help.name;
  }
  EXPECT_EQ(parameters.min_stop_s, 77);
  EXPECT_EQ(parameters.overspeed_kmh, 77);
}

TEST(ParameterNames, SayWhatTheyExpected) {
  Parameters parameters;
  EXPECT_EQ(set_parameter(parameters, "min_stop_s", "2.5"), "a whole number from 10 to 86400");
  EXPECT_EQ(set_parameter(parameters, "stop_radius_m", "near"), "a number from 5 to 1000");
  EXPECT_EQ(set_parameter(parameters, "stop_radius_m", "nan"), "a number from 5 to 1000");
  EXPECT_EQ(set_parameter(parameters, "stop_radius_m", ""), "a number from 5 to 1000");
  EXPECT_EQ(set_parameter(parameters, "radius", "30"), "is not known");
  EXPECT_EQ(parameters, Parameters{}) << "nothing has changed";
}

TEST(ParameterNames, MakeAVersionOfAllThatResultsDependOn) {
  const std::string version = describe_version({}, "America/Argentina/Buenos_Aires");
  EXPECT_NE(version.find(R"("timezone":"America/Argentina/Buenos_Aires")"), std::string::npos) << version;
  EXPECT_NE(version.find(R"("engine":)"), std::string::npos);
  Parameters other;
  other.stop_radius_m = 31.5;
  EXPECT_NE(describe_version(other, "America/Argentina/Buenos_Aires"), version);
  EXPECT_NE(describe_version({}, "UTC"), version);
}

}  // namespace
}  // namespace rastro::tracking

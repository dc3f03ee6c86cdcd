// Mistakes of a configuration: all of them at once, each with its line and what was expected, before anything
// starts.
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/child_process.h"
#include "tests/support/test_database.h"

namespace rastro::test {
namespace {

constexpr const char* kTenMistakes = R"(data_dir: ./somewhere
listeners:
  - {protocol: gt07, transport: tcp, bind: "127.0.0.1:5023"}
  - {protocol: teltonika, transport: serial, bind: "127.0.0.1:5027"}
  - {protocol: teltonika, transport: udp, bind: "127.0.0.1:99999"}
http: {bind: "localhost"}
database: {url: "mysql://root:hunter2@localhost/x"}
devices: {unknown: maybe}
timezone: Mars/Olympus
journl: {quota_mib: 4096}
journal: {segment_mib: 0}
limits:
  login_timeout_s: soon
)";

// Where each of them is, and a word of what was expected.
const std::vector<std::pair<int, std::string>> kExpected = {
    {3, "gt06 or teltonika"},   {4, "tcp or udp"},
    {5, "an address and port"}, {6, "an address and port"},
    {7, "postgresql://"},       {8, "accept, quarantine, reject"},
    {9, "time zone"},           {10, "Did you mean 'journal"},
    {11, "from 1 to 1024"},     {13, "from 1 to 3600"}};

class Configuration : public ::testing::Test {
 protected:
  std::string file(const std::string& yaml) const {
    const std::string path = folder_.path() + "/rastro.yaml";
    std::ofstream(path) << yaml;
    return path;
  }

  TemporaryFolder folder_;
};

TEST_F(Configuration, EveryMistakeIsSaidWithItsLine) {
  const std::string path = file(kTenMistakes);
  for (const char* command : {"check-config", "serve"}) {
    const ProgramResult result = run_rastro({command, "--config", path});
    EXPECT_EQ(result.exit_code, 2);
    for (const auto& [line, expected] : kExpected) {
      const std::size_t at = result.err.find(path + ":" + std::to_string(line) + ": ");
      ASSERT_NE(at, std::string::npos) << "line " << line << " is not named in\n" << result.err;
      const std::string sentence = result.err.substr(at, result.err.find('\n', at) - at);
      EXPECT_NE(sentence.find(expected), std::string::npos) << sentence;
    }
    EXPECT_EQ((result.err + result.out).find("hunter2"), std::string::npos) << "a password was shown";
  }
}

TEST_F(Configuration, AGoodOneIsGood) {
  EXPECT_EQ(run_rastro({"check-config", "--config", file("devices: {unknown: reject}\n")}).exit_code, 0);
  EXPECT_EQ(run_rastro({"check-config", "--config", file("")}).exit_code, 0);
  const ProgramResult example = run_rastro({"check-config", "--config", RASTRO_EXAMPLE_CONFIG});
  EXPECT_EQ(example.exit_code, 0) << example.err;
}

TEST_F(Configuration, AFileThatIsNotThereAndOneThatIsNoYaml) {
  const ProgramResult missing = run_rastro({"check-config", "--config", folder_.path() + "/nothing.yaml"});
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_NE(missing.err.find("nothing.yaml"), std::string::npos);
  const std::string path = file("devices: {unknown: reject\nlog: [\n");
  const ProgramResult broken = run_rastro({"check-config", "--config", path});
  EXPECT_EQ(broken.exit_code, 2);
  EXPECT_NE(broken.err.find(path + ":"), std::string::npos) << broken.err;
}

TEST_F(Configuration, TheEnvironmentIsCheckedToo) {
  const ProgramResult result = run_rastro(
      {"check-config"}, {"RASTRO_DEVICES_UNKNOWN=perhaps", "RASTRO_DATABASE_URL=oracle://u:hunter2@x"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("RASTRO_DEVICES_UNKNOWN"), std::string::npos);
  EXPECT_NE(result.err.find("RASTRO_DATABASE_URL"), std::string::npos);
  EXPECT_EQ(result.err.find("hunter2"), std::string::npos);
}

TEST_F(Configuration, WrongUsageIsExitCodeTwo) {
  EXPECT_EQ(run_rastro({"serv"}).exit_code, 2);
  EXPECT_EQ(run_rastro({"serve", "--config"}).exit_code, 2);
  EXPECT_EQ(run_rastro({}).exit_code, 2);
  EXPECT_EQ(run_rastro({"--help"}).exit_code, 0);
  EXPECT_EQ(run_rastro({"--version"}).exit_code, 0);
}

}  // namespace
}  // namespace rastro::test

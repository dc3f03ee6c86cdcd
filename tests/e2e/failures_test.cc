// What keeps the gateway from starting is one sentence and exit code 1; what goes wrong later is named by
// /readyz, leaves devices unanswered where it must, and heals by itself.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tests/support/free_port.h"
#include "tests/support/tracker.h"

namespace rastro::test {
namespace {

constexpr Listener kGt06{"gt06", Transport::kTcp};
constexpr Listener kTeltonika{"teltonika", Transport::kTcp};
constexpr const char* kPassword = "s3cret-word";

// A listening socket of somebody else.
class TakenPort {
 public:
  TakenPort() : port_(free_port()) {
    address_.sin_family = AF_INET;
    address_.sin_port = htons(port_);
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    taken_ = ::bind(socket_, reinterpret_cast<const sockaddr*>(&address_), sizeof(address_)) == 0 &&
             ::listen(socket_, 1) == 0;
  }
  ~TakenPort() { ::close(socket_); }
  TakenPort(const TakenPort&) = delete;
  TakenPort& operator=(const TakenPort&) = delete;

  std::string text() const { return "127.0.0.1:" + std::to_string(port_); }
  bool taken() const { return taken_; }

 private:
  const std::uint16_t port_;
  const int socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address_{};
  bool taken_ = false;
};

// Ends with 1 and says one line that names `what`, on top of what it logs.
void expect_refusal(GatewayProcess& gateway, const std::string& what) {
  ChildProcess& process = gateway.launch();
  EXPECT_EQ(process.wait(), 1);
  EXPECT_EQ(process.out().find("rastro is ready"), std::string::npos);
  const std::string err = process.err();
  const std::size_t at = err.rfind("rastro: ");
  ASSERT_NE(at, std::string::npos) << err;
  const std::string sentence = err.substr(at);
  EXPECT_NE(sentence.find(what), std::string::npos) << sentence;
  EXPECT_EQ(std::count(sentence.begin(), sentence.end(), '\n'), 1) << sentence;
}

TEST(FailuresAtStart, APortInUse) {
  const TakenPort port;
  ASSERT_TRUE(port.taken());
  GatewayProcess http({.yaml = "", .environment = {"RASTRO_HTTP_BIND=" + port.text()}});
  expect_refusal(http, port.text());
  GatewayProcess listener({.yaml = "",
                           .environment = {"RASTRO_LISTENERS=[{protocol: gt06, transport: tcp, bind: \"" +
                                           port.text() + "\"}]"}});
  expect_refusal(listener, port.text());
}

TEST(FailuresAtStart, ADataFolderThatCannotBeMade) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() + "/file") << "not a folder";
  GatewayProcess gateway({.yaml = "", .data_dir = folder.path() + "/file"});
  expect_refusal(gateway, folder.path() + "/file");
}

TEST(FailuresAtStart, AReadOnlyDataFolder) {
  const TemporaryFolder folder;
  const std::string data = folder.path() + "/data";
  std::filesystem::create_directory(data);
  const bool root = ::geteuid() == 0;  // whom no permission stops
  if (root && ::mount("tmpfs", data.c_str(), "tmpfs", MS_RDONLY, "size=1m") != 0)
    GTEST_SKIP() << "cannot mount here";
  if (!root)
    std::filesystem::permissions(data,
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  {
    GatewayProcess gateway({.yaml = "", .data_dir = data});
    expect_refusal(gateway, data);
  }
  if (root) ::umount(data.c_str());
  if (!root) std::filesystem::permissions(data, std::filesystem::perms::owner_all);
}

TEST(FailuresAtStart, ASecondGatewayOnTheSameData) {
  GatewayProcess first;
  ASSERT_TRUE(first.start()) << first.log();
  {
    GatewayProcess second({.yaml = "", .data_dir = first.data_dir()});
    expect_refusal(second, first.data_dir());
    EXPECT_NE(first.database_pid(), 0);
    second.launch().wait();
  }
  EXPECT_TRUE(eventually([&] { return first.ready(); }));
}

// A server of one's own: another cluster than the gateway's, whose role has a password.
class FailuresOfAServer : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const TestDatabase before_the_password;  // makes what the cases' databases are copies of
    postgis::EmbeddedServer& server = TestDatabase::server();
    query_value(server.admin_url("postgres"), "ALTER ROLE rastro PASSWORD '" + std::string(kPassword) + "'");
    std::ofstream(server.data_dir() + "/postgres/data/pg_hba.conf")
        << "local all postgres trust\nlocal all all scram-sha-256\n";
    query_value(server.admin_url("postgres"), "SELECT pg_reload_conf()");
  }

  std::string url(const std::string& password) const {
    std::string url = database_.url();
    url.replace(url.find("///"), 3, "//rastro:" + password + "@/");
    return url.substr(0, url.rfind("&user="));
  }
  GatewayOptions options(const std::string& password, std::string yaml = "") const {
    return {.yaml = std::move(yaml), .environment = {"RASTRO_DATABASE_URL=" + url(password)}};
  }

  const TestDatabase database_;
};

TEST_F(FailuresOfAServer, AWrongPasswordIsASentence) {
  GatewayProcess gateway(options("wrong-word"));
  expect_refusal(gateway, "password");
  EXPECT_EQ(gateway.log().find("wrong-word"), std::string::npos);
}

TEST_F(FailuresOfAServer, ItWorksAsThePrivateOneDoes) {
  GatewayProcess gateway(options(kPassword));
  ASSERT_TRUE(gateway.start()) << gateway.log();
  Tracker tracker(gateway, kTeltonika, "860000000000011");
  ASSERT_TRUE(tracker.log_in());
  EXPECT_TRUE(tracker.report(1));
  EXPECT_EQ(open_books(gateway), std::vector<std::string>{});
  EXPECT_EQ(database_.value("SELECT count(*) FROM rastro.fix"), "1");
  EXPECT_EQ(gateway.database_pid(), 0) << "a private server was started as well";
  EXPECT_EQ(gateway.stop(), 0);
  EXPECT_EQ(gateway.log().find(kPassword), std::string::npos) << "the password was logged";
}

TEST_F(FailuresOfAServer, WithoutItDevicesAreAcknowledgedFromTheJournal) {
  GatewayProcess gateway(options(kPassword));
  ASSERT_TRUE(TestDatabase::server().stop());
  ASSERT_TRUE(gateway.start()) << gateway.log();
  EXPECT_EQ(gateway.http_get("/healthz").status, 200);
  EXPECT_EQ(gateway.http_get("/readyz").status, 503);
  EXPECT_NE(gateway.http_get("/readyz").body.find("database"), std::string::npos);
  Tracker tracker(gateway, kGt06, "860000000000029");
  ASSERT_TRUE(tracker.log_in());
  EXPECT_TRUE(tracker.report(1));
  ASSERT_TRUE(TestDatabase::server().start());
  EXPECT_TRUE(eventually([&] { return gateway.ready(); }));
  EXPECT_EQ(open_books(gateway), std::vector<std::string>{});
  EXPECT_EQ(database_.value("SELECT count(*) FROM rastro.fix"), "1");
}

TEST_F(FailuresOfAServer, AFullJournalIsNamedAndHealsByItself) {
  GatewayProcess gateway(options(kPassword, "journal: {segment_mib: 1, quota_mib: 4}"));
  ASSERT_TRUE(gateway.start()) << gateway.log();
  ASSERT_TRUE(TestDatabase::server().stop());
  SimulationRun load(
      gateway, kTeltonika,
      {"--devices", "10", "--duration", "10", "--interval-ms", "0", "--records-per-packet", "100"});
  EXPECT_TRUE(eventually([&] { return gateway.metric("rastro_journal_state", {"state=\"full\""}) == 1; }));
  const HttpAnswer answer = gateway.http_get("/readyz");
  EXPECT_EQ(answer.status, 503);
  EXPECT_NE(answer.body.find("journal: "), std::string::npos) << answer.body;
  // Nothing more is accepted, so nothing more is answered.
  Tracker tracker(gateway, kGt06, "860000000000037");
  Bytes bytes;
  tracker.side().encode_login(bytes);
  tracker.side().encode_data({record_at(1)}, bytes);
  tracker.wire().send(bytes);
  EXPECT_TRUE(eventually([&] { return gateway.metric("rastro_read_stalls_total") > 0; }));
  ASSERT_TRUE(TestDatabase::server().start());
  EXPECT_EQ(tracker.wire().read(10).size(), 10U);
  EXPECT_TRUE(tracker.acknowledged(1));
  const auto numbers = load.finish();
  ASSERT_FALSE(numbers.empty());
  EXPECT_TRUE(eventually([&] { return gateway.ready(); }));
  EXPECT_EQ(open_books(gateway), std::vector<std::string>{});
  EXPECT_EQ(std::stod(database_.value("SELECT count(*) FROM rastro.fix")), numbers.at("records_acked") + 1);
}

TEST_F(FailuresOfAServer, AFullDiskIsNamedAndHealsByItself) {
  const TemporaryFolder folder;
  const std::string journal = folder.path() + "/data/journal";
  std::filesystem::create_directories(journal);
  if (::mount("tmpfs", journal.c_str(), "tmpfs", 0, "size=6m") != 0)
    GTEST_SKIP() << "cannot mount a small disk here";
  {
    GatewayOptions with = options(kPassword, "journal: {segment_mib: 1}");
    with.data_dir = folder.path() + "/data";
    GatewayProcess gateway(with);
    ASSERT_TRUE(gateway.start()) << gateway.log();
    ASSERT_TRUE(TestDatabase::server().stop());
    SimulationRun load(
        gateway, kTeltonika,
        {"--devices", "10", "--duration", "10", "--interval-ms", "0", "--records-per-packet", "100"});
    EXPECT_TRUE(eventually([&] { return gateway.metric("rastro_journal_state", {"state=\"full\""}) == 1; }));
    EXPECT_NE(gateway.http_get("/readyz").body.find("journal: "), std::string::npos);
    ASSERT_TRUE(TestDatabase::server().start());
    const auto numbers = load.finish();
    EXPECT_TRUE(eventually([&] { return gateway.ready(); }));
    EXPECT_EQ(open_books(gateway), std::vector<std::string>{});
    ASSERT_FALSE(numbers.empty());
    EXPECT_EQ(std::stod(database_.value("SELECT count(*) FROM rastro.fix")), numbers.at("records_acked"));
  }
  ::umount(journal.c_str());
}

}  // namespace
}  // namespace rastro::test

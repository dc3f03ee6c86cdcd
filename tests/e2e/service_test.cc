// The gateway as a service: what the manager is told, sockets that it passes on, SIGTERM and SIGHUP.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <set>

#include "pipeline/postgis/connection.h"
#include "tests/support/tracker.h"

namespace rastro::test {
namespace {

constexpr Listener kGt06{"gt06", Transport::kTcp};
constexpr Listener kTeltonika{"teltonika", Transport::kTcp};
constexpr const char* kActivate = "/usr/bin/systemd-socket-activate";

// The service manager's end of NOTIFY_SOCKET.
class Manager {
 public:
  Manager() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path().copy(address.sun_path, sizeof(address.sun_path) - 1);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  }
  ~Manager() { ::close(socket_); }
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;

  std::string path() const { return folder_.path() + "/notify"; }
  // All that was said, a line for each assignment.
  const std::string& said() {
    std::array<char, 4096> message{};
    for (;;) {
      const ssize_t got = ::recv(socket_, message.data(), message.size(), MSG_DONTWAIT);
      if (got <= 0) return said_;
      said_.append(message.data(), static_cast<std::size_t>(got)) += '\n';
    }
  }
  std::size_t count(const std::string& what) {
    std::size_t found = 0;
    for (std::size_t at = said().find(what); at != std::string::npos; at = said_.find(what, at + 1)) ++found;
    return found;
  }

 private:
  const TemporaryFolder folder_;
  const int socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  std::string said_;
};

TEST(Service, TheManagerIsToldOfEachStep) {
  Manager manager;
  GatewayProcess gateway(
      {.yaml = "", .environment = {"NOTIFY_SOCKET=" + manager.path(), "WATCHDOG_USEC=300000"}});
  ASSERT_TRUE(gateway.start()) << gateway.log();
  EXPECT_TRUE(eventually([&] { return manager.count("READY=1\nSTATUS=0 devices connected") == 1; }));
  EXPECT_TRUE(eventually([&] { return manager.count("WATCHDOG=1") >= 3; })) << manager.said();
  EXPECT_EQ(manager.count("RELOADING=1"), 0U);
  gateway.process().send(SIGHUP);
  EXPECT_TRUE(eventually([&] { return manager.count("READY=1") == 2; })) << manager.said();
  EXPECT_EQ(manager.count("RELOADING=1\nMONOTONIC_USEC="), 1U);
  EXPECT_EQ(manager.count("STOPPING=1"), 0U);
  EXPECT_EQ(gateway.stop(), 0);
  EXPECT_EQ(manager.count("STOPPING=1"), 1U);
  EXPECT_EQ(manager.said().find("WATCHDOG=1", manager.said().find("STOPPING=1")), std::string::npos);
}

TEST(Service, ADeviceThatCameBeforeTheGatewayIsServedOverThePassedSocket) {
  if (::access(kActivate, X_OK) != 0) GTEST_SKIP() << "systemd is not installed here";
  GatewayProcess gateway;
  const TemporaryFolder folder;
  ChildProcess activated(
      {kActivate, "-l", "127.0.0.1:" + std::to_string(gateway.port_of("gt06", Transport::kTcp)),
       rastro_program(), "serve", "--config", gateway.config_file()},
      folder.path() + "/activated");
  EXPECT_TRUE(eventually([&] { return activated.err().find("Listening on") != std::string::npos; }));
  Tracker early(gateway, kGt06, "860000000000011");
  ASSERT_TRUE(early.log_in()) << activated.err();
  EXPECT_TRUE(early.report(1));
  Tracker bound(gateway, kTeltonika, "860000000000012");  // a port that nobody passed
  ASSERT_TRUE(bound.log_in());
  EXPECT_TRUE(bound.report(1));
  activated.send(SIGTERM);
  EXPECT_EQ(activated.wait(), 0) << activated.err();
}

TEST(Service, UnderLoadATerminationLosesNothingAndLeavesNothingToTheSuccessor) {
  GatewayProcess gateway;
  ASSERT_TRUE(gateway.start()) << gateway.log();
  const auto load = [&](Listener listener, const char* interval_ms, const char* records, const char* seed) {
    return std::make_unique<SimulationRun>(
        gateway, listener,
        std::vector<std::string>{"--devices", "20", "--duration", "15", "--interval-ms", interval_ms,
                                 "--records-per-packet", records, "--seed", seed});
  };
  std::vector<std::unique_ptr<SimulationRun>> runs;
  runs.push_back(load(kGt06, "20", "1", "1"));
  runs.push_back(load(kTeltonika, "100", "20", "2"));
  runs.push_back(load({"teltonika", Transport::kUdp}, "100", "4", "3"));
  for (int life = 0; life < 3; ++life) {
    EXPECT_TRUE(eventually([&] { return gateway.metric("rastro_records_stored_total") > 200; }));
    EXPECT_EQ(gateway.stop(), 0) << gateway.log();
    ASSERT_TRUE(gateway.start()) << gateway.log();
    EXPECT_TRUE(eventually([&] { return gateway.ready(); }));
    EXPECT_EQ(gateway.metric("rastro_records_recovered"), 0)
        << "what was acknowledged was not stored before the end";
  }
  std::size_t acknowledged = 0;
  std::set<std::string> missing;
  for (const auto& run : runs) {
    ASSERT_FALSE(run->finish().empty());
    for (const LedgerLine& line : run->ledger()) {
      ++acknowledged;
      missing.insert(line.imei + " " + std::to_string(line.time_ms));
    }
  }
  EXPECT_EQ(open_books(gateway), std::vector<std::string>{});
  auto connection = postgis::Connection::open(gateway.database_url());
  ASSERT_TRUE(connection);
  const auto rows = connection->run(
      "SELECT imei || ' ' || (extract(epoch FROM fix_time) * 1000)::bigint FROM rastro.fix JOIN "
      "rastro.device ON "
      "device.id = device_id");
  ASSERT_TRUE(rows);
  for (int row = 0; row < rows->size(); ++row) missing.erase(std::string(rows->text(row, 0)));
  EXPECT_GT(acknowledged, 0U);
  EXPECT_EQ(missing.size(), 0U) << *missing.begin();
  EXPECT_EQ(gateway.count("SELECT count(*) FROM (SELECT FROM rastro.fix GROUP BY device_id, fix_time HAVING "
                          "count(*) > 1) AS twice"),
            0);
  EXPECT_NE(gateway.log().find("all that was acknowledged is stored"), std::string::npos);
}

TEST(Service, ASecondSignalEndsItAtOnce) {
  GatewayProcess gateway({.yaml = "shutdown: {deadline_s: 600}"});
  ASSERT_TRUE(gateway.start()) << gateway.log();
  Tracker tracker(gateway, kGt06, "860000000000011");
  ASSERT_TRUE(tracker.log_in());
  // A database that hangs keeps the end waiting.
  auto lock = postgis::Connection::open(gateway.database_url());
  ASSERT_TRUE(lock);
  ASSERT_TRUE(lock->run("BEGIN; LOCK TABLE rastro.consumer_cursor IN ACCESS EXCLUSIVE MODE"));
  EXPECT_TRUE(tracker.report(1));
  gateway.process().send(SIGTERM);
  EXPECT_TRUE(eventually([&] { return gateway.log().find("ending on signal 15") != std::string::npos; }));
  EXPECT_TRUE(tracker.wire().closed());
  EXPECT_FALSE(gateway.process().poll().has_value());
  gateway.process().send(SIGTERM);
  EXPECT_EQ(gateway.process().wait(), -SIGTERM);
  ASSERT_TRUE(lock->run("ROLLBACK"));
  ASSERT_TRUE(gateway.start());
  EXPECT_TRUE(eventually([&] { return gateway.ready(); }));
  EXPECT_EQ(open_books(gateway), std::vector<std::string>{});
  EXPECT_EQ(gateway.count("SELECT count(*) FROM rastro.fix"), 1);
}

class ServiceReloads : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(gateway_.start()) << gateway_.log(); }
  void reload_with(const std::string& yaml, const std::string& says) {
    std::ofstream(gateway_.config_file(), std::ios::app) << yaml << '\n';
    gateway_.process().send(SIGHUP);
    EXPECT_TRUE(eventually([&] { return gateway_.log().find(says) != std::string::npos; })) << gateway_.log();
  }
  GatewayProcess gateway_;
};

TEST_F(ServiceReloads, ALimitHoldsAtOnceAndNoConnectionIsDropped) {
  Tracker tracker(gateway_, kGt06, "860000000000011");
  ASSERT_TRUE(tracker.log_in());
  EXPECT_TRUE(tracker.report(1));
  reload_with("limits: {max_connections: 1}", "changed: limits.max_connections");
  EXPECT_TRUE(eventually([&] {
    Wire another(gateway_.gt06_port());
    return another.closed();
  }));
  EXPECT_TRUE(tracker.report(2)) << "the connection that was there goes on";
  EXPECT_EQ(gateway_.log().find("need a restart"), std::string::npos);
}

TEST_F(ServiceReloads, WhatNeedsARestartIsNamed) {
  reload_with("journal: {segment_mib: 2, keep_raw: false}",
              "these changes need a restart: journal.segment_mib\n");
  EXPECT_NE(gateway_.log().find("changed: journal.keep_raw\n"), std::string::npos);
}

TEST_F(ServiceReloads, AMistakeChangesNothingAndAllMistakesAreNamed) {
  reload_with("limits: {max_connections: 0}\ndatabse: {}", "has mistakes: nothing changes");
  EXPECT_NE(gateway_.log().find("'limits.max_connections': expected"), std::string::npos) << gateway_.log();
  EXPECT_NE(gateway_.log().find("'databse' is not known"), std::string::npos);
  Tracker tracker(gateway_, kGt06, "860000000000011");
  EXPECT_TRUE(tracker.log_in());
}

}  // namespace
}  // namespace rastro::test

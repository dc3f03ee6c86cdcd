// The private server, with real processes.
#include "pipeline/postgis/embedded_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "pipeline/postgis/connection.h"
#include "tests/support/prepared_cluster.h"
#include "tests/support/temporary_folder.h"

namespace rastro::postgis {
namespace {

namespace fs = std::filesystem;
using test::TemporaryFolder;

std::string ask(const EmbeddedServer& server, const char* sql) {
  auto connection = Connection::open(server.connection_url());
  if (!connection) return connection.error().sentence;
  const auto rows = connection->run(sql);
  return rows ? std::string(rows->text(0, 0)) : rows.error().sentence;
}

// One where a server has run before: making the database is the matter of a few cases only.
class MadeFolder : public TemporaryFolder {
 public:
  MadeFolder() { test::copy_cluster(path()); }
};

std::string trouble(const Result<void>& result) { return result ? "" : result.error().sentence; }

TEST(EmbeddedServer, StartsStopsAndStartsAgain) {
  const TemporaryFolder folder;
  EmbeddedServer server({.data_dir = folder.path() + "/data"});
  EXPECT_FALSE(server.alive());
  ASSERT_EQ(trouble(server.start()), "");
  EXPECT_TRUE(server.alive());
  EXPECT_FALSE(server.taken_over());
  EXPECT_EQ(ask(server, "SELECT current_database() || current_user || current_setting('server_encoding')"),
            "rastrorastroUTF8");
  EXPECT_EQ(ask(server, "SELECT string_agg(extname, ' ' ORDER BY extname) FROM pg_extension"),
            "pg_partman plpgsql postgis");
  EXPECT_EQ(ask(server,
                "SELECT concat_ws(' ', current_setting('listen_addresses'), current_setting('fsync'), "
                "current_setting('synchronous_commit'), current_setting('shared_buffers'))"),
            " on on 256MB");
  EXPECT_THAT(ask(server, "COPY (SELECT 1) TO PROGRAM 'true'"), testing::HasSubstr("must be superuser"));
  ASSERT_EQ(trouble(server.start()), "");  // all is well: nothing happens
  EXPECT_EQ(ask(server, "CREATE TABLE kept AS SELECT 42 AS n; SELECT n FROM kept"), "42");
  ASSERT_EQ(trouble(server.stop()), "");
  EXPECT_FALSE(server.alive());
  ASSERT_EQ(trouble(server.start()), "");
  EXPECT_EQ(ask(server, "SELECT n FROM kept"), "42");
}

TEST(EmbeddedServer, LetsOnlyItsOwnUserIntoItsFolder) {
  const TemporaryFolder folder;
  EmbeddedServer server({.data_dir = folder.path()});
  ASSERT_EQ(trouble(server.start()), "");
  for (const char* name : {"/postgres/run", "/postgres/data"}) {
    struct stat status {};
    ASSERT_EQ(::stat((folder.path() + name).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0700u) << name;
    EXPECT_NE(status.st_uid, 0u) << name;
  }
}

TEST(EmbeddedServer, IsNoPartOfTheGateway) {
  const MadeFolder folder;
  const int inherited = ::dup(STDIN_FILENO);
  EmbeddedServer server({.data_dir = folder.path()});
  ASSERT_EQ(trouble(server.start()), "");
  EXPECT_NE(::getsid(server.pid()), ::getsid(0));
  const std::string link = "/proc/" + std::to_string(server.pid()) + "/fd/" + std::to_string(inherited);
  std::error_code error;
  const fs::path ours = fs::read_symlink("/proc/self/fd/" + std::to_string(inherited));
  EXPECT_NE(fs::read_symlink(link, error), ours);
  std::ifstream environment("/proc/" + std::to_string(server.pid()) + "/environ");
  const std::string text(std::istreambuf_iterator<char>(environment), {});
  EXPECT_EQ(text.find("HOME="), std::string::npos);
  ::close(inherited);
}

TEST(EmbeddedServer, ComesBackAfterItWasKilled) {
  const MadeFolder folder;
  EmbeddedServer server({.data_dir = folder.path()});
  ASSERT_EQ(trouble(server.start()), "");
  ask(server, "CREATE TABLE kept AS SELECT 42 AS n");
  ::kill(server.pid(), SIGKILL);
  while (server.alive()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  ASSERT_EQ(trouble(server.start()), "");
  EXPECT_EQ(ask(server, "SELECT n FROM kept"), "42");
}

TEST(EmbeddedServer, IsTakenOverWhenTheGatewayWasKilled) {
  const MadeFolder folder;
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t owner = ::fork();
  if (owner == 0) {
    EmbeddedServer server({.data_dir = folder.path()});
    const pid_t pid = server.start() ? server.pid() : 0;
    [[maybe_unused]] const auto written = ::write(ready[1], &pid, sizeof pid);
    while (true) ::pause();
  }
  pid_t started = 0;
  ASSERT_EQ(::read(ready[0], &started, sizeof started), static_cast<ssize_t>(sizeof started));
  ASSERT_NE(started, 0);
  ::kill(owner, SIGKILL);
  ::waitpid(owner, nullptr, 0);
  {
    EmbeddedServer heir({.data_dir = folder.path()});
    ASSERT_EQ(trouble(heir.start()), "");
    EXPECT_TRUE(heir.taken_over());
    EXPECT_EQ(heir.pid(), started);
    EXPECT_TRUE(heir.alive());
    EXPECT_EQ(ask(heir, "SELECT 'ok'"), "ok");
    ASSERT_EQ(trouble(heir.stop()), "");
    EXPECT_FALSE(heir.alive());
  }
  EXPECT_FALSE(fs::exists(folder.path() + "/postgres/data/postmaster.pid"));
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST(EmbeddedServer, IsNotFooledByAFileOfAProcessThatIsNoServer) {
  const MadeFolder folder;
  EmbeddedServer server({.data_dir = folder.path()});
  ASSERT_EQ(trouble(server.start()), "");
  ASSERT_EQ(trouble(server.stop()), "");
  std::ofstream(folder.path() + "/postgres/data/postmaster.pid")
      << ::getpid() << "\n"
      << folder.path() << "/postgres/data\n1795521600\n5432\n\n\n  5432001 99\n";
  ASSERT_EQ(trouble(server.start()), "");
  EXPECT_FALSE(server.taken_over());
  EXPECT_EQ(ask(server, "SELECT 'ok'"), "ok");
}

TEST(EmbeddedServer, BeginsAgainAfterAFirstStartThatWasCutShort) {
  const TemporaryFolder folder;
  fs::create_directories(folder.path() + "/postgres/data.new/half");
  EmbeddedServer server({.data_dir = folder.path()});
  ASSERT_EQ(trouble(server.start()), "");
}

TEST(EmbeddedServer, SaysWhatIsWrongWithTheFolder) {
  EmbeddedServer deep({.data_dir = "/tmp/" + std::string(90, 'x')});
  EXPECT_THAT(trouble(deep.start()), testing::HasSubstr("the system allows 107"));
  EmbeddedServer comma({.data_dir = "/tmp/a,b"});
  EXPECT_THAT(trouble(comma.start()), testing::HasSubstr("has a comma"));
  if (::geteuid() != 0) return;
  const TemporaryFolder folder;
  ::chmod(folder.path().c_str(), 0700);
  fs::create_directory(folder.path() + "/data");
  EmbeddedServer closed({.data_dir = folder.path() + "/data"});
  EXPECT_THAT(trouble(closed.start()), testing::HasSubstr("may not enter " + folder.path() + ":"));
}

TEST(EmbeddedServer, ShowsTheLogOfAServerThatDoesNotStart) {
  const MadeFolder folder;
  EmbeddedServer server({.data_dir = folder.path()});
  ASSERT_EQ(trouble(server.start()), "");
  ASSERT_EQ(trouble(server.stop()), "");
  std::ofstream(folder.path() + "/postgres/data/postgresql.conf", std::ios::app) << "no_such_setting = 1\n";
  EXPECT_THAT(trouble(server.start()), testing::HasSubstr("no_such_setting"));
  EXPECT_FALSE(server.alive());
}

TEST(EmbeddedServer, EscapesItsFolderInTheUrl) {
  const auto folder = ServerFolder::open("/tmp/a b&c%");
  EXPECT_EQ(folder->url("rastro", "rastro"),
            "postgresql:///rastro?host=/tmp/a%20b%26c%25/postgres/run&port=5432&user=rastro");
}

}  // namespace
}  // namespace rastro::postgis

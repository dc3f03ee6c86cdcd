#include "pipeline/postgis/embedded_server.h"

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <fstream>
#include <thread>
#include <vector>

#include "pipeline/postgis/connection.h"

namespace rastro::postgis {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kPollInterval{50};
constexpr std::uintmax_t kMaxLogSize = 16 << 20;

// What an operator may want to change stands in the cluster's own file, once; what the gateway relies on is
// given on the command line, which wins. For a small machine that also runs the gateway: a few hundred MB of
// memory, checkpoints far apart (each makes the next write of every page twice as long), no compiler for
// queries of milliseconds.
constexpr std::string_view kSettings = R"(
# Written by rastro when it made this cluster; change it as you like.
shared_buffers = 256MB
max_connections = 50
max_wal_size = 4GB
checkpoint_timeout = 15min
wal_compression = on
random_page_cost = 1.1
jit = off
log_timezone = UTC
timezone = UTC
log_min_messages = warning
log_line_prefix = '%m [%p] '
)";

Failure local(std::string sentence) { return {FailureKind::kLocal, std::move(sentence), {}}; }

// On a machine that is short of processors, those that answer devices come before rows, which are safe in the
// journal: sched(7), "The autogroup feature" and "The nice value"; which of the two counts is the machine's
// setting. After fork: system calls only.
void step_back_before_the_gateway() {
  constexpr int kNice = 5;
  ::setpriority(PRIO_PROCESS, 0, ::getpriority(PRIO_PROCESS, 0) + kNice);
  const int group = ::open("/proc/self/autogroup", O_WRONLY | O_CLOEXEC);
  if (group < 0) return;
  static constexpr std::string_view kGroupNice = "5";
  [[maybe_unused]] const auto written = ::write(group, kGroupNice.data(), kGroupNice.size());
  ::close(group);
}

// After fork, in a copy of a program with many threads: system calls only, no memory from the heap.
[[noreturn]] void become(const char* const* arguments, const ServerUser& user, const char* folder, int log) {
  ::setsid();  // out of reach of the terminal's Ctrl-C
  step_back_before_the_gateway();
  ::umask(S_IRWXG | S_IRWXO);
  const int null = ::open("/dev/null", O_RDONLY);
  ::dup2(null, STDIN_FILENO);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  // The listeners and the connections of devices among them: a server that outlives us must not hold the
  // ports.
  ::close_range(STDERR_FILENO + 1, ~0U, 0);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGCHLD})
    ::sigaction(signal, &standard, nullptr);
  const bool changed = !user.other || (::setgroups(user.groups.size(), user.groups.data()) == 0 &&
                                       ::setgid(user.gid) == 0 && ::setuid(user.uid) == 0);
  // Not our environment: it may hold secrets.
  static constexpr std::array kEnvironment = {"PATH=/usr/bin:/bin", "LANG=C.UTF-8",
                                              static_cast<const char*>(nullptr)};
  if (changed && ::chdir(folder) == 0) {
    // execve takes its strings as non-const and does not change them.
    ::execve(arguments[0], const_cast<char* const*>(arguments),
             const_cast<char* const*>(kEnvironment.data()));
  }
  static constexpr std::string_view kFailed = "the program could not be started as the user of the server\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, kFailed.data(), kFailed.size());
  ::_exit(127);
}

Result<pid_t> spawn(const std::vector<std::string>& command, const ServerUser& user,
                    const ServerFolder& folder) {
  const int log = ::open(folder.log().c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (log < 0) return local("cannot write " + folder.log().string() + ": " + std::strerror(errno));
  std::vector<const char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& argument : command) arguments.push_back(argument.c_str());
  arguments.push_back(nullptr);
  const std::string root = folder.root();
  const pid_t pid = ::fork();
  if (pid == 0) become(arguments.data(), user, root.c_str(), log);
  const int error = errno;
  ::close(log);
  if (pid < 0) return local(std::string("cannot start a process: ") + std::strerror(error));
  return pid;
}

// A number in a stale file may have been given to another process in the meantime, so the process's command
// line has to name the folder. (Its working directory would be as telling, but a container may not let even
// root read that.)
bool is_postmaster_of(pid_t pid, const fs::path& data) {
  if (pid <= 1) return false;
  std::ifstream command("/proc/" + std::to_string(pid) + "/cmdline", std::ios::binary);
  std::string argument;
  if (!std::getline(command, argument, '\0') || fs::path(argument).filename() != "postgres") return false;
  while (std::getline(command, argument, '\0')) {
    if (argument != "-D" || !std::getline(command, argument, '\0')) continue;
    std::error_code error;
    return fs::equivalent(argument, data, error) && !error;
  }
  return false;
}

bool speaks_of_leftovers(std::string_view log) {
  return log.find("pre-existing shared memory block") != std::string_view::npos ||
         log.find("lock file \"postmaster.pid\" already exists") != std::string_view::npos;
}

// Role, database and extensions; what stands already stays. So that a first start that was cut short is
// completed by the next one.
Result<void> set_up(const EmbeddedServer& server) {
  Result<Connection> cluster = Connection::open(server.admin_url("postgres"));
  if (!cluster) return cluster.error();
  Result<Rows> found = cluster->run("SELECT FROM pg_roles WHERE rolname = 'rastro'");
  if (found && found->size() == 0) found = cluster->run("CREATE ROLE rastro LOGIN");
  if (found) found = cluster->run("SELECT FROM pg_database WHERE datname = 'rastro'");
  if (found && found->size() == 0) found = cluster->run("CREATE DATABASE rastro OWNER rastro");
  if (!found) return found.error();
  Result<Connection> database = Connection::open(server.admin_url("rastro"));
  if (!database) return database.error();
  // The role is no superuser, so that no statement of the gateway could read files or start programs.
  const Result<Rows> made = database->run(R"(
    SET client_min_messages = warning;
    CREATE EXTENSION IF NOT EXISTS postgis;
    CREATE SCHEMA IF NOT EXISTS partman;
    CREATE EXTENSION IF NOT EXISTS pg_partman SCHEMA partman;
    GRANT ALL ON SCHEMA partman TO rastro;
    GRANT ALL ON ALL TABLES IN SCHEMA partman TO rastro;
    GRANT EXECUTE ON ALL ROUTINES IN SCHEMA partman TO rastro)");
  if (!made) return made.error();
  return {};
}

}  // namespace

EmbeddedServer::~EmbeddedServer() { static_cast<void>(stop()); }

std::string EmbeddedServer::url(std::string_view user, std::string_view database) const {
  return folder_ ? folder_->url(user, database) : "";
}

Result<void> EmbeddedServer::start() {
  const Clock::time_point deadline = Clock::now() + options_.start_deadline;
  if (!folder_) {
    Result<ServerUser> user = find_server_user();
    if (!user) return user.error();
    Result<ServerFolder> folder = ServerFolder::open(options_.data_dir);
    if (!folder) return folder.error();
    user_ = *user;
    folder_ = *folder;
  }
  if (auto prepared = folder_->prepare(user_); !prepared) return prepared;
  if (!alive()) {
    pid_ = find_running();
    child_ = false;
  }
  if (pid_ != 0) {
    // Found running; it may be on its way down, though.
    const Result<void> ready = wait_until_ready(deadline);
    if (ready) return set_up(*this);
    if (alive()) return ready.error();
  }
  const Result<fs::path> programs = folder_->find_programs();
  if (!programs) return programs.error();
  if (!fs::exists(folder_->data())) {
    if (auto made = make_data(*programs); !made) return made;
  }
  if (auto launched = launch(*programs, deadline); !launched) return launched;
  return set_up(*this);
}

// In a folder beside the real one, which gets its name when all is done: a first start that is killed
// half-way leaves nothing that looks like a database.
Result<void> EmbeddedServer::make_data(const fs::path& programs) {
  const fs::path unfinished = folder_->unfinished_data();
  std::error_code error;
  fs::remove_all(unfinished, error);
  log_offset_ = 0;
  const Result<pid_t> initdb =
      spawn({programs / "initdb", "-D", unfinished, "-U", "postgres", "--encoding=UTF8", "--locale=C.UTF-8",
             "--auth=trust", "--no-instructions"},
            user_, *folder_);
  if (!initdb) return initdb.error();
  int status = 0;
  while (::waitpid(*initdb, &status, 0) < 0 && errno == EINTR) {
  }
  if (status != 0) return local("the database could not be made: " + folder_->log_tail(0));
  std::ofstream(unfinished / "postgresql.conf", std::ios::app) << kSettings;
  fs::rename(unfinished, folder_->data(), error);
  if (error) return local("cannot rename " + unfinished.string() + ": " + error.message());
  return {};
}

// The server of this folder by its own pid file, or 0. Files that speak of somebody else's process, or of one
// that was killed and that nobody has reaped yet, are removed, since PostgreSQL would believe them.
pid_t EmbeddedServer::find_running() const {
  pid_t pid = 0;
  const bool named = static_cast<bool>(std::ifstream(folder_->pid_file()) >> pid);
  if (named && is_postmaster_of(pid, folder_->data())) return pid;
  std::error_code ignored;
  if (named) fs::remove(folder_->pid_file(), ignored);
  fs::remove(folder_->socket_lock(), ignored);
  return 0;
}

Result<void> EmbeddedServer::launch(const fs::path& programs, Clock::time_point deadline) {
  std::error_code ignored;
  const std::string durable = options_.durable ? "on" : "off";
  if (fs::file_size(folder_->log(), ignored) > kMaxLogSize && !ignored)
    fs::rename(folder_->log(), folder_->log().string() + ".1", ignored);
  while (true) {
    log_offset_ = fs::exists(folder_->log(), ignored) ? fs::file_size(folder_->log(), ignored) : 0;
    const Result<pid_t> started = spawn({programs / "postgres",
                                         "-D",
                                         folder_->data(),
                                         "-c",
                                         "listen_addresses=",
                                         "-c",
                                         "port=5432",
                                         "-c",
                                         "unix_socket_directories=" + folder_->run().string(),
                                         "-c",
                                         "unix_socket_permissions=0700",
                                         "-c",
                                         "fsync=" + durable,
                                         "-c",
                                         "full_page_writes=" + durable,
                                         "-c",
                                         "synchronous_commit=on",
                                         "-c",
                                         "logging_collector=off",
                                         "-c",
                                         "log_destination=stderr"},
                                        user_, *folder_);
    if (!started) return started.error();
    pid_ = *started;
    child_ = true;
    Result<void> ready = wait_until_ready(deadline);
    // A server that was killed, and its backends, need a moment to be gone; until then a new one refuses to
    // start.
    const bool leftovers = !ready && pid_ == 0 && speaks_of_leftovers(folder_->log_since(log_offset_));
    if (!leftovers || Clock::now() >= deadline) return ready;
    std::this_thread::sleep_for(kPollInterval);
    static_cast<void>(find_running());  // removes the files of a server that has gone meanwhile
  }
}

Failure EmbeddedServer::died() const {
  return local("the database server did not start; the last lines of " + folder_->log().string() + ":\n" +
               folder_->log_tail(log_offset_));
}

Result<void> EmbeddedServer::wait_until_ready(Clock::time_point deadline) {
  while (true) {
    const Result<Connection> connection = Connection::open(admin_url("postgres"));
    if (connection) return {};
    if (!alive()) return died();
    if (connection.error().kind != FailureKind::kUnavailable) return connection.error();
    if (Clock::now() >= deadline) {
      return Failure{FailureKind::kUnavailable,
                     "the database server is not ready within " +
                         std::to_string(options_.start_deadline.count() / 1000) +
                         " s: " + connection.error().sentence + "\n" + folder_->log_tail(log_offset_),
                     {}};
    }
    std::this_thread::sleep_for(kPollInterval);
  }
}

bool EmbeddedServer::alive() {
  if (pid_ == 0) return false;
  bool there = false;
  if (child_) {
    there = ::waitpid(pid_, nullptr, WNOHANG) == 0;
  } else {
    there = is_postmaster_of(pid_, folder_->data());
  }
  if (!there) pid_ = 0;
  return there;
}

bool EmbeddedServer::wait_until_gone(milliseconds patience) {
  const Clock::time_point deadline = Clock::now() + patience;
  while (alive()) {
    if (Clock::now() >= deadline) return false;
    std::this_thread::sleep_for(milliseconds(10));
  }
  return true;
}

Result<void> EmbeddedServer::stop() {
  if (!alive()) return {};
  ::kill(pid_, SIGINT);
  if (wait_until_gone(options_.stop_deadline)) return {};
  ::kill(pid_, SIGQUIT);
  if (wait_until_gone(std::chrono::seconds(10)))
    return local("the database server had to be ended without a checkpoint; it recovers at the next start");
  return local("the database server, process " + std::to_string(pid_) + ", does not end");
}

}  // namespace rastro::postgis

#include "tests/support/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <thread>

#include "tests/support/test_database.h"

namespace rastro::test {
namespace {

constexpr std::chrono::milliseconds kPoll{10};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

std::vector<std::string> child_environment(const std::vector<std::string>& more) {
  std::vector<std::string> out;
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    if (!std::string_view(*entry).starts_with("RASTRO_")) out.emplace_back(*entry);
  }
  out.insert(out.end(), more.begin(), more.end());
  return out;
}

}  // namespace

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return condition();
    std::this_thread::sleep_for(kPoll);
  }
  return true;
}

std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

ChildProcess::ChildProcess(const std::vector<std::string>& arguments, std::string output,
                           const std::vector<std::string>& environment)
    : output_(std::move(output)) {
  std::vector<std::string> argument_texts = arguments;
  std::vector<std::string> environment_texts = child_environment(environment);
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  constexpr int kFlags = O_WRONLY | O_CREAT | O_TRUNC;
  ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, (output_ + ".out").c_str(), kFlags, 0644);
  ::posix_spawn_file_actions_addopen(&files, STDERR_FILENO, (output_ + ".err").c_str(), kFlags, 0644);
  const int error = ::posix_spawn(&pid_, arguments.front().c_str(), &files, nullptr,
                                  pointers(argument_texts).data(), pointers(environment_texts).data());
  ::posix_spawn_file_actions_destroy(&files);
  if (error != 0) throw std::runtime_error("cannot start " + arguments.front());
}

ChildProcess::~ChildProcess() {
  if (poll()) return;
  send(SIGKILL);
  wait();
}

void ChildProcess::send(int signal) const {
  if (!status_) ::kill(pid_, signal);
}

std::optional<int> ChildProcess::poll() {
  int status = 0;
  if (!status_ && ::waitpid(pid_, &status, WNOHANG) == pid_) {
    status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  return status_;
}

std::optional<int> ChildProcess::wait(std::chrono::milliseconds patience) {
  eventually([this] { return poll().has_value(); }, patience);
  return status_;
}

ProgramResult run_rastro(std::vector<std::string> arguments, const std::vector<std::string>& environment) {
  const TemporaryFolder folder;
  arguments.insert(arguments.begin(), rastro_program());
  ChildProcess child(arguments, folder.path() + "/program", environment);
  const auto exit_code = child.wait();
  return {exit_code.value_or(-1000), child.out(), child.err()};
}

std::string rastro_program() { return RASTRO_PROGRAM; }

}  // namespace rastro::test

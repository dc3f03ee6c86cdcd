// A program that a test starts: its output goes to files, so that nothing blocks and all of it can be shown
// when a test fails. Ends with its object. Tests only; one thread.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace rastro::test {

// Generous, as every deadline of these tests: they say "never", not "slow".
inline constexpr std::chrono::seconds kPatience{60};

// Asks again and again until `condition` holds; false when it never did.
bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds patience = kPatience);

std::string read_text(const std::string& path);

class ChildProcess {
 public:
  // `output` is the path to which ".out" and ".err" are added. The child sees this environment without
  // RASTRO_…, and with `environment` ("NAME=value"). Throws when it cannot be started.
  ChildProcess(const std::vector<std::string>& arguments, std::string output,
               const std::vector<std::string>& environment = {});
  ~ChildProcess();  // SIGKILL
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }
  void send(int signal) const;
  // The exit code, or minus the signal that ended it; nothing while it runs.
  std::optional<int> poll();
  // Waits for the end; nothing when it does not come.
  std::optional<int> wait(std::chrono::milliseconds patience = kPatience);

  std::string out() const { return read_text(output_ + ".out"); }
  std::string err() const { return read_text(output_ + ".err"); }

 private:
  const std::string output_;
  pid_t pid_ = 0;
  std::optional<int> status_;
};

struct ProgramResult {
  int exit_code = -1;
  std::string out;
  std::string err;
};

// Runs `rastro` with these arguments to its end.
ProgramResult run_rastro(std::vector<std::string> arguments,
                         const std::vector<std::string>& environment = {});

// The program under test.
std::string rastro_program();

}  // namespace rastro::test

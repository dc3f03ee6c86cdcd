// Runs persat_sandbox as a process of its own on a free port, and talks to its control endpoints. Tests only.
#pragma once

#include <sys/types.h>

#include <boost/json.hpp>
#include <string>
#include <vector>

namespace rastro::test {

class SandboxProcess {
 public:
  // Waits until it listens, on a free port if no --bind is among the options; those as its --help has them.
  SandboxProcess(const std::string& program, const std::string& key,
                 const std::vector<std::string>& options = {});
  ~SandboxProcess();
  SandboxProcess(const SandboxProcess&) = delete;
  SandboxProcess& operator=(const SandboxProcess&) = delete;

  std::string base_url() const { return url_ + "/v1"; }
  std::string push_url() const { return url_ + "/v1/positions"; }
  // A JSON object as the sandbox's --help describes.
  void fault(const std::string& body) const { request("/sandbox/faults", &body); }
  boost::json::object summary() const;
  // Any other endpoint that needs no key; what is answered.
  std::string post(const std::string& path, const std::string& body) const { return request(path, &body); }

 private:
  // GET without a body. Throws std::runtime_error on anything but 200.
  std::string request(const std::string& path, const std::string* body) const;

  pid_t pid_ = -1;
  std::string url_;
};

}  // namespace rastro::test

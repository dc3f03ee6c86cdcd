// The log: one line an event on standard error, through spdlog. Set up once in main; libraries below gateway
// do not log.
#pragma once

#include <spdlog/spdlog.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

namespace rastro {

void set_up_log(const std::string& level);
// Another level than it was set up with. Any thread.
void set_log_level(const std::string& level);

// Lets one line through each `interval`, and says how many were held back. Any thread.
class LogLimit {
 public:
  explicit LogLimit(std::chrono::milliseconds interval) : interval_(interval) {}

  // Whether to write now; `held_back` is how many were not since the last one.
  bool pass(std::uint64_t& held_back);

 private:
  const std::chrono::milliseconds interval_;
  std::atomic<std::int64_t> next_ms_{0};
  std::atomic<std::uint64_t> held_back_{0};
};

}  // namespace rastro

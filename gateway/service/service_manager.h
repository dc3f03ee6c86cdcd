// What the service manager that started the process (systemd, or nobody) is told: sd_notify's datagrams, by
// ourselves, as they are a dozen lines of a documented protocol and libsystemd would be a library more to
// load. Any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/config/config.h"

namespace rastro {

class ServiceManager {
 public:
  // Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID (man sd_notify, sd_watchdog_enabled). Without the
  // first all below does nothing.
  explicit ServiceManager(const Environment& environment);

  bool listens() const { return !address_.empty(); }
  // How often alive() is expected at least; nothing: never.
  std::optional<std::chrono::microseconds> watchdog() const { return watchdog_; }

  void ready(std::string_view status) const;
  void status(std::string_view text) const;
  void reloading() const;
  void stopping(std::string_view status) const;
  void alive() const;

 private:
  void tell(const std::string& message) const;

  std::string address_;  // of a Unix socket; "@…": an abstract one
  std::optional<std::chrono::microseconds> watchdog_;
};

// Takes what the manager has said out of the process's environment: what is said to the gateway is not said
// to the private database, which would answer. REQUIRES: no other thread yet.
void forget_service_manager();

}  // namespace rastro

#include "gateway/service/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <system_error>

#include "gateway/log.h"

namespace rastro {
namespace {

std::optional<std::int64_t> number_of(const std::optional<std::string>& text) {
  std::int64_t number = 0;
  if (!text) return {};
  const auto read = std::from_chars(text->data(), text->data() + text->size(), number);
  if (read.ec != std::errc() || read.ptr != text->data() + text->size()) return {};
  return number;
}

std::string line(std::string_view name, std::string_view text) {
  std::string line(name);
  line += text;
  std::ranges::replace(line, '\n', ' ');
  return line;
}

}  // namespace

ServiceManager::ServiceManager(const Environment& environment)
    : address_(environment("NOTIFY_SOCKET").value_or("")) {
  if (address_.size() >= sizeof(sockaddr_un::sun_path)) address_.clear();
  const auto interval = number_of(environment("WATCHDOG_USEC"));
  const auto process = number_of(environment("WATCHDOG_PID"));
  if (!listens() || !interval || *interval <= 0 || (process && *process != ::getpid())) return;
  watchdog_ = std::chrono::microseconds(*interval);
}

void ServiceManager::tell(const std::string& message) const {
  if (!listens()) return;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::ranges::copy(address_, to.sun_path);
  if (address_.front() == '@') to.sun_path[0] = '\0';
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const bool told = socket >= 0 && ::sendto(socket, message.data(), message.size(), MSG_NOSIGNAL,
                                            reinterpret_cast<const sockaddr*>(&to), size) >= 0;
  static LogLimit limit(std::chrono::seconds(60));
  if (std::uint64_t held = 0; !told && limit.pass(held))
    spdlog::warn("the service manager at {} is not told: {}", address_,
                 std::generic_category().message(errno));
  if (socket >= 0) ::close(socket);
}

void ServiceManager::ready(std::string_view status) const { tell("READY=1\n" + line("STATUS=", status)); }

void ServiceManager::status(std::string_view text) const { tell(line("STATUS=", text)); }

// MONOTONIC_USEC tells the manager which of its requests this answers (man sd_notify); steady_clock is that
// clock.
void ServiceManager::reloading() const {
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now().time_since_epoch());
  tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(now.count()));
}

void ServiceManager::stopping(std::string_view status) const {
  tell("STOPPING=1\n" + line("STATUS=", status));
}

void ServiceManager::alive() const { tell("WATCHDOG=1"); }

void forget_service_manager() {
  for (const char* name :
       {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"})
    ::unsetenv(name);
}

}  // namespace rastro

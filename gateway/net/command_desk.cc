#include "gateway/net/command_desk.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace rastro {
namespace {

// While the database is away nobody takes the news. Who is not told of here is seen when all is next looked
// through.
constexpr std::size_t kMaxCame = 65536;

}  // namespace

CommandDesk::CommandDesk() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

CommandDesk::~CommandDesk() { ::close(descriptor_); }

void CommandDesk::announce(const DeviceIdentity& identity) {
  {
    const std::lock_guard lock(mutex_);
    if (news_.came.size() < kMaxCame) news_.came.push_back(identity);
  }
  ring();
}

void CommandDesk::report(CommandReport report) {
  {
    const std::lock_guard lock(mutex_);
    news_.reports.push_back(std::move(report));
  }
  ring();
}

void CommandDesk::ring() {
  ::eventfd_write(descriptor_, 1);  // fails only when it is full, and then it can be read all the same
}

CommandDesk::News CommandDesk::take() {
  eventfd_t rung = 0;
  ::eventfd_read(descriptor_, &rung);
  const std::lock_guard lock(mutex_);
  return std::exchange(news_, {});
}

}  // namespace rastro

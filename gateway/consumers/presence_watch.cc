#include "gateway/consumers/presence_watch.h"

#include "gateway/log.h"
#include "gateway/this_thread.h"

namespace rastro {
namespace {

// Who has come is told within that time.
constexpr std::chrono::milliseconds kPace{5000};

}  // namespace

void PresenceWatch::stop() {
  stop_.raise();
  if (thread_.joinable()) thread_.join();
}

void PresenceWatch::run() {
  name_this_thread("presence");
  LogLimit limit(std::chrono::seconds(60));
  do {
    const auto noted = store_.note(identities_.all(), now_ms());
    if (std::uint64_t held_back = 0; !noted && limit.pass(held_back))
      spdlog::warn("who is online is not known: {}", noted.error().sentence);
  } while (!stop_.wait(kPace));
}

}  // namespace rastro

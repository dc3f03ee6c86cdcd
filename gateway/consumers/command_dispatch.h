// Sends commands to the devices that are connected to this gateway, one at a time for a device, and ends
// those whose time is over. A command is marked as sent before a byte of it leaves, so that none goes twice
// unasked; what is marked and could not be written is queued again. When the database is away everything
// waits. One thread of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "gateway/consumers/stop_signal.h"
#include "gateway/net/live_identities.h"
#include "pipeline/postgis/command_queue.h"

namespace rastro {

struct DispatchProgress {
  std::uint64_t sent = 0;
  std::uint64_t repeated = 0;
  std::uint64_t put_back = 0;
  std::uint64_t refused = 0;  // by the gateway: the device's protocol cannot carry it
  std::uint64_t expired = 0;
  std::uint64_t waiting = 0;  // queued now
  std::string trouble;        // empty while all is well
};

class CommandDispatch {
 public:
  CommandDispatch(std::string url, const LiveIdentities& identities, CommandDesk& desk)
      : queue_(std::move(url)), identities_(identities), desk_(desk) {}
  ~CommandDispatch() { stop(); }

  void start() { thread_ = std::thread(&CommandDispatch::run, this); }
  // Nothing is given to connections any more.
  void stop();
  // After stop(), and after the connections have ended: what they have not written is queued again.
  void finish();
  DispatchProgress progress() const;

 private:
  void run();
  // Settles what connections have said, and looks for commands to send where there may be some. True when
  // they may have changed in the meantime.
  postgis::Result<bool> work(bool changed);
  // Whether a device has come that a command waits for.
  bool is_anybody_awaited() const;
  postgis::Result<void> look_through();
  postgis::Result<void> settle_reports();
  postgis::Result<void> settle(const CommandReport& report);
  postgis::Result<void> send_due();
  void send(const postgis::DueCommand& command, const LiveIdentities::Speaker& to,
            std::optional<std::int64_t> marked_ms);
  void trouble(const std::string& sentence);
  void count(std::uint64_t DispatchProgress::*what, std::uint64_t by = 1);

  postgis::CommandQueue queue_;
  const LiveIdentities& identities_;
  CommandDesk& desk_;
  std::unordered_set<DeviceIdentity> came_;     // since the last look
  std::vector<CommandReport> reports_;          // not settled yet
  std::unordered_set<DeviceIdentity> awaited_;  // have a command waiting, as of the last look
  std::chrono::steady_clock::time_point next_look_;
  // To which connection a command that may be repeated was given last: not twice to the same.
  std::unordered_map<std::int32_t, std::uint64_t> given_to_;

  mutable std::mutex mutex_;
  DispatchProgress progress_;  // protected by mutex_

  StopSignal stop_;
  std::thread thread_;
};

}  // namespace rastro

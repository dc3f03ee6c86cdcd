// Has the database know which devices are there, so that subscribers of webhooks are told who comes and goes:
// those that are connected to this gateway, and those that anybody has heard of. One thread of its own.
#pragma once

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "gateway/clock.h"
#include "gateway/consumers/stop_signal.h"
#include "gateway/net/live_identities.h"
#include "pipeline/postgis/presence_store.h"

namespace rastro {

class PresenceWatch {
 public:
  // `offline_after_s`: silence after which a device without a connection is offline.
  PresenceWatch(std::string url, const LiveIdentities& identities, std::int64_t offline_after_s)
      : store_(std::move(url), offline_after_s), identities_(identities) {}
  ~PresenceWatch() { stop(); }

  void start() { thread_ = std::thread(&PresenceWatch::run, this); }
  void stop();

 private:
  void run();

  postgis::PresenceStore store_;
  const LiveIdentities& identities_;
  StopSignal stop_;
  std::thread thread_;
};

}  // namespace rastro

// Keeps the gateway's memory of devices, clients and API keys in step with the database, which says when they
// change, and of where devices are that other gateways hear. One thread of its own.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "gateway/api/api_keys.h"
#include "gateway/consumers/stop_signal.h"
#include "gateway/devices/device_directory.h"
#include "gateway/devices/learnt_notes.h"
#include "gateway/devices/live_state.h"
#include "pipeline/postgis/catalogue.h"

namespace rastro {

class CatalogueWatch {
 public:
  // `gateway`: the journal's name.
  CatalogueWatch(const std::string& url, std::string gateway, DeviceDirectory& directory, LearntNotes& learnt,
                 ApiKeys& keys, LiveState& live)
      : catalogue_(url),
        key_store_(url),
        gateway_(std::move(gateway)),
        directory_(directory),
        learnt_(learnt),
        keys_(keys),
        live_(live) {}
  ~CatalogueWatch() { stop(); }

  // To be told of every device whose settings have changed. Before start().
  void on_settings_changed(std::function<void(const DeviceIdentity&)> listener) {
    settings_changed_ = std::move(listener);
  }

  // Loads once, in the caller's thread, before start(); a failure is not final, the thread tries again.
  postgis::Result<void> load();
  void start() { thread_ = std::thread(&CatalogueWatch::run, this); }
  void stop();
  std::string trouble() const;

 private:
  void run();
  postgis::Result<void> load_catalogue();
  void remember_learnt();
  // Where devices are that other gateways hear.
  void follow_others();
  void keep_house();

  postgis::Catalogue catalogue_;
  postgis::ApiKeyStore key_store_;
  const std::string gateway_;
  DeviceDirectory& directory_;
  LearntNotes& learnt_;
  ApiKeys& keys_;
  LiveState& live_;
  std::function<void(const DeviceIdentity&)> settings_changed_ = [](const DeviceIdentity&) {};
  bool live_loaded_ = false;
  std::int64_t heard_until_ms_ = 0;  // what others received before is known
  std::chrono::steady_clock::time_point next_look_at_others_;
  std::chrono::steady_clock::time_point next_maintenance_;

  mutable std::mutex mutex_;
  std::string trouble_;  // protected by mutex_

  StopSignal stop_;
  std::thread thread_;
};

}  // namespace rastro

// Has the database note alarms of identities as events, so that subscribers of webhooks are told. One thread
// of its own.
#pragma once

#include <string>
#include <thread>

#include "gateway/consumers/stop_signal.h"
#include "gateway/devices/identity_alarms.h"
#include "pipeline/postgis/device_alarm_store.h"

namespace rastro {

class AlarmTeller {
 public:
  AlarmTeller(std::string url, IdentityAlarms& alarms) : store_(std::move(url)), alarms_(alarms) {}
  ~AlarmTeller() { stop(); }

  void start() { thread_ = std::thread(&AlarmTeller::run, this); }
  void stop();

 private:
  void run();
  void tell();

  postgis::DeviceAlarmStore store_;
  IdentityAlarms& alarms_;
  StopSignal stop_;
  std::thread thread_;
};

}  // namespace rastro

// The main thread while the gateway runs: hears the signals, tells the service manager that all is well after
// it has looked, and gives memory back that is not needed any more. Takes the signals from when it is made,
// so that one that comes during the start is not lost; once it has gone, a signal ends the process at once.
#pragma once

#include <functional>
#include <string>

#include "gateway/net/asio.h"
#include "gateway/service/service_manager.h"

namespace rastro {

class Supervisor {
 public:
  struct Watch {
    std::function<std::string()> find_hanging;  // a thread that does not move; empty: all do
    std::function<std::string()> status;        // for people
    std::function<void()> reload;               // on SIGHUP
  };

  explicit Supervisor(const ServiceManager& manager);

  // Until SIGTERM or SIGINT, of which the number is given.
  int run(Watch watch);

 private:
  void hear();
  void look();
  void tidy();

  const ServiceManager& manager_;
  Watch watch_;
  int ended_by_ = 0;
  asio::io_context io_{1};
  asio::signal_set signals_{io_, SIGINT, SIGTERM, SIGHUP};
  asio::steady_timer next_look_{io_};
  asio::steady_timer next_tidy_{io_};
};

}  // namespace rastro

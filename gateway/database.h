// The database that the configuration names: the private one, which this starts and keeps alive, or
// somebody's server. Any thread may ask; start and stop are the application's.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "gateway/config/config.h"
#include "gateway/consumers/stop_signal.h"
#include "pipeline/postgis/embedded_server.h"

namespace rastro {

class Database {
 public:
  explicit Database(const Config& config);
  ~Database() { stop(); }

  // Starts the private server (making it on first use) and brings the schema up to date. A server that cannot
  // be reached is not an error for the gateway, which journals meanwhile: see is_final().
  postgis::Result<void> start();
  // Whether waiting cannot mend it: a refused password, a schema that is not ours, a folder that cannot be.
  static bool is_final(const postgis::Failure& failure);
  // Brings the private server back when it dies, and tries the schema again until it is there.
  void keep_alive();
  void stop();

  const std::string& url() const { return url_; }
  bool embedded() const { return server_ != nullptr; }
  // What a person may see of where it is.
  std::string display() const;
  std::string trouble() const;

 private:
  void run();
  postgis::Result<void> migrate();
  void note(const postgis::Result<void>& result);

  const Config& config_;
  std::unique_ptr<postgis::EmbeddedServer> server_;
  std::string url_;
  bool migrated_ = false;

  mutable std::mutex mutex_;
  std::string trouble_;  // protected by mutex_

  StopSignal stop_;
  std::thread thread_;
};

// The URL that the configuration means; also that of a private server which is not running. Throws
// std::runtime_error when no private server could be there.
std::string database_url(const Config& config);

}  // namespace rastro

#include "gateway/persat/api_options.h"

#include "gateway/version.h"

namespace rastro {

persat::Api::Options persat_api_options(const PersatConfig& config) {
  persat::Api::Options options;
  options.connection.base_url = config.url;
  options.connection.api_key = config.api_key;
  options.connection.user_agent = std::string("rastro/") + kVersion;
  options.connection.proxy = config.proxy;
  options.connection.ca_file = config.ca_file;
  options.connection.timeout = std::chrono::seconds(config.timeout_s);
  options.requests_per_second = static_cast<double>(config.requests_per_second);
  return options;
}

}  // namespace rastro

// Writes into rastro.audit what was done outside of the database. One connection; blocking; one thread.
// Nothing throws.
#pragma once

#include <string>

#include "pipeline/postgis/kept_connection.h"

namespace rastro::postgis {

class AuditWriter {
 public:
  explicit AuditWriter(std::string url) : connection_(std::move(url)) {}

  // `detail` is a JSON object.
  Result<void> write(const std::string& actor, const std::string& action, const std::string& detail);

 private:
  KeptConnection connection_;
};

}  // namespace rastro::postgis

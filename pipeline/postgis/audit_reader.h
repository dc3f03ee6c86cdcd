// Reads what people and programs did that has to be answered for (rastro.audit), newest first. A pool of
// connections; blocking; any thread. Nothing throws.
#pragma once

#include <cstdint>
#include <string>

#include "pipeline/postgis/connection_pool.h"
#include "pipeline/postgis/table.h"

namespace rastro::postgis {

struct AuditQuestion {
  std::string actor = {};   // empty: all
  std::string action = {};  // likewise
  std::int64_t offset = 0;
  int limit = 1000;
};

class AuditReader {
 public:
  explicit AuditReader(std::string url);

  Result<Table> list(const AuditQuestion& question);

 private:
  ConnectionPool pool_;
};

}  // namespace rastro::postgis

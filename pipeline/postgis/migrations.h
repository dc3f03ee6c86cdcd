// The database's schema, as forward-only steps that are compiled into the program (schema/sql). A step that
// was applied is never changed: its checksum stands beside it in rastro.schema_migration. Start-up code; any
// thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "pipeline/postgis/failure.h"

namespace rastro::postgis {

struct Migration {
  int version = 0;
  std::string_view name;  // "0001_device"
  std::string_view sql;
};

// All that this program knows, by version. Static storage.
std::span<const Migration> migrations();

struct MigrationReport {
  int version = 0;  // of the database, afterwards
  int applied = 0;  // how many steps this call took
};

// Brings the database at `url` up to the newest of `steps`; of two programs that start together, one waits.
// Fails with kSchema when an applied step's text is not the program's, or the database knows a step that the
// program does not.
Result<MigrationReport> migrate(const std::string& url, std::span<const Migration> steps = migrations());

}  // namespace rastro::postgis

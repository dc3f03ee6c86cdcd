// When Persat's catalogue was last read whole, and what people may list of it. One connection; blocking; one
// thread. Nothing throws.
#pragma once

#include <cstdint>
#include <string>

#include "pipeline/postgis/kept_connection.h"
#include "pipeline/postgis/table.h"

namespace rastro::postgis {

class PersatPulls {
 public:
  explicit PersatPulls(std::string url) : connection_(std::move(url)) {}

  // `kind`: devices or clients. An empty `trouble`: it went well, with `count` of them.
  Result<void> note(const std::string& kind, std::uint64_t count, const std::string& trouble);

  // The state as one JSON object.
  Result<std::string> status();
  // Differences of clients, by uid; `kind`: conflict, local, removed, gone, or empty for all.
  Result<Table> differences(const std::string& kind, std::int64_t offset, int limit);
  // Clients of Persat's that cannot be shown on a map, with the reason.
  Result<Table> without_position(std::int64_t offset, int limit);
  // Events of a state, or of all when it is empty; the newest first.
  Result<Table> events(const std::string& state, std::int64_t offset, int limit);

 private:
  Result<Table> page(std::span<const Column> columns, const char* sql, const std::string& what,
                     std::int64_t offset, int limit);

  KeptConnection connection_;
};

}  // namespace rastro::postgis

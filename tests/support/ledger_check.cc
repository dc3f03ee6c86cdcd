#include "tests/support/ledger_check.h"

#include <cmath>
#include <stdexcept>
#include <unordered_map>

#include "pipeline/postgis/connection.h"

namespace rastro::test {
namespace {

// What the coarser wire (GT06, 1/1,800,000 degree) and the ledger's seven digits leave.
constexpr double kTolerance = 1e-6;

struct Place {
  double latitude_deg = 0;
  double longitude_deg = 0;
};

using Rows = std::unordered_multimap<std::string, Place>;  // by "imei,time_ms"

std::string key_of(std::string_view imei, std::string_view time_ms) {
  return std::string(imei) + "," + std::string(time_ms);
}

Rows read_rows(const std::string& url) {
  Rows rows;
  auto connection = postgis::Connection::open(url);
  if (!connection) throw std::runtime_error(connection.error().sentence);
  const auto result = connection->run(
      "SELECT d.imei, (extract(epoch FROM f.fix_time) * 1000)::bigint, ST_Y(f.position), ST_X(f.position) "
      "FROM rastro.fix f JOIN rastro.device d ON d.id = f.device_id");
  if (!result) throw std::runtime_error(result.error().sentence);
  for (int i = 0; i < result->size(); ++i) {
    rows.emplace(
        key_of(result->text(i, 0), result->text(i, 1)),
        Place{std::stod(std::string(result->text(i, 2))), std::stod(std::string(result->text(i, 3)))});
  }
  return rows;
}

bool near(const Place& place, const LedgerLine& line) {
  return std::abs(place.latitude_deg - line.latitude_deg) < kTolerance &&
         std::abs(place.longitude_deg - line.longitude_deg) < kTolerance;
}

}  // namespace

LedgerCheck check_ledger(const std::string& url, std::span<const LedgerLine> ledger) {
  const Rows rows = read_rows(url);
  LedgerCheck check{.acknowledged = ledger.size(), .rows = rows.size()};
  for (const LedgerLine& line : ledger) {
    const auto [first, last] = rows.equal_range(key_of(line.imei, std::to_string(line.time_ms)));
    const auto found = std::distance(first, last);
    if (found == 0) ++check.missing;
    if (found > 1) ++check.twice;
    if (found == 1 && !near(first->second, line)) ++check.elsewhere;
  }
  return check;
}

}  // namespace rastro::test

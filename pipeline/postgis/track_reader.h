// Reads what tracking made of the fixes (schema/sql/0010_tracking.sql): trips, stops, visits, statistics,
// tracks. A pool of connections; blocking; any thread. Nothing throws.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "pipeline/postgis/connection_pool.h"
#include "pipeline/postgis/table.h"
#include "pipeline/postgis/track_sql.h"

namespace rastro::postgis {

struct Period {
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;  // not included
};

// Days of the local calendar, "2026-03-04", both included.
struct Days {
  std::string first;
  std::string last;
};

// Trips, stops and visits stand where they began: each in one period, however long it lasts.
struct TrackQuestion {
  Period period;
  std::optional<std::int64_t> device_id = {};
  std::optional<std::int64_t> client_id = {};  // of visits
  std::optional<PageKey> after = {};
  int limit = 1000;
};

enum class Grouping : std::uint8_t { kDay, kWeek, kMonth };

struct StatisticsQuestion {
  Days days;
  Grouping by = Grouping::kDay;
  std::optional<std::int64_t> device_id = {};  // without one: all together
};

struct PlanQuestion {
  std::string day;
  std::string zone;  // of the day, an IANA name
  std::int64_t now_ms = 0;
  std::string state = {};  // only of that state; empty: all
  std::int64_t offset = 0;
  int limit = 1000;
};

struct Tile {
  int z = 0;
  int x = 0;
  int y = 0;
};

// What is said beside rows that may be fewer than somebody expects.
struct Coverage {
  bool any_fix = false;     // the device has a fix in the period
  bool being_made = false;  // the device's history is yet to be read, or to be read again
};

class TrackReader {
 public:
  explicit TrackReader(std::string url);

  // From the first day's begin to the last one's end in that time zone.
  Result<Period> period_of(const Days& days, const std::string& zone);
  Result<Coverage> coverage(std::int64_t device_id, const Period& period);

  Result<bool> has_client(std::int64_t client_id);

  // Oldest first.
  Result<Table> trips(const TrackQuestion& question);
  Result<Table> stops(const TrackQuestion& question);
  // `explained`: with why each counts, and the rule that it was found by.
  Result<Table> visits(const TrackQuestion& question, bool explained);
  // Ended visits of one device, newest first, as Persat lists them.
  Result<Table> ended_visits(std::int64_t device_id, const Period& period);
  // A row for each day that has something, as the endpoint of Persat's path has them.
  Result<Table> summaries(std::int64_t device_id, const Days& days);
  // A row for each day, week or month, also where nothing is known of it.
  Result<Table> statistics(const StatisticsQuestion& question);
  // The same with a row for each device that has something; the key's time is a day's begin in UTC.
  Result<Table> statistics_by_device(const StatisticsQuestion& question, const std::optional<PageKey>& after,
                                     int limit);
  // The visits that were due on a day against those that were made; a row for each of either.
  Result<Table> plan(const PlanQuestion& question);

  // The fixes that count as lines, cut where a device was silent for long, at most `limit` fixes in all.
  // `simplify_m` 0: every fix.
  Result<Table> track(std::int64_t device_id, const Period& period, double simplify_m, int limit);
  // A Mapbox vector tile with the layer `tracks`.
  Result<std::string> tile(const Tile& tile, const Period& period, std::optional<std::int64_t> device_id);

 private:
  Result<Table> all(const TrackSql& asked, std::initializer_list<std::string> parameters);
  Result<Table> some(const TrackSql& asked, std::initializer_list<std::string> parameters, int limit);
  Result<Table> page(const TrackSql& asked, const TrackQuestion& question);

  ConnectionPool pool_;
};

}  // namespace rastro::postgis

// What a device did in a period, as a table of texts in the time of a zone: for people at a terminal, and for
// spreadsheets. One connection, opened when needed; blocking; one thread. Nothing throws.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/postgis/connection.h"

namespace rastro::postgis {

enum class ReportKind : std::uint8_t { kDays, kTrips, kVisits };

struct Report {
  std::vector<std::string_view> columns;
  std::vector<std::vector<std::string>> rows;
};

// Days of the calendar, "2026-11-20", the last not included.
struct ReportPeriod {
  std::string from;
  std::string to;
};

// Trips and visits that began in the period, oldest first. What lasts has no end.
Result<Report> read_report(const std::string& url, ReportKind kind, std::int64_t device_id,
                           const ReportPeriod& period, const std::string& time_zone);

}  // namespace rastro::postgis

// `rastro recompute` and `rastro report`: what tracking made of devices' fixes, made anew or shown. They work
// beside a running gateway.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "gateway/config/config.h"
#include "pipeline/postgis/track_report.h"

namespace rastro {

struct RecomputeOptions {
  std::string device = "all";  // imei
  std::string from = {};       // "2026-11-20", a day of the configured zone; empty: from ever
  std::string to = {};         // empty: until now
  bool dry_run = false;
  bool show_progress = false;  // on `err`
};

// The differences are said on `out`. Exit code 0 done, 1 failed, 2 wrong dates.
int run_recompute(const Config& config, const RecomputeOptions& options, std::ostream& out,
                  std::ostream& err);

struct ReportOptions {
  postgis::ReportKind kind = postgis::ReportKind::kDays;
  std::string device;  // imei
  std::string date;    // "2026-11-20" or "2026-11"
  bool csv = false;
};

int run_report(const Config& config, const ReportOptions& options, std::ostream& out, std::ostream& err);

// The days that a date or a month means; nothing when it is none.
std::optional<postgis::ReportPeriod> parse_period(const std::string& date);

// "a,""b""": one line without its end (RFC 4180).
std::string csv_line(const std::vector<std::string>& fields);

}  // namespace rastro

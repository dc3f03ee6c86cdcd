// Days, months and stretches of time as requests name them. Pure but for ask_period; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/api/request.h"
#include "pipeline/postgis/track_reader.h"

namespace rastro {

// The days that "2026-03-04" or "2026-03" names; nothing when there is no such day or month.
std::optional<postgis::Days> parse_days(std::string_view text);

// What ?date=…, or ?from=…&to=… asks for: local days, or moments.
struct Span {
  std::optional<postgis::Days> days = {};
  std::optional<postgis::Period> moments = {};
};

// Ways in which a period can be wrong; the names are part of the API.
enum class PeriodFault : std::uint8_t {
  kNone,
  kMissing,
  kNoSuchDate,
  kBackwards,
  kTooLong,
  kInTheFuture,
};

PeriodFault parse_span(const Query& query, Span& out);
// The days between the first and the last, both counted.
std::int64_t count_days(const postgis::Days& days);
// `most_days`: of 24 hours, with an hour more for a day on which clocks are put back.
PeriodFault check_period(const postgis::Period& period, std::int64_t most_days, std::int64_t now_ms);
HttpResponse period_failure(PeriodFault fault, std::int64_t most_days);

// A period in moments, and in days where it was asked for so; or why there is none.
struct Asked {
  std::optional<postgis::Days> days = {};
  postgis::Period period = {};
  std::optional<HttpResponse> why_not = {};
};
// Asks the database where days begin in `zone`.
Asked ask_period(const Query& query, postgis::TrackReader& reader, const std::string& zone,
                 std::int64_t most_days, std::int64_t now_ms);

}  // namespace rastro

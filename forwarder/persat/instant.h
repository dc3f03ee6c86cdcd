// Persat's ways to write a time: ISO-8601 UTC with milliseconds, and days (persat-api.md 1.1). Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "forwarder/persat/fields.h"

namespace rastro::persat {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
using Day = std::chrono::year_month_day;
using Month = std::chrono::year_month;

// "2026-11-24T13:05:09.000Z"; the milliseconds may be absent. Nothing when it is no such time.
std::optional<Instant> decode_instant(std::string_view text);
std::string encode_instant(Instant at);

std::string encode_day(Day day);        // "2026-11-24"
std::string encode_month(Month month);  // "2026-11"
// The beginning of the day, in the one form that is documented for dates in JSON.
std::string encode_day_as_instant(Day day);

// A member of an object, as Fields has those of JSON's own types.
Instant instant_field(Fields& fields, std::string_view name);
std::optional<Instant> optional_instant_field(Fields& fields, std::string_view name);

}  // namespace rastro::persat

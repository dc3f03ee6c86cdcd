#include "gateway/api/period.h"

#include <array>
#include <chrono>

#include "schema/json.h"

namespace rastro {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kDayMs = 24 * kHourMs;

struct Words {
  std::string_view name;
  std::string_view spanish;
};

constexpr std::array<Words, 6> kWords = {{
    {"none", ""},
    {"period_missing", "'date', o 'from' y 'to', es obligatorio"},
    {"no_such_date", "La fecha no existe: se espera AAAA-MM-DD, AAAA-MM o una hora ISO 8601"},
    {"period_backwards", "El período termina antes de empezar"},
    {"period_too_long", "El período es demasiado largo"},
    {"period_in_the_future", "El período todavía no empezó"},
}};

std::optional<int> parse_digits(std::string_view text) {
  for (const char c : text) {
    if (c < '0' || c > '9') return {};
  }
  return parse_number<int>(text);
}

// "2026-03-04", or its first seven characters with the first day; nothing when there is no such day.
std::optional<year_month_day> parse_day(std::string_view text) {
  const bool is_month = text.size() == 7;
  if ((!is_month && text.size() != 10) || text[4] != '-' || (!is_month && text[7] != '-')) return {};
  const auto year = parse_digits(text.substr(0, 4));
  const auto month = parse_digits(text.substr(5, 2));
  const auto day = is_month ? std::optional(1) : parse_digits(text.substr(8, 2));
  if (!year || !month || !day || *year == 0) return {};
  const year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                            std::chrono::day(static_cast<unsigned>(*day))};
  return date.ok() ? std::optional(date) : std::nullopt;
}

std::string day_text(sys_days day) {
  std::string text;
  append_iso8601(day.time_since_epoch().count() * kDayMs, text);
  return text.substr(0, 10);
}

}  // namespace

std::optional<postgis::Days> parse_days(std::string_view text) {
  const auto first = parse_day(text);
  if (!first) return {};
  if (text.size() == 10) return postgis::Days{std::string(text), std::string(text)};
  const year_month_day last = first->year() / first->month() / std::chrono::last;
  return postgis::Days{day_text(*first), day_text(last)};
}

PeriodFault parse_span(const Query& query, Span& out) {
  const std::string* date = query.find("date");
  const std::string* from = query.find("from");
  const std::string* to = query.find("to");
  if (date != nullptr && from == nullptr && to == nullptr) {
    out.days = parse_days(*date);
    return out.days ? PeriodFault::kNone : PeriodFault::kNoSuchDate;
  }
  if (date != nullptr || from == nullptr || to == nullptr) return PeriodFault::kMissing;
  const auto first = parse_days(*from);
  const auto last = parse_days(*to);
  if (first && last) {
    out.days = postgis::Days{first->first, last->last};
    return count_days(*out.days) > 0 ? PeriodFault::kNone : PeriodFault::kBackwards;
  }
  const auto begin = parse_iso8601(*from);
  const auto end = parse_iso8601(*to);
  if (!begin || !end) return PeriodFault::kNoSuchDate;
  out.moments = postgis::Period{*begin, *end};
  return *begin < *end ? PeriodFault::kNone : PeriodFault::kBackwards;
}

std::int64_t count_days(const postgis::Days& days) {
  return (sys_days(*parse_day(days.last)) - sys_days(*parse_day(days.first))).count() + 1;
}

PeriodFault check_period(const postgis::Period& period, std::int64_t most_days, std::int64_t now_ms) {
  if (period.from_ms > now_ms) return PeriodFault::kInTheFuture;
  if (period.to_ms - period.from_ms > most_days * kDayMs + kHourMs) return PeriodFault::kTooLong;
  return PeriodFault::kNone;
}

HttpResponse period_failure(PeriodFault fault, std::int64_t most_days) {
  const Words& words = kWords.at(static_cast<std::size_t>(fault));
  std::string text(words.spanish);
  if (fault == PeriodFault::kTooLong) text += " (máx. " + std::to_string(most_days) + " días)";
  return failure(ApiError::kBadRequest, text, words.name);
}

Asked ask_period(const Query& query, postgis::TrackReader& reader, const std::string& zone,
                 std::int64_t most_days, std::int64_t now_ms) {
  Asked asked;
  Span span;
  PeriodFault fault = parse_span(query, span);
  if (fault == PeriodFault::kNone && span.days) {
    asked.days = span.days;
    const auto period = reader.period_of(*span.days, zone);
    if (!period) {
      asked.why_not = database_failure(period.error());
      return asked;
    }
    asked.period = *period;
  } else if (fault == PeriodFault::kNone) {
    asked.period = *span.moments;
  }
  if (fault == PeriodFault::kNone) fault = check_period(asked.period, most_days, now_ms);
  if (fault != PeriodFault::kNone) asked.why_not = period_failure(fault, most_days);
  return asked;
}

}  // namespace rastro

#include "forwarder/persat/instant.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace rastro::persat {
namespace {

using namespace std::chrono;

// Takes `digits` digits and, where `mark` is given, the character behind them; false when they are not there.
bool take(std::string_view& text, std::size_t digits, char mark, int& number) {
  if (text.size() < digits) return false;
  const auto read = std::from_chars(text.data(), text.data() + digits, number);
  if (read.ec != std::errc() || read.ptr != text.data() + digits || number < 0) return false;
  text.remove_prefix(digits);
  if (mark == '\0') return true;
  if (!text.starts_with(mark)) return false;
  text.remove_prefix(1);
  return true;
}

template <typename... Number>
std::string print(const char* form, Number... number) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), form, number...);
  return text.data();
}

}  // namespace

std::optional<Instant> decode_instant(std::string_view text) {
  int year_number = 0;
  int month_number = 0;
  int day_number = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int millisecond = 0;
  const bool whole = take(text, 4, '-', year_number) && take(text, 2, '-', month_number) &&
                     take(text, 2, 'T', day_number) && take(text, 2, ':', hour) &&
                     take(text, 2, ':', minute) && take(text, 2, '\0', second);
  if (!whole || hour > 23 || minute > 59 || second > 60) return {};
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (!take(text, 3, '\0', millisecond)) return {};
  }
  const Day date{year(year_number), month(static_cast<unsigned>(month_number)),
                 day(static_cast<unsigned>(day_number))};
  if (text != "Z" || !date.ok()) return {};
  return sys_days(date) + hours(hour) + minutes(minute) + seconds(second) + milliseconds(millisecond);
}

std::string encode_instant(Instant at) {
  const auto date = floor<days>(at);
  const hh_mm_ss time(at - date);
  return encode_day(date) + print("T%02d:%02d:%02d.%03dZ", static_cast<int>(time.hours().count()),
                                  static_cast<int>(time.minutes().count()),
                                  static_cast<int>(time.seconds().count()),
                                  static_cast<int>(time.subseconds().count()));
}

std::string encode_month(Month month) {
  return print("%04d-%02u", static_cast<int>(month.year()), static_cast<unsigned>(month.month()));
}

std::string encode_day(Day day) {
  return encode_month(day.year() / day.month()) + print("-%02u", static_cast<unsigned>(day.day()));
}

std::string encode_day_as_instant(Day day) { return encode_instant(sys_days(day)); }

std::optional<Instant> optional_instant_field(Fields& fields, std::string_view name) {
  auto text = fields.optional_text(name);
  if (!text) return {};
  const auto instant = decode_instant(*text);
  if (!instant) fields.put_back(name, boost::json::string(*text));
  return instant;
}

Instant instant_field(Fields& fields, std::string_view name) {
  const auto instant = optional_instant_field(fields, name);
  if (!instant) fields.fail(name, "is no time");
  return instant.value_or(Instant{});
}

}  // namespace rastro::persat

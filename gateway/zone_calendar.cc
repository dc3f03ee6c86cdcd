#include "gateway/zone_calendar.h"

#include <date/tz.h>

#include <stdexcept>

namespace rastro {
namespace {

using std::chrono::milliseconds;

// Where the clocks go forward at midnight the day begins when they have.
std::int64_t begin_ms(const date::time_zone& zone, date::local_days day) {
  const auto begin = zone.to_sys(day, date::choose::earliest);
  return std::chrono::duration_cast<milliseconds>(begin.time_since_epoch()).count();
}

}  // namespace

ZoneCalendar::ZoneCalendar(const std::string& name) {
  try {
    zone_ = date::locate_zone(name);
  } catch (const std::exception&) {
    throw std::runtime_error("there is no time zone " + name + " on this machine (package tzdata)");
  }
}

tracking::Calendar::Day ZoneCalendar::day_of(std::int64_t time_ms) const {
  const auto local = zone_->to_local(date::sys_time<milliseconds>(milliseconds(time_ms)));
  return day(static_cast<std::int32_t>(date::floor<date::days>(local).time_since_epoch().count()));
}

tracking::Calendar::Day ZoneCalendar::day(std::int32_t number) const {
  const date::local_days day{date::days(number)};
  return {number, begin_ms(*zone_, day), begin_ms(*zone_, day + date::days(1))};
}

}  // namespace rastro

#include "tests/persat_sandbox/seed.h"

#include <cstdio>

namespace persat_sandbox {

std::string write_day(std::chrono::sys_days day) {
  const std::chrono::year_month_day date(day);
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text.data();
}

std::string write_time(std::chrono::sys_days day, int minute) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "T%02d:%02d:00.000Z", minute / 60 % 24, minute % 60);
  return write_day(day) + text.data();
}

}  // namespace persat_sandbox

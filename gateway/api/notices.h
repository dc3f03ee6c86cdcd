// Words beside an answer that has fewer rows than somebody may expect, so that no zero stands there without
// its reason. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/postgis/track_reader.h"

namespace rastro {

struct Notice {
  std::string_view code;  // part of the API
  std::string_view message;
};

// Of one device in a period.
std::vector<Notice> find_notices(const postgis::Coverage& coverage, const postgis::Period& period,
                                 std::int64_t now_ms);
// Of all devices.
std::vector<Notice> find_notices(const postgis::Period& period, std::int64_t now_ms);

// [{"code":…,"message":…}]
std::string notices_json(const std::vector<Notice>& notices);

}  // namespace rastro

// Times as the texts that PostgreSQL reads. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>

namespace rastro::postgis {

// The years 1 to 9999: what has a text of its own.
inline constexpr std::int64_t kFirstTextMs = -62135596800000;
inline constexpr std::int64_t kEndTextMs = 253402300800000;

// UTC. What lies before or behind is "from ever" and "for ever".
std::string time_text(std::int64_t time_ms);

}  // namespace rastro::postgis

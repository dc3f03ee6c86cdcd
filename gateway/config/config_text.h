// Small text helpers of the configuration. Pure but for known_time_zone, which asks the system's zone files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rastro {

std::string join(const std::vector<std::string>& words, std::string_view between);

// "database.url" → "RASTRO_DATABASE_URL".
std::string environment_name(std::string_view key);

// The word that is a slip of the finger away, or empty.
std::string nearest_word(std::string_view word, const std::vector<std::string>& words);

// "-03:00" → -10800.
std::optional<std::int32_t> parse_utc_offset(std::string_view text);

bool known_time_zone(const std::string& name);

}  // namespace rastro

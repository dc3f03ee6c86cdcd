#include "gateway/config/config_text.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <numeric>

#include "gateway/config/config.h"

namespace rastro {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replace});
    }
  }
  return row.back();
}

std::optional<int> parse_number(std::string_view text) {
  int value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || result.ec != std::errc() || result.ptr != text.data() + text.size()) return {};
  return value;
}

}  // namespace

std::string join(const std::vector<std::string>& words, std::string_view between) {
  std::string out;
  for (const std::string& word : words) {
    if (!out.empty()) out += between;
    out += word;
  }
  return out;
}

std::string environment_name(std::string_view key) {
  std::string name = "RASTRO_";
  for (const char c : key) {
    name += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return name;
}

std::string nearest_word(std::string_view word, const std::vector<std::string>& words) {
  // Two slips in a long word are still a slip; in a short one they make another word.
  const std::size_t allowed = std::max<std::size_t>(1, word.size() / 4);
  std::string nearest;
  std::size_t best = allowed + 1;
  for (const std::string& candidate : words) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

std::optional<std::int32_t> parse_utc_offset(std::string_view text) {
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return {};
  const auto hours = parse_number(text.substr(1, 2));
  const auto minutes = parse_number(text.substr(4, 2));
  if (!hours || !minutes || *hours < 0 || *hours > 14 || *minutes < 0 || *minutes > 59) return {};
  const std::int32_t seconds = *hours * 3600 + *minutes * 60;
  return text[0] == '-' ? -seconds : seconds;
}

bool known_time_zone(const std::string& name) {
  // No path from input: the name may only hold what zone names hold.
  const bool plain = !name.empty() && name.size() < 64 && name[0] != '/' &&
                     name.find("..") == std::string::npos && std::ranges::all_of(name, [](unsigned char c) {
                       return std::isalnum(c) != 0 || c == '/' || c == '_' || c == '-' || c == '+';
                     });
  if (!plain) return false;
  std::error_code error;
  // A bare machine may come without tzdata; PostgreSQL brings zones of its own there and has the last word.
  if (!std::filesystem::exists("/usr/share/zoneinfo", error)) return true;
  return std::filesystem::is_regular_file("/usr/share/zoneinfo/" + name, error);
}

std::optional<HostPort> parse_bind(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return {};
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (!bracketed && host.find(':') != std::string_view::npos) return {};
  const bool address = std::ranges::all_of(
      host, [](unsigned char c) { return std::isxdigit(c) != 0 || c == '.' || c == ':'; });
  const auto port = parse_number(text.substr(colon + 1));
  if (!address || !port || *port < 0 || *port > 65535) return {};
  return HostPort{std::string(host), static_cast<std::uint16_t>(*port)};
}

}  // namespace rastro

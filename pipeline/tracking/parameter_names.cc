#include "pipeline/tracking/parameter_names.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <variant>

namespace rastro::tracking {
namespace {

using Member = std::variant<std::int32_t Parameters::*, double Parameters::*>;

struct Name {
  Member member;
  double low = 0;
  double high = 0;
};

constexpr std::array kHelps = {
    ParameterHelp{"min_stop_s", "seconds; a shorter stay is traffic"},
    ParameterHelp{"stop_radius_m", "metres; fixes this near to each other are of one place"},
    ParameterHelp{"leave_distance_m", "metres from a stop at which a vehicle has left it"},
    ParameterHelp{"moving_speed_kmh", "km/h from which on a reported speed is driving"},
    ParameterHelp{"max_speed_kmh", "km/h; a fix that needs more is not where the vehicle was"},
    ParameterHelp{"max_gap_s", "seconds without a fix after which nothing is said of the way between"},
    ParameterHelp{"overspeed_kmh", "km/h; driving faster is counted; 0: nothing is"},
};

// In the order of the helps. The bounds keep out what is surely a slip: a stop of half a second, a radius of
// a town.
constexpr std::array<Name, kHelps.size()> kNames = {{
    {&Parameters::min_stop_s, 10, 86400},
    {&Parameters::stop_radius_m, 5, 1000},
    {&Parameters::leave_distance_m, 10, 5000},
    {&Parameters::moving_speed_kmh, 1, 50},
    {&Parameters::max_speed_kmh, 30, 1500},
    {&Parameters::max_gap_s, 60, 604800},
    {&Parameters::overspeed_kmh, 0, 1000},
}};

const Name* find_name(std::string_view name) {
  const auto found = std::ranges::find(kHelps, name, &ParameterHelp::name);
  return found == kHelps.end() ? nullptr : &kNames[static_cast<std::size_t>(found - kHelps.begin())];
}

template <typename Number>
std::string number_text(Number value) {
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

template <typename Number>
bool set_number(Number& member, const std::string& text, double low, double high) {
  Number value{};
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  const auto number = static_cast<double>(value);
  if (result.ec != std::errc() || result.ptr != end || !(number >= low && number <= high)) return false;
  member = value;
  return true;
}

}  // namespace

std::span<const ParameterHelp> parameter_helps() { return kHelps; }

bool is_parameter(std::string_view name) { return find_name(name) != nullptr; }

std::optional<std::string> set_parameter(Parameters& parameters, std::string_view name,
                                         const std::string& value) {
  const Name* found = find_name(name);
  if (found == nullptr) return "is not known";
  const bool set =
      std::visit([&](auto member) { return set_number(parameters.*member, value, found->low, found->high); },
                 found->member);
  if (set) return std::nullopt;
  const bool whole = std::holds_alternative<std::int32_t Parameters::*>(found->member);
  return std::string(whole ? "a whole number from " : "a number from ") + number_text(found->low) + " to " +
         number_text(found->high);
}

std::string parameter_text(const Parameters& parameters, std::string_view name) {
  return std::visit([&](auto member) { return number_text(parameters.*member); }, find_name(name)->member);
}

std::string describe_version(const Parameters& parameters, std::string_view time_zone) {
  std::string text = "{\"engine\":" + std::to_string(kEngineVersion) + ",\"timezone\":\"";
  text += time_zone;
  text += '"';
  for (const ParameterHelp& help : kHelps) {
    text += ",\"";
    text += help.name;
    text += "\":" + parameter_text(parameters, help.name);
  }
  return text + "}";
}

}  // namespace rastro::tracking

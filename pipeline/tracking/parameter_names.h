// The parameters of tracking by their names: in the configuration, in a device's settings, in the version
// that results bear. Pure; any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "pipeline/tracking/parameters.h"

namespace rastro::tracking {

// Goes up with every change of the engine that makes other results of the same fixes: all is then made anew.
inline constexpr int kEngineVersion = 1;

struct ParameterHelp {
  std::string_view name;
  std::string_view help;  // with the unit
};
std::span<const ParameterHelp> parameter_helps();

bool is_parameter(std::string_view name);

// Sets one by its name. On a wrong value nothing changes and what was expected comes back.
std::optional<std::string> set_parameter(Parameters& parameters, std::string_view name,
                                         const std::string& value);

// REQUIRES: is_parameter(name)
std::string parameter_text(const Parameters& parameters, std::string_view name);

// All that results depend on beside fixes and clients, as a JSON object.
std::string describe_version(const Parameters& parameters, std::string_view time_zone);

}  // namespace rastro::tracking

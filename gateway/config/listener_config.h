// One listener of the configuration, as YAML has it, with the tables in it. Pure; any thread.
#pragma once

#include <yaml-cpp/yaml.h>

#include <functional>
#include <string>

#include "gateway/config/config.h"

namespace rastro {

// What is wrong, and in which line.
using ConfigFault = std::function<void(int line, std::string text)>;

// What is wrong with it is told; then it is as far as it was understood.
ListenerConfig read_listener(const YAML::Node& entry, const ConfigFault& fault);

}  // namespace rastro

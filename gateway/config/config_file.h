// The configuration as a process finds it: its file and its environment. Any thread.
#pragma once

#include <string>

#include "gateway/config/config.h"

namespace rastro {

// Of `file`, or of the environment alone when it is empty. That the file cannot be read is one of the errors.
ConfigResult read_config(const std::string& file);

// "rastro.yaml:3: …"
std::string text_of(const ConfigError& error, const std::string& file);

}  // namespace rastro

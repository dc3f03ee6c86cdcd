// The table of configuration keys: name, default, limits, help, and how a text becomes a value. A new key is
// one row. Filled once; any thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gateway/config/config.h"

namespace rastro {

struct ConfigKey {
  std::string name;
  std::string fallback;  // the default, as it is shown
  std::string help;
  // Takes a value's text; says what was expected when it is not that.
  std::function<std::optional<std::string>(Config&, const std::string&)> set;
  bool secret = false;  // never repeated in a message; also read from a file
};

const std::vector<ConfigKey>& config_keys();

// Null when there is none of that name.
const ConfigKey* find_config_key(const std::string& name);

}  // namespace rastro

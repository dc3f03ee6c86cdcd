// What becomes of a configuration that is read again while the gateway runs: which keys have changed, and
// which of them take effect at once. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/config.h"

namespace rastro {

// Names of keys, in the order of the alphabet; "listeners" is one.
struct ConfigChanges {
  std::vector<std::string> at_once;
  std::vector<std::string> after_restart;
};

// `running` is what the process started with, as far as keys are concerned that need a restart, and what it
// read last for the others.
ConfigChanges compare_config(const ConfigTexts& running, const ConfigTexts& read);

// The texts that are compared next time: of keys that need a restart those of `running`.
ConfigTexts texts_in_effect(const ConfigTexts& running, const ConfigTexts& read);

// Whether somebody looks the key up each time, or is told when it changes.
bool takes_effect_at_once(std::string_view key);

}  // namespace rastro

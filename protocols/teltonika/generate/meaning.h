// What the gateway makes of an element beside giving it by its name, told by that name. Pure; any thread.
#pragma once

#include <map>
#include <string>

namespace rastro::teltonika::generate {

struct Meaning {
  const char* common_name;  // of the attribute that every protocol has; empty: none
  const char* effect;       // of enum Effect
};

// By name and not by id: the id of the total odometer is 16 on one platform and 216 on another.
const std::map<std::string, Meaning>& meanings();

// Of those, and of elements of which there are many alike.
Meaning meaning_of(const std::string& name);

}  // namespace rastro::teltonika::generate

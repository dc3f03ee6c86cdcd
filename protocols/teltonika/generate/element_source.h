// The families of elements as the C++ source of elements.h's tables. Pure; one thread.
#pragma once

#include <string>

#include "protocols/teltonika/generate/avl_table.h"

namespace rastro::teltonika::generate {

std::string write_source(const Families& families);

}  // namespace rastro::teltonika::generate

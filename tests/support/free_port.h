// Ports of 127.0.0.1 for what a test starts, also while other test programs do the same. Tests only; one
// thread.
#pragma once

#include <cstdint>

#include "schema/record.h"

namespace rastro::test {

// A port on which nobody listens and that no other call, of this program or of another that runs, is given.
// Throws when there is none.
std::uint16_t free_port(Transport transport = Transport::kTcp);

}  // namespace rastro::test

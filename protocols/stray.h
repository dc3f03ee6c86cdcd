// Tells the usual strays of an open port by their first bytes (field_behaviour.md 6): programs that will
// never speak a tracker protocol. Pure; any thread.
#pragma once

#include <string_view>

#include "schema/bytes.h"

namespace rastro {

// "http", "tls", "ssh", "rdp", "socks", "smb", "redis", "sip", or empty when the bytes are none of these
// (yet).
std::string_view find_stray(ByteView first_bytes);

}  // namespace rastro

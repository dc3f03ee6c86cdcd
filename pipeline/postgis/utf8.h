// Text that a server with UTF-8 takes: for text columns what append_json_string (schema/json.h) does for
// jsonb. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace rastro::postgis {

// Bytes that are not UTF-8 become U+FFFD, and U+0000, which PostgreSQL cannot store, too.
void append_utf8(std::string_view text, std::string& out);

}  // namespace rastro::postgis

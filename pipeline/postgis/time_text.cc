#include "pipeline/postgis/time_text.h"

#include "schema/json.h"

namespace rastro::postgis {

std::string time_text(std::int64_t time_ms) {
  if (time_ms < kFirstTextMs) return "-infinity";
  if (time_ms >= kEndTextMs) return "infinity";
  std::string text;
  append_iso8601(time_ms, text);
  return text;
}

}  // namespace rastro::postgis

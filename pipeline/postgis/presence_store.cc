#include "pipeline/postgis/presence_store.h"

#include "pipeline/postgis/time_text.h"
#include "pipeline/postgis/utf8.h"

namespace rastro::postgis {

Result<std::int64_t> PresenceStore::note(std::span<const DeviceIdentity> connected, std::int64_t now_ms) {
  std::string identities;
  for (const DeviceIdentity& identity : connected) {
    std::string text;
    append_utf8(identity.view(), text);
    append_array_element(text, identities);
  }
  const auto noted = connection_.query(
      "SELECT rastro.note_presence($1::text[], $2::timestamptz, $3::integer * interval '1 second')",
      {finish_array(std::move(identities)), time_text(now_ms), std::to_string(offline_after_s_)});
  if (!noted) return noted.error();
  return noted->integer(0, 0);
}

}  // namespace rastro::postgis

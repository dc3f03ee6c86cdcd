// The statements on rastro.consumer_cursor, for all who keep a cursor of a journal in the database.
// Parameters: $1 the journal's name (pipeline/journal/identity.h), $2 the consumer, $3 and $4 position and
// units. Any thread.
#pragma once

#include "pipeline/journal/cursor.h"
#include "pipeline/postgis/connection.h"

namespace rastro::postgis {

inline constexpr const char* kAddCursor =
    "INSERT INTO rastro.consumer_cursor (gateway, name, position, units) VALUES ($1, $2, 0, 0) "
    "ON CONFLICT (gateway, name) DO NOTHING";
inline constexpr const char* kFindCursor =
    "SELECT position, units FROM rastro.consumer_cursor WHERE gateway = $1 AND name = $2";
inline constexpr const char* kLockCursor =
    "SELECT position, units FROM rastro.consumer_cursor WHERE gateway = $1 AND name = $2 FOR UPDATE";
inline constexpr const char* kMoveCursor =
    "UPDATE rastro.consumer_cursor SET position = $3, units = $4, updated_at = now() "
    "WHERE gateway = $1 AND name = $2";

// Of the first row; the beginning when there is none.
inline journal::Cursor get_cursor(const Rows& rows) {
  if (rows.size() == 0) return {};
  return {static_cast<std::uint64_t>(rows.integer(0, 0)), static_cast<std::uint64_t>(rows.integer(0, 1))};
}

}  // namespace rastro::postgis

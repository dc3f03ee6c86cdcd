// A cursor in a small file of the journal's folder, for a consumer that has no database to keep it in.
// Written whole beside the old one and renamed over it, so that a crash leaves one of the two. One thread.
#pragma once

#include <optional>
#include <string>

#include "pipeline/journal/cursor.h"
#include "pipeline/journal/file_env.h"

namespace rastro::journal {

// The cursor of `consumer`, or nothing when it has none yet. A damaged file is a failure: starting over in
// silence would repeat everything.
IoStatus load_cursor(Folder& folder, const std::string& consumer, std::optional<Cursor>& cursor);

IoStatus save_cursor(Folder& folder, const std::string& consumer, Cursor cursor);

}  // namespace rastro::journal

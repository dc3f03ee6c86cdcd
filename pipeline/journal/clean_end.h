// The mark that a journal ended in good order: where it ended, in a small file that is there only between a
// clean end and the next start. With it the start need not read or write the last segment: every sync of the
// process before went well, so that the disk has what the system gives out. One thread, which holds the
// folder's lock.
#pragma once

#include <optional>

#include "pipeline/journal/cursor.h"
#include "pipeline/journal/file_env.h"

namespace rastro::journal {

// REQUIRES: everything before `end` was synced by this process, or found marked by it, and no sync of it has
// failed.
IoStatus mark_clean_end(Folder& folder, Cursor end);

// What was marked, or nothing; the mark is gone from the disk afterwards. A damaged mark is none: the journal
// itself says all that it does.
IoStatus take_clean_end(Folder& folder, std::optional<Cursor>& end);

}  // namespace rastro::journal

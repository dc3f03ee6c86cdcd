// Brings a journal's folder back into order after the process before has ended, somehow: finds the segments
// and the end of the last one. One thread, before anything else uses the folder.
#pragma once

#include <cstdint>
#include <vector>

#include "pipeline/journal/cursor.h"
#include "pipeline/journal/file_env.h"

namespace rastro::journal {

struct Segment {
  Cursor start;             // its units are known of those that this process made
  std::uint64_t bytes = 0;  // records in it
  std::int64_t modified_ms = 0;
};

struct Recovered {
  std::vector<Segment> segments;  // oldest first; without any, the journal begins at `end`
  Cursor end;                     // behind the last record; all before it is on stable storage
  std::uint64_t torn_bytes = 0;   // cut off
};

// Whatever cannot be read is a failure, never the end of the journal. After a failure or a crash it can be
// done again.
IoStatus recover(Folder& folder, Recovered& recovered);

}  // namespace rastro::journal

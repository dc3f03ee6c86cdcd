// Memory that a batch or a reload needed for a moment goes back to the system; left alone, glibc keeps it for
// the thread that had it, for ever.
#pragma once

namespace rastro {

// For the whole process, before its threads: large blocks go back when they are freed.
void return_large_blocks();
// What is free by now of the rest; takes milliseconds. Any thread.
void return_free_pages();

}  // namespace rastro

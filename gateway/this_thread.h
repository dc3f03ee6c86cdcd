// What the calling thread is called, and before whom it steps back.
#pragma once

namespace rastro {

// At most 15 characters: the name that top, perf and /proc show.
void name_this_thread(const char* name);

// For threads that carry on from the journal: while a processor is wanted by more than there are, those that
// answer devices and write the journal have it three times as often. What is stored later is stored; a device
// that is not answered in time sends all of it again.
void step_back_before_devices();

}  // namespace rastro

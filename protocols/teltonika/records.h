// Packets of AVL records, codecs 8, 8 Extended, 16 and 7 (teltonika.md 4, 5, 8): a fix a record, and what is
// kept of those that cannot be read. Pure; one thread at a time.
#pragma once

#include "protocols/teltonika/content.h"
#include "protocols/teltonika/family.h"
#include "protocols/teltonika/record.h"

namespace rastro::teltonika {

// `family`: what is known of the device's, to which the packet adds. Where it adds something that names the
// elements otherwise, the packet is read by what it said itself.
void read_records(const Packet& packet, Codec codec, bool io16, FamilyKnowledge& family, SessionOutput& out);

void read_codec7_records(const Packet& packet, SessionOutput& out);

}  // namespace rastro::teltonika

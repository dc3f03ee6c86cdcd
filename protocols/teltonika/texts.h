// Packets of codecs 12 to 15 as messages: answers to commands, and serial data (teltonika.md 7). The camera,
// which speaks codec 12 too, is in camera.h. Pure; any thread.
#pragma once

#include "protocols/teltonika/content.h"
#include "protocols/teltonika/text_frame.h"

namespace rastro::teltonika {

// Reads the body, or notes what is wrong with the packet.
std::optional<TextBody> read_text_packet(const Packet& packet, SessionOutput& out);

// Appends the message. An answer of codec 14 in the name of another device than `identity` is a dead letter.
void append_text_message(const Packet& packet, const TextBody& body, const DeviceIdentity& identity,
                         SessionOutput& out);

}  // namespace rastro::teltonika

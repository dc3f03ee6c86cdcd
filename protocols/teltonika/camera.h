// Photos of a camera that is connected to the device (teltonika.md 7.1): announced, then sent in chunks, each
// of which the server asks for. One thread at a time.
#pragma once

#include "protocols/teltonika/content.h"
#include "protocols/teltonika/text_frame.h"

namespace rastro::teltonika {

class Camera {
 public:
  // Whether a body is the camera's.
  static bool is_camera(std::uint8_t codec, const TextBody& body);

  // Appends the message of an announcement or chunk, and asks for the next chunk once this one is durable. A
  // photo of more than `max_bytes` is not asked for. `can_ask`: the transport takes requests.
  void read(const Packet& packet, const TextBody& body, std::uint32_t max_bytes, bool can_ask,
            SessionOutput& out);

 private:
  void on_announcement(const Packet& packet, ByteView fields, std::uint32_t max_bytes, bool can_ask,
                       SessionOutput& out);
  void on_chunk(const Packet& packet, ByteView fields, bool can_ask, SessionOutput& out);
  void ask(std::uint32_t offset, SessionOutput& out) const;

  // One photo at a time: a new announcement takes the place of the one before. No bytes: none.
  std::uint32_t photo_ = 0;
  std::uint32_t total_bytes_ = 0;
};

}  // namespace rastro::teltonika

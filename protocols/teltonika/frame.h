// What Teltonika devices put around their records: on TCP the hello, the ping byte and the data packet with
// its CRC; on UDP the channel with its packet numbers (teltonika.md 1, 2). A frame is a view into the bytes
// that it was found in; nothing here owns memory. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocols/decode_error.h"
#include "schema/bytes.h"

namespace rastro::teltonika {

// Largest data length that we believe. The makers name 1280 bytes, field captures go past that (beacon lists,
// camera chunks); a broken length must not make us wait for megabytes. teltonika.md 1.5.
inline constexpr std::size_t kMaxDataLength = std::size_t{64} * 1024;

// Codec id and the two record counts.
inline constexpr std::size_t kMinDataLength = 3;

// Pings taken at once, so that a flood of them does not fill memory with messages.
inline constexpr std::size_t kMaxPings = 64;

struct Frame {
  enum class Kind : std::uint8_t {
    kIncomplete,  // needs more bytes
    kPing,        // one or more 0xFF, each a ping
    kHello,       // content: the identity
    kPacket,      // content: codec id to second record count, what the CRC covers
    kGarbage,     // starts no frame; the whole view up to the next plausible start
    kBroken,      // starts as a frame that cannot be; see error. The stream cannot be read on
  } kind = Kind::kIncomplete;
  ByteView whole;
  ByteView content;
  bool checksum_ok = false;  // of a packet
  DecodeError error = DecodeError::kNone;
  std::string_view detail;  // of the error; static text
};

// The frame at the front of a TCP stream. `after_noise`: the bytes before were garbage, so that what starts
// here is asked for more than a frame where one is due; it says the same then as if the noise still stood in
// front of it, however the stream was cut.
Frame find_frame(ByteView in, bool after_noise = false);

struct Datagram {
  DecodeError error = DecodeError::kNone;  // with one nothing else counts
  std::string_view detail;
  std::uint16_t packet_id = 0;
  std::uint8_t avl_packet_id = 0;
  ByteView identity;
  ByteView content;  // codec id to second record count
};

Datagram read_datagram(ByteView in);

}  // namespace rastro::teltonika

// Codecs 12 to 15: commands, their answers and serial data (teltonika.md 7). A body is a view into the bytes
// that it was read from. Pure; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocols/decode_error.h"
#include "schema/bytes.h"
#include "schema/device_identity.h"

namespace rastro::teltonika {

// The type byte, where it is one of these; codec 15 has a serial mode there.
inline constexpr std::uint8_t kTypeCommand = 0x05;  // server → device
inline constexpr std::uint8_t kTypeResponse = 0x06;
inline constexpr std::uint8_t kTypeCamera = 0x0D;
inline constexpr std::uint8_t kTypeRefusal = 0x11;  // codec 14: the command was for another device

struct TextBody {
  std::uint8_t type = 0;
  std::optional<std::int64_t> time_ms;  // codecs 13 and 15
  ByteView imei;                        // codecs 14 and 15: eight bytes, packed digits
  ByteView payload;
  ByteView rest;  // what stands behind
};

// The body between the two quantities. Nothing when it is shorter than it says. REQUIRES: `codec` is 12
// to 15.
std::optional<TextBody> read_text_body(std::uint8_t codec, ByteView body);

// Whether the packed digits are those of `identity`, which they write with a 0 in front.
bool is_imei_of(ByteView packed, const DeviceIdentity& identity);

// Whether an IMEI of 15 digits, which is what can be packed.
bool can_be_packed(const DeviceIdentity& identity);

// The text, if the payload is text: printable ASCII with tabs and ends of lines.
std::optional<std::string_view> find_printable(ByteView payload);

// Append a whole frame of codec 12, or of codec 14. REQUIRES of the latter: can_be_packed(identity).
void encode_codec12(std::uint8_t type, ByteView payload, std::vector<std::uint8_t>& out);
void encode_codec14(std::uint8_t type, const DeviceIdentity& identity, std::string_view text,
                    std::vector<std::uint8_t>& out);

}  // namespace rastro::teltonika

#include "protocols/teltonika/text_frame.h"

#include <algorithm>

#include "protocols/byte_reader.h"
#include "protocols/byte_writer.h"
#include "protocols/checksum.h"
#include "protocols/teltonika/content.h"

namespace rastro::teltonika {
namespace {

constexpr std::size_t kImeiSize = 8;
constexpr std::size_t kImeiDigits = 15;

// teltonika.md 7.2: seconds in four bytes; one old form has milliseconds in eight, which begin like these.
constexpr std::uint32_t kFirstMillisecondsHead = 0x160;
constexpr std::uint32_t kLastMillisecondsHead = 0x1AF;

std::int64_t read_time_ms(std::uint8_t codec, ByteReader& reader) {
  const std::uint32_t head = reader.u32();
  if (codec == kCodec13 && head >= kFirstMillisecondsHead && head <= kLastMillisecondsHead) {
    return std::int64_t{head} << 32 | reader.u32();
  }
  return std::int64_t{head} * 1000;
}

// A digit of the packed IMEI, of 16.
std::uint8_t digit_at(ByteView packed, std::size_t index) {
  const std::uint8_t byte = packed[index / 2];
  return index % 2 == 0 ? byte >> 4 : byte & 0xF;
}

template <typename WritePayload>
void encode_frame(std::uint8_t codec, std::uint8_t type, std::size_t size, std::vector<std::uint8_t>& out,
                  WritePayload write_payload) {
  constexpr std::size_t kAroundPayload = 8;  // codec, quantities, type and size
  ByteWriter writer(out);
  writer.u32(0);  // preamble
  writer.u32(static_cast<std::uint32_t>(size + kAroundPayload));
  const std::size_t content_at = out.size();
  writer.u8(codec);
  writer.u8(1);
  writer.u8(type);
  writer.u32(static_cast<std::uint32_t>(size));
  write_payload(writer);
  writer.u8(1);
  writer.u32(crc16_arc(ByteView(out).subspan(content_at)));
}

}  // namespace

std::optional<TextBody> read_text_body(std::uint8_t codec, ByteView body) {
  TextBody text;
  ByteReader reader(body);
  text.type = reader.u8();
  const std::size_t size = reader.u32();
  ByteReader sized(reader.bytes(size));
  if (codec == kCodec13 || codec == kCodec15) text.time_ms = read_time_ms(codec, sized);
  if (codec == kCodec14 || codec == kCodec15) text.imei = sized.bytes(kImeiSize);
  if (!reader.ok() || !sized.ok()) return std::nullopt;
  text.payload = sized.rest();
  text.rest = reader.rest();
  return text;
}

bool is_imei_of(ByteView packed, const DeviceIdentity& identity) {
  const std::string_view digits = identity.view();
  if (digits.size() != kImeiDigits || digit_at(packed, 0) != 0) return false;
  for (std::size_t i = 0; i < kImeiDigits; ++i) {
    if (digit_at(packed, i + 1) != digits[i] - '0') return false;
  }
  return true;
}

bool can_be_packed(const DeviceIdentity& identity) {
  const std::string_view digits = identity.view();
  return digits.size() == kImeiDigits &&
         std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::string_view> find_printable(ByteView payload) {
  const std::string_view text(reinterpret_cast<const char*>(payload.data()), payload.size());
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 0x20 && c < 0x7F) || c == '\t' || c == '\r' || c == '\n';
  });
  if (!printable) return std::nullopt;
  return text;
}

void encode_codec12(std::uint8_t type, ByteView payload, std::vector<std::uint8_t>& out) {
  encode_frame(kCodec12, type, payload.size(), out, [&](ByteWriter& writer) { writer.bytes(payload); });
}

void encode_codec14(std::uint8_t type, const DeviceIdentity& identity, std::string_view text,
                    std::vector<std::uint8_t>& out) {
  encode_frame(kCodec14, type, kImeiSize + text.size(), out, [&](ByteWriter& writer) {
    const std::string_view digits = identity.view();
    unsigned high = 0;  // the 0 in front of the fifteen
    for (std::size_t i = 0; i < digits.size(); i += 2) {
      writer.u8(static_cast<std::uint8_t>(high << 4 | static_cast<unsigned>(digits[i] - '0')));
      if (i + 1 < digits.size()) high = static_cast<unsigned>(digits[i + 1] - '0');
    }
    writer.text(text);
  });
}

}  // namespace rastro::teltonika

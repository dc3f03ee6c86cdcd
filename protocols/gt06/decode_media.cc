// Pieces of files (gt06.md 6.18).
#include "protocols/gt06/decode.h"

namespace rastro::gt06 {
namespace {

constexpr std::uint8_t kMonitorRecording = 0;
constexpr std::uint8_t kSosRecording = 1;
constexpr std::uint8_t kIntercom = 2;

std::string_view kind_of(std::uint8_t type) {
  switch (type) {
    case kMonitorRecording:
      return "recording";
    case kSosRecording:
      return "sos_recording";
    case kIntercom:
      return "intercom";
    default:
      return "file";
  }
}

}  // namespace

// 0x8D: type u8 | total length u32 | check kind u8 | check | offset u32 | chunk length u16 | chunk | flag.
// The flag, a time or a serial number, tells one file from another.
Outcome decode_file_upload(const Frame& frame, const DecodeContext& context, Message& message) {
  constexpr std::uint8_t kCrc = 0;
  constexpr std::uint8_t kMd5 = 1;
  constexpr std::size_t kCrcSize = 2;
  constexpr std::size_t kMd5Size = 16;
  if (frame.content.empty()) return {};
  ByteReader reader(frame.content);
  const std::uint8_t type = reader.u8();
  MediaPart part;
  part.kind = kind_of(type);
  part.total_bytes = reader.u32();
  const std::uint8_t check = reader.u8();
  if (check > kMd5) return dead_letter(DecodeError::kBadMedia, "a kind of check that no document has");
  part.check = check == kCrc ? MediaPart::Check::kCrc16X25 : MediaPart::Check::kMd5;
  part.expected = reader.bytes(check == kCrc ? kCrcSize : kMd5Size);
  part.offset = reader.u32();
  part.data = reader.bytes(reader.u16());
  const ByteView flag = reader.bytes(type == kSosRecording ? 2 : kTimeSize);
  if (!reader.ok()) return kTooShort;
  part.file = type;
  for (const std::uint8_t byte : flag) part.file = part.file << 8 | byte;

  AttributeList attributes(context.to);
  attributes.add("kind", part.kind);
  attributes.add("file", part.file);
  attributes.add_number("total_bytes", part.total_bytes);
  attributes.add_number("offset", part.offset);
  attributes.add_number("size", part.data.size());
  attributes.add_extra(reader.rest());
  message.attributes = attributes.range();
  if (part.total_bytes > context.max_media_bytes) {
    return {DecodeError::kMediaTooLarge, Disposition::kNoted,
            "a file above the limit: its bytes are not kept"};
  }
  if (std::uint64_t{part.offset} + part.data.size() > part.total_bytes) {
    return {DecodeError::kBadMedia, Disposition::kNoted, "a part that lies outside its file is not kept"};
  }
  message.media = {static_cast<std::uint32_t>(context.to.media.size()), 1};
  context.to.media.push_back(part);
  return {};
}

}  // namespace rastro::gt06

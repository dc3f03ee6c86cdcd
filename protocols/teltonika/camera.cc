#include "protocols/teltonika/camera.h"

#include <algorithm>

#include "protocols/byte_reader.h"
#include "protocols/byte_writer.h"

namespace rastro::teltonika {
namespace {

// The first byte of the payload. The document numbers the request (2) and lists announcement, chunk and
// request in that order; a chunk is what a request brings, under the request's number.
constexpr std::uint8_t kAnnouncement = 1;
constexpr std::uint8_t kChunk = 2;
constexpr std::uint8_t kRequest = 2;

// Captures have chunks of about 2 KB (teltonika.md 1.5).
constexpr std::uint32_t kMaxChunk = 2048;

void add_part(std::uint32_t photo, std::uint32_t total_bytes, std::uint32_t offset, ByteView data,
              SessionOutput& out) {
  MediaPart part;
  part.kind = "photo";
  part.file = photo;
  part.total_bytes = total_bytes;
  part.offset = offset;
  part.data = data;
  Range& media = out.decoded.messages.back().media;
  media = {static_cast<std::uint32_t>(out.decoded.media.size()), 1};
  out.decoded.media.push_back(part);
}

void add_dead_letter(const Packet& packet, DecodeError error, std::string_view detail, SessionOutput& out) {
  add_problem(packet, error, Disposition::kDeadLetter, packet.whole, detail, out);
}

}  // namespace

bool Camera::is_camera(std::uint8_t codec, const TextBody& body) {
  return codec == kCodec12 && body.type == kTypeCamera && !body.payload.empty() &&
         (body.payload[0] == kAnnouncement || body.payload[0] == kChunk);
}

void Camera::read(const Packet& packet, const TextBody& body, std::uint32_t max_bytes, bool can_ask,
                  SessionOutput& out) {
  const ByteView fields = body.payload.subspan(1);
  if (body.payload[0] == kAnnouncement) {
    on_announcement(packet, fields, max_bytes, can_ask, out);
  } else {
    on_chunk(packet, fields, can_ask, out);
  }
}

void Camera::on_announcement(const Packet& packet, ByteView fields, std::uint32_t max_bytes, bool can_ask,
                             SessionOutput& out) {
  ByteReader reader(fields);
  const std::uint32_t photo = reader.u32();
  const std::uint32_t total_bytes = reader.u32();
  if (!reader.ok()) {
    add_dead_letter(packet, DecodeError::kContentTooShort, "an announcement without number and size", out);
    return;
  }
  if (total_bytes == 0) {
    add_dead_letter(packet, DecodeError::kBadMedia, "a photo of no bytes", out);
    return;
  }
  photo_ = photo;
  total_bytes_ = 0;
  add_message(MessageType::kMedia, packet.codec(), packet.checksum, out);
  if (total_bytes > max_bytes) {
    add_attribute("photo", std::uint64_t{photo}, out);
    add_attribute("photo_bytes", std::uint64_t{total_bytes}, out);
    add_problem(packet, DecodeError::kMediaTooLarge, Disposition::kNoted, packet.whole,
                "a photo above the limit is not asked for", out);
    return;
  }
  total_bytes_ = total_bytes;
  add_part(photo, total_bytes, 0, {}, out);
  if (can_ask) ask(0, out);
}

void Camera::on_chunk(const Packet& packet, ByteView fields, bool can_ask, SessionOutput& out) {
  ByteReader reader(fields);
  const std::uint32_t photo = reader.u32();
  const std::uint32_t offset = reader.u32();
  const std::size_t size = reader.u16();
  const ByteView data = reader.bytes(size);
  if (!reader.ok()) {
    add_dead_letter(packet, DecodeError::kContentTooShort, "a chunk shorter than it says", out);
    return;
  }
  // Without bytes it would be asked for again for ever.
  if (data.empty() || photo != photo_ || offset >= total_bytes_ || data.size() > total_bytes_ - offset) {
    add_dead_letter(packet, DecodeError::kBadMedia, "a chunk of no photo that was announced, or outside it",
                    out);
    return;
  }
  add_message(MessageType::kMedia, packet.codec(), packet.checksum, out);
  add_part(photo, total_bytes_, offset, data, out);
  const std::uint32_t next = offset + static_cast<std::uint32_t>(data.size());
  if (can_ask && next < total_bytes_) ask(next, out);
}

void Camera::ask(std::uint32_t offset, SessionOutput& out) const {
  add_reply(true, out, [&](std::vector<std::uint8_t>& bytes) {
    std::vector<std::uint8_t> request;
    ByteWriter writer(request);
    writer.u8(kRequest);
    writer.u32(photo_);
    writer.u32(offset);
    writer.u16(static_cast<std::uint16_t>(std::min(kMaxChunk, total_bytes_ - offset)));
    encode_codec12(kTypeCamera, request, bytes);
  });
}

}  // namespace rastro::teltonika

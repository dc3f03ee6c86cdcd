#include "protocols/teltonika/frame.h"

#include <algorithm>

#include "protocols/byte_reader.h"
#include "protocols/checksum.h"
#include "schema/device_identity.h"

namespace rastro::teltonika {
namespace {

constexpr std::uint8_t kPingByte = 0xFF;
constexpr std::size_t kHelloHead = 2;   // the length
constexpr std::size_t kPacketHead = 8;  // preamble and length
constexpr std::size_t kChecksumSize = 4;
constexpr std::size_t kPreambleSize = 4;
constexpr std::size_t kImeiSize = 15;

bool printable(std::uint8_t byte) { return byte > 0x20 && byte < 0x7F; }
bool digit(std::uint8_t byte) { return byte >= '0' && byte <= '9'; }
bool zero(std::uint8_t byte) { return byte == 0; }

// The largest part of `in` up to `size` bytes.
ByteView front(ByteView in, std::size_t size) { return in.first(std::min(size, in.size())); }

bool possible_length(std::uint32_t length) { return length >= kMinDataLength && length <= kMaxDataLength; }

constexpr std::string_view kNoIdentity = "identity is not 1 to 32 printable characters";

Frame broken(ByteView in, DecodeError error, std::string_view detail) {
  Frame frame;
  frame.kind = Frame::Kind::kBroken;
  frame.whole = in;
  frame.error = error;
  frame.detail = detail;
  return frame;
}

// Whether a frame could start here, judged by the bytes that are there. Stricter than find_frame: it asks
// after noise, where two printable bytes behind a small number are no identity yet.
bool plausible_start(ByteView in) {
  if (in[0] == kPingByte) return true;
  ByteReader reader(in);
  if (in.size() < kHelloHead) return in[0] == 0;
  if (reader.u16() == kImeiSize) {
    const ByteView imei = front(reader.rest(), kImeiSize);
    return std::all_of(imei.begin(), imei.end(), digit);
  }
  const ByteView preamble = front(in, kPreambleSize);
  if (!std::all_of(preamble.begin(), preamble.end(), zero)) return false;
  if (in.size() < kPacketHead) return true;
  reader.skip(kPreambleSize - kHelloHead);
  return possible_length(reader.u32());
}

Frame find_garbage(ByteView in) {
  std::size_t size = 1;
  while (size < in.size() && !plausible_start(in.subspan(size))) ++size;
  Frame frame;
  frame.kind = Frame::Kind::kGarbage;
  frame.whole = in.first(size);
  frame.error = DecodeError::kGarbage;
  frame.detail = "neither hello, ping nor packet starts here";
  return frame;
}

Frame find_pings(ByteView in) {
  in = front(in, kMaxPings);
  const auto end = std::find_if(in.begin(), in.end(), [](std::uint8_t byte) { return byte != kPingByte; });
  Frame frame;
  frame.kind = Frame::Kind::kPing;
  frame.whole = in.first(static_cast<std::size_t>(end - in.begin()));
  return frame;
}

Frame find_hello(ByteView in) {
  ByteReader reader(in);
  const std::size_t length = reader.u16();
  if (length > DeviceIdentity::kMaxSize) return broken(in, DecodeError::kBadIdentity, kNoIdentity);
  const ByteView identity = front(reader.rest(), length);
  if (!std::all_of(identity.begin(), identity.end(), printable)) {
    return broken(in, DecodeError::kBadIdentity, kNoIdentity);
  }
  Frame frame;
  if (identity.size() < length) return frame;
  frame.kind = Frame::Kind::kHello;
  frame.whole = in.first(kHelloHead + length);
  frame.content = identity;
  return frame;
}

Frame find_packet(ByteView in) {
  const ByteView preamble = front(in, kPreambleSize);
  if (!std::all_of(preamble.begin(), preamble.end(), zero)) return find_garbage(in);
  Frame frame;
  if (in.size() < kPacketHead) return frame;
  ByteReader reader(in);
  reader.skip(kPreambleSize);
  const std::uint32_t length = reader.u32();
  if (!possible_length(length)) return broken(in, DecodeError::kBadLength, "data length is not 3 to 65536");
  if (reader.remaining() < length + kChecksumSize) return frame;
  frame.kind = Frame::Kind::kPacket;
  frame.content = reader.bytes(length);
  // The upper half of the field is zero (teltonika.md 1.2), so it is compared too.
  frame.checksum_ok = reader.u32() == crc16_arc(frame.content);
  frame.whole = in.first(reader.position());
  return frame;
}

}  // namespace

Frame find_frame(ByteView in, bool after_noise) {
  if (in.empty()) return {};
  if (after_noise && !plausible_start(in)) return find_garbage(in);
  if (in[0] == kPingByte) return find_pings(in);
  if (in[0] != 0) return find_garbage(in);
  if (in.size() < kHelloHead) return {};
  return in[1] == 0 ? find_packet(in) : find_hello(in);
}

Datagram read_datagram(ByteView in) {
  Datagram datagram;
  const auto refuse = [&](DecodeError error, std::string_view detail) {
    datagram.error = error;
    datagram.detail = detail;
    return datagram;
  };
  ByteReader reader(in);
  const std::size_t length = reader.u16();
  if (!reader.ok() || reader.remaining() < length)
    return refuse(DecodeError::kTruncated, "ends before its length");
  if (reader.remaining() > length) return refuse(DecodeError::kBadLength, "goes on behind its length");
  datagram.packet_id = reader.u16();
  reader.skip(1);  // "not usable byte"
  datagram.avl_packet_id = reader.u8();
  const std::size_t identity_size = reader.u16();
  datagram.identity = reader.bytes(identity_size);
  datagram.content = reader.rest();
  if (!reader.ok() || datagram.content.size() < kMinDataLength) {
    return refuse(DecodeError::kTruncated, "ends inside the channel's head");
  }
  if (identity_size == 0 || identity_size > DeviceIdentity::kMaxSize ||
      !std::all_of(datagram.identity.begin(), datagram.identity.end(), printable)) {
    return refuse(DecodeError::kBadIdentity, kNoIdentity);
  }
  return datagram;
}

}  // namespace rastro::teltonika

#include "protocols/teltonika/reply.h"

#include "protocols/byte_writer.h"

namespace rastro::teltonika {

void append_login_reply(bool accepted, std::vector<std::uint8_t>& out) {
  ByteWriter(out).u8(accepted ? 1 : 0);
}

void append_record_count(std::uint32_t accepted, std::vector<std::uint8_t>& out) {
  ByteWriter(out).u32(accepted);
}

void append_datagram_reply(const Datagram& request, std::uint8_t accepted, std::vector<std::uint8_t>& out) {
  ByteWriter writer(out);
  writer.u16(5);  // bytes that follow
  writer.u16(request.packet_id);
  writer.u8(1);  // "not usable byte"
  writer.u8(request.avl_packet_id);
  writer.u8(accepted);
}

}  // namespace rastro::teltonika

#include "protocols/teltonika/encode.h"

#include <algorithm>

#include "protocols/byte_writer.h"
#include "protocols/checksum.h"

namespace rastro::teltonika {
namespace {

void write_sized(ByteWriter& writer, std::size_t value, std::size_t size) {
  if (size == 1) {
    writer.u8(static_cast<std::uint8_t>(value));
  } else {
    writer.u16(static_cast<std::uint16_t>(value));
  }
}

bool in_number_group(const Element& element) {
  return !element.blob &&
         std::find(kGroupSizes.begin(), kGroupSizes.end(), element.value.size()) != kGroupSizes.end();
}

template <typename Belongs>
void write_group(ByteWriter& writer, const Layout& layout, const Record& record, bool lengths,
                 Belongs belongs) {
  const auto count = std::count_if(record.elements.begin(), record.elements.end(), belongs);
  write_sized(writer, static_cast<std::size_t>(count), layout.count_size);
  for (const Element& element : record.elements) {
    if (!belongs(element)) continue;
    write_sized(writer, element.id, layout.id_size);
    if (lengths) writer.u16(static_cast<std::uint16_t>(element.value.size()));
    writer.bytes(element.value);
  }
}

void write_record(ByteWriter& writer, const Layout& layout, const Record& record) {
  writer.u64(record.time_ms);
  writer.u8(record.priority);
  writer.u32(static_cast<std::uint32_t>(record.longitude));
  writer.u32(static_cast<std::uint32_t>(record.latitude));
  writer.u16(static_cast<std::uint16_t>(record.altitude));
  writer.u16(record.angle);
  writer.u8(record.satellites);
  writer.u16(record.speed);
  write_sized(writer, record.event_id, layout.id_size);
  if (layout.generation_type) writer.u8(record.generation_type);
  write_sized(writer, record.elements.size(), layout.count_size);
  for (const std::size_t size : kGroupSizes) {
    write_group(writer, layout, record, false,
                [&](const Element& e) { return in_number_group(e) && e.value.size() == size; });
  }
  if (layout.io16) {
    write_group(writer, layout, record, false, [](const Element& e) { return e.value.size() == 16; });
  }
  if (layout.variable_group) {
    write_group(writer, layout, record, true, [](const Element& e) { return !in_number_group(e); });
  }
}

// Codec id, count, records, count.
void write_content(Codec codec, std::span<const Record> records, bool io16, std::vector<std::uint8_t>& out) {
  ByteWriter writer(out);
  const auto count = static_cast<std::uint8_t>(records.size());
  writer.u8(static_cast<std::uint8_t>(codec));
  writer.u8(count);
  const Layout layout = layout_of(codec, io16);
  for (const Record& record : records) write_record(writer, layout, record);
  writer.u8(count);
}

// Fills in a length that is known only after what it counts.
void set_big_endian(std::size_t value, std::size_t size, std::size_t at, std::vector<std::uint8_t>& out) {
  for (std::size_t i = size; i-- > 0; value >>= 8) out[at + i] = static_cast<std::uint8_t>(value);
}

}  // namespace

void encode_hello(const DeviceIdentity& identity, std::vector<std::uint8_t>& out) {
  ByteWriter writer(out);
  writer.u16(static_cast<std::uint16_t>(identity.view().size()));
  writer.text(identity.view());
}

void encode_packet(Codec codec, std::span<const Record> records, std::vector<std::uint8_t>& out, bool io16) {
  ByteWriter writer(out);
  writer.u32(0);  // preamble
  const std::size_t length_at = out.size();
  writer.u32(0);
  const std::size_t content_at = out.size();
  write_content(codec, records, io16, out);
  set_big_endian(out.size() - content_at, sizeof(std::uint32_t), length_at, out);
  writer.u32(crc16_arc(ByteView(out).subspan(content_at)));
}

void encode_datagram(const Datagram& head, Codec codec, std::span<const Record> records,
                     std::vector<std::uint8_t>& out, bool io16) {
  ByteWriter writer(out);
  const std::size_t length_at = out.size();
  writer.u16(0);
  const std::size_t counted_from = out.size();
  writer.u16(head.packet_id);
  writer.u8(1);  // "not usable byte"
  writer.u8(head.avl_packet_id);
  writer.u16(static_cast<std::uint16_t>(head.identity.size()));
  writer.bytes(head.identity);
  write_content(codec, records, io16, out);
  set_big_endian(out.size() - counted_from, sizeof(std::uint16_t), length_at, out);
}

}  // namespace rastro::teltonika

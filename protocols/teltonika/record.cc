#include "protocols/teltonika/record.h"

namespace rastro::teltonika {
namespace {

std::uint16_t read_sized(ByteReader& reader, std::size_t size) {
  return size == 1 ? reader.u8() : reader.u16();
}

bool read_group(ByteReader& reader, const Layout& layout, std::size_t value_size,
                std::vector<Element>& elements) {
  const std::size_t count = read_sized(reader, layout.count_size);
  if (count > reader.remaining() / (layout.id_size + value_size)) return false;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint16_t id = read_sized(reader, layout.id_size);
    elements.push_back({id, reader.bytes(value_size), value_size > sizeof(std::uint64_t)});
  }
  return reader.ok();
}

// NX: each element brings its own length.
bool read_variable_group(ByteReader& reader, const Layout& layout, std::vector<Element>& elements) {
  const std::size_t count = read_sized(reader, layout.count_size);
  if (count > reader.remaining() / (layout.id_size + sizeof(std::uint16_t))) return false;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint16_t id = read_sized(reader, layout.id_size);
    const std::size_t size = reader.u16();
    elements.push_back({id, reader.bytes(size), true});
  }
  return reader.ok();
}

}  // namespace

bool read_record(ByteReader& reader, const Layout& layout, Record& record) {
  const std::size_t start = reader.position();
  const ByteView from_here = reader.rest();
  record.time_ms = reader.u64();
  record.priority = reader.u8();
  record.longitude = reader.i32();
  record.latitude = reader.i32();
  record.altitude = reader.i16();
  record.angle = reader.u16();
  record.satellites = reader.u8();
  record.speed = reader.u16();
  record.event_id = read_sized(reader, layout.id_size);
  record.generation_type = layout.generation_type ? reader.u8() : std::uint8_t{0};
  record.total = read_sized(reader, layout.count_size);
  record.elements.clear();
  for (const std::size_t value_size : kGroupSizes) {
    if (!read_group(reader, layout, value_size, record.elements)) return false;
  }
  if (layout.io16 && !read_group(reader, layout, 16, record.elements)) return false;
  if (layout.variable_group && !read_variable_group(reader, layout, record.elements)) return false;
  if (!reader.ok()) return false;
  record.bytes = from_here.first(reader.position() - start);
  return true;
}

}  // namespace rastro::teltonika

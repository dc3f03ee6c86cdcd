// AVL records as the wire has them (teltonika.md 4, 5.1), codecs 8, 8 Extended and 16: the layout that tells
// the codecs apart, and a record's fields in the manual's order and in wire units, for those who write
// records. Values; one thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "schema/bytes.h"

namespace rastro::teltonika {

// The codec ids of packets that carry AVL records (teltonika.md 3).
enum class Codec : std::uint8_t { k8 = 0x08, k16 = 0x10, k8Extended = 0x8E };

// Widths of the fields that differ between the codecs.
struct Layout {
  std::size_t id_size;     // of an element's id and the event id
  std::size_t count_size;  // of N and the group counts
  bool generation_type;
  bool variable_group;  // NX
  bool io16;            // a group of 16-byte elements behind the 8-byte ones, old firmware
};

// `io16` counts for codec 8 only: the firmware that writes such a group knows no other codec.
constexpr Layout layout_of(Codec codec, bool io16) {
  if (codec == Codec::k16) return {2, 1, true, false, false};
  if (codec == Codec::k8Extended) return {2, 2, false, true, false};
  return {1, 1, false, false, io16};
}

// Widths of the values in the groups that every codec has, in their order.
inline constexpr std::array<std::size_t, 4> kGroupSizes = {1, 2, 4, 8};

struct Element {
  std::uint16_t id = 0;
  ByteView value;
  bool blob = false;  // from a group whose values are wider than a number: 16 bytes, or variable
};

struct Record {
  std::uint64_t time_ms = 0;
  std::uint8_t priority = 0;  // 0 low, 1 high, 2 panic
  std::int32_t longitude = 0;
  std::int32_t latitude = 0;
  std::int16_t altitude = 0;
  std::uint16_t angle = 0;
  std::uint8_t satellites = 0;
  std::uint16_t speed = 0;
  std::uint16_t event_id = 0;
  std::uint8_t generation_type = 0;  // codec 16
  std::vector<Element> elements;     // in wire order, an id twice when it was sent twice
};

}  // namespace rastro::teltonika

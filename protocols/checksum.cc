#include "protocols/checksum.h"

#include <array>
#include <cstddef>

namespace rastro {
namespace {

// Slicing by eight: table k advances a byte over k further zero bytes, so that eight bytes take eight
// independent look-ups instead of a chain of eight.
using Tables = std::array<std::array<std::uint16_t, 256>, 8>;

constexpr Tables make_tables(std::uint16_t reflected_polynomial) {
  Tables tables{};
  for (std::size_t byte = 0; byte < 256; ++byte) {
    auto crc = static_cast<std::uint16_t>(byte);
    for (int bit = 0; bit < 8; ++bit) {
      crc = static_cast<std::uint16_t>((crc & 1) != 0 ? (crc >> 1) ^ reflected_polynomial : crc >> 1);
    }
    tables[0][byte] = crc;
  }
  for (std::size_t k = 1; k < tables.size(); ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint16_t crc = tables[k - 1][byte];
      tables[k][byte] = static_cast<std::uint16_t>(tables[0][crc & 0xFF] ^ (crc >> 8));
    }
  }
  return tables;
}

constexpr Tables kX25 = make_tables(0x8408);
constexpr Tables kArc = make_tables(0xA001);

std::uint16_t update(const Tables& t, std::uint16_t crc, ByteView bytes) {
  const std::uint8_t* p = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; left -= 8, p += 8) {
    crc = static_cast<std::uint16_t>(t[7][p[0] ^ (crc & 0xFF)] ^ t[6][p[1] ^ (crc >> 8)] ^ t[5][p[2]] ^
                                     t[4][p[3]] ^ t[3][p[4]] ^ t[2][p[5]] ^ t[1][p[6]] ^ t[0][p[7]]);
  }
  for (; left > 0; --left, ++p) crc = static_cast<std::uint16_t>(t[0][(crc ^ *p) & 0xFF] ^ (crc >> 8));
  return crc;
}

}  // namespace

std::uint16_t crc16_x25(ByteView bytes) { return static_cast<std::uint16_t>(~update(kX25, 0xFFFF, bytes)); }

std::uint16_t crc16_arc(ByteView bytes) { return update(kArc, 0, bytes); }

}  // namespace rastro

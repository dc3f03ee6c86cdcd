// The blocks that the contents of frames are made of (gt06.md 3, 4), in the manual's order, words and units.
// Each reader leaves zeros when there are fewer bytes. Pure; any thread.
#pragma once

#include <cstdint>

#include "protocols/byte_reader.h"

namespace rastro::gt06 {

// Plain binary bytes.
struct TimeBlock {
  std::uint8_t year = 0;  // since 2000
  std::uint8_t month = 0;
  std::uint8_t day = 0;
  std::uint8_t hour = 0;
  std::uint8_t minute = 0;
  std::uint8_t second = 0;
};
inline constexpr std::size_t kTimeSize = 6;

// Section 3.
struct GpsBlock : TimeBlock {
  std::uint8_t length_and_satellites = 0;
  std::uint32_t latitude = 0;   // 1/1,800,000 degree, no sign
  std::uint32_t longitude = 0;  // likewise
  std::uint8_t speed_kmh = 0;
  std::uint16_t course_and_status = 0;
};
inline constexpr std::size_t kGpsSize = 18;

inline constexpr std::uint16_t kCourseMask = 0x03FF;
inline constexpr std::uint16_t kNorth = 1 << 10;
inline constexpr std::uint16_t kWest = 1 << 11;
inline constexpr std::uint16_t kPositioned = 1 << 12;
inline constexpr std::uint16_t kDifferential = 1 << 13;
inline constexpr std::uint16_t kAccPresent = 1 << 14;
inline constexpr std::uint16_t kAccOn = 1 << 15;

// Section 4.
struct LbsBlock {
  std::uint16_t mcc = 0;
  std::uint16_t mnc = 0;
  std::uint32_t lac = 0;
  std::uint64_t cell = 0;
};

// The widths of a cell's fields in the several forms of the LBS block.
enum class LbsForm : std::uint8_t {
  kClassic,   // MCC 2, MNC 1, LAC 2, cell 3
  kWideCell,  // cell 4: some clones
  kWideMnc,   // MNC 2, cell 4: the AZ735 family (8)
  k4G,        // MNC 1, or 2 when bit 15 of the MCC is set; LAC 4, cell 8
};
inline constexpr std::size_t kLbsSize = 8;
inline constexpr std::uint16_t kWideMncBit = 1 << 15;

// Section 4, "terminal status block" without alarm and language.
struct TerminalStatus {
  std::uint8_t information = 0;
  std::uint8_t voltage = 0;
  std::uint8_t gsm = 0;
};

inline constexpr std::uint8_t kOilCut = 1 << 7;
inline constexpr std::uint8_t kGpsTracking = 1 << 6;
inline constexpr std::uint8_t kCharging = 1 << 2;
inline constexpr std::uint8_t kAccHigh = 1 << 1;
inline constexpr std::uint8_t kArmed = 1 << 0;

// Blocks of a fixed size are taken whole, so that their bounds are checked once.
inline std::uint16_t u16_at(ByteView block, std::size_t at) {
  return static_cast<std::uint16_t>(block[at] << 8 | block[at + 1]);
}
inline std::uint32_t u32_at(ByteView block, std::size_t at) {
  return std::uint32_t{block[at]} << 24 | std::uint32_t{block[at + 1]} << 16 |
         std::uint32_t{block[at + 2]} << 8 | block[at + 3];
}

inline void read_time(ByteReader& reader, TimeBlock& time) {
  const ByteView block = reader.bytes(kTimeSize);
  if (block.empty()) return;
  time.year = block[0];
  time.month = block[1];
  time.day = block[2];
  time.hour = block[3];
  time.minute = block[4];
  time.second = block[5];
}
// What stands behind the time.
inline void read_gps_values(ByteReader& reader, GpsBlock& gps) {
  const ByteView block = reader.bytes(kGpsSize - kTimeSize);
  if (block.empty()) return;
  gps.length_and_satellites = block[0];
  gps.latitude = u32_at(block, 1);
  gps.longitude = u32_at(block, 5);
  gps.speed_kmh = block[9];
  gps.course_and_status = u16_at(block, 10);
}
inline void read_gps(ByteReader& reader, GpsBlock& gps) {
  read_time(reader, gps);
  read_gps_values(reader, gps);
}
inline GpsBlock read_gps(ByteReader& reader) {
  GpsBlock gps;
  read_gps(reader, gps);
  return gps;
}
inline void read_classic_lbs(ByteReader& reader, LbsBlock& lbs) {
  const ByteView block = reader.bytes(kLbsSize);
  if (block.empty()) return;
  lbs.mcc = u16_at(block, 0);
  lbs.mnc = block[2];
  lbs.lac = u16_at(block, 3);
  lbs.cell = u32_at(block, 4) & 0xFFFFFF;
}
LbsBlock read_lbs(ByteReader& reader, LbsForm form);
// MCC and MNC alone, as they stand before a list of cells.
void read_network(ByteReader& reader, LbsForm form, LbsBlock& lbs);
TerminalStatus read_status(ByteReader& reader);

}  // namespace rastro::gt06

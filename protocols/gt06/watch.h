// The frames of Wi-Fi watches and clones that begin like all others and have neither length, serial nor
// checksum (gt06.md 8): 78 78 | number of access points u8 | 69 or 17 | time 6, BCD | access points of 7
// bytes | cell count u8 | MCC, MNC | cells of 5 bytes | 0D 0A. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "protocols/gt06/block.h"
#include "schema/bytes.h"

namespace rastro::gt06 {

inline constexpr std::size_t kWatchHeaderSize = 4;

struct WatchClaim {
  bool possible = false;  // as far as the bytes go
  std::size_t size = 0;   // of the whole frame; 0: not there yet
};

// What the bytes at a start mark claim. Only with fewer access points than the smallest length of an ordinary
// frame: beyond that the two could not be told apart.
WatchClaim find_watch_claim(ByteView from_mark);

TimeBlock read_bcd_time(ByteReader& reader);

}  // namespace rastro::gt06

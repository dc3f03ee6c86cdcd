// Finds frames in a stretch of bytes (gt06.md 1): start marks, length, checksum, stop bytes, and the way back
// to the next frame when one of them is wrong. A Frame is a view into the bytes given. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "protocols/decode_error.h"
#include "schema/bytes.h"

namespace rastro::gt06 {

// Length field of a frame with empty content: number, serial and checksum.
inline constexpr std::size_t kMinLength = 5;

// The length field of the long form could say 65,535. The longest documented frames are text answers and the
// pieces of a recording (6.18), some kilobytes; a bound near them is what a wrong length can make a
// connection wait for and hold in memory.
inline constexpr std::size_t kMaxLength = 4096;

// Until a device has said who it is, nothing longer than the short form can be is believed.
inline constexpr std::size_t kMaxLengthBeforeLogin = 255;

struct Frame {
  ByteView bytes;    // from the start mark to the stop bytes, as far as these are there
  ByteView record;   // protocol number and content: what the device wrote, without what carries it
  ByteView content;  // what stands between protocol number and serial
  std::uint8_t number = 0;
  std::uint16_t serial = 0;
  bool extended = false;  // 79 79 with a length of two bytes
  bool checksum_ok = false;
  // Of a Wi-Fi watch (watch.h): no serial, no checksum, and the length byte counts access points.
  bool watch = false;
  std::uint8_t watch_access_points = 0;
};

struct FrameSearch {
  FrameSearch() noexcept {}  // NOLINT(modernize-use-equals-default): see Fix

  std::size_t consumed = 0;  // bytes done with, skipped ones and the frame together; 0: needs more
  std::size_t skipped = 0;   // bytes at the front that belong to no frame, and why
  DecodeError skipped_reason = DecodeError::kNone;
  std::optional<Frame> frame;
  // The frame's checksum is right but its length (kBadLength) or its stop bytes (kBadStop) are not.
  DecodeError deviation = DecodeError::kNone;
};

// The first frame of `in`, with a good checksum or a bad one. What is decided does not depend on how the
// bytes were cut into calls: of all that could be decided, the earliest in the order of arrival is. `at_end`:
// no more bytes will follow (a datagram), so that everything is consumed.
FrameSearch find_frame(ByteView in, std::size_t max_length, bool at_end);

}  // namespace rastro::gt06

// What can be wrong with received bytes. Each value is a metric label and an error code of `rastro decode`;
// names stay.
#pragma once

#include <cstdint>
#include <string_view>

namespace rastro {

enum class DecodeError : std::uint8_t {
  kNone,
  kGarbage,          // bytes before a frame that belong to none; skipped
  kBadLength,        // a length field that no frame can have
  kBadStop,          // frame does not end in its stop bytes
  kBadChecksum,      // checksum does not fit the bytes
  kCountMismatch,    // the two record counts differ
  kUnknownCodec,     // checksum good, codec not known: kept raw
  kContentTooShort,  // frame good, message shorter than its document says
  kBadRecord,        // a record whose inner lengths contradict the frame
  kImpossibleTime,   // month 13, hour 25, …: the record has no time
  kImpossiblePlace,  // beyond 90 or 180 degrees: kept, not valid
  kTrailingBytes,    // bytes left behind the documented content; kept in the raw frame
  kBadIdentity,      // login with an identity that is none
  kNotLoggedIn,      // data before a login: nobody to store it for
  kTruncated,        // datagram or line ends inside a frame
  kWrongIdentity,    // an answer in the name of another device
  kMediaTooLarge,    // a photo or file above the limit: its bytes are not kept
  kBadMedia,         // a part that lies outside its file
  kNotOfModel,       // good content that the device's set model should not send; kept raw
};

inline constexpr std::size_t kDecodeErrorCount = 19;

// "bad_crc", "bad_length", …
std::string_view decode_error_name(DecodeError error);

}  // namespace rastro

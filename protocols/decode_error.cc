#include "protocols/decode_error.h"

#include <array>

namespace rastro {

std::string_view decode_error_name(DecodeError error) {
  static constexpr std::array<std::string_view, kDecodeErrorCount> kNames = {"none",
                                                                             "garbage",
                                                                             "bad_length",
                                                                             "bad_stop",
                                                                             "bad_crc",
                                                                             "bad_count",
                                                                             "unknown_codec",
                                                                             "content_too_short",
                                                                             "bad_record",
                                                                             "impossible_time",
                                                                             "impossible_place",
                                                                             "trailing_bytes",
                                                                             "bad_identity",
                                                                             "not_logged_in",
                                                                             "truncated",
                                                                             "wrong_identity",
                                                                             "media_too_large",
                                                                             "bad_media",
                                                                             "not_of_model"};
  return kNames[static_cast<std::size_t>(error)];
}

}  // namespace rastro

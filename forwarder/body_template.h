// The body of a push request, as a JSON text with placeholders: the one file pair that knows the push shape.
// Persat's own is not public, so the shape is configuration. Pure; immutable after parse(), any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/message.h"

namespace rastro::forward {

// Names and forms of Persat's last-position answer (persat-api.md 2.1): the nearest that is documented.
inline constexpr std::string_view kDefaultBody =
    R"({"device_id": ${persat_device_id}, "timestamp": ${time}, "latitude": ${latitude}, )"
    R"("longitude": ${longitude}})";

enum class Placeholder : std::uint8_t {
  kPersatDeviceId,
  kImei,
  kSerialNumber,
  kTime,      // ISO 8601, UTC, milliseconds
  kTimeMs,    // milliseconds since 1970
  kReceived,  // ISO 8601
  kLatitude,
  kLongitude,
  kAltitudeM,
  kSpeedKmh,
  kCourseDeg,
  kSatellites,
  kValid,
  kAttributes,  // an object
  kKey,         // idempotency.h
};
inline constexpr std::size_t kPlaceholderCount = 15;

// One fix and whose it is. Views of the caller's.
struct Position {
  std::optional<std::int64_t> persat_device_id;
  std::string_view imei;
  std::string_view serial_number;
  std::int64_t received_ms = 0;
  const Fix& fix;
  std::string_view attributes;  // a JSON object; empty: {}
  std::string_view key;         // idempotency.h
};

class BodyTemplate {
 public:
  // Each ${name} stands for a whole JSON value, quotes included; null where the fix has none. Nothing when
  // the text cannot become JSON: `why` then says so in a sentence.
  static std::optional<BodyTemplate> parse(std::string_view text, std::string& why);

  bool needs(Placeholder placeholder) const { return needed_[static_cast<std::size_t>(placeholder)]; }
  // Appends to `out`.
  void render(const Position& position, std::string& out) const;

 private:
  struct Piece {
    std::string literal;
    std::optional<Placeholder> placeholder;  // behind the literal
  };

  std::vector<Piece> pieces_;
  std::array<bool, kPlaceholderCount> needed_{};
};

}  // namespace rastro::forward

// A fix: what a device said about one moment, in one vocabulary for all protocols. Times are UTC milliseconds
// since 1970, angles degrees, lengths metres, speeds km/h. Values only; nothing here owns memory or knows a
// thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "schema/alarm.h"
#include "schema/bytes.h"

namespace rastro {

// Numbers keep the width that the wire gave them; text and bytes are views (see MessageBuffer for how long
// they live).
using AttributeValue = std::variant<bool, std::int64_t, std::uint64_t, double, std::string_view, ByteView>;

// One named value. The name is snake_case with its unit at the end and has the lifetime of the buffer that
// holds it.
struct Attribute {
  std::string_view name;
  AttributeValue value;
};

// Leaves what resize() adds unwritten, for a decoder that fills in a whole record's attributes and then cuts
// the rest off: clearing forty bytes first costs as much as writing them.
template <typename T>
struct UnwrittenAllocator : std::allocator<T> {
  template <typename U>
  struct rebind {
    using other = UnwrittenAllocator<U>;
  };
  using std::allocator<T>::allocator;
  template <typename U>
  void construct(U*) noexcept {}
  template <typename U, typename... Args>
  void construct(U* at, Args&&... args) {
    std::construct_at(at, std::forward<Args>(args)...);
  }
};

using Attributes = std::vector<Attribute, UnwrittenAllocator<Attribute>>;

// A stretch of one of MessageBuffer's flat arrays.
struct Range {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

struct Fix {
  // Written out, so that a fix is not cleared before its members are set: a decoder makes ten million a
  // second.
  Fix() noexcept {}  // NOLINT(modernize-use-equals-default)

  std::int64_t time_ms = 0;
  // What the device said, where its clock is known to be wrong and time_ms is corrected.
  std::optional<std::int64_t> reported_time_ms;
  // Hash of the record's own bytes (record_hash.h): with device and time it tells one record from another,
  // for ever.
  std::uint64_t record_hash = 0;
  // The device's word that it had a satellite fix, and the place is one that can exist (usable_place below).
  bool valid = false;
  // As reported, also when not valid: then it is the last known place, or 0,0, or out of range.
  double latitude_deg = 0;
  double longitude_deg = 0;
  std::optional<double> altitude_m;
  std::optional<double> speed_kmh;
  std::optional<double> course_deg;
  std::optional<std::uint8_t> satellites;
  AlarmSet alarms;
  Range attributes;
};

// Whether a place can be drawn on a map: in range and not 0,0, which trackers send for "no fix yet"
// (field_behaviour.md 4).
inline bool usable_place(double latitude_deg, double longitude_deg) {
  return latitude_deg >= -90 && latitude_deg <= 90 && longitude_deg >= -180 && longitude_deg <= 180 &&
         !(latitude_deg == 0 && longitude_deg == 0);
}

}  // namespace rastro

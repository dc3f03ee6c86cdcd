#include "protocols/gt06/watch.h"

#include "protocols/gt06/fix.h"
#include "protocols/gt06/number.h"

namespace rastro::gt06 {
namespace {

constexpr std::size_t kAccessPointSize = 7;
constexpr std::size_t kNetworkSize = 3;
constexpr std::size_t kCellSize = 5;
constexpr std::size_t kStopSize = 2;

std::uint8_t from_bcd(std::uint8_t byte) {
  constexpr std::uint8_t kNone = 0xFF;  // of no calendar
  const int high = byte >> 4;
  const int low = byte & 0xF;
  return high > 9 || low > 9 ? kNone : static_cast<std::uint8_t>(high * 10 + low);
}

}  // namespace

TimeBlock read_bcd_time(ByteReader& reader) {
  TimeBlock time;
  for (std::uint8_t* field : {&time.year, &time.month, &time.day, &time.hour, &time.minute, &time.second}) {
    *field = from_bcd(reader.u8());
  }
  return time;
}

WatchClaim find_watch_claim(ByteView from_mark) {
  ByteReader reader(from_mark);
  const bool short_form = reader.u16() == 0x7878;
  const std::size_t access_points = reader.u8();
  if (!short_form || access_points >= kMinLength) return {};
  const std::uint8_t number = reader.u8();
  if (!reader.ok()) return {true, 0};
  if (number != number::kWifiQuery && number != number::kAddressByCell) return {};
  const TimeBlock time = read_bcd_time(reader);
  if (!reader.ok()) return {true, 0};
  if (!find_time(time, 0)) return {};
  reader.skip(access_points * kAccessPointSize);
  const std::size_t cells = reader.u8();
  if (!reader.ok()) return {true, 0};
  return {true, reader.position() + kNetworkSize + cells * kCellSize + kStopSize};
}

}  // namespace rastro::gt06

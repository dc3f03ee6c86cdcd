#include "protocols/gt06/message.h"

#include "protocols/gt06/number.h"

namespace rastro::gt06 {
namespace {

constexpr std::size_t kLbsSize = 8;
constexpr std::size_t kStatusSize = 5;  // with alarm and language
constexpr std::size_t kMileageSize = 4;

GpsBlock read_gps(ByteReader& reader) {
  GpsBlock gps;
  gps.year = reader.u8();
  gps.month = reader.u8();
  gps.day = reader.u8();
  gps.hour = reader.u8();
  gps.minute = reader.u8();
  gps.second = reader.u8();
  gps.length_and_satellites = reader.u8();
  gps.latitude = reader.u32();
  gps.longitude = reader.u32();
  gps.speed_kmh = reader.u8();
  gps.course_and_status = reader.u16();
  return gps;
}

LbsBlock read_lbs(ByteReader& reader, bool wide_cell = false) {
  LbsBlock lbs;
  lbs.mcc = reader.u16();
  lbs.mnc = reader.u8();
  lbs.lac = reader.u16();
  lbs.cell = wide_cell ? reader.u32() : reader.u24();
  return lbs;
}

TerminalStatus read_status(ByteReader& reader) {
  TerminalStatus status;
  status.information = reader.u8();
  status.voltage = reader.u8();
  status.gsm = reader.u8();
  return status;
}

// Mileage is there when exactly its four bytes are left; another tail is some maker's own.
std::optional<std::uint32_t> read_mileage(ByteReader& reader) {
  return reader.remaining() == kMileageSize ? std::optional(reader.u32()) : std::nullopt;
}

// The length byte before the cell is not to be trusted (section 4): 08 and 09 stand for the same eight bytes,
// 09 also for the nine of a wide cell, 00 for zeros or for nothing, and some leave it out. What is left of
// the content decides. `tail`: size of what has to follow.
void read_alarm_lbs(ByteReader& reader, std::size_t tail, AlarmContent& alarm) {
  const std::size_t left = reader.remaining();
  const std::uint8_t length = left == 0 ? std::uint8_t{0} : reader.rest()[0];
  const bool counts_cell = length == kLbsSize || length == kLbsSize + 1;
  if (left == kLbsSize + tail && !counts_cell) {
    alarm.lbs = read_lbs(reader);
    return;
  }
  reader.skip(1);
  if (length <= 1 && left == 1 + tail) return;
  if (length == kLbsSize + 1 && left == 1 + kLbsSize + 1 + tail) {
    alarm.lbs = read_lbs(reader, true);
  } else if (counts_cell || left <= 1 + kLbsSize + tail || left == 1 + kLbsSize + tail + kMileageSize) {
    alarm.lbs = read_lbs(reader);
  } else {
    alarm.extra = reader.bytes(left - 1 - tail);  // a list of cells in a form of the maker's own
  }
}

}  // namespace

bool read_login(ByteView content, LoginContent& login) {
  ByteReader reader(content);
  login.terminal_id = reader.bytes(8);
  if (reader.remaining() >= 2) login.type_code = reader.bytes(2);
  if (reader.remaining() >= 2) login.zone_and_language = reader.u16();
  login.extra = reader.rest();
  return reader.ok();
}

bool read_location(const Frame& frame, LocationContent& location) {
  ByteReader reader(frame.content);
  location.gps = read_gps(reader);
  if (frame.number != number::kGps) location.lbs = read_lbs(reader);
  if (frame.number == number::kGpsLbsUtc) {
    auto& upload = location.upload.emplace();
    upload.acc = reader.u8();
    upload.mode = reader.u8();
    upload.reupload = reader.u8();
    location.mileage = read_mileage(reader);
  }
  location.extra = reader.rest();
  return reader.ok();
}

bool read_alarm(const Frame& frame, AlarmContent& alarm) {
  ByteReader reader(frame.content);
  const std::size_t fence_size = frame.number == number::kAlarmFence ? 1 : 0;
  alarm.gps = read_gps(reader);
  read_alarm_lbs(reader, kStatusSize + fence_size, alarm);
  alarm.status = read_status(reader);
  alarm.alarm = reader.u8();
  alarm.language = reader.u8();
  if (fence_size != 0) alarm.fence = reader.u8();
  if (alarm.extra.empty()) {
    alarm.mileage = read_mileage(reader);
    alarm.extra = reader.rest();
  }
  return reader.ok();
}

bool read_heartbeat(const Frame& frame, HeartbeatContent& heartbeat) {
  ByteReader reader(frame.content);
  if (frame.number == number::kHeartbeatVoltage) {
    heartbeat.status.information = reader.u8();
    heartbeat.external_voltage = reader.u16();
    heartbeat.status.gsm = reader.u8();
  } else {
    heartbeat.status = read_status(reader);
  }
  const bool lists = frame.number == number::kHeartbeatTlv;
  if (reader.remaining() == 2 || (lists && reader.remaining() > 2)) heartbeat.language = reader.u16();
  (lists ? heartbeat.tlvs : heartbeat.extra) = reader.rest();
  return reader.ok();
}

Tlv read_tlv(ByteReader& reader) {
  Tlv tlv;
  tlv.id = reader.bytes(2);
  tlv.value = reader.bytes(reader.u8());
  return tlv;
}

}  // namespace rastro::gt06

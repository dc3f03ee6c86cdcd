#include "protocols/gt06/message.h"

#include "protocols/gt06/number.h"

namespace rastro::gt06 {
namespace {

constexpr std::size_t kStatusSize = 5;  // with alarm and language
constexpr std::size_t kMileageSize = 4;
constexpr std::size_t kLbs4GSize = 15;

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
    read_classic_lbs(reader, alarm.lbs.emplace());
    return;
  }
  reader.skip(1);
  if (length <= 1 && left == 1 + tail) return;
  if (length == kLbsSize + 1 && left == 1 + kLbsSize + 1 + tail) {
    alarm.lbs = read_lbs(reader, LbsForm::kWideCell);
  } else if (counts_cell || left <= 1 + kLbsSize + tail || left == 1 + kLbsSize + tail + kMileageSize) {
    read_classic_lbs(reader, alarm.lbs.emplace());
  } else {
    alarm.extra = reader.bytes(left - 1 - tail);  // a list of cells in a form of the maker's own
  }
}

// Whether the cell of the 4G form is followed by exactly `tail`, with mileage or without.
bool fits_4g(ByteView from_cell, std::size_t tail) {
  ByteReader reader(from_cell);
  read_lbs(reader, LbsForm::k4G);
  return reader.ok() && (reader.remaining() == tail || reader.remaining() == tail + kMileageSize);
}

// In the 4G forms the length byte counts itself (16 or 17), or is missing (0xA3 of real devices).
void read_alarm_lbs_4g(ByteReader& reader, std::size_t tail, AlarmContent& alarm) {
  if (!fits_4g(reader.rest(), tail)) {
    const std::uint8_t length = reader.u8();
    if (length <= 1 && reader.remaining() < kLbs4GSize + tail) return;
  }
  alarm.lbs = read_lbs(reader, LbsForm::k4G);
}

bool is_4g(std::uint8_t alarm) { return alarm >= number::kAlarmFence4G; }

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
  read_gps(reader, location.gps);
  if (frame.number == number::kGpsLbs4G) {
    location.lbs = read_lbs(reader, LbsForm::k4G);
  } else if (frame.number != number::kGps) {
    read_classic_lbs(reader, location.lbs.emplace());
  }
  if (frame.number != number::kGps && frame.number != number::kGpsLbs) {
    const ByteView upload = reader.bytes(3);
    if (!upload.empty()) location.upload.emplace(UploadBlock{upload[0], upload[1], upload[2]});
    if (frame.number != number::kGpsLbsTlv) {
      location.mileage = read_mileage(reader);
    } else if (is_tlv_list(reader.rest(), TlvForm::kShortLength)) {
      location.tlvs = reader.bytes(reader.remaining());
    }
  }
  location.extra = reader.rest();
  return reader.ok();
}

bool read_alarm(const Frame& frame, AlarmContent& alarm) {
  ByteReader reader(frame.content);
  const bool wide = is_4g(frame.number);
  const std::size_t fence_size = wide || frame.number == number::kAlarmFence ? 1 : 0;
  read_gps(reader, alarm.gps);
  (wide ? read_alarm_lbs_4g : read_alarm_lbs)(reader, kStatusSize + fence_size, alarm);
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

Tlv read_tlv(ByteReader& reader, TlvForm form) {
  Tlv tlv;
  tlv.id = reader.bytes(2);
  const std::size_t size = form == TlvForm::kLongLength ? reader.u16() : reader.u8();
  tlv.value = reader.bytes(size);
  return tlv;
}

bool is_tlv_list(ByteView bytes, TlvForm form) {
  ByteReader reader(bytes);
  while (reader.ok() && reader.remaining() > 0) read_tlv(reader, form);
  return reader.ok();
}

}  // namespace rastro::gt06

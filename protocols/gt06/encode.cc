#include "protocols/gt06/encode.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <span>

#include "protocols/byte_writer.h"
#include "protocols/checksum.h"
#include "protocols/gt06/fix.h"
#include "protocols/gt06/number.h"

namespace rastro::gt06 {
namespace {

void write_gps(const GpsBlock& gps, std::vector<std::uint8_t>& out) {
  write_time(gps, out);
  ByteWriter writer(out);
  writer.u8(gps.length_and_satellites);
  writer.u32(gps.latitude);
  writer.u32(gps.longitude);
  writer.u8(gps.speed_kmh);
  writer.u16(gps.course_and_status);
}

void write_lbs(const LbsBlock& lbs, LbsForm form, ByteWriter& writer) {
  const bool wide_mnc = form == LbsForm::k4G && lbs.mnc > 0xFF;
  writer.u16(static_cast<std::uint16_t>(lbs.mcc | (wide_mnc ? kWideMncBit : 0)));
  if (wide_mnc) {
    writer.u16(lbs.mnc);
  } else {
    writer.u8(static_cast<std::uint8_t>(lbs.mnc));
  }
  if (form == LbsForm::k4G) {
    writer.u32(lbs.lac);
    writer.u64(lbs.cell);
  } else {
    writer.u16(static_cast<std::uint16_t>(lbs.lac));
    writer.u24(static_cast<std::uint32_t>(lbs.cell));
  }
}

// The length byte before the cell of an alarm: the cell and this byte.
std::uint8_t alarm_lbs_size(const LbsBlock& lbs, LbsForm form) {
  if (form == LbsForm::kClassic) return 9;
  return lbs.mnc > 0xFF ? 17 : 16;
}

LbsForm lbs_form(std::uint8_t number) {
  return number >= number::kGpsLbs4G ? LbsForm::k4G : LbsForm::kClassic;
}

std::uint8_t hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<std::uint8_t>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<std::uint8_t>(digit - 'a' + 10);
  if (digit >= 'A' && digit <= 'F') return static_cast<std::uint8_t>(digit - 'A' + 10);
  return 0;
}

void put_u16(std::uint16_t value, std::span<std::uint8_t> at) {
  at[0] = static_cast<std::uint8_t>(value >> 8);
  at[1] = static_cast<std::uint8_t>(value);
}

std::uint32_t units(double degrees, double limit) {
  const double size = std::isfinite(degrees) ? std::min(std::abs(degrees), limit) : 0;
  return static_cast<std::uint32_t>(std::lround(size * kUnitsPerDegree));
}

}  // namespace

void append_frame(Form form, std::uint8_t number, ByteView content, std::uint16_t serial,
                  std::vector<std::uint8_t>& out) {
  const std::size_t start = out.size();
  ByteWriter writer(out);
  const std::size_t length = content.size() + kMinLength;
  if (form == Form::kLong) {
    writer.u16(0x7979);
    writer.u16(static_cast<std::uint16_t>(length));
  } else {
    writer.u16(0x7878);
    writer.u8(static_cast<std::uint8_t>(length));
  }
  writer.u8(number);
  writer.bytes(content);
  writer.u16(serial);
  writer.u16(crc16_x25(ByteView(out).subspan(start + 2)));
  writer.u16(0x0D0A);
}

void append_reply(Form form, std::uint8_t number, std::uint16_t serial, std::vector<std::uint8_t>& out) {
  if (form == Form::kLong) return append_frame(form, number, {}, serial, out);
  // The answer to nearly every frame: filled in where it stays, because a copy of bytes just written waits
  // for them.
  static constexpr std::array<std::uint8_t, 10> kBlank = {0x78, 0x78, kMinLength, 0, 0, 0, 0, 0, 0x0D, 0x0A};
  const std::size_t start = out.size();
  out.insert(out.end(), kBlank.begin(), kBlank.end());
  const std::span<std::uint8_t> frame = std::span(out).subspan(start);
  frame[3] = number;
  put_u16(serial, frame.subspan(4));
  put_u16(crc16_x25(frame.subspan(2, 4)), frame.subspan(6));
}

std::vector<std::uint8_t> encode_terminal_id(std::string_view identity) {
  std::vector<std::uint8_t> id(8);
  const std::size_t digits = std::min(identity.size(), 2 * id.size());
  for (std::size_t i = 0; i < digits; ++i) {
    const std::size_t place = 2 * id.size() - 1 - i;  // from the right
    const std::uint8_t value = hex_value(identity[identity.size() - 1 - i]);
    id[place / 2] = static_cast<std::uint8_t>(id[place / 2] | (place % 2 == 0 ? value << 4 : value));
  }
  return id;
}

std::vector<std::uint8_t> encode_login(std::string_view identity) { return encode_terminal_id(identity); }

std::vector<std::uint8_t> encode_extended_login(std::string_view identity, std::uint16_t type_code,
                                                std::uint16_t zone_and_language) {
  std::vector<std::uint8_t> content = encode_terminal_id(identity);
  ByteWriter writer(content);
  writer.u16(type_code);
  writer.u16(zone_and_language);
  return content;
}

TimeBlock encode_time(std::int64_t time_ms) {
  using namespace std::chrono;
  const sys_time<milliseconds> time{milliseconds(time_ms)};
  const auto day_start = floor<days>(time);
  const year_month_day date(day_start);
  const auto second_of_day = static_cast<unsigned>(floor<seconds>(time - day_start).count());
  TimeBlock block;
  block.year = static_cast<std::uint8_t>(std::clamp(static_cast<int>(date.year()) - 2000, 0, 99));
  block.month = static_cast<std::uint8_t>(static_cast<unsigned>(date.month()));
  block.day = static_cast<std::uint8_t>(static_cast<unsigned>(date.day()));
  block.hour = static_cast<std::uint8_t>(second_of_day / 3600);
  block.minute = static_cast<std::uint8_t>(second_of_day / 60 % 60);
  block.second = static_cast<std::uint8_t>(second_of_day % 60);
  return block;
}

void write_time(const TimeBlock& time, std::vector<std::uint8_t>& out) {
  out.insert(out.end(), {time.year, time.month, time.day, time.hour, time.minute, time.second});
}

GpsBlock encode_gps(const DeviceRecord& record) {
  GpsBlock gps{encode_time(record.time_ms)};
  gps.length_and_satellites = static_cast<std::uint8_t>(0xC0 | std::min<unsigned>(record.satellites, 15));
  gps.latitude = units(record.latitude_deg, 90);
  gps.longitude = units(record.longitude_deg, 180);
  gps.speed_kmh = static_cast<std::uint8_t>(std::lround(std::clamp(record.speed_kmh, 0.0, 255.0)));
  const auto course = static_cast<std::uint16_t>(std::lround(std::clamp(record.course_deg, 0.0, 360.0)));
  gps.course_and_status =
      static_cast<std::uint16_t>(course % 360 | (record.latitude_deg >= 0 ? kNorth : 0) |
                                 (record.longitude_deg < 0 ? kWest : 0) | (record.valid ? kPositioned : 0));
  return gps;
}

std::vector<std::uint8_t> encode_location(std::uint8_t number, const LocationContent& location) {
  std::vector<std::uint8_t> content;
  ByteWriter writer(content);
  write_gps(location.gps, content);
  if (number != number::kGps) write_lbs(location.lbs.value_or(LbsBlock{}), lbs_form(number), writer);
  if (number != number::kGps && number != number::kGpsLbs) {
    const auto upload = location.upload.value_or(UploadBlock{});
    writer.u8(upload.acc);
    writer.u8(upload.mode);
    writer.u8(upload.reupload);
    if (location.mileage) writer.u32(*location.mileage);
    writer.bytes(location.tlvs);
  }
  writer.bytes(location.extra);
  return content;
}

std::vector<std::uint8_t> encode_alarm(std::uint8_t number, const AlarmContent& alarm) {
  std::vector<std::uint8_t> content;
  ByteWriter writer(content);
  const LbsBlock lbs = alarm.lbs.value_or(LbsBlock{});
  write_gps(alarm.gps, content);
  writer.u8(alarm_lbs_size(lbs, lbs_form(number)));
  write_lbs(lbs, lbs_form(number), writer);
  writer.u8(alarm.status.information);
  writer.u8(alarm.status.voltage);
  writer.u8(alarm.status.gsm);
  writer.u8(alarm.alarm);
  writer.u8(alarm.language);
  if (alarm.fence) writer.u8(*alarm.fence);
  if (alarm.mileage) writer.u32(*alarm.mileage);
  writer.bytes(alarm.extra);
  return content;
}

std::vector<std::uint8_t> encode_heartbeat(std::uint8_t number, const HeartbeatContent& heartbeat) {
  std::vector<std::uint8_t> content;
  ByteWriter writer(content);
  writer.u8(heartbeat.status.information);
  if (number == number::kHeartbeatVoltage) {
    writer.u16(heartbeat.external_voltage.value_or(0));
  } else {
    writer.u8(heartbeat.status.voltage);
  }
  writer.u8(heartbeat.status.gsm);
  if (heartbeat.language) writer.u16(*heartbeat.language);
  writer.bytes(heartbeat.tlvs);
  writer.bytes(heartbeat.extra);
  return content;
}

}  // namespace rastro::gt06

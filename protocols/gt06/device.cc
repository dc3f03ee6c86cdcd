#include "protocols/gt06/device.h"

#include "protocols/byte_writer.h"
#include "protocols/gt06/alarm_code.h"
#include "protocols/gt06/command.h"
#include "protocols/gt06/encode.h"
#include "protocols/gt06/fix.h"
#include "protocols/gt06/number.h"
#include "protocols/gt06/text.h"

namespace rastro::gt06 {
namespace {

constexpr std::uint16_t kTypeCode = 0x2203;  // seen in logins of the extended form (6.1)
constexpr std::uint16_t kUtcEnglish = 0x0001;
constexpr LbsBlock kCell{722, 7, 0x0E21, 0x00A1B2};
constexpr std::uint8_t kFullVoltage = 6;
constexpr std::uint8_t kStrongGsm = 4;
constexpr std::uint8_t kEnglish = 2;

TerminalStatus status_of(const DeviceRecord& record) {
  const std::uint8_t tracking = record.valid ? kGpsTracking : std::uint8_t{0};
  const std::uint8_t acc = record.ignition ? kAccHigh : std::uint8_t{0};
  return {static_cast<std::uint8_t>(tracking | kCharging | acc), kFullVoltage, kStrongGsm};
}

}  // namespace

void Device::encode_login(std::vector<std::uint8_t>& out) {
  append_frame(Form::kShort, number::kLogin, encode_extended_login(identity_.view(), kTypeCode, kUtcEnglish),
               serial_++, out);
}

void Device::encode_data(const std::vector<DeviceRecord>& records, std::vector<std::uint8_t>& out) {
  for (const DeviceRecord& record : records) {
    if (record.alarm) {
      AlarmContent alarm;
      alarm.gps = encode_gps(record);
      alarm.lbs = kCell;
      alarm.status = status_of(record);
      alarm.alarm = find_alarm_code(*record.alarm).value_or(0);
      alarm.language = kEnglish;
      alarm.mileage = record.odometer_m;
      append_frame(Form::kShort, number::kAlarmUtc, encode_alarm(number::kAlarmUtc, alarm), serial_++, out);
    } else {
      LocationContent location;
      location.gps = encode_gps(record);
      location.lbs = kCell;
      location.upload = UploadBlock{record.ignition ? std::uint8_t{1} : std::uint8_t{0}, 0, 0};
      location.mileage = record.odometer_m;
      append_frame(Form::kShort, number::kGpsLbsUtc, encode_location(number::kGpsLbsUtc, location), serial_++,
                   out);
    }
  }
}

void Device::encode_heartbeat(std::vector<std::uint8_t>& out) {
  HeartbeatContent heartbeat;
  heartbeat.status = status_of({});
  heartbeat.language = kEnglish;
  append_frame(Form::kShort, number::kHeartbeat, gt06::encode_heartbeat(number::kHeartbeat, heartbeat),
               serial_++, out);
}

DeviceRecord Device::as_received(const DeviceRecord& record) const {
  const GpsBlock gps = encode_gps(record);
  const Fix fix = find_fix(gps);
  DeviceRecord received = record;
  received.time_ms = find_time(gps, 0).value_or(0);
  received.valid = fix.valid;
  received.latitude_deg = fix.latitude_deg;
  received.longitude_deg = fix.longitude_deg;
  received.altitude_m = 0;  // the wire has none
  received.speed_kmh = fix.speed_kmh.value_or(0);
  received.course_deg = fix.course_deg.value_or(0);
  received.satellites = fix.satellites.value_or(0);
  if (record.alarm && !find_alarm_code(*record.alarm)) received.alarm.reset();
  return received;
}

// 0x15 where the text is short and ASCII, else 0x21 with UTF-16BE (6.11). What is longer than a frame is cut.
void Device::encode_command_answer(const DeviceEvent& command, std::string_view text,
                                   std::vector<std::uint8_t>& out) {
  constexpr std::size_t kMaxUnits = (kMaxLength - kMinLength - 5) / 2;
  constexpr std::uint8_t kUtf16 = 2;
  const ByteView bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  std::vector<std::uint8_t> content;
  ByteWriter writer(content);
  const bool brief = text.size() <= kMaxCommandText && is_plain_text(bytes);
  if (brief) writer.u8(static_cast<std::uint8_t>(4 + text.size()));
  writer.u32(command.request);
  if (brief) {
    writer.bytes(bytes);
    writer.u16(kEnglish);
  } else {
    writer.u8(kUtf16);
    append_utf16be(text, kMaxUnits, content);
  }
  append_frame(brief ? Form::kShort : Form::kLong,
               brief ? number::kCommandAnswer : number::kCommandAnswerGeneral, content, serial_++, out);
}

DeviceEvent Device::read_reply(ByteView in) {
  const FrameSearch search = find_frame(in, kMaxLength, false);
  DeviceEvent event;
  event.consumed = search.consumed;
  if (search.consumed == 0) return event;
  event.kind = DeviceEvent::Kind::kOther;
  if (!search.frame || !search.frame->checksum_ok) return event;
  switch (search.frame->number) {
    case number::kLogin:
      event.kind = DeviceEvent::Kind::kLoginAccepted;
      break;
    case number::kGpsLbsUtc:
    case number::kAlarmUtc:
      event.kind = DeviceEvent::Kind::kRecordsAccepted;
      event.accepted = 1;
      break;
    case number::kCommand:
      if (const auto command = read_command(search.frame->content)) {
        event.kind = DeviceEvent::Kind::kCommand;
        event.request = command->server_flag;
        event.text = command->text;
      }
      break;
    default:
      break;
  }
  return event;
}

}  // namespace rastro::gt06

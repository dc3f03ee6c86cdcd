#include "protocols/teltonika/device.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "protocols/byte_reader.h"
#include "protocols/byte_writer.h"
#include "protocols/teltonika/content.h"
#include "protocols/teltonika/encode.h"
#include "protocols/teltonika/frame.h"
#include "protocols/teltonika/text_frame.h"

namespace rastro::teltonika {
namespace {

// What a car reports of itself while nothing is wrong.
constexpr std::uint8_t kGsmLevel = 4;
constexpr std::uint16_t kExternalMillivolts = 12800;
constexpr std::uint16_t kUnpluggedMillivolts = 0;
constexpr std::uint16_t kBatteryMillivolts = 4050;
constexpr std::uint8_t kGnssFix = 1;
constexpr std::uint8_t kGnssNoFix = 2;
constexpr double kMovingKmh = 3;

// Bytes of the values of one record: four elements of one byte, two of two, one of four, one for the alarm.
constexpr std::size_t kValueBytes = 13;

struct AlarmElement {
  Alarm alarm;
  std::uint8_t id;
  std::uint8_t value;
};

// teltonika.md 5.2, FMx. What is not here a device of this family cannot say.
constexpr std::array kAlarmElements = {
    AlarmElement{Alarm::kSos, 236, 1},
    AlarmElement{Alarm::kPowerCut, 252, 1},
    AlarmElement{Alarm::kTow, 246, 1},
    AlarmElement{Alarm::kAccident, 247, 1},
    AlarmElement{Alarm::kJamming, 249, 1},
    AlarmElement{Alarm::kIdling, 251, 1},
    AlarmElement{Alarm::kHardAcceleration, 253, 1},
    AlarmElement{Alarm::kHardBraking, 253, 2},
    AlarmElement{Alarm::kHardCornering, 253, 3},
    AlarmElement{Alarm::kOverspeed, 255, 120},
    AlarmElement{Alarm::kGeofenceEnter, 155, 1},
    AlarmElement{Alarm::kGeofenceExit, 155, 0},
};

const AlarmElement* find_alarm_element(const std::optional<Alarm>& alarm) {
  if (!alarm) return nullptr;
  const auto* const found = std::find_if(kAlarmElements.begin(), kAlarmElements.end(),
                                         [&](const AlarmElement& e) { return e.alarm == *alarm; });
  return found == kAlarmElements.end() ? nullptr : found;
}

// The nearest number that the field can hold.
template <typename Integer>
Integer rounded(double value) {
  constexpr double kMin = std::numeric_limits<Integer>::min();
  constexpr double kMax = std::numeric_limits<Integer>::max();
  return static_cast<Integer>(std::lround(std::clamp(value, kMin, kMax)));
}

std::int32_t wire_degrees(double degrees) { return rounded<std::int32_t>(degrees * 1e7); }

// The head of a record (teltonika.md 4). Without a fix the last place is repeated and angle, satellites and
// speed are zero. What the record was before goes, but for the memory of its elements.
void set_head(const DeviceRecord& from, Record& record) {
  std::vector<Element> elements = std::move(record.elements);
  elements.clear();
  record = {};
  record.elements = std::move(elements);
  record.time_ms = static_cast<std::uint64_t>(from.time_ms);
  record.longitude = wire_degrees(from.longitude_deg);
  record.latitude = wire_degrees(from.latitude_deg);
  record.altitude = rounded<std::int16_t>(from.altitude_m);
  if (from.valid) {
    record.angle = static_cast<std::uint16_t>(rounded<std::uint16_t>(from.course_deg) % 360);
    record.satellites = from.satellites;
    record.speed = rounded<std::uint16_t>(from.speed_kmh);
  }
}

// Appends elements whose values stand in `values`, which must not grow out of its capacity meanwhile.
class ElementWriter {
 public:
  ElementWriter(Record& record, std::vector<std::uint8_t>& values) : record_(record), values_(values) {}

  void add(std::uint16_t id, std::uint8_t value) {
    add(id, sizeof(value), [&](ByteWriter writer) { writer.u8(value); });
  }
  void add(std::uint16_t id, std::uint16_t value) {
    add(id, sizeof(value), [&](ByteWriter writer) { writer.u16(value); });
  }
  void add(std::uint16_t id, std::uint32_t value) {
    add(id, sizeof(value), [&](ByteWriter writer) { writer.u32(value); });
  }

 private:
  template <typename Write>
  void add(std::uint16_t id, std::size_t size, Write write) {
    write(ByteWriter(values_));
    record_.elements.push_back({id, ByteView(values_).last(size)});
  }

  Record& record_;
  std::vector<std::uint8_t>& values_;
};

void add_elements(const DeviceRecord& from, Record& record, std::vector<std::uint8_t>& values) {
  ElementWriter elements(record, values);
  const bool unplugged = from.alarm == Alarm::kPowerCut;
  elements.add(239, std::uint8_t{from.ignition});
  elements.add(240, std::uint8_t{from.speed_kmh >= kMovingKmh});
  elements.add(21, kGsmLevel);
  elements.add(69, from.valid ? kGnssFix : kGnssNoFix);
  elements.add(66, unplugged ? kUnpluggedMillivolts : kExternalMillivolts);
  elements.add(67, kBatteryMillivolts);
  elements.add(16, from.odometer_m);
  if (const AlarmElement* alarm = find_alarm_element(from.alarm); alarm != nullptr) {
    elements.add(alarm->id, alarm->value);
    record.event_id = alarm->id;
    record.priority = 1;
  }
}

}  // namespace

void TeltonikaDevice::encode_login(std::vector<std::uint8_t>& out) {
  if (transport_ == Transport::kUdp) return;
  encode_hello(identity_, out);
  login_outstanding_ = true;
  data_outstanding_ = false;
}

void TeltonikaDevice::encode_data(const std::vector<DeviceRecord>& records, std::vector<std::uint8_t>& out) {
  records_.resize(records.size());
  values_.clear();
  values_.reserve(records.size() * kValueBytes);
  for (std::size_t i = 0; i < records.size(); ++i) {
    set_head(records[i], records_[i]);
    add_elements(records[i], records_[i], values_);
  }
  if (transport_ == Transport::kTcp) {
    encode_packet(codec_, records_, out);
    data_outstanding_ = true;
    return;
  }
  const std::string_view identity = identity_.view();
  Datagram head;
  head.packet_id = ++packet_id_;
  head.avl_packet_id = ++avl_packet_id_;
  head.identity = {reinterpret_cast<const std::uint8_t*>(identity.data()), identity.size()};
  encode_datagram(head, codec_, records_, out);
}

void TeltonikaDevice::encode_heartbeat(std::vector<std::uint8_t>& out) {
  if (transport_ == Transport::kTcp) ByteWriter(out).u8(0xFF);
}

DeviceRecord TeltonikaDevice::as_received(const DeviceRecord& record) const {
  Record wire;
  set_head(record, wire);
  DeviceRecord received = record;
  received.latitude_deg = wire.latitude / 1e7;
  received.longitude_deg = wire.longitude / 1e7;
  received.altitude_m = wire.altitude;
  // Without satellites 255 stands for "no speed" (teltonika.md 4).
  received.speed_kmh = wire.satellites == 0 && wire.speed == 0xFF ? 0 : wire.speed;
  received.course_deg = wire.angle;
  received.satellites = wire.satellites;
  received.valid = wire.satellites > 0 && usable_place(received.latitude_deg, received.longitude_deg);
  if (find_alarm_element(record.alarm) == nullptr) received.alarm.reset();
  return received;
}

void TeltonikaDevice::encode_command_answer(const DeviceEvent& command, std::string_view text,
                                            std::vector<std::uint8_t>& out) {
  if (command.of_other_identity) {
    encode_codec14(kTypeRefusal, identity_, {}, out);
  } else if (command.check_identity) {
    encode_codec14(kTypeResponse, identity_, text, out);
  } else {
    encode_codec12(kTypeResponse, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, out);
  }
}

DeviceEvent TeltonikaDevice::read_reply(ByteView in) {
  if (transport_ == Transport::kUdp) return read_datagram_reply(in);
  DeviceEvent event;
  ByteReader reader(in);
  if (login_outstanding_) {
    const std::uint8_t answer = reader.u8();
    if (!reader.ok()) return event;
    event.kind = answer == 1   ? DeviceEvent::Kind::kLoginAccepted
                 : answer == 0 ? DeviceEvent::Kind::kLoginRefused
                               : DeviceEvent::Kind::kOther;
    login_outstanding_ = false;
  } else {
    event.accepted = reader.u32();
    if (!reader.ok()) return event;
    if (event.accepted == 0 && !data_outstanding_) return read_command(in);
    event.kind = DeviceEvent::Kind::kRecordsAccepted;
    data_outstanding_ = false;
  }
  event.consumed = reader.position();
  return event;
}

// A frame of the server's, which has the form of a packet.
DeviceEvent TeltonikaDevice::read_command(ByteView in) const {
  DeviceEvent event;
  const Frame frame = find_frame(in);
  if (frame.kind == Frame::Kind::kIncomplete) return event;
  event.kind = DeviceEvent::Kind::kOther;
  event.consumed = 1;  // of noise byte by byte: the same however it was cut
  if (frame.kind != Frame::Kind::kPacket) return event;
  event.consumed = frame.whole.size();
  if (!frame.checksum_ok) return event;
  const Packet packet{in, frame.whole, frame.content};
  const std::uint8_t codec = packet.codec();
  if (codec != kCodec12 && codec != kCodec14) return event;
  const std::optional<TextBody> body = read_text_body(codec, packet.body());
  if (!body || body->type != kTypeCommand) return event;
  event.kind = DeviceEvent::Kind::kCommand;
  event.text = {reinterpret_cast<const char*>(body->payload.data()), body->payload.size()};
  event.check_identity = codec == kCodec14;
  event.of_other_identity = event.check_identity && !is_imei_of(body->imei, identity_);
  return event;
}

DeviceEvent TeltonikaDevice::read_datagram_reply(ByteView in) const {
  DeviceEvent event;
  if (in.empty()) return event;
  event.consumed = in.size();
  ByteReader reader(in);
  const bool length_fits = reader.u16() == 5;
  const bool same_packet = reader.u16() == packet_id_;
  reader.skip(1);  // "not usable byte"
  const bool same_avl_packet = reader.u8() == avl_packet_id_;
  const std::uint8_t accepted = reader.u8();
  const bool ours = length_fits && same_packet && same_avl_packet && reader.ok() && reader.remaining() == 0;
  event.kind = ours ? DeviceEvent::Kind::kRecordsAccepted : DeviceEvent::Kind::kOther;
  event.accepted = ours ? accepted : 0;
  return event;
}

}  // namespace rastro::teltonika

// Locations (gt06.md 3, 6.2, 6.8, 6.15, 8).
#include "protocols/gt06/decode.h"
#include "protocols/gt06/number.h"

namespace rastro::gt06 {
namespace {

// 0x10 and 0x12 are in the device's local time, all later numbers in UTC (section 3).
Clock::Base base_of(std::uint8_t number) {
  return number == number::kGps || number == number::kGpsLbs ? Clock::Base::kLocal : Clock::Base::kUtc;
}

void add_upload(const UploadBlock& upload, AttributeList& attributes) {
  attributes.add("ignition", upload.acc != 0);
  attributes.add_number("upload_mode", upload.mode);
  attributes.add("reupload", upload.reupload != 0);
}

// The list of 0x37 (section 8).
void append_tlv(const Tlv& tlv, const DecodeContext& context, AttributeList& attributes) {
  ByteReader id_reader(tlv.id);
  const std::uint16_t id = id_reader.u16();
  ByteReader value(tlv.value);
  if (id == 0x0027 && tlv.value.size() == 2) {
    attributes.add("external_power_v", find_voltage(value.u16(), context.settings.voltage_scale_v));
  } else if (id == 0x002E && tlv.value.size() == 4) {
    attributes.add_number("odometer_m", find_odometer_m(value.u32(), context.settings.mileage_unit));
  } else if (id == 0x003B && tlv.value.size() == 2) {
    attributes.add("accuracy", value.u16() / 100.0);
  } else {
    add_unnamed(tlv, context.to, attributes);
  }
}

}  // namespace

Outcome decode_location(const Frame& frame, const DecodeContext& context, Message& message) {
  if (frame.content.empty()) return {};  // 9.1: a sign of life without a word
  LocationContent location;
  if (!read_location(frame, location)) return kTooShort;
  const std::uint16_t word = location.gps.course_and_status;

  AttributeList attributes(context.to);
  // Only said when it is so: most receivers never are.
  if ((word & kDifferential) != 0) attributes.add("differential", true);
  if (location.upload) {
    add_upload(*location.upload, attributes);
  } else if ((word & kAccPresent) != 0) {
    attributes.add("ignition", (word & kAccOn) != 0);
  }
  if (location.mileage) {
    attributes.add_number("odometer_m", find_odometer_m(*location.mileage, context.settings.mileage_unit));
  }
  ByteReader tlvs(location.tlvs);
  while (tlvs.remaining() > 0) append_tlv(read_tlv(tlvs, TlvForm::kShortLength), context, attributes);
  attributes.add_extra(location.extra);
  if (location.lbs) append_single_cell(*location.lbs, context.to, message);
  const bool live = !location.upload || location.upload->reupload == 0;
  return append_fix(frame, {location.gps, base_of(frame.number), live, {}}, attributes, context, message);
}

// GPS block | LBS with a cell of four bytes | ACC, mode, re-upload | mileage u32 | external voltage u16 |
// battery 0.1 V u8 | minutes of running u24 | card 8. Read off frames of one model (SPEC.md).
Outcome decode_heartbeat_location(const Frame& frame, const DecodeContext& context, Message& message) {
  constexpr std::size_t kSize = 48;
  if (frame.content.size() != kSize || !starts_with_gps(frame.content)) return keep_raw(message);
  message.type = MessageType::kLocation;
  ByteReader reader(frame.content);
  const GpsBlock gps = read_gps(reader);
  append_single_cell(read_lbs(reader, LbsForm::kWideCell), context.to, message);
  UploadBlock upload;
  upload.acc = reader.u8();
  upload.mode = reader.u8();
  upload.reupload = reader.u8();
  AttributeList attributes(context.to);
  add_upload(upload, attributes);
  attributes.add_number("odometer_m", find_odometer_m(reader.u32(), context.settings.mileage_unit));
  attributes.add("external_power_v", find_voltage(reader.u16(), context.settings.voltage_scale_v));
  attributes.add("battery_v", reader.u8() / 10.0);
  attributes.add_number("running_time_s", reader.u24() * std::uint64_t{60});
  const bool card = ByteReader(reader.rest()).u64() != 0;
  if (card) attributes.add("driver_id", keep_hex(reader.rest(), context.to));
  return append_fix(frame, {gps, Clock::Base::kUtc, upload.reupload == 0, {}}, attributes, context, message);
}

// Terminal id 8 | GPS block | LBS with a cell of four bytes | iButton 6. Read off a frame of a clone
// (SPEC.md).
Outcome decode_ibutton(const Frame& frame, const DecodeContext& context, Message& message) {
  constexpr std::size_t kIdSize = 8;
  constexpr std::size_t kSize = kIdSize + kGpsSize + kLbsSize + 1 + 6;
  if (frame.content.size() != kSize || !starts_with_gps(frame.content.subspan(kIdSize))) {
    return keep_content(frame, context, message);
  }
  message.type = MessageType::kLocation;
  ByteReader reader(frame.content);
  AttributeList attributes(context.to);
  attributes.add("imei", keep_digits(reader.bytes(kIdSize), context.to));
  const GpsBlock gps = read_gps(reader);
  append_single_cell(read_lbs(reader, LbsForm::kWideCell), context.to, message);
  attributes.add("driver_id", keep_hex(reader.rest(), context.to));
  return append_fix(frame, {gps, Clock::Base::kUtc, false, {}}, attributes, context, message);
}

}  // namespace rastro::gt06

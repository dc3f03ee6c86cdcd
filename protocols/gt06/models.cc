#include "protocols/gt06/models.h"

#include <algorithm>
#include <array>

#include "protocols/gt06/number.h"

namespace rastro::gt06 {
namespace {

constexpr std::size_t kIdSize = 8;
constexpr Outcome kNotOfModel =
    dead_letter(DecodeError::kNotOfModel, "content that the model set for the device does not send");

// 0x12 of QH302R: terminal id 8 | GPS block | LBS.
Outcome decode_identified_location(const Frame& frame, const DecodeContext& context, Message& message) {
  constexpr std::size_t kSize = kIdSize + kGpsSize + kLbsSize;
  if (frame.content.size() < kSize || !starts_with_gps(frame.content.subspan(kIdSize))) return kNotOfModel;
  ByteReader reader(frame.content);
  AttributeList attributes(context.to);
  attributes.add("imei", keep_digits(reader.bytes(kIdSize), context.to));
  const GpsBlock gps = read_gps(reader);
  append_single_cell(read_lbs(reader, LbsForm::kClassic), context.to, message);
  attributes.add_extra(reader.rest());
  return append_fix(frame, {gps, Clock::Base::kLocal, true, {}}, attributes, context, message);
}

// 0x22 of NT20 and XT40: one byte | terminal id 8 | time 6 | GPS block | LBS length u8 | LBS | terminal
// information | external voltage u16 | battery 0.1 V u8 | GSM u8 | language u16 | mileage u32 | minutes of
// running u16.
Outcome decode_status_location(const Frame& frame, const DecodeContext& context, Message& message) {
  constexpr std::size_t kFront = 1 + kIdSize + kTimeSize;
  constexpr std::size_t kSize = kFront + kGpsSize + 1 + kLbsSize + 1 + 2 + 1 + 1 + 2 + 4 + 2;
  if (frame.content.size() < kSize || !starts_with_gps(frame.content.subspan(kFront))) return kNotOfModel;
  ByteReader reader(frame.content);
  AttributeList attributes(context.to);
  attributes.add_number("record_kind", reader.u8());
  attributes.add("imei", keep_digits(reader.bytes(kIdSize), context.to));
  const Outcome of_time = add_time(reader.bytes(kTimeSize), Clock::Base::kUtc, context, attributes);
  const GpsBlock gps = read_gps(reader);
  reader.skip(1);
  append_single_cell(read_lbs(reader, LbsForm::kClassic), context.to, message);
  TerminalStatus status;
  status.information = reader.u8();
  const double external_v = find_voltage(reader.u16(), context.settings.voltage_scale_v);
  const double battery_v = reader.u8() / 10.0;
  status.gsm = reader.u8();
  append_status(status, false, attributes);
  attributes.add("external_power_v", external_v);
  attributes.add("battery_v", battery_v);
  attributes.add_number("language", reader.u16());
  attributes.add_number("odometer_m", find_odometer_m(reader.u32(), context.settings.mileage_unit));
  attributes.add_number("running_time_s", reader.u16() * std::uint64_t{60});
  attributes.add_extra(reader.rest());
  const AlarmSet alarms = find_alarms(0, status.information);
  const Outcome of_fix =
      append_fix(frame, {gps, Clock::Base::kUtc, false, alarms}, attributes, context, message);
  return of_fix.error != DecodeError::kNone ? of_fix : of_time;
}

struct ModelForm {
  std::string_view model;
  std::uint8_t number;
  Decode decode;
};

constexpr std::array kForms = {
    ModelForm{"NT20", number::kGpsLbsUtc, decode_status_location},
    ModelForm{"XT40", number::kGpsLbsUtc, decode_status_location},
    ModelForm{"QH302R", number::kGpsLbs, decode_identified_location},
};

}  // namespace

Decode find_model_decode(std::string_view model, std::uint8_t number) {
  const auto row = std::ranges::find_if(
      kForms, [&](const ModelForm& form) { return form.number == number && form.model == model; });
  return row == kForms.end() ? nullptr : row->decode;
}

}  // namespace rastro::gt06

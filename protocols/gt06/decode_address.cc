// Requests for the name of a place (gt06.md 6.10).
#include "protocols/gt06/decode.h"
#include "protocols/gt06/number.h"
#include "protocols/gt06/text.h"

namespace rastro::gt06 {
namespace {

constexpr std::size_t kPhoneSize = 21;
constexpr std::size_t kLanguageSize = 2;
constexpr std::uint16_t kChinese = 1;

// Phone number 21, padded with zeros | language u16. 0xA7 is answered in the form 0x97 alone (section 5).
void read_request(std::uint8_t number, ByteReader& reader, const DecodeContext& context,
                  AttributeList& attributes) {
  AnswerNeeds& needs = context.needs;
  needs.phone = reader.bytes(kPhoneSize);
  const std::uint16_t language = reader.u16();
  needs.chinese = language == kChinese && number != number::kAddressByCell4G;
  std::string_view phone = as_text(needs.phone);
  phone = phone.substr(0, phone.find('\0'));
  attributes.add("phone", phone);
  attributes.add_number("language", language);
  attributes.add_extra(reader.rest());
}

}  // namespace

// 0x1A, 0x2A: GPS block; 0x17, 0xA7: LBS. Each with phone number and language.
Outcome decode_address_request(const Frame& frame, const DecodeContext& context, Message& message) {
  const bool by_cell = frame.number == number::kAddressByCell || frame.number == number::kAddressByCell4G;
  ByteReader reader(frame.content);
  AttributeList attributes(context.to);
  if (!by_cell) {
    const GpsBlock gps = read_gps(reader);
    read_request(frame.number, reader, context, attributes);
    if (!reader.ok()) return kTooShort;
    const Clock::Base base = frame.number == number::kAddressLocal ? Clock::Base::kLocal : Clock::Base::kUtc;
    return append_fix(frame, {gps, base, false, {}}, attributes, context, message);
  }
  const bool wide = frame.number == number::kAddressByCell4G;
  if (!wide && frame.content.size() != kLbsSize + kPhoneSize + kLanguageSize) {
    return decode_lbs_variants(frame, context, message);  // clones use 0x17 for other things
  }
  append_single_cell(read_lbs(reader, wide ? LbsForm::k4G : LbsForm::kClassic), context.to, message);
  read_request(frame.number, reader, context, attributes);
  if (!reader.ok()) return kTooShort;
  message.attributes = attributes.range();
  return {};
}

}  // namespace rastro::gt06

#include "protocols/gt06/answer.h"

#include "protocols/byte_writer.h"
#include "protocols/gt06/encode.h"
#include "protocols/gt06/number.h"
#include "protocols/gt06/text.h"

namespace rastro::gt06 {
namespace {

// The device sends the address on as a short message, which holds 70 such units; the short form of the frame
// would hold 105.
constexpr std::size_t kMaxAddressUnits = 100;

}  // namespace

void append_time_answer(std::uint16_t serial, std::int64_t time_ms, std::vector<std::uint8_t>& out) {
  std::vector<std::uint8_t> content;
  write_time(encode_time(time_ms), content);
  append_frame(Form::kShort, number::kTimeRequest, content, serial, out);
}

// Length (from the server flag to "##") u8, in 0x97 u16 | server flag 4 | "ADDRESS" | "&&" | address,
// UTF-16BE | "&&" | phone 21 | "##".
void append_address_answer(bool chinese, std::string_view address, ByteView phone, std::uint16_t serial,
                           std::vector<std::uint8_t>& out) {
  constexpr std::string_view kStart = "ADDRESS&&";
  constexpr std::string_view kBetween = "&&";
  constexpr std::string_view kEnd = "##";
  constexpr std::size_t kFlagSize = 4;
  std::vector<std::uint8_t> text;
  append_utf16be(address, kMaxAddressUnits, text);
  const std::size_t size =
      kFlagSize + kStart.size() + text.size() + kBetween.size() + phone.size() + kEnd.size();
  std::vector<std::uint8_t> content;
  content.reserve(2 + size);
  ByteWriter writer(content);
  if (chinese) {
    writer.u8(static_cast<std::uint8_t>(size));
  } else {
    writer.u16(static_cast<std::uint16_t>(size));
  }
  writer.u32(0);
  writer.text(kStart);
  writer.bytes(text);
  writer.text(kBetween);
  writer.bytes(phone);
  writer.text(kEnd);
  append_frame(chinese ? Form::kShort : Form::kLong, chinese ? number::kAddressByCell : number::kAddress,
               content, serial, out);
}

void append_module_answer(std::uint8_t module, std::uint16_t serial, std::vector<std::uint8_t>& out) {
  const std::uint8_t content[] = {module, 1};
  append_frame(Form::kLong, number::kExternalDevice, content, serial, out);
}

void append_watch_answer(std::uint8_t number, ByteView content, std::vector<std::uint8_t>& out) {
  ByteWriter writer(out);
  writer.u16(0x7878);
  writer.u8(0);
  writer.u8(number);
  writer.bytes(content.first(kTimeSize));
  writer.u16(0x0D0A);
}

}  // namespace rastro::gt06

// What devices behind the tracker say through it (gt06.md 6.14).
#include "protocols/gt06/decode.h"
#include "protocols/gt06/text.h"

namespace rastro::gt06 {
namespace {

// The number of a card in what its reader sends: hexadecimal digits, between STX and ETX or before a line
// end. Empty when it is something else (a temperature, a barcode).
std::string_view find_card(ByteView data) {
  constexpr std::string_view kFrameBytes = "\x02\x03\r\n";
  constexpr std::string_view kDigits = "0123456789ABCDEFabcdef";
  constexpr std::size_t kFewest = 4;
  constexpr std::size_t kMost = 20;
  std::string_view card = as_text(data);
  while (!card.empty() && kFrameBytes.find(card.front()) != std::string_view::npos) card.remove_prefix(1);
  while (!card.empty() && kFrameBytes.find(card.back()) != std::string_view::npos) card.remove_suffix(1);
  const bool digits = card.find_first_not_of(kDigits) == std::string_view::npos;
  return digits && card.size() >= kFewest && card.size() <= kMost ? card : std::string_view();
}

}  // namespace

// 0x9B, 0x9C: module code u8, then what the module said.
Outcome decode_external_device(const Frame& frame, const DecodeContext& context, Message& message) {
  if (frame.content.empty()) return {};
  AttributeList attributes(context.to);
  attributes.add_number("module", frame.content[0]);
  const ByteView data = frame.content.subspan(1);
  if (!data.empty()) attributes.add("data", data);
  const std::string_view card = find_card(data);
  if (!card.empty()) attributes.add("driver_id", card);
  message.attributes = attributes.range();
  // One byte is the result of what was sent to the module: an answer to it could go back and forth for ever.
  context.needs.asked = data.size() > 1;
  return {};
}

}  // namespace rastro::gt06

// Texts: answers to commands (gt06.md 6.11), and the version text of clones.
#include "protocols/gt06/decode.h"
#include "protocols/gt06/text.h"

namespace rastro::gt06 {
namespace {

constexpr std::size_t kFlagSize = 4;
constexpr std::size_t kLanguageSize = 2;

ByteView without_padding(ByteView text) {
  while (!text.empty() && text.back() == 0) text = text.first(text.size() - 1);
  return text;
}

}  // namespace

// 0x15, in a few clones 0x81: length u8 (server flag and text) | server flag 4 | ASCII text | language u16.
// Some leave the length 0; then all but the language is text.
Outcome decode_command_answer(const Frame& frame, const DecodeContext& context, Message& message) {
  if (frame.content.empty()) return {};
  ByteReader reader(frame.content);
  const std::size_t length = reader.u8();
  message.request = reader.u32();
  if (!reader.ok()) return kTooShort;
  const bool counts = length >= kFlagSize && length - kFlagSize <= reader.remaining();
  const std::size_t left = reader.remaining();
  const std::size_t size = counts ? length - kFlagSize : left >= kLanguageSize ? left - kLanguageSize : left;
  const ByteView text = without_padding(reader.bytes(size));
  message.text = as_text(text);
  AttributeList attributes(context.to);
  if (!is_plain_text(text)) attributes.add("text_raw", text);  // in an encoding that nobody states
  if (reader.remaining() >= kLanguageSize) attributes.add_number("language", reader.u16());
  attributes.add_extra(reader.rest());
  message.attributes = attributes.range();
  return {};
}

// 0x21: server flag 4 | encoding u8 | text to the end.
Outcome decode_general_answer(const Frame& frame, const DecodeContext& context, Message& message) {
  constexpr std::uint8_t kAscii = 1;
  constexpr std::uint8_t kUtf16 = 2;
  if (frame.content.empty()) return {};
  ByteReader reader(frame.content);
  message.request = reader.u32();
  const std::uint8_t encoding = reader.u8();
  if (!reader.ok()) return kTooShort;
  const ByteView text = reader.rest();
  AttributeList attributes(context.to);
  if (encoding == kUtf16) {
    std::string utf8;
    append_utf8(text, utf8);
    message.text = context.to.keep(utf8);
  } else {
    message.text = as_text(without_padding(text));
    if (encoding != kAscii) attributes.add_number("encoding", encoding);
    if (!is_plain_text(without_padding(text))) attributes.add("text_raw", text);
  }
  message.attributes = attributes.range();
  return {};
}

// 0xFD: text to the end.
Outcome decode_version_text(const Frame& frame, const DecodeContext& context, Message& message) {
  if (!is_plain_text(without_padding(frame.content))) return keep_content(frame, context, message);
  message.text = as_text(without_padding(frame.content));
  return {};
}

}  // namespace rastro::gt06

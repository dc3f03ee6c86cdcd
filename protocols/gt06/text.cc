#include "protocols/gt06/text.h"

#include <algorithm>

#include "protocols/byte_reader.h"
#include "protocols/byte_writer.h"

namespace rastro::gt06 {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

bool is_high(char32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_low(char32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

void append_code_point(char32_t c, std::string& out) {
  const auto put = [&](char32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

// The bytes that a lead byte announces behind it; 4 for one that can start nothing.
std::size_t followers(std::uint8_t lead) {
  if (lead < 0x80) return 0;
  if (lead < 0xC2) return 4;
  if (lead < 0xE0) return 1;
  if (lead < 0xF0) return 2;
  return lead < 0xF5 ? 3 : 4;
}

// Takes the code point at the front.
char32_t take_code_point(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::size_t more = followers(byte(0));
  char32_t c = more == 0 ? byte(0) : byte(0) & (0x3Fu >> more);
  std::size_t used = 1;
  if (more == 4) {
    c = kReplacement;
  } else {
    for (; used <= more && used < text.size() && (byte(used) & 0xC0) == 0x80; ++used) {
      c = c << 6 | (byte(used) & 0x3F);
    }
    constexpr char32_t kLeast[] = {0, 0x80, 0x800, 0x10000};
    if (used <= more || c < kLeast[more] || is_high(c) || is_low(c) || c > 0x10FFFF) c = kReplacement;
  }
  text.remove_prefix(used);
  return c;
}

}  // namespace

bool is_plain_text(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) {
    return (byte >= 0x20 && byte < 0x7F) || byte == '\r' || byte == '\n' || byte == '\t';
  });
}

void append_utf8(ByteView utf16be, std::string& out) {
  ByteReader reader(utf16be);
  while (reader.remaining() > 0) {
    if (reader.remaining() == 1) return append_code_point(kReplacement, out);
    const char32_t unit = reader.u16();
    if (!is_high(unit) && !is_low(unit)) {
      append_code_point(unit, out);
      continue;
    }
    ByteReader ahead = reader;
    const char32_t next = ahead.u16();
    if (is_high(unit) && is_low(next)) {
      append_code_point(0x10000 + ((unit - 0xD800) << 10) + (next - 0xDC00), out);
      reader = ahead;
    } else {
      append_code_point(kReplacement, out);
    }
  }
}

void append_utf16be(std::string_view utf8, std::size_t max_units, std::vector<std::uint8_t>& out) {
  ByteWriter writer(out);
  for (std::size_t units = 0; !utf8.empty();) {
    const char32_t c = take_code_point(utf8);
    units += c < 0x10000 ? 1 : 2;
    if (units > max_units) return;
    if (c < 0x10000) {
      writer.u16(static_cast<std::uint16_t>(c));
    } else {
      writer.u16(static_cast<std::uint16_t>(0xD800 + ((c - 0x10000) >> 10)));
      writer.u16(static_cast<std::uint16_t>(0xDC00 + ((c - 0x10000) & 0x3FF)));
    }
  }
}

}  // namespace rastro::gt06

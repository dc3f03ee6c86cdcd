#include "protocols/teltonika/text_elements.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace rastro::teltonika {
namespace {

// The text in `wire` without trailing NULs; nothing when a character is not printable.
std::optional<std::string_view> find_text(ByteView wire) {
  const std::string_view text = without_trailing_nuls(wire);
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
  if (!printable) return std::nullopt;
  return text;
}

// A decimal number of digits and one point; nothing for anything else.
std::optional<double> find_decimal(std::string_view text) {
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Text that begins with a sign. ISO 6709: "+54.6872" is degrees; two or four digits more before the point are
// minutes, and seconds.
std::optional<double> find_degrees(std::string_view text, std::size_t degree_digits) {
  const double sign = text[0] == '-' ? -1 : 1;
  text.remove_prefix(1);
  const std::size_t whole = std::min(text.find('.'), text.size());
  if (whole < degree_digits || whole > degree_digits + 4 || (whole - degree_digits) % 2 != 0)
    return std::nullopt;
  if (whole == degree_digits) {
    const auto degrees = find_decimal(text);
    return degrees ? std::optional(sign * *degrees) : std::nullopt;
  }
  const auto degrees = find_decimal(text.substr(0, degree_digits));
  const bool seconds = whole == degree_digits + 4;
  const auto minutes = find_decimal(text.substr(degree_digits, seconds ? 2 : std::string_view::npos));
  const auto rest = seconds ? find_decimal(text.substr(degree_digits + 2)) : std::optional(0.0);
  if (!degrees || !minutes || !rest) return std::nullopt;
  return sign * ((*degrees * 60 + *minutes) * 60 + *rest) / 3600;
}

constexpr std::size_t kLatitudeDigits = 2;
constexpr std::size_t kLongitudeDigits = 3;

void append_place(std::string_view text, Observation& to) {
  constexpr std::string_view kSigns = "+-";
  text = text.substr(0, text.find('/'));
  if (text.find_first_of(kSigns) != 0) return;
  const std::size_t second = text.find_first_of(kSigns, 1);
  if (second == std::string_view::npos) return;
  const std::size_t third = std::min(text.find_first_of(kSigns, second + 1), text.size());
  const auto latitude = find_degrees(text.substr(0, second), kLatitudeDigits);
  const auto longitude = find_degrees(text.substr(second, third - second), kLongitudeDigits);
  if (!latitude || !longitude) return;
  to.add("iso6709_latitude", *latitude);
  to.add("iso6709_longitude", *longitude);
  if (third == text.size()) return;
  const double sign = text[third] == '-' ? -1 : 1;
  if (const auto altitude = find_decimal(text.substr(third + 1)))
    to.add("iso6709_altitude_m", sign * *altitude);
}

// The second half is padded: nine digits in every card that the documents show.
constexpr std::size_t kLowerDigits = 9;

std::string_view digits_of(std::uint64_t number, std::array<char, 40>& to, std::size_t at) {
  const auto end = std::to_chars(to.data() + at, to.data() + to.size(), number).ptr;
  return {to.data() + at, static_cast<std::size_t>(end - to.data()) - at};
}

}  // namespace

void append_text(const ElementInfo& info, const Element& element, Observation& to) {
  const auto text = element.blob ? find_text(element.value) : std::nullopt;
  to.add(info.name, text ? AttributeValue(*text) : element_value(info, element.value));
}

void append_fault_codes(const ElementInfo& info, ByteView wire, Observation& to) {
  std::optional<std::string_view> text = find_text(wire);
  if (!text) {
    to.add(info.name, wire);
    return;
  }
  to.add(info.name, *text);
  unsigned number = 0;
  while (!text->empty()) {
    // Commas, on other platforms dots (avl_ids.csv).
    const std::size_t end = std::min(text->find_first_of(",."), text->size());
    if (end > 0) {
      std::array<char, 40> digits;
      to.add(to.out.keep("fault_code_", digits_of(++number, digits, 0)), text->substr(0, end));
    }
    text->remove_prefix(std::min(end + 1, text->size()));
  }
}

void append_coordinates(const ElementInfo& info, ByteView wire, Observation& to) {
  const std::optional<std::string_view> text = find_text(wire);
  if (!text) {
    to.add(info.name, wire);
    return;
  }
  to.add(info.name, *text);
  append_place(*text, to);
}

void append_iccid_half(const ElementInfo& info, ByteView wire, Observation& to) {
  to.add(info.name, element_value(info, wire));
  if (wire.size() != info.size) return;
  (info.effect == Effect::kIccidUpper ? to.iccid_upper : to.iccid_lower) = wire_number(wire);
}

void append_iccid(std::uint64_t upper, std::uint64_t lower, Observation& to) {
  if (upper == 0) return;  // no card
  std::array<char, 40> text;
  const std::string_view first = digits_of(upper, text, 0);
  std::array<char, 40> second;
  constexpr std::string_view kZeros = "00000000";
  const std::string_view digits = digits_of(lower, second, 0);
  const std::string_view padding = kZeros.substr(0, kLowerDigits - std::min(kLowerDigits, digits.size()));
  std::copy(padding.begin(), padding.end(), text.begin() + static_cast<std::ptrdiff_t>(first.size()));
  to.add("iccid", to.out.keep({text.data(), first.size() + padding.size()}, digits));
}

}  // namespace rastro::teltonika

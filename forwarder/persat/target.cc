#include "forwarder/persat/target.h"

namespace rastro::persat {
namespace {

// RFC 3986 2.3: what needs no encoding anywhere.
bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

void append_encoded(std::string& text, std::string_view value) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : value) {
    if (is_unreserved(c)) {
      text += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    text += '%';
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 0x0FU];
  }
}

}  // namespace

Target& Target::segment(std::string_view value) {
  if (value.empty() || value == "." || value == "..") valid_ = false;
  text_ += '/';
  append_encoded(text_, value);
  return *this;
}

void Target::begin_parameter(std::string_view name) {
  text_ += has_query_ ? '&' : '?';
  has_query_ = true;
  text_ += name;
  text_ += '=';
}

Target& Target::query(std::string_view name, std::string_view value) {
  begin_parameter(name);
  append_encoded(text_, value);
  return *this;
}

Target& Target::query(std::string_view name, const std::vector<std::string>& values, ListForm form) {
  if (values.empty()) return *this;
  if (form == ListForm::kCommas) {
    begin_parameter(name);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i > 0) text_ += ',';
      append_encoded(text_, values[i]);
    }
    return *this;
  }
  const std::string each = std::string(name) + (form == ListForm::kBrackets ? "%5B%5D" : "");
  for (const std::string& value : values) query(each, value);
  return *this;
}

}  // namespace rastro::persat

#include "schema/json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>

namespace rastro {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD in UTF-8

// Length of the well-formed UTF-8 sequence at the front of `text` (Unicode 15, table 3-7), or 0.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto continues = [&](std::size_t i, unsigned low, unsigned high) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;
  if (lead < 0xE0) return continues(1, 0x80, 0xBF) ? 2 : 0;
  if (lead < 0xF0) {
    const bool second = continues(1, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF);
    return second && continues(2, 0x80, 0xBF) ? 3 : 0;
  }
  if (lead > 0xF4) return 0;
  const bool second = continues(1, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF);
  return second && continues(2, 0x80, 0xBF) && continues(3, 0x80, 0xBF) ? 4 : 0;
}

// Stands in JSON as it is: nearly every character that a device sends.
bool is_plain(char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; }

template <typename Integer>
void append_integer(Integer value, std::string& out) {
  std::array<char, 24> text;
  const auto result = std::to_chars(text.data(), text.data() + text.size(), value);
  out.append(text.data(), result.ptr);
}

void append_padded(unsigned value, std::size_t width, std::string& out) {
  std::array<char, 8> digits;
  for (std::size_t i = width; i-- > 0; value /= 10) digits[i] = static_cast<char>('0' + value % 10);
  out.append(digits.data(), width);
}

// What devices measure comes in thousandths at most. A double that is the nearest to such a number has no
// shorter text than the number's own, which is found without a search: below 1e15 no two numbers of so few
// digits share a double. From kFixedBelow on an exponent may be shorter.
constexpr double kThousandths = 1000;
constexpr double kFixedBelow = 1e5;

// False where the value is no such number.
bool append_thousandths(double value, std::string& out) {
  if (!(std::abs(value) < kFixedBelow)) return false;
  const double scaled = value * kThousandths;
  const auto thousandths = static_cast<std::int64_t>(scaled + std::copysign(0.5, scaled));
  if (static_cast<double>(thousandths) / kThousandths != value) return false;
  const auto digits = static_cast<std::uint64_t>(std::abs(thousandths));
  std::array<char, 16> text;
  char* end = text.data();
  if (thousandths < 0) *end++ = '-';
  end = std::to_chars(end, text.data() + text.size(), digits / 1000).ptr;
  if (const auto rest = static_cast<unsigned>(digits % 1000); rest != 0) {
    *end++ = '.';
    *end++ = static_cast<char>('0' + rest / 100);
    *end++ = static_cast<char>('0' + rest / 10 % 10);
    *end++ = static_cast<char>('0' + rest % 10);
    while (end[-1] == '0') --end;
  }
  out.append(text.data(), end);
  return true;
}

struct ValueWriter {
  std::string& out;
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(std::int64_t value) const { append_integer(value, out); }
  void operator()(std::uint64_t value) const { append_integer(value, out); }
  void operator()(double value) const { append_json_number(value, out); }
  void operator()(std::string_view value) const { append_json_string(value, out); }
  void operator()(ByteView value) const {
    out += '"';
    append_hex(value, out);
    out += '"';
  }
};

bool repeated_later(std::span<const Attribute> attributes, std::size_t index) {
  for (std::size_t i = index + 1; i < attributes.size(); ++i) {
    if (attributes[i].name == attributes[index].name) return true;
  }
  return false;
}

}  // namespace

void append_json_string(std::string_view text, std::string& out) {
  out += '"';
  for (;;) {
    const auto plain = static_cast<std::size_t>(std::ranges::find_if_not(text, is_plain) - text.begin());
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    const auto c = static_cast<unsigned char>(text[0]);
    const std::size_t length = utf8_length(text);
    if (length == 0 || c == 0) {
      out += kReplacement;
      text.remove_prefix(1);
      continue;
    }
    if (c == '"' || c == '\\') {
      out += '\\';
      out += text[0];
    } else if (c < 0x20) {
      out += "\\u00";
      out += kHexDigits[c >> 4];
      out += kHexDigits[c & 0xF];
    } else {
      out.append(text.substr(0, length));
    }
    text.remove_prefix(length);
  }
  out += '"';
}

void append_json_number(double value, std::string& out) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  if (append_thousandths(value, out)) return;  // 0 for -0 too, which nobody asked for
  std::array<char, 32> text;
  const auto result = std::to_chars(text.data(), text.data() + text.size(), value);
  out.append(text.data(), result.ptr);
}

void append_json_value(const AttributeValue& value, std::string& out) { std::visit(ValueWriter{out}, value); }

void append_json_attributes(std::span<const Attribute> attributes, AlarmSet alarms, std::string& out) {
  out += '{';
  const std::size_t start = out.size();
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    if (repeated_later(attributes, i)) continue;
    if (out.size() > start) out += ',';
    append_json_string(attributes[i].name, out);
    out += ':';
    append_json_value(attributes[i].value, out);
  }
  if (alarms.any()) {
    out += out.size() > start ? ",\"alarms\":" : "\"alarms\":";
    append_json_alarms(alarms, out);
  }
  out += '}';
}

void append_json_alarms(AlarmSet alarms, std::string& out) {
  out += '[';
  for (std::size_t i = 0; i < alarms.size(); ++i) {
    if (!alarms.test(i)) continue;
    if (out.back() != '[') out += ',';
    append_json_string(alarm_name(static_cast<Alarm>(i)), out);
  }
  out += ']';
}

void append_fix_attributes(const Fix& fix, std::span<const Attribute> attributes, std::string& out) {
  append_json_attributes(attributes, fix.alarms, out);
  if (!fix.reported_time_ms) return;
  out.back() = ',';
  if (out[out.size() - 2] == '{') out.pop_back();
  out += "\"reported_time\":\"";
  append_iso8601(*fix.reported_time_ms, out);
  out += "\"}";
}

void append_hex(ByteView bytes, std::string& out) {
  std::size_t at = out.size();
  out.resize(at + 2 * bytes.size());
  for (const std::uint8_t byte : bytes) {
    out[at++] = kHexDigits[byte >> 4];
    out[at++] = kHexDigits[byte & 0xF];
  }
}

std::optional<std::int64_t> parse_iso8601(std::string_view text) {
  using namespace std::chrono;
  constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:dd";
  if (text.size() <= kForm.size() || text.back() != 'Z') return std::nullopt;
  std::array<unsigned, 6> parts{};
  std::size_t part = 0;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] != 'd') {
      if (text[i] != kForm[i]) return std::nullopt;
      ++part;
      continue;
    }
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    parts[part] = parts[part] * 10 + static_cast<unsigned>(text[i] - '0');
  }
  std::int64_t ms = 0;
  std::string_view fraction = text.substr(kForm.size(), text.size() - kForm.size() - 1);
  if (!fraction.empty()) {
    if (fraction.front() != '.' || fraction.size() < 2) return std::nullopt;
    std::int64_t unit_ms = 100;
    for (const char c : fraction.substr(1)) {
      if (c < '0' || c > '9') return std::nullopt;
      ms += (c - '0') * unit_ms;
      unit_ms /= 10;
    }
  }
  const year_month_day date{year(static_cast<int>(parts[0])), month(parts[1]), day(parts[2])};
  if (!date.ok() || parts[3] > 23 || parts[4] > 59 || parts[5] > 59) return std::nullopt;
  const auto time = sys_days(date) + hours(parts[3]) + minutes(parts[4]) + seconds(parts[5]);
  return duration_cast<milliseconds>(time.time_since_epoch()).count() + ms;
}

void append_iso8601(std::int64_t time_ms, std::string& out) {
  using std::chrono::days;
  using std::chrono::floor;
  constexpr std::int64_t kYear0 = -62167219200000;      // 0000-01-01
  constexpr std::int64_t kYear10000 = 253402300800000;  // 10000-01-01
  if (time_ms < kYear0 || time_ms >= kYear10000) {
    append_integer(time_ms, out);
    return;
  }
  const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds(time_ms)};
  const auto day = floor<days>(time);
  const std::chrono::year_month_day date(day);
  const auto ms = static_cast<unsigned>((time - day).count());
  append_padded(static_cast<unsigned>(static_cast<int>(date.year())), 4, out);
  out += '-';
  append_padded(static_cast<unsigned>(date.month()), 2, out);
  out += '-';
  append_padded(static_cast<unsigned>(date.day()), 2, out);
  out += 'T';
  append_padded(ms / 3600000, 2, out);
  out += ':';
  append_padded(ms / 60000 % 60, 2, out);
  out += ':';
  append_padded(ms / 1000 % 60, 2, out);
  out += '.';
  append_padded(ms % 1000, 3, out);
  out += 'Z';
}

}  // namespace rastro

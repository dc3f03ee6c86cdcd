#include "pipeline/postgis/copy_encoder.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <type_traits>

#include "pipeline/postgis/utf8.h"
#include "schema/json.h"

namespace rastro::postgis {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kSignature = "PGCOPY\n\xFF\r\n\0"sv;
constexpr std::int64_t kEpochMs = 946684800000;  // 2000-01-01, PostgreSQL's zero
// src/include/datatype/timestamp.h: MIN_TIMESTAMP and END_TIMESTAMP, microseconds since 2000.
constexpr std::int64_t kMinTimeMs = -211813488000000000 / 1000 + kEpochMs;
constexpr std::int64_t kEndTimeMs = 9223371331200000000 / 1000 + kEpochMs;

constexpr std::uint8_t kJsonbVersion = 1;
constexpr std::uint8_t kLittleEndianWkb = 1;
constexpr std::uint32_t kPointWithSrid = 0x20000001;  // EWKB: type point, flag "has SRID"
constexpr std::uint32_t kWgs84 = 4326;

template <typename Number>
void append_little_endian(Number value, std::string& out) {
  auto bytes = std::bit_cast<std::array<char, sizeof(Number)>>(value);
  if constexpr (std::endian::native == std::endian::big) std::reverse(bytes.begin(), bytes.end());
  out.append(bytes.data(), bytes.size());
}

void append_key(std::string_view name, std::string& out) {
  if (out.back() != '{') out += ',';
  out += '"';
  out += name;
  out += "\":";
}

void append_rssi(std::optional<std::int16_t> rssi_dbm, std::string& out) {
  append_key("rssi", out);
  if (rssi_dbm) {
    append_json_value(std::int64_t{*rssi_dbm}, out);
  } else {
    out += "null";
  }
}

}  // namespace

bool storable_time(std::int64_t time_ms) { return time_ms >= kMinTimeMs && time_ms < kEndTimeMs; }

template <typename Number>
void CopyEncoder::append(Number value) {
  std::make_unsigned_t<Number> bits = static_cast<std::make_unsigned_t<Number>>(value);
  std::array<char, sizeof(Number)> bytes;
  for (std::size_t i = sizeof(Number); i-- > 0;) {
    bytes[i] = static_cast<char>(bits & 0xFF);
    if constexpr (sizeof(Number) > 1) bits = static_cast<decltype(bits)>(bits >> 8);
  }
  buffer_.append(bytes.data(), bytes.size());
}

void CopyEncoder::start() {
  buffer_ = kSignature;
  append(std::int32_t{0});  // flags
  append(std::int32_t{0});  // length of the header's extension
  rows_ = 0;
}

void CopyEncoder::begin_row(std::int16_t fields) {
  append(fields);
  ++rows_;
}

void CopyEncoder::finish() { append(std::int16_t{-1}); }

void CopyEncoder::add_null() { append(std::int32_t{-1}); }

void CopyEncoder::add_bigint(std::int64_t value) {
  append(std::int32_t{8});
  append(value);
}

void CopyEncoder::add_integer(std::int32_t value) {
  append(std::int32_t{4});
  append(value);
}

void CopyEncoder::add_smallint(std::int16_t value) {
  append(std::int32_t{2});
  append(value);
}

void CopyEncoder::add_real(std::optional<double> value) {
  // What a float cannot hold has no place in a column of metres, km/h or degrees.
  if (!value || !(std::abs(*value) <= std::numeric_limits<float>::max())) return add_null();
  add_integer(std::bit_cast<std::int32_t>(static_cast<float>(*value)));
}

void CopyEncoder::add_double(double value) { add_bigint(std::bit_cast<std::int64_t>(value)); }

void CopyEncoder::add_boolean(bool value) {
  append(std::int32_t{1});
  append(static_cast<std::int8_t>(value ? 1 : 0));
}

void CopyEncoder::add_time(std::int64_t time_ms) { add_bigint((time_ms - kEpochMs) * 1000); }

void CopyEncoder::add_time(std::optional<std::int64_t> time_ms) {
  if (!time_ms) return add_null();
  add_time(*time_ms);
}

// src/include/datatype/timestamp.h: DT_NOEND
void CopyEncoder::add_endless_time() { add_bigint(std::numeric_limits<std::int64_t>::max()); }

void CopyEncoder::add_date(std::int32_t day) {
  add_integer(day - static_cast<std::int32_t>(kEpochMs / (24LL * 3600 * 1000)));
}

void CopyEncoder::add_text(std::string_view value) {
  const std::size_t start = begin_field();
  append_utf8(value, buffer_);
  end_field(start);
}

void CopyEncoder::add_bytes(ByteView value) {
  append(static_cast<std::int32_t>(value.size()));
  buffer_.append(reinterpret_cast<const char*>(value.data()), value.size());
}

void CopyEncoder::add_point(double latitude_deg, double longitude_deg) {
  append(std::int32_t{1 + 4 + 4 + 8 + 8});
  append(static_cast<std::int8_t>(kLittleEndianWkb));
  append_little_endian(kPointWithSrid, buffer_);
  append_little_endian(kWgs84, buffer_);
  append_little_endian(longitude_deg, buffer_);
  append_little_endian(latitude_deg, buffer_);
}

void CopyEncoder::add_attributes(std::span<const Attribute> attributes, AlarmSet alarms) {
  const std::size_t start = begin_json();
  attributes_.append(attributes, alarms, {}, buffer_);
  end_field(start);
}

void CopyEncoder::add_attributes(const Fix& fix, std::span<const Attribute> attributes) {
  const std::size_t start = begin_json();
  attributes_.append(attributes, fix.alarms, fix.reported_time_ms, buffer_);
  end_field(start);
}

void CopyEncoder::add_cells(std::span<const Cell> cells) {
  const std::size_t start = begin_json();
  buffer_ += '[';
  for (const Cell& cell : cells) {
    buffer_ += buffer_.back() == '[' ? "{" : ",{";
    append_key("mcc", buffer_);
    append_json_value(std::uint64_t{cell.mcc}, buffer_);
    append_key("mnc", buffer_);
    append_json_value(std::uint64_t{cell.mnc}, buffer_);
    append_key("lac", buffer_);
    append_json_value(std::uint64_t{cell.lac}, buffer_);
    append_key("cell", buffer_);
    append_json_value(cell.cell, buffer_);
    append_rssi(cell.rssi_dbm, buffer_);
    buffer_ += '}';
  }
  buffer_ += ']';
  end_field(start);
}

void CopyEncoder::add_wifi(std::span<const WifiAccessPoint> access_points) {
  const std::size_t start = begin_json();
  buffer_ += '[';
  for (const WifiAccessPoint& point : access_points) {
    buffer_ += buffer_.back() == '[' ? "{" : ",{";
    append_key("mac", buffer_);
    buffer_ += '"';
    for (int byte = 5; byte >= 0; --byte) {
      const std::array octet = {static_cast<std::uint8_t>(point.mac >> (8 * byte))};
      append_hex(octet, buffer_);
      if (byte > 0) buffer_ += ':';
    }
    buffer_ += '"';
    append_rssi(point.rssi_dbm, buffer_);
    append_key("ssid", buffer_);
    append_json_string(point.ssid, buffer_);
    buffer_ += '}';
  }
  buffer_ += ']';
  end_field(start);
}

void CopyEncoder::add_json(std::string_view json) {
  const std::size_t start = begin_json();
  buffer_ += json;
  end_field(start);
}

std::size_t CopyEncoder::begin_field() {
  append(std::int32_t{0});  // its length, known at the end
  return buffer_.size();
}

std::size_t CopyEncoder::begin_json() {
  const std::size_t start = begin_field();
  append(static_cast<std::int8_t>(kJsonbVersion));
  return start;
}

void CopyEncoder::end_field(std::size_t start) {
  const auto length = static_cast<std::uint32_t>(buffer_.size() - start);
  for (std::size_t i = 0; i < 4; ++i)
    buffer_[start - 4 + i] = static_cast<char>(length >> (24 - 8 * i) & 0xFF);
}

}  // namespace rastro::postgis

// PostgreSQL's binary COPY format (PostgreSQL 15 manual, COPY, "Binary Format"): rows of typed fields
// appended to a buffer that keeps its memory. Pure; one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/postgis/attribute_encoder.h"
#include "schema/bytes.h"
#include "schema/message.h"

namespace rastro::postgis {

// Whether timestamptz can hold the time: 4714 BC to AD 294276.
bool storable_time(std::int64_t time_ms);

// start(), then for each row begin_row(fields) and as many fields, then finish(). The fields must have the
// types of the columns in the COPY statement: the format has no types of its own.
class CopyEncoder {
 public:
  void start();
  void begin_row(std::int16_t fields);

  void add_null();
  void add_bigint(std::int64_t value);
  void add_integer(std::int32_t value);
  void add_smallint(std::int16_t value);
  void add_real(std::optional<double> value);
  void add_double(double value);
  void add_boolean(bool value);
  // REQUIRES: storable_time(time_ms)
  void add_time(std::int64_t time_ms);
  void add_time(std::optional<std::int64_t> time_ms);
  void add_endless_time();          // infinity
  void add_date(std::int32_t day);  // days since 1970
  void add_text(std::string_view value);
  void add_bytes(ByteView value);
  // geometry(Point, 4326). The order is the caller's trap: latitude comes first here, as everywhere in this
  // program.
  void add_point(double latitude_deg, double longitude_deg);

  // jsonb
  void add_attributes(std::span<const Attribute> attributes, AlarmSet alarms);
  void add_attributes(const Fix& fix, std::span<const Attribute> attributes);
  void add_cells(std::span<const Cell> cells);
  void add_wifi(std::span<const WifiAccessPoint> access_points);
  void add_json(std::string_view json);

  void finish();

  // Good until the next call of anything.
  std::string_view data() const { return buffer_; }
  // Forgets what was written so far, after it was sent: what follows goes on from there.
  void drop_data() { buffer_.clear(); }
  std::uint32_t rows() const { return rows_; }

 private:
  template <typename Number>
  void append(Number value);
  std::size_t begin_json();
  std::size_t begin_field();
  void end_field(std::size_t start);

  AttributeEncoder attributes_;
  std::string buffer_;
  std::uint32_t rows_ = 0;
};

}  // namespace rastro::postgis

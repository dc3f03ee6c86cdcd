// Rows with the names and kinds of their columns, so that they can be written as JSON or CSV without a type
// for each question. Values; the texts are good as long as the table lives.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "pipeline/postgis/connection.h"

namespace rastro::postgis {

enum class ColumnKind : std::uint8_t {
  kNumber,
  kText,
  kTime,  // "2026-03-04 18:20:05.123+00"
  kFlag,  // "t" or "f"
  kJson,
};

struct Column {
  std::string_view name;  // "client.uid_client": a member of the object `client`, with its neighbours
  ColumnKind kind = ColumnKind::kNumber;
};

// Where the next page begins: behind this row, and those beside it with the same time and device.
struct PageKey {
  std::int64_t time_ms = 0;
  std::int64_t device_id = 0;
  std::int64_t skip = 0;  // rows of that time and device that were shown

  friend bool operator==(const PageKey&, const PageKey&) = default;
};

struct Table {
  std::span<const Column> columns;
  Rows rows;
  int size = 0;  // rows that are shown: `rows` may have one more
  std::optional<PageKey> next = {};
};

}  // namespace rastro::postgis

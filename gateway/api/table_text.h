// Rows of the database as JSON, CSV and lines of JSON, by the names and kinds of their columns. Appends to a
// string; pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "pipeline/postgis/table.h"

namespace rastro {

// "2026-03-04 18:20:05.123+00" as "2026-03-04T18:20:05.123Z", always with milliseconds.
void append_database_time(std::string_view text, std::string& out);

// One row as an object. Columns "a.b" and "a.c" beside each other are the members of an object `a`, which is
// null when they all are.
void append_json_row(const postgis::Table& table, int row, std::string& out);
// [{…},{…}]
std::string json_rows(const postgis::Table& table);
// A line for each row.
std::string ndjson_rows(const postgis::Table& table);
// RFC 4180 with a line of names, "a.b" as a_b; null is an empty cell.
std::string csv_rows(const postgis::Table& table);

}  // namespace rastro

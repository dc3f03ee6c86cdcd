#include "gateway/api/table_text.h"

#include <algorithm>

#include "schema/json.h"

namespace rastro {
namespace {

using postgis::Column;
using postgis::ColumnKind;
using postgis::Table;

// Room for a row, so that a page is not copied as it grows.
constexpr std::size_t kRowBytes = 400;

std::string_view group_of(std::string_view name) {
  const std::size_t dot = name.find('.');
  return dot == std::string_view::npos ? std::string_view() : name.substr(0, dot);
}

void append_json_cell(const Table& table, int row, int column, std::string& out) {
  if (table.rows.is_null(row, column)) {
    out += "null";
    return;
  }
  const std::string_view text = table.rows.text(row, column);
  switch (table.columns[static_cast<std::size_t>(column)].kind) {
    case ColumnKind::kText:
      append_json_string(text, out);
      return;
    case ColumnKind::kTime:
      out += '"';
      append_database_time(text, out);
      out += '"';
      return;
    case ColumnKind::kFlag:
      out += text == "t" ? "true" : "false";
      return;
    case ColumnKind::kNumber:
    case ColumnKind::kJson:
      out += text;
  }
}

// The column behind the group that begins at `column`.
int end_of_group(const Table& table, int column) {
  const std::string_view group = group_of(table.columns[static_cast<std::size_t>(column)].name);
  int end = column + 1;
  while (end < static_cast<int>(table.columns.size()) &&
         group_of(table.columns[static_cast<std::size_t>(end)].name) == group)
    ++end;
  return end;
}

void append_json_group(const Table& table, int row, int begin, int end, std::string& out) {
  const std::string_view group = group_of(table.columns[static_cast<std::size_t>(begin)].name);
  out.append("\"").append(group).append("\":");
  bool any = false;
  for (int column = begin; column < end; ++column) any = any || !table.rows.is_null(row, column);
  if (!any) {
    out += "null";
    return;
  }
  char before = '{';
  for (int column = begin; column < end; ++column) {
    const std::string_view name =
        table.columns[static_cast<std::size_t>(column)].name.substr(group.size() + 1);
    out += before;
    out.append("\"").append(name).append("\":");
    append_json_cell(table, row, column, out);
    before = ',';
  }
  out += '}';
}

void append_csv_text(std::string_view text, std::string& out) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

void append_csv_cell(const Table& table, int row, int column, std::string& out) {
  if (table.rows.is_null(row, column)) return;
  const ColumnKind kind = table.columns[static_cast<std::size_t>(column)].kind;
  if (kind == ColumnKind::kText || kind == ColumnKind::kJson) {
    append_csv_text(table.rows.text(row, column), out);
  } else if (kind == ColumnKind::kTime) {
    append_database_time(table.rows.text(row, column), out);
  } else {
    append_json_cell(table, row, column, out);
  }
}

}  // namespace

void append_database_time(std::string_view text, std::string& out) {
  const std::string_view time = text.substr(0, text.find('+'));
  const std::size_t dot = std::min(time.find('.'), time.size());
  std::string_view fraction = time.substr(std::min(dot + 1, time.size())).substr(0, 3);
  const std::size_t begin = out.size();
  out += time.substr(0, dot);
  if (const std::size_t space = out.find(' ', begin); space != std::string::npos) out[space] = 'T';
  out += '.';
  out += fraction;
  out.append(3 - fraction.size(), '0');
  out += 'Z';
}

void append_json_row(const Table& table, int row, std::string& out) {
  char before = '{';
  for (int column = 0; column < static_cast<int>(table.columns.size());) {
    out += before;
    before = ',';
    const std::string_view name = table.columns[static_cast<std::size_t>(column)].name;
    if (group_of(name).empty()) {
      out.append("\"").append(name).append("\":");
      append_json_cell(table, row, column++, out);
      continue;
    }
    const int end = end_of_group(table, column);
    append_json_group(table, row, column, end, out);
    column = end;
  }
  out += '}';
}

std::string json_rows(const Table& table) {
  std::string out = "[";
  out.reserve(static_cast<std::size_t>(table.size) * kRowBytes);
  for (int row = 0; row < table.size; ++row) {
    if (row > 0) out += ',';
    append_json_row(table, row, out);
  }
  return out + "]";
}

std::string ndjson_rows(const Table& table) {
  std::string out;
  out.reserve(static_cast<std::size_t>(table.size) * kRowBytes);
  for (int row = 0; row < table.size; ++row) {
    append_json_row(table, row, out);
    out += '\n';
  }
  return out;
}

std::string csv_rows(const Table& table) {
  std::string out;
  out.reserve(static_cast<std::size_t>(table.size) * kRowBytes / 2);
  for (const Column& column : table.columns) {
    if (!out.empty()) out += ',';
    out += column.name;
  }
  std::ranges::replace(out, '.', '_');
  out += "\r\n";
  for (int row = 0; row < table.size; ++row) {
    for (int column = 0; column < static_cast<int>(table.columns.size()); ++column) {
      if (column > 0) out += ',';
      append_csv_cell(table, row, column, out);
    }
    out += "\r\n";
  }
  return out;
}

}  // namespace rastro

// Comma-separated files with a header line, read and written a row at a time; no field may hold a comma or a
// line's end, so nothing is quoted. A reader owns the row that its fields are views of, until the next row;
// one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rastro::truth {

// Throws std::runtime_error naming file and line when a file cannot be opened, a column is not there or a
// field is no number.
class CsvReader {
 public:
  // Reads the header. The columns are looked up by name, so their order and further columns do not matter.
  explicit CsvReader(const std::string& path);

  // `required` false: a column that is not there reads as empty.
  std::size_t column(std::string_view name, bool required = true) const;
  bool next();

  std::string_view text(std::size_t column) const;
  // Empty is no value.
  std::optional<double> decimal(std::size_t column) const;
  std::optional<std::int64_t> integer(std::size_t column) const;
  // Empty is an error.
  double required_decimal(std::size_t column) const;
  std::int64_t required_integer(std::size_t column) const;
  // Names separated by ';'.
  std::vector<std::string> list(std::size_t column) const;

 private:
  void split();
  [[noreturn]] void fail(const std::string& what) const;

  std::string path_;
  std::ifstream file_;
  std::size_t line_ = 0;
  std::string row_;
  std::vector<std::string> names_;
  std::vector<std::string_view> fields_;
};

// Throws std::runtime_error naming the file when it cannot be written.
class CsvWriter {
 public:
  CsvWriter(const std::string& path, std::string_view header);
  ~CsvWriter();
  CsvWriter(const CsvWriter&) = delete;
  CsvWriter& operator=(const CsvWriter&) = delete;

  CsvWriter& text(std::string_view value);
  CsvWriter& integer(std::int64_t value);
  CsvWriter& integer(std::optional<std::int64_t> value);
  CsvWriter& decimal(double value, int places);
  CsvWriter& decimal(std::optional<double> value, int places);
  CsvWriter& list(const std::vector<std::string>& names);
  void end_row();
  // Writes out what is buffered; to be called once, after the last row, for its error.
  void close();

 private:
  void separate();
  void flush();

  std::string path_;
  std::ofstream file_;
  std::string buffer_;
  bool row_begun_ = false;
};

}  // namespace rastro::truth

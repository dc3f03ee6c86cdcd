#include "tests/truth/csv.h"

#include <array>
#include <charconv>
#include <stdexcept>

namespace rastro::truth {
namespace {

constexpr std::size_t kNoColumn = static_cast<std::size_t>(-1);
// Written out in pieces: large enough that the calls do not show, small enough to be nothing.
constexpr std::size_t kBufferBytes = 1U << 20U;

template <typename Number>
bool parse(std::string_view text, Number& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

CsvReader::CsvReader(const std::string& path) : path_(path), file_(path) {
  if (!file_) {
    throw std::runtime_error(path + ": cannot be read");
  }
  if (next()) {
    names_.assign(fields_.begin(), fields_.end());
  }
}

std::size_t CsvReader::column(std::string_view name, bool required) const {
  for (std::size_t at = 0; at < names_.size(); ++at) {
    if (names_[at] == name) {
      return at;
    }
  }
  if (required) {
    fail("no column '" + std::string(name) + "'");
  }
  return kNoColumn;
}

bool CsvReader::next() {
  do {
    if (!std::getline(file_, row_)) {
      return false;
    }
    ++line_;
  } while (row_.empty());
  split();
  return true;
}

void CsvReader::split() {
  fields_.clear();
  const std::string_view row = row_;
  std::size_t begin = 0;
  for (std::size_t comma = row.find(','); comma != std::string_view::npos; comma = row.find(',', begin)) {
    fields_.push_back(row.substr(begin, comma - begin));
    begin = comma + 1;
  }
  fields_.push_back(row.substr(begin));
}

std::string_view CsvReader::text(std::size_t column) const {
  return column < fields_.size() ? fields_[column] : std::string_view();
}

std::optional<double> CsvReader::decimal(std::size_t column) const {
  const std::string_view field = text(column);
  if (field.empty()) {
    return std::nullopt;
  }
  double value = 0;
  if (!parse(field, value)) {
    fail("'" + std::string(field) + "' is no number");
  }
  return value;
}

std::optional<std::int64_t> CsvReader::integer(std::size_t column) const {
  const std::string_view field = text(column);
  if (field.empty()) {
    return std::nullopt;
  }
  std::int64_t value = 0;
  if (!parse(field, value)) {
    fail("'" + std::string(field) + "' is no whole number");
  }
  return value;
}

double CsvReader::required_decimal(std::size_t column) const {
  const std::optional<double> value = decimal(column);
  if (!value) {
    fail("a number is missing");
  }
  return *value;
}

std::int64_t CsvReader::required_integer(std::size_t column) const {
  const std::optional<std::int64_t> value = integer(column);
  if (!value) {
    fail("a number is missing");
  }
  return *value;
}

std::vector<std::string> CsvReader::list(std::size_t column) const {
  std::vector<std::string> names;
  std::string_view rest = text(column);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    names.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return names;
}

void CsvReader::fail(const std::string& what) const {
  throw std::runtime_error(path_ + ":" + std::to_string(line_) + ": " + what);
}

CsvWriter::CsvWriter(const std::string& path, std::string_view header) : path_(path), file_(path) {
  if (!file_) {
    throw std::runtime_error(path + ": cannot be written");
  }
  buffer_.append(header).push_back('\n');
}

CsvWriter::~CsvWriter() { file_ << buffer_; }

void CsvWriter::separate() {
  if (row_begun_) {
    buffer_.push_back(',');
  }
  row_begun_ = true;
}

CsvWriter& CsvWriter::text(std::string_view value) {
  separate();
  buffer_.append(value);
  return *this;
}

CsvWriter& CsvWriter::integer(std::int64_t value) {
  separate();
  buffer_.append(std::to_string(value));
  return *this;
}

CsvWriter& CsvWriter::integer(std::optional<std::int64_t> value) {
  return value ? integer(*value) : text("");
}

CsvWriter& CsvWriter::decimal(double value, int places) {
  separate();
  std::array<char, 64> digits{};
  const auto result =
      std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed, places);
  buffer_.append(digits.data(), result.ptr);
  return *this;
}

CsvWriter& CsvWriter::decimal(std::optional<double> value, int places) {
  return value ? decimal(*value, places) : text("");
}

CsvWriter& CsvWriter::list(const std::vector<std::string>& names) {
  separate();
  for (std::size_t at = 0; at < names.size(); ++at) {
    buffer_.append(at == 0 ? "" : ";").append(names[at]);
  }
  return *this;
}

void CsvWriter::end_row() {
  buffer_.push_back('\n');
  row_begun_ = false;
  if (buffer_.size() >= kBufferBytes) {
    flush();
  }
}

void CsvWriter::flush() {
  file_ << buffer_;
  buffer_.clear();
}

void CsvWriter::close() {
  flush();
  file_.flush();
  if (!file_) {
    throw std::runtime_error(path_ + ": cannot be written");
  }
}

}  // namespace rastro::truth

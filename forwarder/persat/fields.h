// Takes the documented members out of a JSON object one by one; what nobody took is the rest, kept beside
// them. One object, one thread, for as long as it is read.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "forwarder/persat/error.h"

namespace rastro::persat {

// A required member that is absent or of another type is a fault; an optional one of another type than
// documented is left in the rest, as what is not known is.
class Fields {
 public:
  // `what` it is, for the sentence of a fault: "device". A value that is no object is a fault.
  Fields(boost::json::value value, std::string_view what);

  std::string text(std::string_view name);
  std::int64_t integer(std::string_view name);
  double number(std::string_view name);
  // Text, or the number that it is "today" (persat-api.md 5.2).
  std::string id(std::string_view name);

  std::optional<std::string> optional_text(std::string_view name);
  std::optional<std::int64_t> optional_integer(std::string_view name);
  std::optional<double> optional_number(std::string_view name);
  std::optional<bool> optional_bool(std::string_view name);
  std::optional<boost::json::object> optional_object(std::string_view name);
  std::optional<boost::json::array> optional_array(std::string_view name);
  std::optional<std::vector<std::int64_t>> optional_integers(std::string_view name);

  // A member that was taken and cannot be read after all.
  void put_back(std::string_view name, boost::json::value value) { rest_[name] = std::move(value); }
  void fail(std::string_view name, std::string_view why);

  boost::json::object rest() { return std::move(rest_); }
  const std::string& fault() const { return fault_; }  // empty: all is well

 private:
  template <typename Number>
  std::optional<Number> optional_of(std::string_view name);
  boost::json::value* find(std::string_view name);

  const std::string what_;
  boost::json::object rest_;
  std::string fault_;
};

inline Error unexpected_data(std::string detail) {
  return Error{ErrorKind::kUnexpectedData, 200, {}, {}, std::move(detail)};
}

// A decoder's object, or the first fault.
template <typename T>
Result<T> finish(Fields& fields, T value) {
  if (!fields.fault().empty()) return unexpected_data(fields.fault());
  return value;
}

// Each element through `decode`; the first error is the list's.
template <typename T>
Result<std::vector<T>> decode_list(boost::json::value data, Result<T> (*decode)(boost::json::value)) {
  if (!data.is_array()) return unexpected_data("'data' is no array");
  std::vector<T> list;
  list.reserve(data.get_array().size());
  for (boost::json::value& element : data.get_array()) {
    Result<T> item = decode(std::move(element));
    if (!item) return item.error();
    list.push_back(*std::move(item));
  }
  return list;
}

}  // namespace rastro::persat

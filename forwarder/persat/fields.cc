#include "forwarder/persat/fields.h"

namespace rastro::persat {

namespace json = boost::json;

Fields::Fields(json::value value, std::string_view what) : what_(what) {
  if (value.is_object()) {
    rest_ = std::move(value.get_object());
  } else {
    fault_ = what_ + " is no object";
  }
}

void Fields::fail(std::string_view name, std::string_view why) {
  if (fault_.empty()) fault_ = what_ + ": '" + std::string(name) + "' " + std::string(why);
}

json::value* Fields::find(std::string_view name) {
  json::value* value = rest_.if_contains(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

template <typename Number>
std::optional<Number> Fields::optional_of(std::string_view name) {
  const json::value* value = find(name);
  if (value == nullptr || !value->is_number()) return {};
  json::error_code error;
  const auto number = value->to_number<Number>(error);
  if (error) return {};
  rest_.erase(name);
  return number;
}

std::optional<std::string> Fields::optional_text(std::string_view name) {
  const json::value* value = find(name);
  if (value == nullptr || !value->is_string()) return {};
  std::string text(value->get_string());
  rest_.erase(name);
  return text;
}

std::optional<std::int64_t> Fields::optional_integer(std::string_view name) {
  return optional_of<std::int64_t>(name);
}

std::optional<double> Fields::optional_number(std::string_view name) { return optional_of<double>(name); }

std::optional<bool> Fields::optional_bool(std::string_view name) {
  const json::value* value = find(name);
  if (value == nullptr || !value->is_bool()) return {};
  const bool flag = value->get_bool();
  rest_.erase(name);
  return flag;
}

std::optional<json::object> Fields::optional_object(std::string_view name) {
  json::value* value = find(name);
  if (value == nullptr || !value->is_object()) return {};
  json::object object = std::move(value->get_object());
  rest_.erase(name);
  return object;
}

std::optional<json::array> Fields::optional_array(std::string_view name) {
  json::value* value = find(name);
  if (value == nullptr || !value->is_array()) return {};
  json::array array = std::move(value->get_array());
  rest_.erase(name);
  return array;
}

std::optional<std::vector<std::int64_t>> Fields::optional_integers(std::string_view name) {
  const json::value* value = find(name);
  if (value == nullptr || !value->is_array()) return {};
  std::vector<std::int64_t> numbers;
  for (const json::value& element : value->get_array()) {
    json::error_code error;
    numbers.push_back(element.to_number<std::int64_t>(error));
    if (error) return {};
  }
  rest_.erase(name);
  return numbers;
}

std::string Fields::text(std::string_view name) {
  auto found = optional_text(name);
  if (!found) fail(name, "is no text");
  return std::move(found).value_or("");
}

std::int64_t Fields::integer(std::string_view name) {
  const auto found = optional_integer(name);
  if (!found) fail(name, "is no integer");
  return found.value_or(0);
}

double Fields::number(std::string_view name) {
  const auto found = optional_number(name);
  if (!found) fail(name, "is no number");
  return found.value_or(0);
}

std::string Fields::id(std::string_view name) {
  if (const auto number = optional_integer(name)) return std::to_string(*number);
  return text(name);
}

}  // namespace rastro::persat

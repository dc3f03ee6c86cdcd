// What the handlers of the API check in the same way: numbers, devices, queries, the database. Pure; any
// thread.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/api/envelope.h"
#include "gateway/devices/device_directory.h"
#include "pipeline/postgis/failure.h"

namespace rastro {

// All of `text`, which is a whole number that the type holds; nothing when it is not.
template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return {};
  return number;
}

// 503 while the database is away or does not know the schema yet, 500 where the fault is this program's.
HttpResponse database_failure(const postgis::Failure& failed);
HttpResponse database_is_away();
// `'name' debe ser un número entero`, with the name as the code.
HttpResponse not_an_integer(std::string_view name);
// `name` may not have that value.
HttpResponse bad_value(std::string_view name);

// The device that `text` is the id of, or why not, in Persat's words (persat-api.md 2.1).
struct DeviceOrNot {
  std::optional<Device> device = {};
  HttpResponse why_not = {};
};
DeviceOrNot find_device(const DeviceDirectory& directory, std::string_view text);

// handler(device), or why there is none.
template <typename Handler>
HttpResponse with_device(const DeviceDirectory& directory, std::string_view text, Handler handler) {
  const DeviceOrNot found = find_device(directory, text);
  return found.device ? handler(*found.device) : found.why_not;
}

bool is_json(std::string_view content_type);

// A segment of a URL's path, with %XX taken back; what then is no text that the database takes is replaced.
std::string decode_url(std::string_view text);

// The part of a URL behind the question mark.
class Query {
 public:
  explicit Query(std::string_view text);

  // Null: it was not given.
  const std::string* find(std::string_view name) const;
  // The values of one that may stand there several times; it is none of the query's afterwards.
  std::vector<std::string> take_all(std::string_view name);
  // The first name that is none of these, or that stands there twice; `=` is one without a name; empty: all
  // are good.
  std::string first_unknown(std::initializer_list<std::string_view> known) const;

 private:
  struct Parameter {
    std::string name;
    std::string value;
  };
  std::vector<Parameter> parameters_;
};

}  // namespace rastro

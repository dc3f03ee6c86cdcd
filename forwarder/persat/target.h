// Writes the target of a request: path segments and query parameters, percent-encoded. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "forwarder/persat/unconfirmed.h"

namespace rastro::persat {

class Target {
 public:
  // A path as it stands, "/devices".
  explicit Target(std::string_view path) : text_(path) {}

  // An id. An empty one would name the whole collection (and delete it), "." and ".." another path: none of
  // them makes a target.
  Target& segment(std::string_view value);
  Target& segment(std::int64_t value) { return segment(std::to_string(value)); }
  Target& query(std::string_view name, std::string_view value);
  Target& query(std::string_view name, std::uint64_t value) { return query(name, std::to_string(value)); }
  Target& query(std::string_view name, const std::vector<std::string>& values, ListForm form);

  const std::string& text() const { return text_; }
  bool valid() const { return valid_; }

 private:
  void begin_parameter(std::string_view name);

  std::string text_;
  bool has_query_ = false;
  bool valid_ = true;
};

}  // namespace rastro::persat

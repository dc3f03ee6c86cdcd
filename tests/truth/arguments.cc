#include "tests/truth/arguments.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <exception>
#include <stdexcept>

namespace rastro::truth {

Arguments::Arguments(int count, char** words, std::vector<std::string> names, std::size_t places,
                     std::string usage)
    : usage_(std::move(usage)) {
  const std::vector<std::string> all(words + 1, words + count);
  for (std::size_t at = 0; at < all.size(); ++at) {
    if (!all[at].starts_with("--")) {
      places_.push_back(all[at]);
      continue;
    }
    const std::string name = all[at].substr(2);
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      fail("there is no --" + name);
    }
    if (++at == all.size()) {
      fail("--" + name + " needs a value");
    }
    values_[name] = all[at];
  }
  if (places != kAnyPlaces && places_.size() != places) {
    fail("wrong number of places");
  }
}

const std::string& Arguments::text(std::string_view name) const {
  const auto found = values_.find(std::string(name));
  if (found == values_.end()) {
    fail("--" + std::string(name) + " is missing");
  }
  return found->second;
}

std::int64_t Arguments::integer(std::string_view name) const {
  const std::string& value = text(name);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size()) {
    fail("--" + std::string(name) + " is no whole number: " + value);
  }
  return number;
}

void Arguments::fail(const std::string& what) const { throw std::runtime_error(what + "\nusage: " + usage_); }

int run_program(int (*body)(int, char**), int count, char** words) {
  try {
    return body(count, words);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", words[0], error.what());
    return 1;
  }
}

}  // namespace rastro::truth

// The command line of the truth set's programs: --name value pairs and places after them. Owns copies; one
// thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rastro::truth {

// Throws std::runtime_error, with the usage, for a name that is not among `names`, a missing value or another
// number of places than `places`.
class Arguments {
 public:
  static constexpr std::size_t kAnyPlaces = static_cast<std::size_t>(-1);

  Arguments(int count, char** words, std::vector<std::string> names, std::size_t places, std::string usage);

  bool has(std::string_view name) const { return values_.contains(std::string(name)); }
  const std::string& text(std::string_view name) const;
  std::int64_t integer(std::string_view name) const;
  const std::vector<std::string>& places() const { return places_; }

 private:
  [[noreturn]] void fail(const std::string& what) const;

  std::string usage_;
  std::map<std::string, std::string> values_;
  std::vector<std::string> places_;
};

// Runs a program's body; an exception is one line on standard error and exit status 1.
int run_program(int (*body)(int, char**), int count, char** words);

}  // namespace rastro::truth

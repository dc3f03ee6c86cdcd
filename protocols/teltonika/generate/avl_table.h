// avl_ids.csv as families of elements: one row an id, the rules where rows meet. Pure but for fail(), which
// ends the build with a sentence. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace rastro::teltonika::generate {

[[noreturn]] void fail(const std::string& what);

// In the order of enum Family.
inline constexpr std::array<std::string_view, 5> kFamilyTokens = {"FMx", "FMX6", "AUTONOMOUS", "TFT100",
                                                                  "TST100"};

struct Multiplier {
  int numerator;
  int denominator;
};

struct Element {
  std::string name;
  std::string size;  // "var" is written as 0
  std::string type;
  Multiplier multiplier{1, 1};
  bool part_only = false;      // the row speaks of a part of the family
  bool has_multiplier = true;  // false: "scale not confirmed", given raw
  bool borrowed = false;       // from the other families

  bool same_meaning(const Element& other) const {
    return name == other.name && type == other.type && multiplier.numerator == other.multiplier.numerator &&
           multiplier.denominator == other.multiplier.denominator;
  }
};

using Family = std::map<std::uint16_t, Element>;
using Families = std::array<Family, kFamilyTokens.size()>;

// Of the file's text, with names that are each a family's only one. Wrong input: fail(), with the row.
Families read_families(const std::string& csv);

}  // namespace rastro::teltonika::generate

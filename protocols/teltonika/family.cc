#include "protocols/teltonika/family.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>

namespace rastro::teltonika {
namespace {

struct ModelPrefix {
  std::string_view prefix;
  Family family;
};

// The families column of avl_ids.csv, as the beginnings of model names. All others are FMx.
constexpr std::array kModelPrefixes = {
    ModelPrefix{"FMB6", Family::kFmx6},
    ModelPrefix{"FMC6", Family::kFmx6},
    ModelPrefix{"FMM6", Family::kFmx6},
    ModelPrefix{"FM6", Family::kFmx6},
    ModelPrefix{"FMX6", Family::kFmx6},
    ModelPrefix{"GH5", Family::kAutonomous},
    ModelPrefix{"TMT", Family::kAutonomous},
    ModelPrefix{"TAT", Family::kAutonomous},
    ModelPrefix{"AUTONOMOUS", Family::kAutonomous},
    ModelPrefix{"TFT", Family::kTft100},
    ModelPrefix{"TST", Family::kTst100},
};

constexpr std::array<std::string_view, kFamilyCount> kNames = {"fmx", "fmx6", "autonomous", "tft100",
                                                               "tst100"};

bool starts_with(std::string_view model, std::string_view upper_case_prefix) {
  return model.size() >= upper_case_prefix.size() &&
         std::equal(upper_case_prefix.begin(), upper_case_prefix.end(), model.begin(),
                    [](char a, char b) { return a == std::toupper(static_cast<unsigned char>(b)); });
}

}  // namespace

std::optional<Family> find_family(std::string_view model) {
  if (model.empty()) return std::nullopt;
  for (const ModelPrefix& entry : kModelPrefixes) {
    if (starts_with(model, entry.prefix)) return entry.family;
  }
  return Family::kFmx;
}

std::string_view family_name(Family family) { return kNames[static_cast<std::size_t>(family)]; }

std::optional<Family> FamilyKnowledge::guess() const {
  const bool only_one = std::has_single_bit(possible_);
  if (set_ || (!only_one && (possible_ & set_of(Family::kFmx)) != 0)) return std::nullopt;
  return static_cast<Family>(std::countr_zero(possible_));
}

void FamilyKnowledge::learn(FamilySet left) {
  if (contradicted_) return;
  possible_ &= left;
  if (possible_ != 0) return;
  possible_ = kAllFamilies;
  contradicted_ = true;
}

}  // namespace rastro::teltonika

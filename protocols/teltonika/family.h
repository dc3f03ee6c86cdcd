// Devices that share one table of element ids: a number means another thing on another platform (teltonika.md
// 5.2). The family is known from a device's model, or guessed from what it sends. Values; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rastro::teltonika {

enum class Family : std::uint8_t {
  kFmx,         // FMB1xx, FMB9xx, FMC1xx, FMM1xx, …: most cars
  kFmx6,        // FMB6xx, FMC6xx, FMM6xx, FM63xx: trucks
  kAutonomous,  // GH5200, TMT250, TAT: personal and asset trackers
  kTft100,      // TFT100: electric vehicles
  kTst100,      // TST100: scooters
};
inline constexpr std::size_t kFamilyCount = 5;

// A bit for each family.
using FamilySet = std::uint8_t;
constexpr FamilySet set_of(Family family) {
  return static_cast<FamilySet>(1U << static_cast<unsigned>(family));
}
inline constexpr FamilySet kAllFamilies = (1U << kFamilyCount) - 1;

// The family of a model ("FMC640"; any case); none for an empty one. A model that no list names is FMx, the
// most sold by far.
std::optional<Family> find_family(std::string_view model);

// "fmx", "fmx6", "autonomous", "tft100", "tst100". Static storage.
std::string_view family_name(Family family);

// What is known of the family of one device. Elements rule families out (evidence_of in elements.h): an id
// that only one family has, all others; an id that families have in different sizes, those whose size it is
// not. When nothing is left they contradict each other, and the question stays open for good.
class FamilyKnowledge {
 public:
  FamilyKnowledge() = default;
  explicit FamilyKnowledge(std::string_view model) : set_(find_family(model)) {}

  // Whether the model is set, which ends all guessing.
  bool is_set() const { return set_.has_value(); }
  // The families that it can be.
  FamilySet possible() const { return set_ ? set_of(*set_) : possible_; }
  // The family by evidence: the only one left, or the next when it is not FMx. Nothing while it is set or
  // open.
  std::optional<Family> guess() const;
  // Whose table names the elements: without evidence FMx.
  Family table() const { return set_ ? *set_ : guess().value_or(Family::kFmx); }

  // The families that a packet leaves possible; none of them when it contradicts itself.
  void learn(FamilySet left);

 private:
  std::optional<Family> set_;
  FamilySet possible_ = kAllFamilies;
  bool contradicted_ = false;
};

}  // namespace rastro::teltonika

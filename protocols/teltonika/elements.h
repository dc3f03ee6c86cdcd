// The AVL elements by family: what the maker calls an id, how its value is read and what it means in the
// vocabulary of all protocols. The tables are static, made from avl_ids.csv when the project is built; a
// look-up is two array reads and allocates nothing. Any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "schema/bytes.h"
#include "schema/fix.h"

namespace rastro::teltonika {

// Devices that share one table of ids: a number means another thing on another platform (teltonika.md 5.2).
enum class Family : std::uint8_t {
  kFmx,         // FMB1xx, FMB9xx, FMC1xx, FMM1xx, …: most cars
  kFmx6,        // FMB6xx, FMC6xx, FMM6xx, FM63xx: trucks
  kAutonomous,  // GH5200, TMT250, TAT: personal and asset trackers
  kTft100,      // TFT100: electric vehicles
  kTst100,      // TST100: scooters
};
inline constexpr std::size_t kFamilyCount = 5;

// The family of a model ("FMC640"; any case). Unknown and empty: FMx, the most sold by far.
Family find_family(std::string_view model);

enum class ValueType : std::uint8_t { kUnsigned, kSigned, kHex, kAscii };

// What an element does to its fix besides being an attribute.
enum class Effect : std::uint8_t {
  kNone,
  kTruth,       // the common name is a yes or no: ignition, motion
  kIdentifier,  // the common name is left out when 0 (teltonika.md 5.2, 78: none attached)
  kGnssStatus,  // 0 off, 2 on without fix: the place is not fresh
  kAccident,    // these six raise the alarm of their name, the first with any value but 0
  kJamming,     // and the other five with 1
  kTow,
  kIdling,
  kPowerCut,
  kSos,
  kFall,
  kTampering,
  kGreenDriving,  // 1 acceleration, 2 braking, 3 cornering
  kOverspeed,     // a speed: an alarm when it caused the record
  kGeofence,      // 0 left, 1 entered: an alarm when it caused the record
};

struct ElementInfo {
  std::string_view name;         // the maker's, in snake_case; unique within the family
  std::string_view common_name;  // the same value in the vocabulary of all protocols; mostly empty
  // Bytes by the table; 0: any number of them. The wire gives the size that is read; a value of another size
  // belongs to another table, and gets the name but neither common name nor effect.
  std::uint16_t size = 0;
  ValueType type = ValueType::kUnsigned;
  Effect effect = Effect::kNone;
  // The multiplier as a fraction, so that 24079 mV is 24079 / 1000 = 24.079 and not 24079 * 0.001.
  std::uint8_t numerator = 1;
  std::uint16_t denominator = 1;
};

// Id → element of one family: 256 pages of 256 ids; page 0 and element 0 say that there is none.
struct ElementTable {
  std::array<std::uint8_t, 256> pages;
  const std::uint16_t* slots;

  const ElementInfo* find(std::uint16_t id) const;
};

const ElementTable& element_table(Family family);

// "io_<id>", for an id that has no name. Static storage.
std::string_view unnamed_element(std::uint16_t id);

// The big-endian number in 1 to 8 bytes.
std::uint64_t wire_number(ByteView wire);

// The value by its type, scaled; the wire gives the size. A number wider than eight bytes stays bytes.
AttributeValue element_value(const ElementInfo& info, ByteView wire);

// Made by generate_elements.cc.
extern const ElementInfo kElements[];
extern const std::array<ElementTable, kFamilyCount> kElementTables;

inline const ElementInfo* ElementTable::find(std::uint16_t id) const {
  const std::size_t page = pages[id >> 8];
  const std::uint16_t slot = slots[page << 8 | (id & 0xFF)];
  return slot == 0 ? nullptr : &kElements[slot];
}

}  // namespace rastro::teltonika

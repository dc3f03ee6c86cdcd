// The AVL elements by family: what the maker calls an id, how its value is read and what it means in the
// vocabulary of all protocols. The tables are static, made from avl_ids.csv when the project is built; a
// look-up is two array reads and allocates nothing. Any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocols/teltonika/family.h"
#include "schema/bytes.h"
#include "schema/fix.h"

namespace rastro::teltonika {

enum class ValueType : std::uint8_t { kUnsigned, kSigned, kHex, kAscii };

// What an element is or does besides being an attribute.
enum class Effect : std::uint8_t {
  kNone,
  kTruth,       // the common name is a yes or no: ignition, motion
  kGnssStatus,  // 0 off, 2 on without fix: the place is not fresh
  // Alarms of elements that are sent when it happens.
  kAccident,  // any value but 0
  kSos,       // 1, and the next two
  kFall,
  kTampering,
  kGreenDriving,  // 1 acceleration, 2 braking, 3 cornering
  // Alarms of states, which may stand in every record: they count in the record that they caused.
  kJamming,  // 1, and the next three
  kTow,
  kIdling,
  kPowerCut,
  kOverspeed,  // a speed
  kGeofence,   // 0 left, 1 entered
  // Values that are more than a number (teltonika.md 5.2, 5.3).
  kIdentifier,         // 1-Wire key
  kDallasTemperature,  // with markers in the place of temperatures
  kBleTemperature,
  kBleHumidity,
  kIccidUpper,
  kIccidLower,
  kText,  // text when it comes with a length of its own
  kFaultCodes,
  kIso6709,
  kBeaconList,
  kEyeList,
};

// How a value of the table's size is written down; the most usual ways, which need nothing but the number.
enum class Form : std::uint8_t {
  kOther,
  kUnsigned,
  kSigned,  // never with a common name, as the next but one
  kUnsignedScaled,
  kSignedScaled,
  kTruth,           // a yes or no: name and common name are one
  kNumberAndTruth,  // the number, and under the common name a yes or no
};

// Families as evidence of several elements: what all of them say is the bits that all of them have. Low byte:
// the families that an element leaves possible. High byte: those whose own lists lack it.
inline constexpr std::uint16_t kNoEvidence = kAllFamilies << 8 | kAllFamilies;

struct alignas(64) ElementInfo {
  std::string_view name;         // the maker's, in snake_case; unique within the family
  std::string_view common_name;  // the same value in the vocabulary of all protocols; mostly empty
  // Bytes by the table; 0: any number of them. The wire gives the size that is read; a value of another size
  // belongs to another table, and gets the name but neither common name nor alarm.
  std::uint16_t size = 0;
  ValueType type = ValueType::kUnsigned;
  Effect effect = Effect::kNone;
  Form form = Form::kOther;
  // The multiplier as a fraction, so that 24079 mV is 24079 / 1000 = 24.079 and not 24079 * 0.001.
  std::uint8_t numerator = 1;
  std::uint16_t denominator = 1;
  // The same as the sum of two numbers, see scaled() in element_form.h.
  double multiplier_high = 1;
  double multiplier_low = 0;
  // What the id says of the family in this size, see evidence_of.
  std::uint16_t evidence = kNoEvidence;
  FamilySet disputed = 0;  // the families that have it in this size, with another effect

  // Whether the family's own list has the id; else it is borrowed from the others.
  bool is_own(Family family) const { return (evidence >> 8 & set_of(family)) == 0; }
};

// Id → element of one family: 256 pages of 256 ids; page 0 and element 0 say that there is none.
struct ElementTable {
  std::array<std::uint8_t, 256> pages;
  const std::uint16_t* slots;

  // Element 0, whose name is empty, when there is none.
  const ElementInfo& at(std::uint16_t id) const;
  const ElementInfo* find(std::uint16_t id) const;
};

const ElementTable& element_table(Family family);

// What an id says in a size. It rules out the families that have it in another size, and where only one
// family has it, in this size, all others. A size that nobody has says nothing.
std::uint16_t evidence_of(std::uint16_t id, std::size_t size);

// "io_<id>", for an id that has no name. Static storage.
std::string_view unnamed_element(std::uint16_t id);

// The big-endian number in 1 to 8 bytes.
std::uint64_t wire_number(ByteView wire);

// The value by its type, scaled; the wire gives the size. A number wider than eight bytes stays bytes.
AttributeValue element_value(const ElementInfo& info, ByteView wire);

std::string_view without_trailing_nuls(ByteView wire);

// Made by generate_elements.cc.
extern const ElementInfo kElements[];
extern const std::array<ElementTable, kFamilyCount> kElementTables;

inline const ElementInfo& ElementTable::at(std::uint16_t id) const {
  const std::size_t page = pages[id >> 8];
  return kElements[slots[page << 8 | (id & 0xFF)]];
}

inline const ElementInfo* ElementTable::find(std::uint16_t id) const {
  const ElementInfo& info = at(id);
  return info.name.empty() ? nullptr : &info;
}

}  // namespace rastro::teltonika

#include "protocols/teltonika/generate/element_source.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <set>
#include <string_view>
#include <vector>

#include "protocols/teltonika/generate/meaning.h"

namespace rastro::teltonika::generate {
namespace {

bool is_number(const Element& element) { return element.type == "kUnsigned" || element.type == "kSigned"; }

// The forms that need nothing but the number (elements.h).
std::string form_of(const Element& element, const Meaning& meaning) {
  static const std::set<std::string> kNumberGroups = {"1", "2", "4", "8"};
  const std::string effect = meaning.effect;
  if (!is_number(element) || !kNumberGroups.contains(element.size)) return "kOther";
  if (effect == "kTruth") return element.name == meaning.common_name ? "kTruth" : "kNumberAndTruth";
  if (effect != "kNone" && effect != "kGnssStatus") return "kOther";
  if (element.type == "kSigned" && *meaning.common_name != '\0') return "kOther";
  const bool whole = element.multiplier.numerator == element.multiplier.denominator;
  if (whole) return element.type;
  return element.size == "8" ? "kOther" : element.type + "Scaled";
}

// Text and bytes are of any size, whatever their table says.
bool same_size(const Element& a, const Element& b) { return a.size == b.size || !is_number(b); }

// What an id says of the family when it comes in the size of `element`; as evidence_of in elements.cc does at
// run time for any size.
struct Evidence {
  unsigned left = 0;
  unsigned lacking = 0;
  unsigned disputed = 0;
};

Evidence evidence_of(const Families& families, std::uint16_t id, const Element& element) {
  static const std::set<std::uint16_t> kSizesInDoubt = {38, 129, 233, 234};
  constexpr unsigned kAll = (1U << kFamilyTokens.size()) - 1;
  Evidence evidence;
  unsigned owners = 0;
  unsigned of_this_size = 0;
  for (std::size_t f = 0; f < families.size(); ++f) {
    const auto found = families[f].find(id);
    if (found == families[f].end() || found->second.borrowed) continue;
    const Element& other = found->second;
    owners |= 1U << f;
    if (!same_size(element, other)) continue;
    of_this_size |= 1U << f;
    if (std::string_view(meaning_of(other.name).effect) != meaning_of(element.name).effect)
      evidence.disputed |= 1U << f;
  }
  evidence.lacking = kAll & ~owners;
  const bool only_one = (owners & (owners - 1)) == 0;
  const bool tells = !kSizesInDoubt.contains(id) && (of_this_size != owners || only_one);
  evidence.left = tells ? of_this_size : kAll;
  return evidence;
}

// The multiplier as the sum of its first 21 bits and the rest, exactly written (element_form.h says why).
std::string multiplier_parts(const Multiplier& multiplier) {
  constexpr int kHighBits = 21;
  int exponent = 0;
  const double fraction =
      std::frexp(static_cast<double>(multiplier.numerator) / multiplier.denominator, &exponent);
  const double high = std::ldexp(std::floor(std::ldexp(fraction, kHighBits)), exponent - kHighBits);
  const double low = (multiplier.numerator - high * multiplier.denominator) / multiplier.denominator;
  std::array<char, 64> text;
  std::snprintf(text.data(), text.size(), "%a, %a", high, low);
  return text.data();
}

std::string element_line(const Families& families, std::uint16_t id, const Element& element) {
  const Meaning meaning = meaning_of(element.name);
  const Evidence evidence = evidence_of(families, id, element);
  return "    {\"" + element.name + "\", \"" + meaning.common_name + "\", " + element.size +
         ", ValueType::" + element.type + ", Effect::" + meaning.effect +
         ", Form::" + form_of(element, meaning) + ", " + std::to_string(element.multiplier.numerator) + ", " +
         std::to_string(element.multiplier.denominator) + ", " + multiplier_parts(element.multiplier) + ", " +
         std::to_string(evidence.lacking << 8 | evidence.left) + ", " + std::to_string(evidence.disputed) +
         "},\n";
}

// The pages of a family as text: directory (for the table) and slots (an array of its own).
struct Pages {
  std::string directory;
  std::string slots;
};

Pages make_pages(const std::map<std::uint16_t, std::size_t>& slot_of_id) {
  std::array<std::size_t, 256> directory{};
  std::vector<std::size_t> slots(256, 0);
  for (const auto& [id, slot] : slot_of_id) {
    std::size_t& page = directory[id >> 8];
    if (page == 0) {
      page = slots.size() / 256;
      slots.resize(slots.size() + 256, 0);
    }
    slots[page * 256 + (id & 0xFF)] = slot;
  }
  if (slots.size() / 256 > 256) fail("more pages than a byte can number");
  Pages pages;
  for (const std::size_t page : directory) pages.directory += std::to_string(page) + ",";
  for (std::size_t i = 0; i < slots.size(); ++i) {
    pages.slots += std::to_string(slots[i]) + (i % 32 == 31 ? ",\n" : ",");
  }
  return pages;
}

}  // namespace

std::string write_source(const Families& families) {
  std::map<std::string, std::size_t> slot_of_line;  // families share what is the same in both
  std::string elements = "    {},\n";
  std::string arrays;
  std::string tables;
  for (std::size_t f = 0; f < families.size(); ++f) {
    std::map<std::uint16_t, std::size_t> slot_of_id;
    for (const auto& [id, element] : families[f]) {
      const std::string line = element_line(families, id, element);
      const auto [at, added] = slot_of_line.emplace(line, slot_of_line.size() + 1);
      if (added) elements += line;
      slot_of_id[id] = at->second;
    }
    const Pages pages = make_pages(slot_of_id);
    const std::string name = "kSlots" + std::to_string(f);
    arrays += "constexpr std::uint16_t " + name + "[] = {\n" + pages.slots + "};\n";
    tables += "    ElementTable{{" + pages.directory + "}, " + name + "},\n";
  }
  if (slot_of_line.size() > 65535) fail("more elements than a slot can number");
  return "// Made by generate_elements.cc from avl_ids.csv.\n#include \"protocols/teltonika/elements.h\"\n\n"
         "namespace rastro::teltonika {\n\nconstexpr ElementInfo kElements[] = {\n" +
         elements + "};\n\nnamespace {\n\n" + arrays +
         "\n}  // namespace\n\nconstexpr std::array<ElementTable, kFamilyCount> kElementTables = {\n" +
         tables + "};\n\n}  // namespace rastro::teltonika\n";
}

}  // namespace rastro::teltonika::generate

// Makes the element tables (elements.h) from avl_ids.csv when the project is built:
// generate_elements avl_ids.csv out.cc. Wrong input stops the build with the line.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "generate_elements: %s\n", what.c_str());
  std::exit(1);
}

// In the order of enum Family.
constexpr std::array<std::string_view, 5> kFamilyTokens = {"FMx", "FMX6", "AUTONOMOUS", "TFT100", "TST100"};

// Tokens of the families column that name a part of a family.
const std::map<std::string, std::size_t> kParts = {
    {"FMx(no x150/x250 CAN)", 0},
    {"FMx1xx-subset", 0},
    {"FMB150/FMB250/FMC150/FMC250/FMM150/FMM250", 0},
    {"FMB640/FMC640/FMM640", 1},
    {"FMB641/FMC650/FMM650", 1},
    {"FMB641/FMM650", 1},
    {"FMC640/FMC650/FMM640/FMM650", 1},
    {"FMC650", 1},
    {"GH5200/TMT250", 2},
};

struct Multiplier {
  int numerator;
  int denominator;
};

const std::map<std::string, Multiplier> kMultipliers = {
    {"", {1, 1}},         {"1", {1, 1}},   {"0.1", {1, 10}}, {"0.01", {1, 100}},
    {"0.001", {1, 1000}}, {"0.4", {2, 5}}, {"2", {2, 1}},    {"0.03125", {1, 32}},
    {"10", {10, 1}},      {"50", {50, 1}}, {"100", {100, 1}}};

const std::map<std::string, std::string> kTypes = {
    {"unsigned", "kUnsigned"}, {"signed", "kSigned"}, {"hex", "kHex"}, {"ascii", "kAscii"}};

struct Meaning {
  const char* common_name;
  const char* effect;
};

// By name and not by id: the id of the total odometer is 16 on one platform and 216 on another.
const std::map<std::string, Meaning> kMeanings = {
    {"ignition", {"ignition", "kTruth"}},
    {"movement", {"motion", "kTruth"}},
    {"battery_level", {"battery_percent", "kNone"}},
    {"battery_voltage", {"battery_v", "kNone"}},
    {"external_voltage", {"external_power_v", "kNone"}},
    {"gsm_signal", {"gsm_level", "kNone"}},
    {"total_odometer", {"odometer_m", "kNone"}},
    {"trip_odometer", {"trip_odometer_m", "kNone"}},
    {"gnss_hdop", {"hdop", "kNone"}},
    {"gnss_pdop", {"pdop", "kNone"}},
    {"ibutton", {"driver_id", "kIdentifier"}},
    {"iccid1", {"", "kIccidUpper"}},
    {"iccid2", {"", "kIccidLower"}},
    {"driver_name", {"", "kText"}},
    {"driver_card_license_type", {"", "kText"}},
    {"driver_gender", {"", "kText"}},
    {"driver_card_id", {"", "kText"}},
    {"fault_codes", {"", "kFaultCodes"}},
    {"iso6709_coordinates", {"", "kIso6709"}},
    {"beacon", {"", "kBeaconList"}},
    {"beacon_ids", {"", "kBeaconList"}},
    {"advanced_ble_beacon_data", {"", "kEyeList"}},
    {"advanced_ble_advertisement_data", {"", "kEyeList"}},
    {"eye_sensor_list_tlv", {"", "kEyeList"}},
    {"eye_beacon_sensor_list_tlv", {"", "kEyeList"}},
    {"eye_sensor_list", {"", "kEyeList"}},
    {"gnss_status", {"", "kGnssStatus"}},
    {"crash_detection", {"", "kAccident"}},
    {"jamming", {"", "kJamming"}},
    {"towing", {"", "kTow"}},
    {"idling", {"", "kIdling"}},
    {"unplug", {"", "kPowerCut"}},
    {"alarm", {"", "kSos"}},
    {"motorcycle_fall_detection", {"", "kFall"}},
    {"tamper_detection_event", {"", "kTampering"}},
    {"green_driving_type", {"", "kGreenDriving"}},
    {"over_speeding", {"", "kOverspeed"}},
    {"auto_geofence", {"", "kGeofence"}},
};

// Names that are not the table's to give: fix.cc writes attributes of these names itself.
const std::set<std::string> kReserved = {
    "priority", "event_id", "generation_type", "reported_speed", "reported_angle", "alarms", "iccid"};

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

std::string read_file(const char* path) {
  std::FILE* file = std::fopen(path, "rb");
  if (file == nullptr) fail(std::string("cannot read ") + path);
  std::string text;
  std::array<char, 65536> block;
  while (const std::size_t size = std::fread(block.data(), 1, block.size(), file)) {
    text.append(block.data(), size);
  }
  std::fclose(file);
  return text;
}

// RFC 4180: fields in quotes may hold commas, line ends and doubled quotes.
std::vector<std::vector<std::string>> parse_csv(const std::string& text) {
  std::vector<std::vector<std::string>> rows(1, std::vector<std::string>(1));
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    std::string& field = rows.back().back();
    if (quoted) {
      if (c != '"') {
        field += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        field += text[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      rows.back().emplace_back();
    } else if (c == '\n') {
      rows.emplace_back(1);
    } else if (c != '\r') {
      field += c;
    }
  }
  if (quoted) fail("the file ends inside quotes");
  if (rows.back().size() == 1 && rows.back()[0].empty()) rows.pop_back();
  return rows;
}

// "BLE Temperature #1" → "ble_temperature_1"; "Driver's Demand" → "drivers_demand".
std::string snake_case(const std::string& name) {
  static const std::string kTypographicApostrophe = "\xE2\x80\x99";
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '\'') continue;
    if (name.compare(i, kTypographicApostrophe.size(), kTypographicApostrophe) == 0) {
      i += kTypographicApostrophe.size() - 1;
      continue;
    }
    const char c = name[i];
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      out += static_cast<char>(upper ? c - 'A' + 'a' : c);
    } else if (!out.empty() && out.back() != '_') {
      out += '_';
    }
  }
  if (!out.empty() && out.back() == '_') out.pop_back();
  return out;
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

// The family that a token of the families column speaks of, and whether of a part of it only.
struct Scope {
  std::size_t family;
  bool part_only;
};

Scope scope_of(const std::string& token) {
  for (std::size_t family = 0; family < kFamilyTokens.size(); ++family) {
    if (kFamilyTokens[family] == token) return {family, false};
  }
  const auto part = kParts.find(token);
  if (part == kParts.end()) fail("unknown family " + token);
  return {part->second, true};
}

// Of two rows for one id the one about the whole family stands, then the one with a known multiplier, then
// the first.
void add(Family& family, std::uint16_t id, const Element& element) {
  const auto [at, added] = family.emplace(id, element);
  if (added) return;
  const auto weight = [](const Element& e) { return (e.part_only ? 0 : 2) + (e.has_multiplier ? 1 : 0); };
  if (weight(element) > weight(at->second)) at->second = element;
}

Families read_families(const std::string& csv) {
  const auto rows = parse_csv(csv);
  const std::vector<std::string> header = {"id",  "name",       "bytes", "type",        "min",
                                           "max", "multiplier", "unit",  "description", "families"};
  if (rows.empty() || rows[0] != header) fail("another header than expected");
  Families families;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const auto& row = rows[i];
    const std::string at = "row " + std::to_string(i + 1);
    if (row.size() != header.size()) fail(at + ": wrong number of columns");
    char* end = nullptr;
    const unsigned long id = std::strtoul(row[0].c_str(), &end, 10);
    if (row[0].empty() || *end != '\0' || id > 65535) fail(at + ": no id: " + row[0]);
    const auto type = kTypes.find(row[3]);
    if (type == kTypes.end()) fail(at + ": unknown type " + row[3]);
    const auto multiplier = kMultipliers.find(row[6]);
    if (multiplier == kMultipliers.end()) fail(at + ": unknown multiplier " + row[6]);
    Element element{snake_case(row[1]),
                    row[2] == "var" ? "0" : row[2],
                    type->second,
                    multiplier->second,
                    false,
                    !row[6].empty(),
                    false};
    if (element.size.empty() || element.size.find_first_not_of("0123456789") != std::string::npos) {
      fail(at + ": no size: " + row[2]);
    }
    if (element.name.empty()) fail(at + ": no name");
    for (const std::string& token : split(row[9], '+')) {
      const Scope scope = scope_of(token);
      element.part_only = scope.part_only;
      add(families[scope.family], static_cast<std::uint16_t>(id), element);
    }
  }
  return families;
}

// An id that a family's own rows lack takes the meaning that all the others give it, if they agree: tables
// lag behind firmware.
Families with_borrowed(const Families& own) {
  Families result = own;
  for (Family& family : result) {
    std::map<std::uint16_t, Element> candidates;
    std::set<std::uint16_t> disputed;
    for (const Family& other : own) {
      for (const auto& [id, element] : other) {
        const auto [at, added] = candidates.emplace(id, element);
        if (!added && !at->second.same_meaning(element)) disputed.insert(id);
      }
    }
    for (auto& [id, element] : candidates) {
      if (disputed.contains(id)) continue;
      element.borrowed = true;
      family.emplace(id, element);
    }
  }
  return result;
}

// Two ids of a family may bear one name: the lowest keeps it, the others get their id appended.
void make_names_unique(Family& family) {
  std::set<std::string> taken = kReserved;
  for (const auto& [name, meaning] : kMeanings) {
    if (name != meaning.common_name) taken.insert(meaning.common_name);
  }
  for (const bool borrowed : {false, true}) {
    for (auto& [id, element] : family) {
      if (element.borrowed != borrowed || taken.insert(element.name).second) continue;
      element.name += "_" + std::to_string(id);
      if (!taken.insert(element.name).second) fail("no name is left for " + element.name);
    }
  }
}

// A number of elements that are alike: "dallas_temperature_1" but not "dallas_temperature_id_1".
struct Series {
  const char* prefix;
  const char* effect;
};

constexpr std::array<Series, 4> kSeries = {{{"geofence_zone_", "kGeofence"},
                                            {"dallas_temperature_", "kDallasTemperature"},
                                            {"ble_temperature_", "kBleTemperature"},
                                            {"ble_humidity_", "kBleHumidity"}}};

Meaning meaning_of(const std::string& name) {
  // A name that is taken has its id appended; the meaning is that of the name all the same for lists of
  // bytes.
  const auto found = kMeanings.find(name);
  if (found != kMeanings.end()) return found->second;
  if (name == "eye_beacon_sensor_list_tlv_10831") return {"", "kEyeList"};
  for (const Series& series : kSeries) {
    if (!name.starts_with(series.prefix)) continue;
    const std::string number = name.substr(std::string(series.prefix).size());
    if (number.size() <= 2 && number.find_first_not_of("0123456789") == std::string::npos)
      return {"", series.effect};
  }
  return {"", "kNone"};
}

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

std::string generate(const Families& families) {
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

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) fail("usage: generate_elements avl_ids.csv out.cc");
  Families families = with_borrowed(read_families(read_file(argv[1])));
  for (Family& family : families) make_names_unique(family);
  const std::string source = generate(families);
  std::FILE* out = std::fopen(argv[2], "wb");
  if (out == nullptr) fail(std::string("cannot write ") + argv[2]);
  const bool written = std::fwrite(source.data(), 1, source.size(), out) == source.size();
  if (std::fclose(out) != 0 || !written) fail(std::string("cannot write ") + argv[2]);
  return 0;
}

#include "protocols/teltonika/generate/avl_table.h"

#include <cstdio>
#include <cstdlib>
#include <set>
#include <vector>

#include "protocols/teltonika/generate/meaning.h"

namespace rastro::teltonika::generate {
namespace {

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

const std::map<std::string, Multiplier> kMultipliers = {
    {"", {1, 1}},         {"1", {1, 1}},   {"0.1", {1, 10}}, {"0.01", {1, 100}},
    {"0.001", {1, 1000}}, {"0.4", {2, 5}}, {"2", {2, 1}},    {"0.03125", {1, 32}},
    {"10", {10, 1}},      {"50", {50, 1}}, {"100", {100, 1}}};

const std::map<std::string, std::string> kTypes = {
    {"unsigned", "kUnsigned"}, {"signed", "kSigned"}, {"hex", "kHex"}, {"ascii", "kAscii"}};

// Names that are not the table's to give: fix.cc writes attributes of these names itself.
const std::set<std::string> kReserved = {
    "priority", "event_id", "generation_type", "reported_speed", "reported_angle", "alarms", "iccid"};

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

Families read_rows(const std::string& csv) {
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
  for (const auto& [name, meaning] : meanings()) {
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

}  // namespace

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "generate_elements: %s\n", what.c_str());
  std::exit(1);
}

Families read_families(const std::string& csv) {
  Families families = with_borrowed(read_rows(csv));
  for (Family& family : families) make_names_unique(family);
  return families;
}

}  // namespace rastro::teltonika::generate

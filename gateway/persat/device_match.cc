#include "gateway/persat/device_match.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <fstream>
#include <set>
#include <sstream>

namespace rastro {
namespace {

// A part of a serial number that is shorter says nothing.
constexpr std::size_t kShortestPart = 6;
// "AB", "de": words that too many names have.
constexpr std::size_t kShortestWord = 3;
// Pairs that are looked at for suggestions: a second's work. Beyond, nobody reads a list.
constexpr std::size_t kMostPairs = 1'000'000;

std::string_view trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t\r");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r") - from + 1);
}

// What is wrong with a line; empty: nothing.
std::string take_line(std::string_view line, DeviceTableRead& read, std::set<std::int64_t>& ids) {
  const std::size_t comma = line.find(',');
  if (comma == std::string_view::npos) return "no comma: imei,persat_device_id";
  const std::string imei(trimmed(line.substr(0, comma)));
  const std::string_view text = trimmed(line.substr(comma + 1));
  std::int64_t id = 0;
  const auto number = std::from_chars(text.data(), text.data() + text.size(), id);
  if (imei.empty()) return "no imei";
  if (number.ec != std::errc() || number.ptr != text.data() + text.size())
    return fmt::format("'{}' is no number of a device", text);
  if (!ids.insert(id).second) return fmt::format("device {} stands there twice", id);
  if (!read.table.emplace(imei, id).second) return fmt::format("imei {} stands there twice", imei);
  return {};
}

std::set<std::string> words_of(std::string_view text) {
  std::set<std::string> words;
  std::string word;
  const auto end_word = [&] {
    if (word.size() >= kShortestWord) words.insert(word);
    word.clear();
  };
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) == 0 && byte < 0x80) {
      end_word();
    } else {
      word += static_cast<char>(std::tolower(byte));
    }
  }
  end_word();
  return words;
}

std::string letters_of(std::string_view text) {
  std::string letters;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      letters += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return letters;
}

// A plate is written with and without blanks: "AB 123 CD", "AB123CD".
bool names_meet(const postgis::Tracker& tracker, const postgis::PersatDevice& device) {
  const std::string name = letters_of(tracker.name);
  const std::string plate = letters_of(device.last_name);
  if (name.empty()) return false;
  if (plate.size() >= kShortestPart && name.find(plate) != std::string::npos) return true;
  const auto there = words_of(device.first_name + " " + device.last_name);
  const auto here = words_of(tracker.name);
  return !here.empty() && std::ranges::includes(there, here);
}

bool differ_in_one(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  std::size_t differences = 0;
  for (std::size_t i = 0; i < a.size(); ++i) differences += a[i] != b[i] ? 1U : 0U;
  return differences == 1;
}

std::string_view likeness(const postgis::Tracker& tracker, const postgis::PersatDevice& device) {
  const std::string serial = bare_serial(device.serial_number);
  if (differ_in_one(serial, tracker.imei)) return "serial_digit";
  if (serial.size() >= kShortestPart && (tracker.imei.starts_with(serial) || tracker.imei.ends_with(serial)))
    return "serial_part";
  return names_meet(tracker, device) ? "name" : "";
}

class Matching {
 public:
  Matching(std::span<const postgis::Tracker> trackers, std::span<const postgis::PersatDevice> devices)
      : trackers_(trackers), devices_(devices) {
    for (const postgis::PersatDevice& device : devices) {
      ids_.insert(device.id);
      if (const std::string serial = bare_serial(device.serial_number); !serial.empty())
        by_serial_[serial].push_back(device.id);
    }
    for (const postgis::Tracker& tracker : trackers) {
      if (tracker.match != "hand") continue;
      decided_.insert(tracker.imei);
      if (tracker.persat_device_id) taken_.insert(*tracker.persat_device_id);
    }
  }

  void by_table(const DeviceTable& table) {
    for (const postgis::Tracker& tracker : trackers_) {
      const auto row = table.find(tracker.imei);
      if (row == table.end() || decided_.contains(tracker.imei)) continue;
      if (ids_.contains(row->second) && taken_.insert(row->second).second)
        decide(tracker, row->second, "table");
    }
  }

  void by_serial() {
    for (const auto& [serial, ids] : by_serial_) {
      if (ids.size() > 1) out_.ambiguous.insert(out_.ambiguous.end(), ids.begin(), ids.end());
    }
    std::ranges::sort(out_.ambiguous);
    for (const postgis::Tracker& tracker : trackers_) {
      if (decided_.contains(tracker.imei)) continue;
      const auto found = by_serial_.find(tracker.imei);
      if (found == by_serial_.end() || found->second.size() > 1) continue;
      if (taken_.insert(found->second.front()).second) decide(tracker, found->second.front(), "serial");
    }
  }

  DeviceMatches finish() {
    for (const postgis::PersatDevice& device : devices_) {
      if (!taken_.contains(device.id)) out_.unmatched_devices.push_back(device.id);
    }
    std::size_t looked_for = 0;
    for (const postgis::Tracker& tracker : trackers_) {
      if (decided_.contains(tracker.imei)) continue;
      const auto serial = by_serial_.find(tracker.imei);
      out_.matches.push_back({tracker.imei, {}, {}, serial != by_serial_.end() && serial->second.size() > 1});
      out_.unmatched_trackers.push_back(tracker.imei);
      if (++looked_for * out_.unmatched_devices.size() <= kMostPairs) suggest(tracker);
    }
    return std::move(out_);
  }

 private:
  void decide(const postgis::Tracker& tracker, std::int64_t id, const char* how) {
    decided_.insert(tracker.imei);
    out_.matches.push_back({tracker.imei, id, how});
  }
  // The first that is alike, with the serial number before names.
  void suggest(const postgis::Tracker& tracker) {
    Suggestion best;
    for (const postgis::PersatDevice& device : devices_) {
      if (taken_.contains(device.id)) continue;
      const std::string_view why = likeness(tracker, device);
      if (why.empty() || (!best.why.empty() && (best.why != "name" || why == "name"))) continue;
      best = {tracker.imei, device.id, why};
    }
    if (!best.why.empty()) out_.suggestions.push_back(best);
  }

  std::span<const postgis::Tracker> trackers_;
  std::span<const postgis::PersatDevice> devices_;
  std::set<std::int64_t> ids_;
  std::map<std::string, std::vector<std::int64_t>> by_serial_;
  std::set<std::string> decided_;
  std::set<std::int64_t> taken_;
  DeviceMatches out_;
};

}  // namespace

DeviceTableRead parse_device_table(std::string_view csv) {
  DeviceTableRead read;
  std::set<std::int64_t> ids;
  for (int number = 1; !csv.empty(); ++number) {
    const std::size_t end = csv.find('\n');
    const std::string_view line = trimmed(csv.substr(0, end));
    csv = end == std::string_view::npos ? std::string_view() : csv.substr(end + 1);
    const bool heading = number == 1 && line.starts_with("imei");
    if (line.empty() || line.starts_with('#') || heading) continue;
    if (const std::string mistake = take_line(line, read, ids); !mistake.empty())
      read.mistakes.push_back(fmt::format("line {}: {}", number, mistake));
  }
  return read;
}

std::string bare_serial(std::string_view serial) {
  std::string bare;
  for (const char c : serial) {
    if (c != '-' && c != ' ') bare += c;
  }
  return bare;
}

DeviceTableRead read_device_table(const std::string& path) {
  if (path.empty()) return {};
  std::ifstream file(path);
  std::stringstream text;
  if (!file || !(text << file.rdbuf()))
    return {.table = {}, .mistakes = {"the file cannot be read, or is empty"}};
  return parse_device_table(text.str());
}

std::vector<TableStranger> find_table_strangers(std::span<const postgis::Tracker> trackers,
                                                std::span<const postgis::PersatDevice> devices,
                                                const DeviceTable& table) {
  std::set<std::string_view> imeis;
  std::set<std::int64_t> ids;
  for (const postgis::Tracker& tracker : trackers) imeis.insert(tracker.imei);
  for (const postgis::PersatDevice& device : devices) ids.insert(device.id);
  std::vector<TableStranger> strangers;
  for (const auto& [imei, id] : table) {
    if (!imeis.contains(imei)) {
      strangers.push_back({imei, id, "no_tracker"});
    } else if (!ids.contains(id)) {
      strangers.push_back({imei, id, "no_device"});
    }
  }
  return strangers;
}

DeviceMatches match_devices(std::span<const postgis::Tracker> trackers,
                            std::span<const postgis::PersatDevice> devices, const DeviceTable& table) {
  Matching matching(trackers, devices);
  matching.by_table(table);
  matching.by_serial();
  return matching.finish();
}

}  // namespace rastro

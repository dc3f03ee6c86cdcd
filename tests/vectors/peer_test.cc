// Frames of real devices against what another tracker server reads in them: a second opinion, read from a
// folder beside the project when it is there. Where the two differ for a reason, the row stands in the list
// of explained differences of its protocol, with the reason; the protocol's SPEC.md says more.
#include <gtest/gtest.h>

#include <array>
#include <boost/json.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "gateway/commands/decode.h"
#include "protocols/registry.h"

namespace rastro::test {
namespace {

namespace json = boost::json;

struct Explained {
  std::string_view id;
  std::string_view reason;
};

constexpr std::array kExplained = {
    Explained{"gt06-0129", "a command's answer that names a place stays text"},
    Explained{"gt06-0163", "an address request carries a position, which the peer leaves out"},
    Explained{"tlt-0047", "speed of the record's head; the peer takes element 24"},
};

std::string_view find_reason(std::string_view id) {
  for (const Explained& row : kExplained) {
    if (row.id == id) return row.reason;
  }
  return {};
}

// Rows are taken one by one: an identity stands in for the login before them.
SessionOptions options_of(const json::object& row) {
  SessionOptions options;
  options.identity = DeviceIdentity("123456789012345");
  if (const json::value* transport = row.if_contains("transport")) {
    if (*transport == "udp") options.transport = Transport::kUdp;
  }
  if (const json::value* model = row.if_contains("model")) {
    options.settings.model = std::string_view(model->as_string());
  }
  if (const json::value* extended = row.if_contains("extended")) options.settings.io16 = *extended == true;
  return options;
}

bool near(const json::object& ours, const json::object& peers, std::string_view key, double tolerance) {
  const json::value& a = ours.at(key);
  const json::value& b = peers.at(key);
  if (a.is_null() || b.is_null()) return true;  // the peer writes 0 for what it does not know
  return std::abs(a.to_number<double>() - b.to_number<double>()) <= tolerance;
}

// Empty when they agree, else what differs.
std::string find_difference(const json::object& fix, const json::object& peer) {
  if (fix.at("time") != peer.at("time")) return "time";
  if (fix.at("valid") != peer.at("valid")) return "valid";
  if (!near(fix, peer, "latitude", 1e-6)) return "latitude";
  if (!near(fix, peer, "longitude", 1e-6)) return "longitude";
  if (!near(fix, peer, "speed_kmh", 0.01)) return "speed";
  if (!near(fix, peer, "course_deg", 0.01)) return "course";
  return {};
}

struct Tally {
  int agree = 0;
  int differ = 0;
  int explained = 0;
  int refused = 0;      // checksum wrong: the peer checks none
  int not_decoded = 0;  // numbers that are kept raw so far
};

// The fixes of all messages; not_decoded when one is unknown.
json::array fixes_of(const json::object& decoded, bool& not_decoded) {
  json::array fixes;
  for (const json::value& message : decoded.at("messages").as_array()) {
    if (message.at("type") == "unknown") not_decoded = true;
    for (const json::value& fix : message.at("fixes").as_array()) fixes.push_back(fix);
  }
  return fixes;
}

// Only what the peer says of positions is compared.
json::array positions_of(const json::object& row) {
  json::array positions;
  for (const json::value& message : row.at("peer").at("messages").as_array()) {
    if (message.at("has_position").as_bool()) positions.push_back(message);
  }
  return positions;
}

std::string compare_row(const json::object& row, const Protocol& protocol, Tally& tally) {
  LineDecoder decoder(protocol, options_of(row));
  const auto text = decoder.decode(row.at("hex").as_string(), 1, LineDecoder::Place::kLast);
  if (!text) return "the row is no hex";
  bool not_decoded = false;
  const json::array fixes = fixes_of(json::parse(*text).as_object(), not_decoded);
  const json::array peers = positions_of(row);
  if (row.at("crc_ok") == false) {
    ++tally.refused;
    return fixes.empty() ? "" : "a wrong checksum was accepted";
  }
  if (not_decoded && find_reason(row.at("id").as_string()).empty()) {
    ++tally.not_decoded;
    return {};
  }
  if (fixes.size() != peers.size()) return "another number of fixes: " + *text;
  for (std::size_t i = 0; i < fixes.size(); ++i) {
    const std::string difference = find_difference(fixes[i].as_object(), peers[i].as_object());
    if (!difference.empty()) return difference + " of fix " + std::to_string(i) + ": " + *text;
  }
  ++tally.agree;
  return {};
}

class Peer : public testing::TestWithParam<const Protocol*> {};

TEST_P(Peer, AgreesOnPlaceTimeAndValidity) {
  const std::string name(GetParam()->name);
  const std::string path = std::string(RASTRO_PEER_DIR) + "/" + name + ".jsonl";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there: nothing to compare with";
  if (GetParam()->open == nullptr) GTEST_SKIP() << name << " has no decoder yet";
  Tally tally;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const json::object row = json::parse(line).as_object();
    const std::string id(row.at("id").as_string());
    const std::string difference = compare_row(row, *GetParam(), tally);
    const std::string_view reason = find_reason(id);
    if (difference.empty()) {
      EXPECT_TRUE(reason.empty()) << id << " is listed as different, but agrees";
      continue;
    }
    ++(reason.empty() ? tally.differ : tally.explained);
    EXPECT_FALSE(reason.empty()) << id << " differs: " << difference;
  }
  const int compared = tally.agree + tally.differ + tally.explained;
  std::cout << name << ": " << tally.agree << " of " << compared << " rows agree, " << tally.explained
            << " differ for a known reason, " << tally.refused << " have a wrong checksum, "
            << tally.not_decoded << " are not decoded yet\n";
  RecordProperty("agree", tally.agree);
  RecordProperty("compared", compared);
  EXPECT_GT(tally.agree, 0);
}

INSTANTIATE_TEST_SUITE_P(Protocols, Peer, testing::ValuesIn(protocols().begin(), protocols().end()),
                         [](const auto& protocol) { return std::string(protocol.param->name); });

}  // namespace
}  // namespace rastro::test

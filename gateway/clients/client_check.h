// What can be wrong with what is said about a client, by name and in words, for the API, the shell and
// imports alike. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/postgis/client.h"

namespace rastro {

// The names are part of the API.
enum class ClientFault : std::uint8_t {
  kNone,
  kNotJson,
  kUnknownField,
  kWrongType,
  kMissing,
  kEmpty,
  kNoPlace,      // latitude without longitude, or 0,0
  kOutOfRange,   // a coordinate, a radius or a time that cannot be
  kTimeWindows,  // not windows of a day, or `wt` says something else than `time_windows`
  kArea,
  kTwice,  // a number stands twice in what is imported
};

struct ClientMistake {
  ClientFault fault = ClientFault::kNone;
  std::string field = {};
  std::string detail = {};  // of an area: what PostGIS says

  explicit operator bool() const { return fault != ClientFault::kNone; }
};

std::string_view client_fault_name(ClientFault fault);
// For people at a shell, and for those who see the API's messages.
std::string client_mistake_english(const ClientMistake& mistake);
std::string client_mistake_spanish(const ClientMistake& mistake);

// From here on a circle takes in other people's streets: allowed, with a warning. The database's limit is
// 100 km.
inline constexpr double kWideRadiusM = 5'000;
inline constexpr double kMaxRadiusM = 100'000;
inline constexpr std::int32_t kMaxStayS = 86'400;

// `is_new`: it needs a name and a place.
ClientMistake check_client(const postgis::ClientEntry& client, bool is_new);

// A part of a local day in which visits to a client are due.
struct TimeWindow {
  std::int32_t from_min = 0;      // of the day
  std::int32_t to_min = 0;        // after `from_min`, at most 1440
  std::vector<std::string> days;  // "monday"; empty: every day

  friend bool operator==(const TimeWindow&, const TimeWindow&) = default;
};

// The JSON of the column time_windows; nothing when it is none.
std::optional<std::vector<TimeWindow>> parse_time_windows(std::string_view json);
// "08:00-12:00" or "08:00-12:00@mon,tue"; nothing when it is none.
std::optional<TimeWindow> parse_time_window_text(std::string_view text);
std::string time_windows_json(const std::vector<TimeWindow>& windows);

}  // namespace rastro

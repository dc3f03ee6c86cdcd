// The table of input that no device should send, and the builders of it. Tests only; pure.
#pragma once

#include <string>
#include <vector>

#include "protocols/teltonika/record.h"
#include "tests/support/tracker.h"

namespace rastro::test {

inline constexpr Listener kGt06{"gt06", Transport::kTcp};
inline constexpr Listener kTeltonika{"teltonika", Transport::kTcp};
inline constexpr Listener kTeltonikaUdp{"teltonika", Transport::kUdp};
// In BadInput::answer: that to the good GT06 records among the bytes.
inline constexpr const char* kGoodAnswer = "good";

enum class After { kSameConnection, kClosed };

struct BadInput {
  const char* name;
  Listener listener;
  Bytes (*bytes)(Tracker& tracker);
  const char* reason;       // of rastro_decode_problems_total
  const char* disposition;  // of the same
  std::string answer = "";  // hex: what comes back before the answer to the next good record
  After after = After::kSameConnection;
  int rows = 0;          // that the bytes bring, without the good record behind them
  int dead_letters = 0;  // likewise
};

const std::vector<BadInput>& bad_inputs();

// A packet of the tracker's own, with nothing wrong.
Bytes good(Tracker& tracker, std::vector<DeviceRecord> records = {record_at(50)});
Bytes with_bad_checksum(Bytes frame, std::size_t from_end);
teltonika::Record teltonika_record(int second);
teltonika::Record beyond_the_pole(teltonika::Record record);
// A packet around any content, with its length and checksum right.
Bytes packet_of(Bytes content);
Bytes packet(const std::vector<teltonika::Record>& records);

}  // namespace rastro::test

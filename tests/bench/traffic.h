// The records that benches of the store write: of 10,000 devices that report every 30 seconds with eight
// attributes, in the order of their times. One thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tests/support/stored_records.h"

namespace rastro::bench {

// Gives out batches of records that have not been given out before; the records themselves are used again and
// again.
class Traffic {
 public:
  static constexpr std::int64_t kDevices = 10'000;
  static constexpr std::size_t kPool = 50'000;  // the most that a batch can have
  static constexpr std::int64_t kDayMs = 86'400'000;

  // `days`: over how many days back the times are spread, as after a long time without a network.
  // `given`: how many were given out before, when a run goes on.
  explicit Traffic(std::int64_t days, std::int64_t given = 0) : given_(given), days_(days) {
    for (std::size_t i = 0; i < kPool; ++i) {
      const auto device = static_cast<std::int64_t>(i) % kDevices;
      Fix fix = test::fix_at(test::kNoon);
      fix.latitude_deg -= static_cast<double>(device) * 1e-4;
      fix.altitude_m = 25;
      fix.course_deg = static_cast<double>(i % 360);
      pool_.push_back(test::RecordBuilder(std::to_string(352093080000000 + device))
                          .fix(fix, {{"ignition", true},
                                     {"motion", true},
                                     {"gsm_level", std::uint64_t{i % 5}},
                                     {"external_power_v", 12.0 + static_cast<double>(i % 2000) / 1000},
                                     {"battery_v", 4.05},
                                     {"odometer_m", std::uint64_t{1'000'000 + i}},
                                     {"event_id", std::uint64_t{0}},
                                     {"priority", std::uint64_t{0}}})
                          .build());
    }
  }

  std::span<const StoredRecord> next(std::size_t count) {
    if (used_ + count > kPool) used_ = 0;
    const std::span<StoredRecord> batch = std::span(pool_).subspan(used_, count);
    used_ += count;
    for (StoredRecord& record : batch) {
      const std::int64_t step = given_ / kDevices;
      Fix& fix = record.messages.fixes[0];
      fix.time_ms = test::kNoon + step * 30'000 - given_ % days_ * kDayMs;
      fix.record_hash = static_cast<std::uint64_t>(++given_) * 0x9E3779B97F4A7C15;
    }
    return batch;
  }

 private:
  std::vector<StoredRecord> pool_;
  std::size_t used_ = 0;
  std::int64_t given_;
  std::int64_t days_;
};

}  // namespace rastro::bench

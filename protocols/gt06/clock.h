// What a device's times are worth: the zone of its local-time messages, the rolled-over GPS week, and the
// whole hours by which its clock is known to be off (gt06.md 3, 9.8; field_behaviour.md 3). Pure: the time of
// arrival is told. One thread at a time.
#pragma once

#include <cstdint>
#include <optional>

#include "protocols/device_settings.h"
#include "protocols/time_base.h"

namespace rastro::gt06 {

class Clock {
 public:
  // In which base the documents have the times of a message.
  enum class Base : std::uint8_t { kUtc, kLocal };

  struct Time {
    std::int64_t utc_ms = 0;
    std::optional<std::int64_t> reported_ms;  // what the device said, where utc_ms is corrected
  };

  // What was learnt stays, unless the settings bring something new.
  void configure(const DeviceSettings& settings);
  // The zone word of a login; a zone in the settings counts more.
  void set_login_zone(std::optional<std::int32_t> utc_offset_s) { login_offset_s_ = utc_offset_s; }
  void set_arrival(std::int64_t received_ms) { received_ms_ = received_ms; }

  // `reading_ms`: the clock's reading as if it were UTC. Without a time of arrival nothing is corrected.
  Time read(Base base, std::int64_t reading_ms) const {
    Time time;
    time.utc_ms = reading_ms;
    if (base == Base::kLocal) time.utc_ms -= std::int64_t{zone_s()} * 1000;
    if (received_ms_ != kNoArrival) correct(base, time);
    return time;
  }
  // A time that read() gave, of a position that was sent as it was made: it may teach how far the clock is
  // off. True when it has, so that the time has to be read again.
  bool learn(Base base, const Time& live) { return received_ms_ != kNoArrival && observe(base, live); }

  ClockOffsets learnt() const { return {local_.offset_s(), utc_.offset_s()}; }
  std::int64_t arrival_ms() const { return received_ms_; }

 private:
  std::int32_t zone_s() const { return set_offset_s_.value_or(login_offset_s_.value_or(0)); }
  void correct(Base base, Time& time) const;
  bool observe(Base base, const Time& live);

  std::optional<std::int32_t> set_offset_s_;
  std::optional<std::int32_t> login_offset_s_;
  ClockOffsets given_;
  OffsetLearner local_;
  OffsetLearner utc_;
  std::int64_t received_ms_ = kNoArrival;
};

}  // namespace rastro::gt06

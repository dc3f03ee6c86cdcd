// The tracker's end of the wire, for simulation and tests: extended login with UTC, 0x22 with mileage for
// records, 0x26 for alarms, 0x13 for signs of life. Counts its serial as a device does. One thread at a time.
#pragma once

#include "protocols/session.h"

namespace rastro::gt06 {

class Device final : public DeviceSide {
 public:
  explicit Device(const DeviceIdentity& identity) : identity_(identity) {}

  void encode_login(std::vector<std::uint8_t>& out) override;
  void encode_data(const std::vector<DeviceRecord>& records, std::vector<std::uint8_t>& out) override;
  void encode_heartbeat(std::vector<std::uint8_t>& out) override;
  DeviceRecord as_received(const DeviceRecord& record) const override;
  bool waits_for_acknowledgement() const override { return false; }
  void encode_command_answer(const DeviceEvent& command, std::string_view text,
                             std::vector<std::uint8_t>& out) override;
  DeviceEvent read_reply(ByteView in) override;

 private:
  DeviceIdentity identity_;
  std::uint16_t serial_ = 1;  // after power-on (section 1)
};

}  // namespace rastro::gt06

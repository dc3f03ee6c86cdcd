// A Teltonika device as the gateway sees one (protocols/session.h has the contract): hello, packets or
// datagrams, ping byte, stop-and-wait. One thread at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "protocols/session.h"
#include "protocols/teltonika/record.h"

namespace rastro::teltonika {

class TeltonikaDevice final : public DeviceSide {
 public:
  TeltonikaDevice(const DeviceIdentity& identity, Transport transport, Codec codec = Codec::k8)
      : identity_(identity), transport_(transport), codec_(codec) {}

  void encode_login(std::vector<std::uint8_t>& out) override;
  void encode_data(const std::vector<DeviceRecord>& records, std::vector<std::uint8_t>& out) override;
  void encode_heartbeat(std::vector<std::uint8_t>& out) override;
  DeviceRecord as_received(const DeviceRecord& record) const override;
  bool waits_for_acknowledgement() const override { return true; }
  void encode_command_answer(const DeviceEvent& command, std::string_view text,
                             std::vector<std::uint8_t>& out) override;
  DeviceEvent read_reply(ByteView in) override;

 private:
  DeviceEvent read_datagram_reply(ByteView in) const;
  DeviceEvent read_command(ByteView in) const;

  const DeviceIdentity identity_;
  const Transport transport_;
  const Codec codec_;
  bool login_outstanding_ = false;
  // Data were sent and not acknowledged yet: four zero bytes are the answer, and not the preamble of a
  // command.
  bool data_outstanding_ = false;
  // Of the last datagram: by these numbers its reply is known.
  std::uint16_t packet_id_ = 0;
  std::uint8_t avl_packet_id_ = 0;
  // Reused from one packet to the next.
  std::vector<Record> records_;
  std::vector<std::uint8_t> values_;
};

}  // namespace rastro::teltonika

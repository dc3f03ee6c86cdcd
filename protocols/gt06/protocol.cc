#include "protocols/gt06/command.h"
#include "protocols/gt06/device.h"
#include "protocols/gt06/session.h"
#include "protocols/session.h"

namespace rastro::gt06 {
namespace {

std::unique_ptr<Session> open(std::shared_ptr<const SessionOptions> options) {
  return std::make_unique<GatewaySession>(std::move(options));
}

// A start mark, whole or its first byte. Text before it (9.18) is not looked for: it could be anybody's.
Sniff sniff(ByteView first_bytes) {
  if (first_bytes.empty()) return Sniff::kMaybe;
  if (first_bytes[0] != 0x78 && first_bytes[0] != 0x79) return Sniff::kNo;
  if (first_bytes.size() == 1) return Sniff::kMaybe;
  return first_bytes[1] == first_bytes[0] ? Sniff::kYes : Sniff::kNo;
}

std::unique_ptr<DeviceSide> open_device(const DeviceIdentity& identity, Transport) {
  return std::make_unique<Device>(identity);
}

}  // namespace

extern const Protocol kProtocol;
const Protocol kProtocol{"gt06", open, sniff, open_device, command_text, cuts_fuel};

}  // namespace rastro::gt06

// What the registry knows of this protocol.
#include "protocols/session.h"
#include "protocols/teltonika/command.h"
#include "protocols/teltonika/device.h"
#include "protocols/teltonika/frame.h"
#include "protocols/teltonika/session.h"

namespace rastro::teltonika {
namespace {

std::unique_ptr<Session> open(std::shared_ptr<const SessionOptions> options) {
  return std::make_unique<TeltonikaSession>(std::move(options));
}

std::unique_ptr<DeviceSide> open_device(const DeviceIdentity& identity, Transport transport) {
  return std::make_unique<TeltonikaDevice>(identity, transport);
}

// Sure after a hello; a ping or a preamble may be chance, and so may what is not all there yet.
Sniff sniff(ByteView first_bytes) {
  switch (find_frame(first_bytes).kind) {
    case Frame::Kind::kHello:
      return Sniff::kYes;
    case Frame::Kind::kGarbage:
    case Frame::Kind::kBroken:
      return Sniff::kNo;
    default:
      return Sniff::kMaybe;
  }
}

}  // namespace

extern const Protocol kProtocol;
const Protocol kProtocol{"teltonika", open, sniff, open_device, command_text, cuts_fuel};

}  // namespace rastro::teltonika

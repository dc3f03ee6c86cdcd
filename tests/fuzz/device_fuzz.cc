// Gateway to device: arbitrary bytes against the device's side of one protocol (RASTRO_FUZZ_PROTOCOL). What
// must hold of any input: no call takes more than there is; a command's text lies in the bytes that were
// read; events are the same however the bytes were cut; and the answer that a device gives to whatever it
// took for a command is one that the gateway reads, with the same text.
#include <algorithm>
#include <memory>
#include <string>

#include "protocols/registry.h"
#include "tests/fuzz/promise.h"

namespace rastro::test {
namespace {

struct Seen {
  std::vector<std::string> events;
  std::size_t leftover = 0;
};

void check_answer(const Protocol& protocol, DeviceSide& device, const DeviceEvent& command) {
  const std::string text(command.text);
  std::vector<std::uint8_t> answer;
  device.encode_command_answer(command, text, answer);
  if (answer.empty()) return;
  SessionOptions options;
  options.identity = DeviceIdentity(kFuzzIdentity);
  const auto session = protocol.open(std::make_shared<const SessionOptions>(options));
  SessionOutput out;
  require(session->consume(answer, kNoArrival, out) == answer.size(), "an answer is one whole frame");
  require(out.decoded.messages.size() == 1, "an answer is one message");
  const Message& message = out.decoded.messages[0];
  require(message.type == MessageType::kCommandReply, "an answer is read as one");
  require(message.refused == command.of_other_identity, "only who was not meant refuses");
}

Seen run(const Protocol& protocol, Transport transport,
         const std::vector<std::vector<std::uint8_t>>& segments) {
  const auto device = protocol.open_device(DeviceIdentity(kFuzzIdentity), transport);
  std::vector<std::uint8_t> sent;
  device->encode_login(sent);
  Seen seen;
  std::vector<std::uint8_t> unread;
  for (const auto& segment : segments) {
    unread.insert(unread.end(), segment.begin(), segment.end());
    while (!unread.empty()) {
      const std::unique_ptr<std::uint8_t[]> exact(new std::uint8_t[unread.size()]);
      std::copy(unread.begin(), unread.end(), exact.get());
      const DeviceEvent event = device->read_reply({exact.get(), unread.size()});
      require(event.consumed <= unread.size(), "consumed no more than there was");
      if (event.consumed == 0) break;
      std::string said = std::to_string(static_cast<int>(event.kind)) + " " + std::to_string(event.accepted);
      if (event.kind == DeviceEvent::Kind::kCommand) {
        said += " " + std::to_string(event.request) + " " + std::string(event.text);
        if (transport == Transport::kTcp) check_answer(protocol, *device, event);
      }
      seen.events.push_back(std::move(said));
      unread.erase(unread.begin(), unread.begin() + static_cast<std::ptrdiff_t>(event.consumed));
      if (transport == Transport::kUdp) unread.clear();
    }
  }
  seen.leftover = unread.size();
  return seen;
}

void check(const Protocol& protocol, std::uint8_t choice, const std::vector<std::uint8_t>& bytes) {
  if ((choice & Choice::kUdp) != 0) {
    run(protocol, Transport::kUdp, {bytes});
    return;
  }
  const Seen whole = run(protocol, Transport::kTcp, {bytes});
  const Seen cut = run(protocol, Transport::kTcp, in_pieces(bytes, choice));
  require(cut.leftover == whole.leftover, "the same rest however the bytes are cut");
  // What is skipped comes in as many pieces as it was cut into.
  const auto without_noise = [](std::vector<std::string> events) {
    const std::string other = std::to_string(static_cast<int>(DeviceEvent::Kind::kOther)) + " 0";
    std::erase(events, other);
    return events;
  };
  require(without_noise(cut.events) == without_noise(whole.events),
          "the same events however the bytes are cut");
}

}  // namespace
}  // namespace rastro::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const rastro::Protocol* const protocol = rastro::find_protocol(RASTRO_FUZZ_PROTOCOL);
  if (size < 1) return 0;
  rastro::test::check(*protocol, data[0], {data + 1, data + size});
  return 0;
}

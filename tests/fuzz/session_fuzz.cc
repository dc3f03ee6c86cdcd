// Device to gateway: arbitrary bytes against the session of one protocol (RASTRO_FUZZ_PROTOCOL). What must
// hold of any input: no call takes more than there is or speaks without taking; what comes out is bounded by
// what went in; and it is the same however the bytes were cut.
//
// The first two bytes choose options and the cut, so that seeds of all kinds reach every path; the rest is
// the stream or the datagram.
#include <algorithm>

#include "protocols/registry.h"
#include "tests/fuzz/promise.h"
#include "tests/support/session_run.h"

namespace rastro::test {
namespace {

// A byte of input can make that many messages, values and bytes of reply at most; a GT06 frame without
// content (10 bytes) makes a message and a reply of ten, an address request one that copies its number.
constexpr std::size_t kMaxOutputPerByte = 16;

RunOptions options_of(std::uint8_t choice, std::uint8_t settings) {
  constexpr std::string_view kModels[] = {"", "FMB920", "FMC650", "GH4000"};
  RunOptions options;
  SessionOptions& session = options.session;
  session.transport = (choice & Choice::kUdp) != 0 ? Transport::kUdp : Transport::kTcp;
  session.checksum =
      (choice & Choice::kAcceptBadChecksum) != 0 ? ChecksumPolicy::kAccept : ChecksumPolicy::kStrict;
  if ((choice & Choice::kNotLoggedIn) == 0) session.identity = DeviceIdentity(kFuzzIdentity);
  session.settings.ack = (choice & Choice::kAckDocumented) != 0 ? AckPolicy::kDocumented : AckPolicy::kAll;
  session.settings.io16 = (choice & Choice::kIo16) != 0;
  session.settings.model = kModels[settings & 3];
  session.settings.mileage_unit = static_cast<MileageUnit>((settings >> 2) % 3);
  session.settings.learnt_clock.local_s = (settings & 16) != 0 ? 8 * 3600 : 0;
  session.max_media_bytes = (settings & 32) != 0 ? 100 : 1 << 20;
  options.received_ms = (settings & 64) != 0 ? kFuzzArrival : kNoArrival;
  return options;
}

void check(const Protocol& protocol, const RunOptions& options, std::uint8_t choice,
           const std::vector<std::uint8_t>& bytes) {
  const SessionRun whole = run_session(protocol, options, {bytes});
  require(whole.fault.empty(), whole.fault.c_str());
  require(whole.output_items <= kMaxOutputPerByte * bytes.size(), "output bounded by input");
  if (options.session.transport == Transport::kUdp) return;
  const SessionRun cut = run_session(protocol, options, in_pieces(bytes, choice));
  require(cut.fault.empty(), cut.fault.c_str());
  require(cut.messages == whole.messages, "the same messages however the bytes are cut");
  require(cut.replies == whole.replies, "the same replies however the bytes are cut");
  require(cut.leftover == whole.leftover, "the same rest however the bytes are cut");
}

}  // namespace
}  // namespace rastro::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const rastro::Protocol* const protocol = rastro::find_protocol(RASTRO_FUZZ_PROTOCOL);
  if (size < 2) return 0;
  rastro::test::check(*protocol, rastro::test::options_of(data[0], data[1]), data[0],
                      {data + 2, data + size});
  return 0;
}

// Arbitrary bytes against the session of one protocol (RASTRO_FUZZ_PROTOCOL). What must hold of any input: no
// call takes more than there is or speaks without taking; what comes out is bounded by what went in; and it
// is the same however the bytes were cut.
//
// The first byte chooses options and the cut, so that seeds of all kinds reach every path; the rest is the
// stream or the datagram.
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "protocols/registry.h"
#include "tests/support/session_run.h"

namespace rastro::test {
namespace {

// A byte of input can make that many messages, values and bytes of reply at most; a GT06 frame without
// content (10 bytes) makes a message and a reply of ten.
constexpr std::size_t kMaxOutputPerByte = 16;

void require(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

SessionOptions options_of(std::uint8_t choice) {
  SessionOptions options;
  options.transport = (choice & 1) != 0 ? Transport::kUdp : Transport::kTcp;
  options.checksum = (choice & 2) != 0 ? ChecksumPolicy::kAccept : ChecksumPolicy::kStrict;
  options.settings.ack = (choice & 4) != 0 ? AckPolicy::kDocumented : AckPolicy::kAll;
  if ((choice & 8) == 0) options.identity = DeviceIdentity("123456789012345");
  options.settings.io16 = (choice & 16) != 0;
  return options;
}

std::vector<std::vector<std::uint8_t>> in_pieces(const std::vector<std::uint8_t>& whole, std::size_t size) {
  std::vector<std::vector<std::uint8_t>> pieces;
  for (std::size_t at = 0; at < whole.size(); at += size) {
    const auto begin = whole.begin() + static_cast<std::ptrdiff_t>(at);
    pieces.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(std::min(size, whole.size() - at)));
  }
  return pieces;
}

void check(const Protocol& protocol, std::uint8_t choice, const std::vector<std::uint8_t>& bytes) {
  const SessionOptions options = options_of(choice);
  const SessionRun whole = run_session(protocol, options, {bytes});
  require(whole.fault.empty(), whole.fault.c_str());
  require(whole.output_items <= kMaxOutputPerByte * bytes.size(), "output bounded by input");
  if (options.transport == Transport::kUdp) return;
  constexpr std::size_t kPieceSizes[] = {1, 2, 7, 64, 3, 13, 31, 257};
  const SessionRun cut = run_session(protocol, options, in_pieces(bytes, kPieceSizes[choice >> 5]));
  require(cut.fault.empty(), cut.fault.c_str());
  require(cut.messages == whole.messages, "the same messages however the bytes are cut");
  require(cut.replies == whole.replies, "the same replies however the bytes are cut");
  require(cut.leftover == whole.leftover, "the same rest however the bytes are cut");
}

}  // namespace
}  // namespace rastro::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const rastro::Protocol* const protocol = rastro::find_protocol(RASTRO_FUZZ_PROTOCOL);
  if (size == 0 || protocol->open == nullptr) return 0;
  rastro::test::check(*protocol, data[0], {data + 1, data + size});
  return 0;
}

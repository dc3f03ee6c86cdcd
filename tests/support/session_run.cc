#include "tests/support/session_run.h"

#include <algorithm>

#include "gateway/commands/decode.h"
#include "schema/json.h"

namespace rastro::test {
namespace {

class Runner {
 public:
  Runner(const Protocol& protocol, const RunOptions& options)
      : options_(options), session_(protocol.open(std::make_shared<const SessionOptions>(options.session))) {}

  void feed(const std::vector<std::uint8_t>& segment) {
    unread_.insert(unread_.end(), segment.begin(), segment.end());
    while (!unread_.empty() && run_.fault.empty() && !closed_) {
      // A fresh block of the exact size: views of the call before would be caught, and reads past the end
      // too.
      const std::size_t size = unread_.size();
      const std::unique_ptr<std::uint8_t[]> exact(new std::uint8_t[size]);
      std::copy(unread_.begin(), unread_.end(), exact.get());
      output_.clear();
      const std::size_t consumed = session_->consume({exact.get(), size}, options_.received_ms, output_);
      if (consumed > size) run_.fault = "consumed more than there was";
      if (options_.session.transport == Transport::kUdp && consumed != size) {
        run_.fault = "left a part of a datagram";
      }
      if (consumed == 0 && (!output_.decoded.messages.empty() || !output_.problems.empty())) {
        run_.fault = "gave output without consuming anything";
      }
      if (!run_.fault.empty()) return;
      note_output(exact.get());
      if (consumed == 0) return;
      position_ += consumed;
      unread_.erase(unread_.begin(), unread_.begin() + static_cast<std::ptrdiff_t>(consumed));
      closed_ = output_.close;
    }
  }

  SessionRun finish() {
    run_.leftover = closed_ ? 0 : unread_.size();
    return std::move(run_);
  }

 private:
  void note_output(const std::uint8_t* start) {
    const MessageBuffer& decoded = output_.decoded;
    run_.output_items += decoded.messages.size() + decoded.fixes.size() + decoded.attributes.size() +
                         decoded.cells.size() + decoded.wifi.size() + decoded.media.size() +
                         output_.problems.size() + output_.reply_bytes.size();
    for (const Message& message : decoded.messages) {
      std::string text;
      append_message_json(message, decoded, output_.raw,
                          options_.with_identity ? session_->identity() : DeviceIdentity(), text);
      for (const Fix& fix : decoded.fixes_of(message)) text += " #" + std::to_string(fix.record_hash);
      run_.messages.push_back(std::move(text));
      run_.message_checksum_ok.push_back(message.checksum == Checksum::kOk);
    }
    for (const Reply& reply : output_.replies) {
      std::string hex;
      append_hex(ByteView(output_.reply_bytes).subspan(reply.bytes.first, reply.bytes.count), hex);
      run_.replies.push_back(std::move(hex));
    }
    for (const Problem& problem : output_.problems) note_problem(problem, start);
  }

  // Bytes that belong to no frame are reported as they come; how many reports that makes depends on how they
  // were cut, so neighbours count as one.
  void note_problem(const Problem& problem, const std::uint8_t* start) {
    const bool skipped = problem.disposition == Disposition::kRejected && !problem.bytes.empty() &&
                         problem.bytes.data() != output_.raw.data();
    const std::size_t begin = position_ + static_cast<std::size_t>(problem.bytes.data() - start);
    if (!skipped || begin != skipped_to_) run_.errors.emplace_back(decode_error_name(problem.error));
    if (skipped) skipped_to_ = begin + problem.bytes.size();
  }

  RunOptions options_;
  std::unique_ptr<Session> session_;
  std::vector<std::uint8_t> unread_;
  std::size_t position_ = 0;  // of unread_ in the connection
  std::size_t skipped_to_ = SIZE_MAX;
  bool closed_ = false;
  SessionOutput output_;
  SessionRun run_;
};

}  // namespace

SessionRun run_session(const Protocol& protocol, const RunOptions& options,
                       const std::vector<std::vector<std::uint8_t>>& segments) {
  Runner runner(protocol, options);
  for (const auto& segment : segments) runner.feed(segment);
  return runner.finish();
}

std::vector<std::uint8_t> joined(const std::vector<std::vector<std::uint8_t>>& segments) {
  std::vector<std::uint8_t> all;
  for (const auto& segment : segments) all.insert(all.end(), segment.begin(), segment.end());
  return all;
}

}  // namespace rastro::test

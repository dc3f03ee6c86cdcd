#include "gateway/net/ingest.h"

#include <algorithm>

#include "gateway/clock.h"

namespace rastro {
namespace {

std::size_t dead_letters_in(const SessionOutput& out) {
  return static_cast<std::size_t>(
      std::ranges::count(out.problems, Disposition::kDeadLetter, &Problem::disposition));
}

void drop(MessageType type, MessageBuffer& decoded) {
  std::erase_if(decoded.messages, [type](const Message& message) { return message.type == type; });
}

bool holds_unknown(const MessageBuffer& decoded) {
  return std::ranges::any_of(decoded.messages,
                             [](const Message& message) { return message.type == MessageType::kUnknown; });
}

}  // namespace

void drop_logins(MessageBuffer& decoded) { drop(MessageType::kLogin, decoded); }

std::shared_ptr<const SessionOptions> session_options(const ListenerConfig& listener,
                                                      const DeviceDirectory& directory) {
  SessionOptions options;
  options.transport = listener.transport;
  options.checksum = listener.checksum;
  options.settings = listener.settings;
  options.surroundings = &directory;
  return std::make_shared<const SessionOptions>(std::move(options));
}

std::uint32_t units_of(const SessionOutput& out) { return count_units(out.decoded, dead_letters_in(out)); }

Admission Ingest::admit(const DeviceIdentity& identity) const {
  const bool loaded = directory_.loaded();
  if (!loaded)
    return config_.unknown_devices == UnknownDevices::kReject ? Admission::kUnavailable : Admission::kWelcome;
  const auto status = directory_.status(identity);
  if (!status)
    return config_.unknown_devices == UnknownDevices::kReject ? Admission::kRejected : Admission::kWelcome;
  return *status == DeviceStatus::kDisabled ? Admission::kRejected : Admission::kWelcome;
}

journal::Append Ingest::store(const ListenerConfig& listener, const DeviceIdentity& identity,
                              std::string_view peer, SessionOutput& out, std::uint64_t& end) {
  end = 0;
  if (out.learnt && !identity.empty()) learnt_.note(identity, *out.learnt);
  // It says nothing but that the line is alive; a row of its own for each would only be weight.
  drop(MessageType::kPing, out.decoded);
  dead_letters_.clear();
  for (const Problem& problem : out.problems) {
    if (problem.disposition == Disposition::kDeadLetter) {
      dead_letters_.push_back({decode_error_name(problem.error), problem.bytes});
    }
  }
  const std::uint32_t units = count_units(out.decoded, dead_letters_.size());
  if (units == 0 || identity.empty()) return journal::Append::kAccepted;

  RecordHead head;
  head.received_ms = now_ms();
  head.protocol = listener.protocol->name;
  head.transport = listener.transport;
  head.identity = identity;
  head.peer = peer;
  // Of what was not understood the bytes are all there is.
  if (config_.journal_keep_raw || !dead_letters_.empty() || holds_unknown(out.decoded)) head.raw = out.raw;
  head.decoder_version = kDecoderVersion;
  encoder_.encode(head, out.decoded, dead_letters_, encoded_);
  const ByteView payload{reinterpret_cast<const std::uint8_t*>(encoded_.data()), encoded_.size()};
  return journal_.append(payload, units, end);
}

void Ingest::count(ListenerMetrics& metrics, std::size_t consumed, const SessionOutput& out) {
  const std::size_t framed = std::min(out.raw.size(), consumed);
  metrics.bytes_framed.Increment(static_cast<double>(framed));
  metrics.bytes_rejected.Increment(static_cast<double>(consumed - framed));
  if (framed > 0) metrics.frames.Increment();
  for (const Problem& problem : out.problems) {
    const auto error = static_cast<std::size_t>(problem.error);
    switch (problem.disposition) {
      case Disposition::kRejected:
        metrics.rejected[error]->Increment();
        break;
      case Disposition::kDeadLetter:
        metrics.dead_lettered[error]->Increment();
        break;
      case Disposition::kNoted:
        metrics.noted[error]->Increment();
        break;
    }
  }
  metrics.records_received.Increment(units_of(out));
}

}  // namespace rastro

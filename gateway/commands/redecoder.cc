#include "gateway/commands/redecoder.h"

#include "gateway/commands/decode.h"
#include "protocols/registry.h"
#include "schema/json.h"

namespace rastro {

Session* Redecoder::session_of(const RecordHead& head) {
  const std::tuple key(std::string(head.protocol), std::string(head.identity.view()), head.transport);
  const auto known = sessions_.find(key);
  if (known != sessions_.end()) return known->second.get();
  const Protocol* protocol = find_protocol(head.protocol);
  if (protocol == nullptr) return nullptr;
  SessionOptions options;
  options.transport = head.transport;
  options.checksum = ChecksumPolicy::kAccept;  // what was kept was accepted then
  options.settings = surroundings_.settings_of(head.identity, {});
  options.surroundings = &surroundings_;
  options.identity = head.identity;
  return sessions_.emplace(key, protocol->open(std::make_shared<const SessionOptions>(options)))
      .first->second.get();
}

bool Redecoder::decode(const StoredRecord& before, StoredRecord& after) {
  Session* session = before.head.raw.empty() ? nullptr : session_of(before.head);
  if (session == nullptr) return false;
  output_.clear();
  for (std::size_t done = 0; done < before.head.raw.size();) {
    const std::size_t consumed =
        session->consume(before.head.raw.subspan(done), before.head.received_ms, output_);
    if (consumed == 0) break;
    done += consumed;
  }
  letters_.clear();
  for (const Problem& problem : output_.problems) {
    if (problem.disposition == Disposition::kDeadLetter)
      letters_.push_back({decode_error_name(problem.error), problem.bytes});
  }
  if (count_units(output_.decoded, letters_.size()) == 0) return false;
  RecordHead head = before.head;
  head.decoder_version = kDecoderVersion;
  encoder_.encode(head, output_.decoded, letters_, encoded_);
  return after.decode({reinterpret_cast<const std::uint8_t*>(encoded_.data()), encoded_.size()});
}

std::vector<std::string> lines_of(const StoredRecord& record) {
  std::vector<std::string> lines;
  for (const Message& message : record.messages.messages) {
    append_message_json(message, record.messages, record.head.raw, record.head.identity,
                        lines.emplace_back());
  }
  for (const DeadLetter& letter : record.dead_letters) {
    std::string& line = lines.emplace_back(R"({"dead_letter":)");
    append_json_string(letter.reason, line);
    line += R"(,"raw":")";
    append_hex(letter.raw, line);
    line += "\"}";
  }
  return lines;
}

}  // namespace rastro

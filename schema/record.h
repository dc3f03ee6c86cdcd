// A record: what one frame or datagram brought, as it goes through the journal to every consumer in the form
// of record.proto. That form is known here alone; the rest of the program sees the plain types of message.h.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "schema/bytes.h"
#include "schema/device_identity.h"
#include "schema/message.h"

namespace rastro {

enum class Transport : std::uint8_t { kTcp = 0, kUdp = 1 };

std::string_view transport_name(Transport transport);

struct DeadLetter {
  std::string_view reason;
  ByteView raw;
};

// Everything but the decoded messages, which stand in a MessageBuffer of their own.
struct RecordHead {
  std::int64_t received_ms = 0;
  std::string_view protocol;
  Transport transport = Transport::kTcp;
  DeviceIdentity identity;
  std::string_view peer;
  ByteView raw;
  std::uint32_t decoder_version = 0;
};

// How many stored things a record brings: each fix, each message without one, each dead letter. The unit in
// which the counters close from socket to table.
std::uint32_t count_units(const MessageBuffer& messages, std::size_t dead_letters);

// Encodes to the stored form. Keeps its scratch memory between calls; one thread.
class RecordEncoder {
 public:
  RecordEncoder();
  ~RecordEncoder();
  RecordEncoder(const RecordEncoder&) = delete;
  RecordEncoder& operator=(const RecordEncoder&) = delete;

  // Replaces `out`.
  void encode(const RecordHead& head, const MessageBuffer& messages,
              const std::vector<DeadLetter>& dead_letters, std::string& out);

 private:
  struct Scratch;
  std::unique_ptr<Scratch> scratch_;
};

// What of a record a reader wants. Attributes are most of a record and nearly all of its decoding.
enum class Parts : std::uint8_t { kAll, kWithoutAttributes };

// One decoded record. It keeps a copy of the bytes; views in head, messages and dead_letters are good until
// the next decode(), also after a move. One thread.
class StoredRecord {
 public:
  StoredRecord();
  ~StoredRecord();
  StoredRecord(StoredRecord&&) noexcept;
  StoredRecord& operator=(StoredRecord&&) noexcept;

  // False when the bytes are no record (another version's, or not ours); the content is then empty.
  bool decode(ByteView bytes, Parts parts = Parts::kAll);

  RecordHead head;
  MessageBuffer messages;
  std::vector<DeadLetter> dead_letters;

 private:
  struct Scratch;

  void clear();
  void read_parts();

  std::unique_ptr<Scratch> scratch_;
};

}  // namespace rastro

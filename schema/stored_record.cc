#include "schema/record.h"
#include "schema/stored_fields.h"
#include "schema/stored_message.h"

namespace rastro {

namespace {

using stored_form::bytes_of;
using stored_form::counted;
using stored_form::Reader;
using stored_form::text_of;
using stored_form::varint;

DeadLetter get_dead_letter(protozero::data_view bytes) {
  using From = stored_form::DeadLetter;
  DeadLetter letter;
  Reader<From> from(bytes);
  while (from.next()) {
    switch (from.tag_and_type()) {
      case counted(From::kReason):
        letter.reason = text_of(from.get_view());
        break;
      case counted(From::kRaw):
        letter.raw = bytes_of(from.get_view());
        break;
      default:
        from.skip();
    }
  }
  return letter;
}

}  // namespace

struct StoredRecord::Scratch {
  std::vector<std::uint8_t> bytes;  // what every view is of
  WantedAttributes wanted;
  std::vector<protozero::data_view> messages;
};

StoredRecord::StoredRecord() : scratch_(std::make_unique<Scratch>()) {}
StoredRecord::~StoredRecord() = default;
StoredRecord::StoredRecord(StoredRecord&&) noexcept = default;
StoredRecord& StoredRecord::operator=(StoredRecord&&) noexcept = default;

bool StoredRecord::decode(ByteView bytes, Parts parts) {
  clear();
  scratch_->wanted.parts = parts;
  scratch_->bytes.assign(bytes.begin(), bytes.end());
  try {
    read_parts();
    // Last, as a name may stand behind the message that it is of.
    for (const protozero::data_view message : scratch_->messages)
      read_stored_message(message, scratch_->wanted, messages);
    return true;
  } catch (const protozero::exception&) {
    clear();
    return false;
  }
}

void StoredRecord::clear() {
  head = {};
  messages.clear();
  dead_letters.clear();
  scratch_->wanted.names.clear();
  scratch_->messages.clear();
}

void StoredRecord::read_parts() {
  using From = stored_form::Record;
  const std::vector<std::uint8_t>& bytes = scratch_->bytes;
  Reader<From> from(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  while (from.next()) {
    switch (from.tag_and_type()) {
      case varint(From::kReceivedMs):
        head.received_ms = from.get_sint64();
        break;
      case counted(From::kProtocol):
        head.protocol = text_of(from.get_view());
        break;
      case varint(From::kTransport):
        head.transport = from.get_enum() == 0 ? Transport::kTcp : Transport::kUdp;
        break;
      case counted(From::kIdentity):
        head.identity = DeviceIdentity(text_of(from.get_view()));
        break;
      case counted(From::kRaw):
        head.raw = bytes_of(from.get_view());
        break;
      case varint(From::kDecoderVersion):
        head.decoder_version = from.get_uint32();
        break;
      case counted(From::kNames):
        scratch_->wanted.names.push_back(text_of(from.get_view()));
        break;
      case counted(From::kMessages):
        scratch_->messages.push_back(from.get_view());
        break;
      case counted(From::kDeadLetters):
        dead_letters.push_back(get_dead_letter(from.get_view()));
        break;
      case counted(From::kPeer):
        head.peer = text_of(from.get_view());
        break;
      default:
        from.skip();
    }
  }
}

}  // namespace rastro

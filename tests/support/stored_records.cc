#include "tests/support/stored_records.h"

#include <stdexcept>

namespace rastro::test {

ByteView bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

Fix fix_at(std::int64_t time_ms, std::uint64_t hash) {
  Fix fix;
  fix.time_ms = time_ms;
  fix.record_hash = hash;
  fix.valid = true;
  fix.latitude_deg = -34.6037;
  fix.longitude_deg = -58.3816;
  fix.speed_kmh = 42;
  fix.satellites = 9;
  return fix;
}

RecordBuilder::RecordBuilder(std::string_view imei, std::int64_t received_ms) {
  head_.received_ms = received_ms;
  head_.protocol = "teltonika";
  head_.identity = DeviceIdentity(imei);
  head_.peer = "127.0.0.1";
  head_.decoder_version = 3;
}

RecordBuilder& RecordBuilder::fix(Fix fix, std::vector<Attribute> attributes) {
  fix.attributes = {static_cast<std::uint32_t>(messages_.attributes.size()),
                    static_cast<std::uint32_t>(attributes.size())};
  messages_.attributes.insert(messages_.attributes.end(), attributes.begin(), attributes.end());
  Message message;
  message.type = MessageType::kLocation;
  message.fixes = {static_cast<std::uint32_t>(messages_.fixes.size()), 1};
  messages_.fixes.push_back(fix);
  messages_.messages.push_back(message);
  return *this;
}

RecordBuilder& RecordBuilder::message(Message message, std::vector<Attribute> attributes,
                                      std::vector<Cell> cells, std::vector<WifiAccessPoint> wifi) {
  const auto append = [](auto& all, const auto& some) {
    const Range range{static_cast<std::uint32_t>(all.size()), static_cast<std::uint32_t>(some.size())};
    all.insert(all.end(), some.begin(), some.end());
    return range;
  };
  message.attributes = append(messages_.attributes, attributes);
  message.cells = append(messages_.cells, cells);
  message.wifi = append(messages_.wifi, wifi);
  messages_.messages.push_back(message);
  return *this;
}

RecordBuilder& RecordBuilder::message(MessageType type) {
  Message message;
  message.type = type;
  return this->message(message);
}

RecordBuilder& RecordBuilder::media(Message message, const MediaPart& part) {
  message.media = {static_cast<std::uint32_t>(messages_.media.size()), 1};
  messages_.media.push_back(part);
  return this->message(message);
}

RecordBuilder& RecordBuilder::dead_letter(std::string_view reason, std::string_view raw) {
  dead_letters_.push_back({reason, bytes_of(raw)});
  return *this;
}

RecordBuilder& RecordBuilder::raw(std::string_view bytes) {
  head_.raw = bytes_of(bytes);
  return *this;
}

StoredRecord RecordBuilder::build() const {
  std::string bytes;
  RecordEncoder().encode(head_, messages_, dead_letters_, bytes);
  StoredRecord record;
  if (!record.decode(bytes_of(bytes))) throw std::logic_error("a record that cannot be decoded");
  return record;
}

StoredRecord RecordBuilder::build_unstored() const {
  StoredRecord record;
  record.head = head_;
  record.messages = messages_;
  record.dead_letters = dead_letters_;
  return record;
}

StoredRecord fix_record(std::string_view imei, Fix fix) { return RecordBuilder(imei).fix(fix).build(); }

}  // namespace rastro::test

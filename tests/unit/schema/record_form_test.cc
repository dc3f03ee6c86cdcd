// The stored form against protobuf's own classes, made of record.proto: what Rastro writes they read, and
// what they write Rastro reads, whatever a device may send.
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <random>

#include "schema/record.h"
#include "schema/record.pb.h"

namespace rastro {
namespace {

using google::protobuf::util::MessageDifferencer;

// Names are mostly the same static string, so a pointer compare finds them; a packet has few distinct names.
class NameTable {
 public:
  explicit NameTable(stored::Record& record) : record_(record) {}

  std::uint32_t index_of(std::string_view name) {
    for (std::size_t i = 0; i < seen_.size(); ++i) {
      if (seen_[i].data() == name.data() && seen_[i].size() == name.size())
        return static_cast<std::uint32_t>(i);
    }
    seen_.push_back(name);
    record_.add_names(name.data(), name.size());
    return static_cast<std::uint32_t>(seen_.size() - 1);
  }

 private:
  stored::Record& record_;
  std::vector<std::string_view> seen_;
};

struct ValueSetter {
  stored::Value& to;
  void operator()(bool v) const { to.set_boolean(v); }
  void operator()(std::int64_t v) const { to.set_integer(v); }
  void operator()(std::uint64_t v) const { to.set_natural(v); }
  void operator()(double v) const { to.set_real(v); }
  void operator()(std::string_view v) const { to.set_text(v.data(), v.size()); }
  void operator()(ByteView v) const { to.set_binary(v.data(), v.size()); }
};

template <typename Repeated>
void add_attributes(std::span<const Attribute> from, NameTable& names, Repeated* to) {
  for (const Attribute& attribute : from) {
    auto* stored = to->Add();
    stored->set_name(names.index_of(attribute.name));
    std::visit(ValueSetter{*stored->mutable_value()}, attribute.value);
  }
}

void put_fix(const Fix& from, const MessageBuffer& all, NameTable& names, stored::Fix& to) {
  to.set_time_ms(from.time_ms);
  if (from.reported_time_ms) to.set_reported_time_ms(*from.reported_time_ms);
  to.set_record_hash(from.record_hash);
  to.set_valid(from.valid);
  to.set_latitude_deg(from.latitude_deg);
  to.set_longitude_deg(from.longitude_deg);
  if (from.altitude_m) to.set_altitude_m(*from.altitude_m);
  if (from.speed_kmh) to.set_speed_kmh(*from.speed_kmh);
  if (from.course_deg) to.set_course_deg(*from.course_deg);
  if (from.satellites) to.set_satellites(*from.satellites);
  to.set_alarms(from.alarms.to_ullong());
  add_attributes(all.attributes_of(from), names, to.mutable_attributes());
}

void put_message(const Message& from, const MessageBuffer& all, NameTable& names, stored::Message& to) {
  to.set_type(static_cast<std::uint32_t>(from.type));
  to.set_code(from.code);
  to.set_checksum(static_cast<std::uint32_t>(from.checksum));
  if (from.serial) to.set_serial(*from.serial);
  for (const Fix& fix : all.fixes_of(from)) put_fix(fix, all, names, *to.add_fixes());
  to.set_alarms(from.alarms.to_ullong());
  add_attributes(all.attributes_of(from), names, to.mutable_attributes());
  for (const Cell& cell : all.cells_of(from)) {
    auto* stored = to.add_cells();
    stored->set_mcc(cell.mcc);
    stored->set_mnc(cell.mnc);
    stored->set_lac(cell.lac);
    stored->set_cell(cell.cell);
    if (cell.rssi_dbm) stored->set_rssi_dbm(*cell.rssi_dbm);
  }
  for (const WifiAccessPoint& wifi : all.wifi_of(from)) {
    auto* stored = to.add_wifi();
    stored->set_mac(wifi.mac);
    if (wifi.rssi_dbm) stored->set_rssi_dbm(*wifi.rssi_dbm);
    stored->set_ssid(wifi.ssid.data(), wifi.ssid.size());
  }
  for (const MediaPart& part : all.media_of(from)) {
    auto* stored = to.add_media();
    stored->set_kind(part.kind.data(), part.kind.size());
    stored->set_file(part.file);
    stored->set_total_bytes(part.total_bytes);
    stored->set_offset(part.offset);
    stored->set_data(part.data.data(), part.data.size());
    stored->set_check(static_cast<std::uint32_t>(part.check));
    stored->set_expected(part.expected.data(), part.expected.size());
  }
  if (from.text) to.set_text(from.text->data(), from.text->size());
  if (from.request) to.set_request(*from.request);
  to.set_refused(from.refused);
}

struct AnyRecord {
  RecordHead head;
  MessageBuffer messages;
  std::vector<DeadLetter> dead_letters;
};

stored::Record to_protobuf(const RecordHead& head, const MessageBuffer& messages,
                           const std::vector<DeadLetter>& dead_letters) {
  stored::Record record;
  record.set_received_ms(head.received_ms);
  record.set_protocol(head.protocol.data(), head.protocol.size());
  record.set_transport(static_cast<stored::Transport>(head.transport));
  record.set_identity(head.identity.view().data(), head.identity.view().size());
  record.set_peer(head.peer.data(), head.peer.size());
  record.set_raw(head.raw.data(), head.raw.size());
  record.set_decoder_version(head.decoder_version);
  NameTable names(record);
  for (const Message& message : messages.messages)
    put_message(message, messages, names, *record.add_messages());
  for (const DeadLetter& letter : dead_letters) {
    auto* stored = record.add_dead_letters();
    stored->set_reason(letter.reason.data(), letter.reason.size());
    stored->set_raw(letter.raw.data(), letter.raw.size());
  }
  return record;
}

// Draws a record with all that one may hold, and numbers at the edges of their width.
class Drawing {
 public:
  explicit Drawing(std::uint64_t seed) : random_(seed) {}

  void draw(AnyRecord& to) {
    to.head = {signed_number(),        text(), flip() ? Transport::kTcp : Transport::kUdp,
               DeviceIdentity(text()), text(), bytes(),
               narrow<std::uint32_t>()};
    for (std::uint64_t left = below(4); left > 0; --left) draw_message(to.messages);
    for (std::uint64_t left = below(3); left > 0; --left) to.dead_letters.push_back({text(), bytes()});
  }

 private:
  std::uint64_t below(std::uint64_t end) { return random_() % end; }
  bool flip() { return below(2) == 1; }
  std::uint64_t number() { return random_() >> below(64); }
  std::int64_t signed_number() { return static_cast<std::int64_t>(flip() ? number() : ~number()); }
  template <typename T>
  T narrow() {
    return static_cast<T>(number());
  }
  double real() { return static_cast<double>(signed_number()) / 1e7; }

  std::string_view text() {
    static constexpr std::array<std::string_view, 6> kTexts = {
        "",
        "ignition",
        "gt06",
        "caf\xE9",
        "\xFF\xFE",
        "a longer text, of more than one byte's varint: ..............................................."};
    return kTexts[below(kTexts.size())];
  }
  ByteView bytes() {
    static constexpr std::array<std::uint8_t, 300> kBytes{0xFF, 0x00, 0x80};
    return ByteView(kBytes).first(below(kBytes.size()));
  }

  AttributeValue value() {
    switch (below(6)) {
      case 0:
        return flip();
      case 1:
        return signed_number();
      case 2:
        return number();
      case 3:
        return real();
      case 4:
        return text();
      default:
        return bytes();
    }
  }

  Range draw_attributes(MessageBuffer& to) {
    const Range range{static_cast<std::uint32_t>(to.attributes.size()), static_cast<std::uint32_t>(below(5))};
    for (std::uint32_t i = 0; i < range.count; ++i) to.attributes.push_back({text(), value()});
    return range;
  }

  template <typename T>
  std::optional<T> maybe(T value) {
    return flip() ? std::optional(value) : std::nullopt;
  }

  void draw_fix(MessageBuffer& to) {
    Fix fix;
    fix.time_ms = signed_number();
    fix.reported_time_ms = maybe(signed_number());
    fix.record_hash = number();
    fix.valid = flip();
    fix.latitude_deg = real();
    fix.longitude_deg = real();
    fix.altitude_m = maybe(real());
    fix.speed_kmh = maybe(real());
    fix.course_deg = maybe(real());
    fix.satellites = maybe(narrow<std::uint8_t>());
    fix.alarms = AlarmSet(flip() ? number() : 0);
    fix.attributes = draw_attributes(to);
    to.fixes.push_back(fix);
  }

  void draw_message(MessageBuffer& to) {
    Message message;
    message.type = static_cast<MessageType>(below(14));
    message.code = narrow<std::uint16_t>();
    message.checksum = static_cast<Checksum>(below(3));
    message.serial = maybe(narrow<std::uint16_t>());
    message.alarms = AlarmSet(flip() ? number() : 0);
    message.attributes = draw_attributes(to);
    message.fixes = {static_cast<std::uint32_t>(to.fixes.size()), static_cast<std::uint32_t>(below(4))};
    message.cells = {static_cast<std::uint32_t>(to.cells.size()), static_cast<std::uint32_t>(below(3))};
    message.wifi = {static_cast<std::uint32_t>(to.wifi.size()), static_cast<std::uint32_t>(below(3))};
    message.media = {static_cast<std::uint32_t>(to.media.size()), static_cast<std::uint32_t>(below(2))};
    for (std::uint32_t i = 0; i < message.fixes.count; ++i) draw_fix(to);
    for (std::uint32_t i = 0; i < message.cells.count; ++i) {
      to.cells.push_back({narrow<std::uint16_t>(), narrow<std::uint16_t>(), narrow<std::uint32_t>(), number(),
                          maybe(narrow<std::int16_t>())});
    }
    for (std::uint32_t i = 0; i < message.wifi.count; ++i)
      to.wifi.push_back({number(), maybe(narrow<std::int16_t>()), text()});
    for (std::uint32_t i = 0; i < message.media.count; ++i) {
      to.media.push_back({text(), number(), narrow<std::uint32_t>(), narrow<std::uint32_t>(), bytes(),
                          static_cast<MediaPart::Check>(below(3)), bytes()});
    }
    message.text = maybe(text());
    message.request = maybe(narrow<std::uint32_t>());
    message.refused = flip();
    to.messages.push_back(message);
  }

  std::mt19937_64 random_;
};

ByteView bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

RC_GTEST_PROP(StoredForm, IsReadByProtobufAsWhatWasWritten, (std::uint64_t seed)) {
  AnyRecord drawn;
  Drawing(seed).draw(drawn);
  std::string bytes;
  RecordEncoder().encode(drawn.head, drawn.messages, drawn.dead_letters, bytes);
  stored::Record read;
  RC_ASSERT(read.ParseFromString(bytes));
  RC_ASSERT(MessageDifferencer::Equals(read, to_protobuf(drawn.head, drawn.messages, drawn.dead_letters)));
}

RC_GTEST_PROP(StoredForm, IsReadAsWhatWasWritten, (std::uint64_t seed)) {
  AnyRecord drawn;
  Drawing(seed).draw(drawn);
  std::string bytes;
  RecordEncoder().encode(drawn.head, drawn.messages, drawn.dead_letters, bytes);
  StoredRecord read;
  RC_ASSERT(read.decode(bytes_of(bytes)));
  RC_ASSERT(MessageDifferencer::Equals(to_protobuf(read.head, read.messages, read.dead_letters),
                                       to_protobuf(drawn.head, drawn.messages, drawn.dead_letters)));
}

// The length of what stands within is written behind it, into the room that was left for it.
TEST(StoredForm, WhatStandsWithinMayBeOfAnySize) {
  RecordEncoder encoder;
  for (const std::size_t size :
       {0U, 116U, 120U, 125U, 126U, 127U, 128U, 200U, 16383U, 16384U, 70000U, 3U << 20U}) {
    SCOPED_TRACE(size);
    const std::string text(size, 'x');
    AnyRecord record;
    record.messages.attributes.push_back({"text", std::string_view(text)});
    Fix fix;
    fix.attributes = {0, 1};
    record.messages.fixes.push_back(fix);
    Message message;
    message.fixes = {0, 1};
    record.messages.messages.push_back(message);
    const stored::Record meant = to_protobuf(record.head, record.messages, record.dead_letters);

    std::string bytes;
    encoder.encode(record.head, record.messages, record.dead_letters, bytes);
    stored::Record by_protobuf;
    ASSERT_TRUE(by_protobuf.ParseFromString(bytes));
    EXPECT_TRUE(MessageDifferencer::Equals(by_protobuf, meant));
    StoredRecord read;
    ASSERT_TRUE(read.decode(bytes_of(bytes)));
    EXPECT_TRUE(MessageDifferencer::Equals(to_protobuf(read.head, read.messages, read.dead_letters), meant));
  }
}

RC_GTEST_PROP(StoredForm, WrittenByProtobufIsReadAsWhatItSays, (std::uint64_t seed)) {
  AnyRecord drawn;
  Drawing(seed).draw(drawn);
  const stored::Record written = to_protobuf(drawn.head, drawn.messages, drawn.dead_letters);
  StoredRecord read;
  RC_ASSERT(read.decode(bytes_of(written.SerializeAsString())));
  RC_ASSERT(MessageDifferencer::Equals(to_protobuf(read.head, read.messages, read.dead_letters), written));
}

RC_GTEST_PROP(StoredForm, CutAnywhereOrWithAnyByteChangedIsReadOrRefused, (std::uint64_t seed)) {
  AnyRecord drawn;
  Drawing(seed).draw(drawn);
  std::string bytes;
  RecordEncoder().encode(drawn.head, drawn.messages, drawn.dead_letters, bytes);
  StoredRecord read;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    // Of its own exact size, so that a sanitizer sees one byte read too far.
    const std::vector<std::uint8_t> cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    if (!read.decode(cut)) RC_ASSERT(read.messages.messages.empty() && read.dead_letters.empty());
    std::string changed = bytes;
    changed[size] = static_cast<char>(changed[size] ^ (1 << (seed % 8)));
    if (!read.decode(bytes_of(changed)))
      RC_ASSERT(read.messages.messages.empty() && read.dead_letters.empty());
  }
}

TEST(StoredForm, NamesMayStandBehindTheMessagesThatUseThem) {
  AnyRecord record;
  record.messages.attributes.push_back({"ignition", true});
  Message message;
  message.attributes = {0, 1};
  record.messages.messages.push_back(message);
  stored::Record names = to_protobuf(record.head, record.messages, record.dead_letters);
  stored::Record messages = names;
  names.clear_messages();
  messages.clear_names();
  StoredRecord read;
  ASSERT_TRUE(read.decode(bytes_of(messages.SerializeAsString() + names.SerializeAsString())));
  ASSERT_EQ(read.messages.attributes.size(), 1u);
  EXPECT_EQ(read.messages.attributes[0].name, "ignition");
}

TEST(StoredForm, OfALaterVersionIsReadAsFarAsItIsKnown) {
  stored::Record record;
  record.set_received_ms(7);
  record.add_messages()->add_fixes()->set_time_ms(8);
  const std::string unknown_fields("\xF8\x07\x01\xF2\x07\x02\x68\x69",
                                   8);  // 127 as a number, 126 as text "hi"
  auto* fixes = record.mutable_messages(0)->mutable_fixes(0);
  ASSERT_TRUE(fixes->MergeFromString(unknown_fields));
  ASSERT_TRUE(record.MergeFromString(unknown_fields));
  StoredRecord read;
  ASSERT_TRUE(read.decode(bytes_of(record.SerializeAsString())));
  EXPECT_EQ(read.head.received_ms, 7);
  ASSERT_EQ(read.messages.fixes.size(), 1u);
  EXPECT_EQ(read.messages.fixes[0].time_ms, 8);
}

}  // namespace
}  // namespace rastro

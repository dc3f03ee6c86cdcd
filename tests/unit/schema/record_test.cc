#include "schema/record.h"

#include <gtest/gtest.h>

#include "schema/json.h"
#include "schema/record_hash.h"

namespace rastro {
namespace {

ByteView bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

void add_fix(MessageBuffer& to, std::int64_t time_ms) {
  Fix fix;
  fix.time_ms = time_ms;
  fix.record_hash = 0xFEDCBA9876543210;
  fix.valid = true;
  fix.latitude_deg = -33.8688;
  fix.longitude_deg = -70.5;
  fix.altitude_m = -12;
  fix.satellites = 9;
  raise(fix.alarms, Alarm::kSharpTurn);
  fix.attributes = {static_cast<std::uint32_t>(to.attributes.size()), 2};
  to.attributes.push_back({"ignition", true});
  to.attributes.push_back({"driver_id", std::uint64_t{0xFFFFFFFFFFFFFFFF}});
  to.fixes.push_back(fix);
}

TEST(Record, ComesBackAsItWasStored) {
  MessageBuffer messages;
  add_fix(messages, 1795534200000);
  add_fix(messages, 1795534201000);
  Message location;
  location.type = MessageType::kLocation;
  location.code = 0x8E;
  location.checksum = Checksum::kOk;
  location.fixes = {0, 2};
  messages.messages.push_back(location);
  Message heartbeat;
  heartbeat.type = MessageType::kHeartbeat;
  heartbeat.serial = 7;
  heartbeat.text = "ok";
  heartbeat.cells = {0, 1};
  messages.cells.push_back({722, 310, 10365, 8120, std::int16_t{-71}});
  heartbeat.wifi = {0, 1};
  messages.wifi.push_back({0x808917449800, std::nullopt, "café"});
  messages.messages.push_back(heartbeat);

  const std::string raw = "raw";
  RecordHead head{1795534205000,
                  "teltonika",
                  Transport::kUdp,
                  DeviceIdentity("352093086403655"),
                  "127.0.0.1",
                  bytes_of(raw),
                  1};
  const std::vector<DeadLetter> dead = {{"bad_record", bytes_of("xx")}};
  std::string stored;
  RecordEncoder().encode(head, messages, dead, stored);

  StoredRecord back;
  ASSERT_TRUE(back.decode(bytes_of(stored)));
  EXPECT_EQ(back.head.received_ms, head.received_ms);
  EXPECT_EQ(back.head.protocol, "teltonika");
  EXPECT_EQ(back.head.transport, Transport::kUdp);
  EXPECT_EQ(back.head.identity.view(), "352093086403655");
  EXPECT_EQ(back.head.peer, "127.0.0.1");
  EXPECT_TRUE(std::ranges::equal(back.head.raw, head.raw));
  ASSERT_EQ(back.messages.messages.size(), 2u);
  ASSERT_EQ(back.messages.fixes.size(), 2u);
  const Fix& fix = back.messages.fixes[1];
  EXPECT_EQ(fix.time_ms, 1795534201000);
  EXPECT_EQ(fix.record_hash, 0xFEDCBA9876543210);
  EXPECT_EQ(fix.latitude_deg, -33.8688);
  EXPECT_EQ(fix.altitude_m, -12.0);
  EXPECT_FALSE(fix.speed_kmh.has_value());
  EXPECT_EQ(fix.satellites, 9);
  std::string json;
  append_json_attributes(back.messages.attributes_of(fix), fix.alarms, json);
  EXPECT_EQ(json, R"({"ignition":true,"driver_id":18446744073709551615,"alarms":["sharp_turn"]})");
  EXPECT_EQ(back.messages.messages[1].text, "ok");
  EXPECT_EQ(back.messages.messages[1].serial, 7);
  EXPECT_EQ(back.messages.cells[0].rssi_dbm, -71);
  EXPECT_EQ(back.messages.wifi[0].ssid, "café");
  ASSERT_EQ(back.dead_letters.size(), 1u);
  EXPECT_EQ(back.dead_letters[0].reason, "bad_record");
  EXPECT_EQ(count_units(back.messages, back.dead_letters.size()), 4u)
      << "two fixes, one message, one dead letter";
}

TEST(Record, WithTextThatIsNoUtf8ComesBackToo) {
  MessageBuffer messages;
  Message message;
  message.text = "caf\xE9";
  message.attributes = {0, 1};
  messages.attributes.push_back({"driver_id", std::string_view("\xFF\xFE")});
  messages.messages.push_back(message);
  std::string stored;
  RecordHead head;
  head.identity = DeviceIdentity("\xC3(");
  RecordEncoder().encode(head, messages, {}, stored);
  StoredRecord back;
  ASSERT_TRUE(back.decode(bytes_of(stored)));
  EXPECT_EQ(back.head.identity.view(), "\xC3(");
  EXPECT_EQ(back.messages.messages[0].text, "caf\xE9");
  EXPECT_EQ(std::get<std::string_view>(back.messages.attributes[0].value), "\xFF\xFE");
}

TEST(Record, IsReadWithoutItsAttributesWhereTheyAreNotWanted) {
  MessageBuffer messages;
  add_fix(messages, 1795534200000);
  Message message;
  message.type = MessageType::kLocation;
  message.fixes = {0, 1};
  message.attributes = {0, 2};
  messages.messages.push_back(message);
  std::string stored;
  RecordEncoder().encode({}, messages, {}, stored);
  StoredRecord back;
  ASSERT_TRUE(back.decode(bytes_of(stored), Parts::kWithoutAttributes));
  ASSERT_EQ(back.messages.fixes.size(), 1u);
  EXPECT_EQ(back.messages.fixes[0].longitude_deg, -70.5);
  EXPECT_TRUE(back.messages.fixes[0].alarms.any());
  EXPECT_TRUE(back.messages.attributes.empty());
  ASSERT_TRUE(back.decode(bytes_of(stored)));
  EXPECT_EQ(back.messages.attributes_of(back.messages.fixes[0]).size(), 2u);
}

TEST(Record, OfOtherBytesIsRefused) {
  StoredRecord record;
  EXPECT_FALSE(record.decode(bytes_of("\xFF\xFF\xFF\xFF")));
}

TEST(RecordHash, IsFixedForEver) {
  EXPECT_EQ(record_hash(bytes_of("")), 0x2D06800538D394C2u);
  EXPECT_NE(record_hash(bytes_of("a")), record_hash(bytes_of("b")));
}

}  // namespace
}  // namespace rastro

// The device side against the session: what one encodes the other decodes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocols/registry.h"
#include "protocols/teltonika/device.h"
#include "protocols/teltonika/session.h"
#include "tests/unit/protocols/teltonika_support.h"

namespace rastro::teltonika {
namespace {

DeviceRecord drive(std::int64_t time_ms) {
  DeviceRecord record;
  record.time_ms = time_ms;
  record.latitude_deg = -34.60373123;
  record.longitude_deg = -58.38159277;
  record.altitude_m = 25.4;
  record.speed_kmh = 47.6;
  record.course_deg = 359.7;
  record.satellites = 11;
  record.ignition = true;
  record.odometer_m = 123456;
  return record;
}

template <typename T>
std::optional<T> attribute(const MessageBuffer& decoded, const Fix& fix, std::string_view name) {
  for (const Attribute& each : decoded.attributes_of(fix)) {
    if (each.name == name) return std::get<T>(each.value);
  }
  return std::nullopt;
}

void expect_received(const DeviceRecord& expected, const MessageBuffer& decoded, const Fix& fix) {
  EXPECT_EQ(fix.time_ms, expected.time_ms);
  EXPECT_EQ(fix.valid, expected.valid);
  EXPECT_EQ(fix.latitude_deg, expected.latitude_deg);
  EXPECT_EQ(fix.longitude_deg, expected.longitude_deg);
  EXPECT_EQ(fix.altitude_m, expected.altitude_m);
  EXPECT_EQ(fix.speed_kmh, expected.speed_kmh);
  EXPECT_EQ(fix.course_deg, expected.course_deg);
  EXPECT_EQ(fix.satellites, expected.satellites);
  EXPECT_EQ(attribute<bool>(decoded, fix, "ignition"), expected.ignition);
  EXPECT_EQ(attribute<std::uint64_t>(decoded, fix, "odometer_m"), expected.odometer_m);
  AlarmSet alarms;
  if (expected.alarm) raise(alarms, *expected.alarm);
  EXPECT_EQ(fix.alarms, alarms);
}

void expect_round_trip(Transport transport, Codec codec, const std::vector<DeviceRecord>& records) {
  TeltonikaDevice device(DeviceIdentity(kImei), transport, codec);
  SessionOptions options;
  options.transport = transport;
  TeltonikaSession session(std::make_shared<const SessionOptions>(options));
  SessionOutput out;
  Bytes login;
  device.encode_login(login);
  if (transport == Transport::kTcp) {
    ASSERT_EQ(session.consume(login, kNoArrival, out), login.size());
    EXPECT_EQ(device.read_reply(out.reply_bytes).kind, DeviceEvent::Kind::kLoginAccepted);
    out.clear();
  } else {
    EXPECT_TRUE(login.empty());
  }
  Bytes data;
  device.encode_data(records, data);
  const ExactBytes exact(data);
  ASSERT_EQ(session.consume(exact.view(), kNoArrival, out), data.size());
  EXPECT_TRUE(out.problems.empty());
  EXPECT_EQ(session.identity().view(), kImei);
  ASSERT_EQ(out.decoded.fixes.size(), records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    expect_received(device.as_received(records[i]), out.decoded, out.decoded.fixes[i]);
  }
  const DeviceEvent event = device.read_reply(out.reply_bytes);
  EXPECT_EQ(event.kind, DeviceEvent::Kind::kRecordsAccepted);
  EXPECT_EQ(event.accepted, records.size());
  EXPECT_EQ(event.consumed, out.reply_bytes.size());
}

TEST(TeltonikaDevice, IsUnderstoodInEveryCodecAndTransport) {
  DeviceRecord parked = drive(1795534200000);
  parked.valid = false;
  parked.ignition = false;
  const std::vector<DeviceRecord> records = {drive(1795534200001), parked, drive(1795534200002)};
  for (const Transport transport : {Transport::kTcp, Transport::kUdp}) {
    for (const Codec codec : {Codec::k8, Codec::k8Extended, Codec::k16}) {
      expect_round_trip(transport, codec, records);
    }
  }
}

TEST(TeltonikaDevice, RoundsToWhatTheWireHolds) {
  const TeltonikaDevice device(DeviceIdentity(kImei), Transport::kTcp);
  const DeviceRecord received = device.as_received(drive(1795534200000));
  EXPECT_EQ(received.latitude_deg, -34.6037312);
  EXPECT_EQ(received.longitude_deg, -58.3815928);
  EXPECT_EQ(received.altitude_m, 25);
  EXPECT_EQ(received.speed_kmh, 48);
  EXPECT_EQ(received.course_deg, 0) << "359.7 is north";
}

TEST(TeltonikaDevice, RaisesTheAlarmsThatItHasElementsFor) {
  std::vector<DeviceRecord> records;
  for (std::size_t i = 0; i < kAlarmCount; ++i) {
    records.push_back(drive(1795534200000));
    records.back().alarm = static_cast<Alarm>(i);
  }
  expect_round_trip(Transport::kTcp, Codec::k8, records);
  const TeltonikaDevice device(DeviceIdentity(kImei), Transport::kTcp);
  EXPECT_EQ(device.as_received(records[static_cast<std::size_t>(Alarm::kPowerCut)]).alarm, Alarm::kPowerCut);
  EXPECT_EQ(device.as_received(records[static_cast<std::size_t>(Alarm::kLight)]).alarm, std::nullopt);
}

TEST(TeltonikaDevice, SendsTheSameRecordsAgain) {
  TeltonikaDevice device(DeviceIdentity(kImei), Transport::kUdp);
  Bytes first;
  Bytes again;
  device.encode_data({drive(1795534200000)}, first);
  device.encode_data({drive(1795534200000)}, again);
  EXPECT_NE(first, again) << "another packet";
  EXPECT_EQ(run(first, over_udp()).hashes, run(again, over_udp()).hashes) << "the same record";
}

TEST(TeltonikaDevice, PingsWithOneByteOnTcpOnly) {
  Bytes out;
  TeltonikaDevice(DeviceIdentity(kImei), Transport::kUdp).encode_heartbeat(out);
  EXPECT_TRUE(out.empty());
  TeltonikaDevice(DeviceIdentity(kImei), Transport::kTcp).encode_heartbeat(out);
  EXPECT_EQ(to_hex(out), "ff");
}

TEST(TeltonikaDevice, WaitsForAWholeReply) {
  TeltonikaDevice device(DeviceIdentity(kImei), Transport::kTcp);
  EXPECT_TRUE(device.waits_for_acknowledgement());
  Bytes out;
  device.encode_login(out);
  EXPECT_EQ(device.read_reply({}).kind, DeviceEvent::Kind::kNeedMore);
  EXPECT_EQ(device.read_reply(from_hex("00")).kind, DeviceEvent::Kind::kLoginRefused);
  EXPECT_EQ(device.read_reply(from_hex("000000")).kind, DeviceEvent::Kind::kNeedMore);
  const DeviceEvent event = device.read_reply(from_hex("0000000501"));
  EXPECT_EQ(event.accepted, 5u);
  EXPECT_EQ(event.consumed, 4u);
}

TEST(TeltonikaDevice, TakesAnotherByteForNoAnswerToItsLogin) {
  TeltonikaDevice device(DeviceIdentity(kImei), Transport::kTcp);
  Bytes out;
  device.encode_login(out);
  EXPECT_EQ(device.read_reply(from_hex("02")).kind, DeviceEvent::Kind::kOther);
}

TEST(TeltonikaDevice, OnTheEquatorAtGreenwichHasNoPlace) {
  DeviceRecord record = drive(1795534200000);
  record.latitude_deg = record.longitude_deg = 0;
  EXPECT_FALSE(TeltonikaDevice(DeviceIdentity(kImei), Transport::kTcp).as_received(record).valid);
}

TEST(TeltonikaDevice, TakesNoReplyForAnotherPacket) {
  TeltonikaDevice device(DeviceIdentity(kImei), Transport::kUdp);
  Bytes out;
  device.encode_data({drive(1795534200000)}, out);
  EXPECT_EQ(device.read_reply({}).kind, DeviceEvent::Kind::kNeedMore);
  EXPECT_EQ(device.read_reply(from_hex("00050001010101")).kind, DeviceEvent::Kind::kRecordsAccepted);
  for (const std::string_view hex :
       {"00050002010101", "00050001010201", "00060001010101", "000500010101", "0005000101010101"}) {
    EXPECT_EQ(device.read_reply(from_hex(hex)).kind, DeviceEvent::Kind::kOther) << hex;
    EXPECT_EQ(device.read_reply(from_hex(hex)).consumed, hex.size() / 2) << hex;
  }
}

TEST(TeltonikaProtocol, IsToldByItsFirstBytes) {
  const Protocol& protocol = *find_protocol("teltonika");
  EXPECT_EQ(protocol.sniff(from_hex("000f333536333037303432343431303133")), Sniff::kYes);
  EXPECT_EQ(protocol.sniff(from_hex("000f33")), Sniff::kMaybe);
  EXPECT_EQ(protocol.sniff(from_hex("ff")), Sniff::kMaybe);
  EXPECT_EQ(protocol.sniff(from_hex("0000000000000036")), Sniff::kMaybe);
  EXPECT_EQ(protocol.sniff({}), Sniff::kMaybe);
  EXPECT_EQ(protocol.sniff(from_hex("78780d01")), Sniff::kNo);
  EXPECT_EQ(protocol.sniff(from_hex("474554202f")), Sniff::kNo);
  EXPECT_EQ(protocol.sniff(from_hex("0000000000000000")), Sniff::kNo);
  EXPECT_NE(protocol.open_device(DeviceIdentity(kImei), Transport::kTcp), nullptr);
}

}  // namespace
}  // namespace rastro::teltonika

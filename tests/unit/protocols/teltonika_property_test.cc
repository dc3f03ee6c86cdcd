// What must hold of any packets: generated ones, shrunk to the smallest that does not hold.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <deque>

#include "protocols/teltonika/device.h"
#include "protocols/teltonika/elements.h"
#include "tests/unit/protocols/teltonika_support.h"

namespace rastro::teltonika {
namespace {

// A packet in the making; it owns the values that its records view.
struct Drawn {
  std::deque<Bytes> values;
  std::vector<Record> records;
  Codec codec = Codec::k8;
};

// Ids of all forms and effects, known and unknown.
std::uint16_t draw_id(Codec codec) {
  const auto common = rc::gen::element<std::uint16_t>(1, 9, 16, 21, 24, 25, 66, 67, 68, 69, 72, 78, 86, 113,
                                                      181, 182, 200, 239, 240, 241, 246, 251, 253);
  const std::uint16_t id =
      *rc::gen::weightedOneOf<std::uint16_t>({{4, common}, {1, rc::gen::arbitrary<std::uint16_t>()}});
  return codec == Codec::k8 ? id & 0xFF : id;
}

Bytes draw_value(std::size_t size) {
  return *rc::gen::container<Bytes>(size, rc::gen::arbitrary<std::uint8_t>());
}

Record draw_head() {
  Record record;
  record.time_ms = *rc::gen::inRange<std::uint64_t>(0, 300000000000000);
  record.priority = *rc::gen::inRange<std::uint8_t>(0, 4);
  record.longitude = *rc::gen::arbitrary<std::int32_t>();
  record.latitude = *rc::gen::arbitrary<std::int32_t>();
  record.altitude = *rc::gen::arbitrary<std::int16_t>();
  record.angle = *rc::gen::weightedOneOf<std::uint16_t>(
      {{9, rc::gen::inRange<std::uint16_t>(0, 361)}, {1, rc::gen::arbitrary<std::uint16_t>()}});
  record.satellites = *rc::gen::inRange<std::uint8_t>(0, 20);
  record.speed = *rc::gen::weightedOneOf<std::uint16_t>(
      {{9, rc::gen::inRange<std::uint16_t>(0, 200)}, {1, rc::gen::element<std::uint16_t>(255, 65535)}});
  return record;
}

// Most of the records have the ids of the first, as those of real devices do.
Drawn draw_packet() {
  Drawn drawn;
  drawn.codec = *rc::gen::element(Codec::k8, Codec::k8Extended, Codec::k16);
  const std::size_t count = *rc::gen::inRange<std::size_t>(0, 8);
  std::vector<std::pair<std::uint16_t, std::size_t>> shape;
  for (std::size_t i = 0; i < count; ++i) {
    Record record = draw_head();
    if (i == 0 || *rc::gen::inRange(0, 5) == 0) {
      shape.clear();
      const std::size_t elements = *rc::gen::inRange<std::size_t>(0, 12);
      for (std::size_t e = 0; e < elements; ++e) {
        const std::uint16_t id = draw_id(drawn.codec);
        const std::size_t size = *rc::gen::element<std::size_t>(1, 2, 4, 8);
        const ElementInfo& own = element_table(Family::kFmx).at(id);
        const bool as_listed = own.size == 1 || own.size == 2 || own.size == 4 || own.size == 8;
        shape.emplace_back(id, as_listed && *rc::gen::inRange(0, 8) != 0 ? own.size : size);
      }
    }
    for (const auto& [id, size] : shape) {
      drawn.values.push_back(draw_value(size));
      record.elements.push_back({id, drawn.values.back()});
    }
    record.event_id = *rc::gen::element<std::uint16_t>(0, 239, 251);
    drawn.records.push_back(std::move(record));
  }
  return drawn;
}

// With a model, so that no packet teaches the next one.
Transcript decode(ByteView bytes) { return run(bytes, with_model("FMB920")); }

void append(const Transcript& from, Transcript& to) {
  to.fixes.insert(to.fixes.end(), from.fixes.begin(), from.fixes.end());
  to.hashes.insert(to.hashes.end(), from.hashes.begin(), from.hashes.end());
}

TEST(TeltonikaProperties, ARecordIsTheSameAloneAndAmongOthers) {
  EXPECT_TRUE(rc::check([] {
    const Drawn drawn = draw_packet();
    const Transcript together = decode(encode(drawn.records, drawn.codec));
    Transcript alone;
    for (const Record& record : drawn.records) append(decode(encode({record}, drawn.codec)), alone);
    RC_ASSERT(together.fixes == alone.fixes);
    RC_ASSERT(together.hashes == alone.hashes);
  }));
}

TEST(TeltonikaProperties, WhatIsEncodedIsDecodedFieldByField) {
  EXPECT_TRUE(rc::check([] {
    const Drawn drawn = draw_packet();
    const Bytes packet = encode(drawn.records, drawn.codec);
    const auto session = open_session(with_model("FMB920"));
    SessionOutput out;
    RC_ASSERT(session->consume(packet, kNoArrival, out) == packet.size());
    std::size_t next = 0;
    for (const Record& record : drawn.records) {
      if (record.time_ms >= 253402300800000) continue;
      const Fix& fix = out.decoded.fixes.at(next++);
      RC_ASSERT(static_cast<std::uint64_t>(fix.time_ms) == record.time_ms);
      RC_ASSERT(fix.longitude_deg == record.longitude / 1e7);
      RC_ASSERT(fix.latitude_deg == record.latitude / 1e7);
      RC_ASSERT(fix.altitude_m.value() == record.altitude);
      RC_ASSERT(fix.satellites.value() == record.satellites);
      RC_ASSERT(fix.speed_kmh.value_or(record.speed) == record.speed);
      RC_ASSERT(fix.course_deg.value_or(record.angle) == record.angle);
      RC_ASSERT(fix.attributes.count >= 2 + record.elements.size());
    }
    RC_ASSERT(next == out.decoded.fixes.size());
  }));
}

TEST(TeltonikaProperties, PingsBetweenPacketsAndAnyCutChangeNothingElse) {
  EXPECT_TRUE(rc::check([] {
    Bytes plain;
    Bytes with_pings;
    for (int packets = *rc::gen::inRange(1, 4); packets > 0; --packets) {
      const Drawn drawn = draw_packet();
      const Bytes packet = encode(drawn.records, drawn.codec);
      plain = plain + packet;
      with_pings = with_pings + Bytes(*rc::gen::inRange<std::size_t>(0, 3), 0xFF) + packet;
    }
    const Transcript expected = decode(plain);
    const auto session = open_session(with_model("FMB920"));
    const std::size_t cut = *rc::gen::inRange<std::size_t>(0, with_pings.size());
    const Transcript first = run(*session, ByteView(with_pings).first(cut));
    const Transcript second = run(*session, ByteView(with_pings).subspan(first.consumed));
    Transcript both = first;
    append(second, both);
    RC_ASSERT(both.fixes == expected.fixes);
    RC_ASSERT(both.hashes == expected.hashes);
    RC_ASSERT(first.consumed + second.consumed == with_pings.size());
    RC_ASSERT(first.replies.size() + second.replies.size() == expected.replies.size());
  }));
}

TEST(TeltonikaProperties, NoiseInFrontOfAPacketChangesNothingElse) {
  EXPECT_TRUE(rc::check([] {
    const Drawn drawn = draw_packet();
    const Bytes packet = encode(drawn.records, drawn.codec);
    // Text of a modem, in which no frame can start.
    const Bytes noise = *rc::gen::container<Bytes>(rc::gen::inRange<std::uint8_t>(0x20, 0x7F));
    const Transcript expected = decode(packet);
    const Transcript said = decode(noise + packet);
    RC_ASSERT(said.fixes == expected.fixes);
    RC_ASSERT(said.replies == expected.replies);
    RC_ASSERT(said.problems.size() == expected.problems.size() + (noise.empty() ? 0 : 1));
  }));
}

TEST(TeltonikaProperties, ACommandAndItsAnswerArriveAsTheyWereSent) {
  const auto printable =
      rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange<char>(0x20, 0x7F)));
  EXPECT_TRUE(rc::check([&] {
    const std::string text = *printable;
    const std::string answer = *printable;
    const bool check_identity = *rc::gen::arbitrary<bool>();
    const auto session = open_session(logged_in());
    TeltonikaDevice device(DeviceIdentity(kImei), Transport::kTcp);
    Bytes request;
    RC_ASSERT(session->encode_command({0, text, check_identity}, request) == CommandFault::kNone);
    const DeviceEvent event = device.read_reply(request);
    RC_ASSERT(event.kind == DeviceEvent::Kind::kCommand);
    RC_ASSERT(event.consumed == request.size());
    RC_ASSERT(event.text == text);
    RC_ASSERT(event.check_identity == check_identity);
    RC_ASSERT(!event.of_other_identity);
    Bytes reply;
    device.encode_command_answer(event, answer, reply);
    SessionOutput out;
    RC_ASSERT(session->consume(reply, kNoArrival, out) == reply.size());
    RC_ASSERT(out.decoded.messages.at(0).type == MessageType::kCommandReply);
    RC_ASSERT(out.decoded.messages.at(0).text == answer);
    RC_ASSERT(out.replies.empty());
  }));
}

}  // namespace
}  // namespace rastro::teltonika

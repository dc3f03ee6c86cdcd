// Framing, refusals and what is kept: good streams first, each followed by what may go wrong with it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/protocols/teltonika_support.h"

namespace rastro::teltonika {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr std::string_view kHello = "000f333536333037303432343431303133";

TEST(TeltonikaStream, HelloAndTwoPacketsInOneReadAreThreeFrames) {
  const Bytes in = from_hex(kHello) + encode({make_record()}) + encode({make_record(), make_record()});
  const Transcript said = run(in, {});
  EXPECT_THAT(said.messages, ElementsAre("login 0x00 none 0", "location 0x08 ok 1", "location 0x08 ok 2"));
  EXPECT_THAT(said.replies, ElementsAre("01 at once", "00000001", "00000002"));
  EXPECT_EQ(said.consumed, in.size());
}

TEST(TeltonikaStream, RawIsTheFrameOfEachCall) {
  const Bytes packet = encode({make_record()});
  const ExactBytes in(from_hex("0d0a") + packet + packet);
  const auto session = open_session(logged_in());
  SessionOutput out;
  EXPECT_EQ(session->consume(in.view(), kNoArrival, out), 2u);
  EXPECT_THAT(out.raw, IsEmpty()) << "no frame, noise";
  out.clear();
  EXPECT_EQ(session->consume(in.view().subspan(2), kNoArrival, out), packet.size());
  EXPECT_EQ(to_hex(out.raw), to_hex(packet));
}

TEST(TeltonikaStream, PingsAnywhereAreSignsOfLifeAndAreNotAnswered) {
  const Bytes in =
      from_hex("ff") + from_hex(kHello) + from_hex("ff") + encode({make_record()}) + from_hex("ffff");
  const Transcript said = run(in, {});
  EXPECT_THAT(said.messages, ElementsAre("ping 0xff none 0", "login 0x00 none 0", "ping 0xff none 0",
                                         "location 0x08 ok 1", "ping 0xff none 0", "ping 0xff none 0"));
  EXPECT_THAT(said.replies, ElementsAre("01 at once", "00000001"));
  EXPECT_THAT(said.problems, IsEmpty());
}

TEST(TeltonikaStream, PingsInARowAreTakenTogetherUpToALimit) {
  const auto session = open_session(logged_in());
  const ExactBytes in(Bytes(100, 0xFF));
  SessionOutput out;
  EXPECT_EQ(session->consume(in.view(), kNoArrival, out), 64u);
  EXPECT_THAT(out.decoded.messages, SizeIs(64));
}

TEST(TeltonikaStream, CutAnywhereSaysTheSameAsWhole) {
  const Bytes in = from_hex("ff") + from_hex(kHello) + encode({make_record(), make_record(kNoon + 1000)}) +
                   encode({make_record()}, Codec::k8Extended) + from_hex("ff");
  const Transcript whole = run(in, {});
  ASSERT_THAT(whole.problems, IsEmpty());
  for (std::size_t cut = 0; cut <= in.size(); ++cut) {
    const auto session = open_session({});
    const ExactBytes first(ByteView(in).first(cut));
    Transcript said = run(*session, first.view());
    const ExactBytes second(ByteView(in).subspan(said.consumed));
    const Transcript rest = run(*session, second.view());
    said.messages.insert(said.messages.end(), rest.messages.begin(), rest.messages.end());
    said.fixes.insert(said.fixes.end(), rest.fixes.begin(), rest.fixes.end());
    said.replies.insert(said.replies.end(), rest.replies.begin(), rest.replies.end());
    ASSERT_EQ(said.messages, whole.messages) << cut;
    ASSERT_EQ(said.fixes, whole.fixes) << cut;
    ASSERT_EQ(said.replies, whole.replies) << cut;
    ASSERT_EQ(said.consumed + rest.consumed, in.size()) << cut;
  }
}

TEST(TeltonikaStream, EveryBitOfAPacketIsGuarded) {
  const Bytes packet = encode({make_record()});
  for (std::size_t bit = 0; bit < packet.size() * 8; ++bit) {
    Bytes broken = packet;
    broken[bit / 8] = static_cast<std::uint8_t>(broken[bit / 8] ^ 1 << bit % 8);
    const Transcript said = run(broken);
    EXPECT_THAT(said.fixes, IsEmpty()) << bit;
    EXPECT_THAT(said.replies, Not(testing::Contains("00000001"))) << bit;
  }
}

// Hello -----------------------------------------------------------------------------------------------------

TEST(TeltonikaHello, MayBeAnyPrintableIdentifierOfUpTo32Bytes) {
  for (const std::size_t size : {1u, 14u, 15u, 16u, 32u}) {
    Bytes hello;
    encode_hello(DeviceIdentity(std::string(size, 'A')), hello);
    const auto session = open_session({});
    const ExactBytes in(hello);
    const Transcript said = run(*session, in.view());
    EXPECT_THAT(said.replies, ElementsAre("01 at once")) << size;
    EXPECT_EQ(session->identity().view(), std::string(size, 'A'));
  }
}

TEST(TeltonikaHello, ReplacesAnEarlierIdentity) {
  const auto session = open_session(logged_in());
  const ExactBytes in("000f313233343536373839303132333435");
  run(*session, in.view());
  EXPECT_EQ(session->identity().view(), "123456789012345");
}

TEST(TeltonikaHello, ThatIsNoneClosesTheConnection) {
  for (const std::string_view hex :
       {"00213132333435363738393031323334353637383930313233343536373839303132333435", "0050ab",
        "000f3335360a", "000f31323334353637383930313220333435"}) {
    const Transcript said = run(hex, {});
    EXPECT_THAT(said.problems, ElementsAre(testing::StartsWith("bad_identity rejected 0+"))) << hex;
    EXPECT_THAT(said.replies, IsEmpty());
    EXPECT_TRUE(said.closed);
    EXPECT_EQ(said.consumed, hex.size() / 2);
  }
}

TEST(TeltonikaHello, MissingBeforeDataLeavesNobodyToStoreItFor) {
  const Bytes packet = encode({make_record()});
  const Transcript said = run(packet + from_hex(kHello) + packet, {});
  EXPECT_THAT(said.problems, ElementsAre("not_logged_in rejected 0+" + std::to_string(packet.size())));
  EXPECT_THAT(said.replies, ElementsAre("01 at once", "00000001")) << "and it may still log in";
}

// Packets ---------------------------------------------------------------------------------------------------

TEST(TeltonikaPacket, WithNoRecordsIsAnsweredWithZero) {
  const Transcript said = run(encode({}));
  EXPECT_THAT(said.messages, ElementsAre("location 0x08 ok 0"));
  EXPECT_THAT(said.replies, ElementsAre("00000000"));
}

TEST(TeltonikaPacket, Holds255Records) {
  for (const Codec codec : {Codec::k8, Codec::k8Extended, Codec::k16}) {
    std::vector<Record> records;
    for (std::uint64_t i = 0; i < 255; ++i) records.push_back(make_record(kNoon + i));
    const Transcript said = run(encode(records, codec));
    EXPECT_THAT(said.fixes, SizeIs(255));
    EXPECT_THAT(said.replies, ElementsAre("000000ff"));
    EXPECT_THAT(said.problems, IsEmpty());
  }
}

TEST(TeltonikaPacket, RecordsOfTheSamePlaceAndTimeAreToldApartByTheirBytes) {
  WithElement on(239, "01");
  WithElement off(239, "00");
  const Transcript said = run(encode({on.record(), off.record(), on.record()}));
  ASSERT_THAT(said.hashes, SizeIs(3));
  EXPECT_NE(said.hashes[0], said.hashes[1]);
  EXPECT_EQ(said.hashes[0], said.hashes[2]);
}

TEST(TeltonikaPacket, ARecordSentAgainInAnotherPacketOrByUdpIsTheSameRecord) {
  const Transcript tcp = run(encode({make_record(kNoon + 1), make_record()}));
  const Transcript udp = run(encode_udp({make_record()}), over_udp());
  ASSERT_THAT(udp.hashes, SizeIs(1));
  EXPECT_EQ(tcp.hashes.at(1), udp.hashes[0]);
}

TEST(TeltonikaPacket, WithALengthThatNoneCanHaveClosesTheConnection) {
  for (const std::string_view length :
       {"00000000", "00000001", "00000002", "00010001", "7fffffff", "ffffffff"}) {
    const Transcript said = run("00000000" + std::string(length) + "080100");
    EXPECT_THAT(said.problems, ElementsAre("bad_length rejected 0+11")) << length;
    EXPECT_TRUE(said.closed);
  }
  EXPECT_EQ(run("0000000000010000080100").consumed, 0u) << "64 KiB is waited for";
}

TEST(TeltonikaPacket, WithABadChecksumIsDecodedOnlyOnDemand) {
  Bytes packet = encode({make_record()});
  packet.back() ^= 1;
  const Transcript strict = run(packet + encode({make_record()}));
  EXPECT_THAT(strict.problems, ElementsAre("bad_crc rejected 0+" + std::to_string(packet.size())));
  EXPECT_THAT(strict.messages, IsEmpty());
  EXPECT_TRUE(strict.closed);

  SessionOptions options = logged_in();
  options.checksum = ChecksumPolicy::kAccept;
  const Transcript accepting = run(packet, options);
  EXPECT_THAT(accepting.problems, ElementsAre("bad_crc noted 0+" + std::to_string(packet.size())));
  EXPECT_THAT(accepting.messages, ElementsAre("location 0x08 bad 1"));
  EXPECT_THAT(accepting.replies, ElementsAre("00000001"));
}

TEST(TeltonikaPacket, WithTwoCountsIsKeptUnreadAndAcknowledged) {
  const Bytes packet = changed(encode({make_record()}), [](Bytes& content) { content.back() = 2; });
  const Transcript said = run(packet + encode({make_record()}));
  EXPECT_THAT(said.problems, ElementsAre("bad_count dead_letter 0+" + std::to_string(packet.size())));
  EXPECT_THAT(said.replies, ElementsAre("00000001", "00000001"));
  EXPECT_FALSE(said.closed);
}

TEST(TeltonikaPacket, OfAnUnknownCodecIsKeptAndAcknowledged) {
  for (const std::string_view codec : {"06", "3d", "00", "11", "ff"}) {
    const Bytes packet = packet_of(from_hex(std::string(codec) + "05aabbcc05"));
    const Transcript said = run(packet);
    EXPECT_THAT(said.messages, ElementsAre("unknown 0x" + std::string(codec) + " ok 0"));
    EXPECT_THAT(said.problems, ElementsAre("unknown_codec noted 0+18"));
    EXPECT_THAT(said.replies, ElementsAre("00000005"));
  }
}

// Noise -----------------------------------------------------------------------------------------------------

TEST(TeltonikaNoise, BeforeAFrameIsSkippedAndReportedOnce) {
  const Bytes packet = encode({make_record()});
  for (const std::string_view noise : {"0d0a", "4f4b0d0a", "01", "000000ab", "00000100"}) {
    const Transcript said = run(from_hex(noise) + packet);
    EXPECT_THAT(said.problems, ElementsAre("garbage rejected 0+" + std::to_string(noise.size() / 2)))
        << noise;
    EXPECT_THAT(said.fixes, SizeIs(1)) << noise;
    EXPECT_FALSE(said.closed);
  }
  EXPECT_THAT(run(from_hex("4f4b0d0a") + from_hex(kHello), {}).replies, ElementsAre("01 at once"));
}

TEST(TeltonikaNoise, ThatNeverEndsClosesTheConnection) {
  EXPECT_FALSE(run(Bytes(256, 'x'), {}).closed);
  EXPECT_TRUE(run(Bytes(257, 'x'), {}).closed);
  EXPECT_FALSE(run(Bytes(2048, 'x')).closed) << "more patience with who has logged in";
  EXPECT_TRUE(run(Bytes(2049, 'x')).closed);
}

TEST(TeltonikaNoise, IsReadOverTheSameHoweverItIsCut) {
  // Behind the first byte stand a preamble with a length that none can have and an identity of three bytes:
  // where a frame is due they would close the connection and log in; behind noise they are noise.
  const Bytes in = from_hex("a0000000007f7f7f7f0003414243") + encode({make_record()});
  const Transcript whole = run(in);
  EXPECT_THAT(whole.messages, ElementsAre("location 0x08 ok 1"));
  const auto session = open_session(logged_in());
  Bytes unread;
  std::vector<std::string> messages;
  for (const std::uint8_t byte : in) {
    unread.push_back(byte);
    const ExactBytes exact(unread);
    const Transcript said = run(*session, exact.view());
    messages.insert(messages.end(), said.messages.begin(), said.messages.end());
    unread.erase(unread.begin(), unread.begin() + static_cast<std::ptrdiff_t>(said.consumed));
    ASSERT_FALSE(said.closed);
  }
  EXPECT_EQ(messages, whole.messages);
}

TEST(TeltonikaNoise, AlwaysMakesProgressAndNeverReadsOver) {
  std::uint32_t state = 1;
  for (int round = 0; round < 20000; ++round) {
    Bytes noise(1 + state % 40);
    for (std::uint8_t& byte : noise) {
      state = state * 1664525 + 1013904223;
      // Many zeros and pings, so that starts are common.
      byte = state >> 30 == 0 ? 0 : state >> 30 == 1 ? 0xFF : static_cast<std::uint8_t>(state >> 16);
    }
    const Transcript said = run(noise);
    if (!said.closed && said.consumed < noise.size()) {
      EXPECT_EQ(noise[said.consumed], 0) << "waits only for what may be a hello or a packet";
    }
    run(noise, over_udp());
  }
}

// Datagrams -------------------------------------------------------------------------------------------------

TEST(TeltonikaDatagram, SaysWhoSpeaksEachTime) {
  const auto session = open_session(over_udp());
  Bytes other = encode_udp({make_record()}, 0x1234);
  other[22] = '9';
  const ExactBytes first(encode_udp({make_record()}));
  const ExactBytes second(other);
  SessionOutput out;
  EXPECT_EQ(session->consume(first.view(), kNoArrival, out), first.view().size());
  EXPECT_FALSE(out.login);
  EXPECT_EQ(session->identity().view(), "352093086403655");
  out.clear();
  session->consume(second.view(), kNoArrival, out);
  EXPECT_EQ(session->identity().view(), "352093086403659");
  EXPECT_EQ(to_hex(out.reply_bytes), "00051234010501");
  EXPECT_TRUE(out.replies.at(0).after_durable);
  EXPECT_EQ(to_hex(out.raw), to_hex(other));
  out.clear();
  session->consume(second.view().first(20), kNoArrival, out);
  EXPECT_TRUE(session->identity().empty()) << "a broken one says nothing of who sent it";
}

TEST(TeltonikaDatagram, CutShortAtAnyByteIsRejectedWithoutAReply) {
  const Bytes whole = encode_udp({make_record()});
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const Transcript said = run(ByteView(whole).first(size), over_udp());
    EXPECT_THAT(said.problems, ElementsAre("truncated rejected 0+" + std::to_string(size)));
    EXPECT_THAT(said.replies, IsEmpty());
    EXPECT_EQ(said.consumed, size) << "a datagram is done with as a whole";
  }
}

TEST(TeltonikaDatagram, LongerThanItsLengthIsRejectedWithoutAReply) {
  const Transcript said = run(encode_udp({make_record()}) + from_hex("00"), over_udp());
  EXPECT_THAT(said.problems, ElementsAre(testing::StartsWith("bad_length rejected 0+")));
  EXPECT_THAT(said.replies, IsEmpty());
}

TEST(TeltonikaDatagram, WithAnIdentityThatIsNoneIsRejected) {
  Bytes datagram = encode_udp({make_record()});
  datagram[10] = 0x07;
  EXPECT_THAT(run(datagram, over_udp()).problems, ElementsAre(testing::StartsWith("bad_identity rejected")));
  EXPECT_THAT(run("00090001010000000801aabb01", over_udp()).problems, SizeIs(1));
}

TEST(TeltonikaDatagram, WithoutIdentityOrWithoutContentIsRejected) {
  EXPECT_THAT(run("0009000101010000080000", over_udp()).problems, ElementsAre("bad_identity rejected 0+11"));
  EXPECT_THAT(run("0009000101010001410800", over_udp()).problems, ElementsAre("truncated rejected 0+11"));
}

TEST(TeltonikaDatagram, HasNoRefusalOfALogin) {
  const auto session = open_session(over_udp());
  SessionOutput out;
  session->refuse_login(out);
  EXPECT_THAT(out.replies, IsEmpty());
}

TEST(TeltonikaDatagram, OfAnyOtherCodecIsKeptAndAcknowledged) {
  for (const std::uint8_t codec : Bytes{0x06, 0x0B, 0x3D}) {
    Bytes datagram = encode_udp({make_record()});
    datagram[23] = codec;
    const Transcript said = run(datagram, over_udp());
    EXPECT_THAT(said.problems, ElementsAre(testing::StartsWith("unknown_codec noted 0+")));
    EXPECT_THAT(said.replies, ElementsAre("0005cafe010501"));
  }
}

TEST(TeltonikaDatagram, WithABrokenRecordIsAcknowledgedInFull) {
  Bytes datagram = encode_udp({make_record(), make_record()});
  datagram[25 + 30 + 26] = 0xFF;
  const Transcript said = run(datagram, over_udp());
  EXPECT_THAT(said.fixes, SizeIs(1));
  EXPECT_THAT(said.problems, ElementsAre("bad_record dead_letter 55+30"));
  EXPECT_THAT(said.replies, ElementsAre("0005cafe010502"));
}

}  // namespace
}  // namespace rastro::teltonika

// Frames and the session around them: every number in both forms, answers by the table, wrong lengths and
// stop bytes, datagrams.
#include <gtest/gtest.h>

#include <set>

#include "protocols/gt06/encode.h"
#include "protocols/gt06/number.h"
#include "tests/unit/protocols/gt06_support.h"

namespace rastro::gt06 {
namespace {

constexpr std::string_view kHeartbeatHex = "78780A134401040001000508450D0A";
constexpr std::string_view kHeartbeatReply = "787805130005afd50d0a";

// Numbers of which no frame is answered: answers and commands of the server itself, and parts of photos.
const std::set<unsigned> kNeverAnswered = {0x35, 0x80, 0x81, 0x82, 0x90, 0x97};
// Numbers that the documents want answered with themselves.
const std::set<unsigned> kAlwaysAnswered = {0x13, 0x16, 0x19, 0x23, 0x26, 0x27, 0x36,
                                            0x69, 0x95, 0xA3, 0xA4, 0xA5, 0xA9};
// Numbers whose answer has a content.
const std::set<unsigned> kAnsweredWithMore = {0x17, 0x1A, 0x2A, 0x8A, 0x9B, 0xA7};
// Numbers answered in the form of the message.
const std::set<unsigned> kAnsweredLong = {0x32, 0x33, 0x70};

std::vector<std::uint8_t> frame_of(Form form, unsigned number, std::size_t content) {
  std::vector<std::uint8_t> bytes;
  append_frame(form, static_cast<std::uint8_t>(number), std::vector<std::uint8_t>(content), 77, bytes);
  return bytes;
}

// Whatever the content: read, or kept with its reason.
TEST(Gt06Numbers, AreAllTakenInBothFormsAndAnsweredByTheTable) {
  for (const AckPolicy policy : {AckPolicy::kAll, AckPolicy::kDocumented}) {
    for (const Form form : {Form::kShort, Form::kLong}) {
      for (unsigned number = 0; number < 256; ++number) {
        if (number == number::kLogin || kAnsweredWithMore.contains(number)) continue;
        for (const std::size_t content : {0u, 1u, 34u}) {
          SCOPED_TRACE(std::to_string(number) + " with " + std::to_string(content));
          const auto bytes = frame_of(form, number, content);
          SessionOptions options = logged_in();
          options.settings.ack = policy;
          Decoder decoder(options);
          ASSERT_EQ(decoder.take(bytes), bytes.size());
          ASSERT_LE(decoder.out.problems.size(), 1u);
          const bool dead = !decoder.out.problems.empty() &&
                            decoder.out.problems[0].disposition == Disposition::kDeadLetter;
          ASSERT_EQ(decoder.decoded().messages.size(), dead ? 0u : 1u);
          if (!dead) {
            EXPECT_EQ(decoder.message().code, number);
            EXPECT_EQ(decoder.message().serial, 77);
          }
          EXPECT_EQ(to_hex(decoder.out.raw), to_hex(bytes));
          const bool answered = !kNeverAnswered.contains(number) &&
                                (policy == AckPolicy::kAll || kAlwaysAnswered.contains(number));
          std::vector<std::uint8_t> reply;
          const bool long_reply = form == Form::kLong && kAnsweredLong.contains(number);
          append_reply(long_reply ? Form::kLong : Form::kShort, static_cast<std::uint8_t>(number), 77, reply);
          EXPECT_EQ(decoder.reply(), answered ? to_hex(reply) : "");
        }
      }
    }
  }
}

TEST(Gt06Replies, AreThoseOfTheDocument) {
  struct Row {
    std::uint8_t number;
    std::uint16_t serial;
    Form form;
    std::string_view hex;
  };
  constexpr Row kRows[] = {
      {0x01, 1, Form::kShort, "787805010001d9dc0d0a"},    {0x13, 0x11, Form::kShort, "787805130011f9700d0a"},
      {0x16, 0x1C, Form::kShort, "78780516001c1b280d0a"}, {0x26, 0x1C, Form::kShort, "78780526001c9d860d0a"},
      {0x23, 8, Form::kShort, "787805230008f29e0d0a"},    {0x36, 0x22, Form::kShort, "787805360022c0ee0d0a"},
      {0x70, 0x21, Form::kLong, "7979000570002111730d0a"}};
  for (const Row& row : kRows) {
    std::vector<std::uint8_t> reply;
    append_reply(row.form, row.number, row.serial, reply);
    EXPECT_EQ(to_hex(reply), row.hex);
  }
}

TEST(Gt06Frame, CutAtAnyLengthNeedsMore) {
  const auto bytes = from_hex(kHeartbeatHex);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    Decoder decoder;
    EXPECT_EQ(decoder.take(std::vector(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size))),
              0u);
    EXPECT_TRUE(decoder.out.problems.empty());
  }
}

TEST(Gt06Frame, BehindGarbageIsFoundWithOneProblemForTheStretch) {
  Decoder decoder;
  const std::string noise = "2B43495052435637790D0A00";
  EXPECT_EQ(decoder.take(noise + std::string(kHeartbeatHex)), noise.size() / 2 + 15);
  ASSERT_EQ(decoder.out.problems.size(), 1u);
  EXPECT_EQ(decoder.error(), DecodeError::kGarbage);
  EXPECT_EQ(decoder.out.problems[0].offset, 0u);
  EXPECT_EQ(decoder.out.problems[0].bytes.size(), noise.size() / 2);
  EXPECT_EQ(decoder.reply(), kHeartbeatReply);
}

TEST(Gt06Frame, GarbageIsNotHeldButTheFirstHalfOfAMarkIs) {
  Decoder decoder;
  EXPECT_EQ(decoder.take("AABB78"), 2u);
  EXPECT_EQ(decoder.take("78"), 0u);
}

struct FaultRow {
  std::string_view name;
  std::string_view front;  // before a heartbeat
  DecodeError error;
  std::size_t messages;
};

TEST(Gt06Frame, WithAFaultCostsNoneOfItsNeighbours) {
  constexpr FaultRow kRows[] = {
      {"length 0", "787800", DecodeError::kBadLength, 1},
      {"length 4", "787804130005AFD50D0A", DecodeError::kBadLength, 1},
      {"long length beyond any frame", "7979FFFF13", DecodeError::kBadLength, 1},
      {"long length that reaches over the next frame", "79790F00134401040001000508450D0A",
       DecodeError::kBadLength, 1},
      {"length that reaches into the next frame", "787811134401040001000508450D0A", DecodeError::kBadStop, 1},
      {"length shorter than the frame", "787807134401040001000508450D0A", DecodeError::kBadStop, 1},
      {"checksum wrong", "78780A134401040001000508460D0A", DecodeError::kBadChecksum, 1},
      {"stop bytes missing", "78780A13440104000100050845", DecodeError::kBadStop, 2},
      {"half of the stop bytes", "78780A134401040001000508450D", DecodeError::kBadStop, 2},
      {"stop bytes garbled", "78780A134401040001000508450D0B", DecodeError::kBadStop, 2},
      {"extended login's length before a classic login", "7878110101234567890123450001969F0D0A",
       DecodeError::kBadLength, 2},
  };
  for (const FaultRow& row : kRows) {
    SCOPED_TRACE(row.name);
    auto bytes = from_hex(std::string(row.front) + std::string(kHeartbeatHex));
    Decoder decoder;
    std::size_t messages = 0;
    std::vector<DecodeError> errors;
    std::string last_reply;
    while (!bytes.empty()) {
      const std::size_t consumed = decoder.take(bytes);
      ASSERT_GT(consumed, 0u);
      messages += decoder.decoded().messages.size();
      for (const Problem& problem : decoder.out.problems) errors.push_back(problem.error);
      last_reply = decoder.reply();
      bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(consumed));
    }
    EXPECT_EQ(messages, row.messages);
    EXPECT_EQ(errors, std::vector{row.error});
    EXPECT_EQ(last_reply, kHeartbeatReply);
  }
}

TEST(Gt06Frame, LongerThanTheShortFormIsBelievedOnlyAfterLogin) {
  const auto start = from_hex("79790800 13 4401");
  EXPECT_EQ(Decoder().take(start), 0u) << "a device that is known may send 2 KiB";
  EXPECT_EQ(Decoder(SessionOptions{}).take(start), start.size());
}

TEST(Gt06Checksum, WrongButAcceptedIsDecodedAndSaidToBeBad) {
  SessionOptions options = logged_in();
  options.checksum = ChecksumPolicy::kAccept;
  Decoder decoder(options);
  decoder.take("78780A134B040300010011061F0D0A");
  EXPECT_EQ(decoder.message().checksum, Checksum::kBad);
  EXPECT_EQ(decoder.error(), DecodeError::kBadChecksum);
  EXPECT_EQ(decoder.out.problems.at(0).disposition, Disposition::kNoted);
  EXPECT_EQ(decoder.reply(), "787805130011f9700d0a");
}

TEST(Gt06Datagram, IsTakenWholeWithAllItsFrames) {
  SessionOptions options;
  options.transport = Transport::kUdp;
  Decoder decoder(options);
  const std::string hex = "78780D01012345678901234500018CDD0D0A" + std::string(kHeartbeatHex) + "78780A1344";
  EXPECT_EQ(decoder.take(hex), hex.size() / 2);
  EXPECT_EQ(decoder.decoded().messages.size(), 2u);
  EXPECT_EQ(decoder.out.replies.size(), 2u);
  EXPECT_EQ(decoder.error(), DecodeError::kTruncated);
  EXPECT_EQ(decoder.out.problems.at(0).offset, 33u);
  EXPECT_EQ(decoder.out.raw.size(), hex.size() / 2);
}

}  // namespace
}  // namespace rastro::gt06

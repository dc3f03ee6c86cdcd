// Every vector of every protocol: what `rastro decode` says, and that it says the same however the bytes are
// cut, behind noise, and never of a frame that a bit was flipped in.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <set>

#include "gateway/commands/decode.h"
#include "protocols/registry.h"
#include "tests/support/session_run.h"
#include "tests/support/vector_file.h"

namespace rastro::test {
namespace {

using Segments = std::vector<std::vector<std::uint8_t>>;

class Vectors : public testing::TestWithParam<const Protocol*> {
 protected:
  void SetUp() override {
    const std::string path =
        std::string(RASTRO_VECTOR_DIR) + "/" + std::string(GetParam()->name) + ".vectors";
    // A protocol that decodes has vectors: a missing file is a fault then.
    if (GetParam()->open == nullptr) GTEST_SKIP() << GetParam()->name << " has no decoder yet";
    vectors_ = read_vector_file(path);
    ASSERT_FALSE(vectors_.empty());
  }

  // Calls check(vector) with the vector's name on whatever fails in it.
  template <typename Check>
  void for_each(Check check) {
    for (const Vector& vector : vectors_) {
      SCOPED_TRACE("line " + std::to_string(vector.line) + ": " + vector.name);
      check(vector);
      if (HasFatalFailure()) return;
    }
  }

  SessionRun run(const Vector& vector, const Segments& segments, bool with_identity = true) const {
    return run_session(*GetParam(), {vector.options, with_identity}, segments);
  }

  static bool is_stream(const Vector& vector) { return vector.options.transport == Transport::kTcp; }

  std::vector<Vector> vectors_;
};

void expect_same(const SessionRun& got, const SessionRun& expected) {
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got.messages, expected.messages);
  EXPECT_EQ(got.replies, expected.replies);
  EXPECT_EQ(got.errors, expected.errors);
  EXPECT_EQ(got.leftover, expected.leftover);
}

// A message as far as a checksum stands for it: the raw bytes of an unknown one without the last two, which
// are stop bytes or the checksum itself.
std::string covered(std::string message) {
  const std::size_t raw = message.find("\"raw\":\"");
  if (raw != std::string::npos) message.erase(message.find('"', raw + 7) - 4, 4);
  return message;
}

TEST_P(Vectors, HaveNamesAndSourcesOfTheirOwn) {
  std::set<std::string> names;
  for_each([&](const Vector& vector) {
    EXPECT_FALSE(vector.source.empty());
    EXPECT_TRUE(names.insert(vector.name).second) << "the name is taken";
    EXPECT_EQ(vector.input.size(), vector.output.size());
  });
}

TEST_P(Vectors, DecodeToTheirOutput) {
  for_each([&](const Vector& vector) {
    LineDecoder decoder(*GetParam(), vector.options);
    for (std::size_t i = 0; i < vector.input.size(); ++i) {
      const bool last = i + 1 == vector.input.size();
      const auto json = decoder.decode(vector.input[i], static_cast<unsigned>(i + 1),
                                       last ? LineDecoder::Place::kLast : LineDecoder::Place::kMore);
      ASSERT_TRUE(json.has_value());
      boost::system::error_code no_json;
      const auto expected =
          i < vector.output.size() ? boost::json::parse(vector.output[i], no_json) : boost::json::value();
      EXPECT_FALSE(no_json) << "the expected output is no JSON";
      EXPECT_EQ(boost::json::parse(*json), expected) << "said:\n> " << *json;
    }
  });
}

TEST_P(Vectors, DecodeTheSameWholeAndByteByByte) {
  for_each([&](const Vector& vector) {
    if (!is_stream(vector)) return;
    const SessionRun expected = run(vector, vector.segments());
    const auto whole = joined(vector.segments());
    expect_same(run(vector, {whole}), expected);
    Segments bytes;
    for (const std::uint8_t byte : whole) bytes.push_back({byte});
    expect_same(run(vector, bytes), expected);
  });
}

TEST_P(Vectors, DecodeTheSameCutInTwoAtEveryPosition) {
  for_each([&](const Vector& vector) {
    if (!is_stream(vector)) return;
    const SessionRun expected = run(vector, vector.segments());
    const auto whole = joined(vector.segments());
    for (std::size_t cut = 1; cut < whole.size(); ++cut) {
      SCOPED_TRACE("cut at " + std::to_string(cut));
      const auto middle = whole.begin() + static_cast<std::ptrdiff_t>(cut);
      expect_same(run(vector, {{whole.begin(), middle}, {middle, whole.end()}}), expected);
    }
  });
}

TEST_P(Vectors, DecodeTheSameBehindNoise) {
  // Neither a start mark of one protocol nor a preamble or login of the other.
  const std::vector<std::uint8_t> noise = {'+', 'C', 'I', 'P', 'R', 'C', 'V',  ':',
                                           ' ', '1', '6', ',', '0', '1', 0xC3, 0x1F};
  for_each([&](const Vector& vector) {
    if (!is_stream(vector) || vector.skip_garbage) return;
    SessionRun expected = run(vector, vector.segments());
    Segments behind = vector.segments();
    behind.front().insert(behind.front().begin(), noise.begin(), noise.end());
    SessionRun got = run(vector, behind);
    ASSERT_FALSE(got.errors.empty());
    EXPECT_EQ(got.errors.front(), "garbage");
    got.errors.erase(got.errors.begin());
    // Noise in front of skipped bytes is one stretch with them.
    if (got.errors.size() + 1 == expected.errors.size()) expected.errors.erase(expected.errors.begin());
    expect_same(got, expected);
  });
}

TEST_P(Vectors, WithAFlippedBitNeverPassForSomethingElse) {
  for_each([&](const Vector& vector) {
    const Segments segments = vector.segments();
    for (std::size_t i = 0; i < segments.size(); ++i) {
      Segments until(segments.begin(), segments.begin() + static_cast<std::ptrdiff_t>(i) + 1);
      std::set<std::string> sound;
      for (const std::string& message : run(vector, until, false).messages) sound.insert(covered(message));
      for (std::size_t bit = 0; bit < segments[i].size() * 8; ++bit) {
        SCOPED_TRACE("segment " + std::to_string(i + 1) + ", bit " + std::to_string(bit));
        until[i] = segments[i];
        until[i][bit / 8] ^= static_cast<std::uint8_t>(0x80 >> bit % 8);
        const SessionRun got = run(vector, until, false);
        EXPECT_EQ(got.fault, "");
        for (std::size_t m = 0; m < got.messages.size(); ++m) {
          if (!got.message_checksum_ok[m]) continue;
          EXPECT_TRUE(sound.contains(covered(got.messages[m]))) << got.messages[m];
        }
      }
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Protocols, Vectors, testing::ValuesIn(protocols().begin(), protocols().end()),
                         [](const auto& protocol) { return std::string(protocol.param->name); });

}  // namespace
}  // namespace rastro::test

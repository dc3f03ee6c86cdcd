// The bytes of the journal's files, as LOG_FORMAT.md has them.
#include "pipeline/journal/log_format.h"

#include <gtest/gtest.h>

#include "pipeline/journal/crc32c.h"
#include "tests/unit/journal/journal_fixture.h"

namespace rastro::journal {
namespace {

TEST(Crc32c, HasTheCheckValueOfItsDocument) {
  EXPECT_EQ(crc32c(bytes_of("123456789")), 0xE3069283u) << "RFC 3720 B.4";
  EXPECT_EQ(crc32c_portable(bytes_of("123456789")), 0xE3069283u);
  std::string longer(1000, 'x');
  for (std::size_t i = 0; i < longer.size(); ++i) longer[i] = static_cast<char>(i * 7);
  for (std::size_t size = 0; size < 64; ++size) {
    const ByteView part = bytes_of(longer).subspan(size % 9, size);
    EXPECT_EQ(crc32c(part), crc32c_portable(part));
  }
  EXPECT_EQ(crc32c(bytes_of("456789"), crc32c(bytes_of("123"))), 0xE3069283u) << "continued";
}

TEST(LogFormat, NamesSegmentsByPosition) {
  EXPECT_EQ(segment_name(40), "00000000000000000040.journal");
  EXPECT_EQ(segment_position("00000000000000000040.journal"), 40u);
  EXPECT_FALSE(segment_position("forwarder.cursor"));
  EXPECT_FALSE(segment_position("0000000000000000004x.journal"));
}

TEST(LogFormat, IsThatOfTheDocumentsExample) {
  std::vector<std::uint8_t> record;
  append_record({}, 2, bytes_of("hi"), record);
  EXPECT_EQ(record.size(), 40u);
  EXPECT_EQ(record[4], 2) << "length";
  EXPECT_EQ(record[24], 2) << "units";
  EXPECT_EQ(record[32], 'h');
}

}  // namespace
}  // namespace rastro::journal

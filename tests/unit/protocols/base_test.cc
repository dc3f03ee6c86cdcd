#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "protocols/byte_reader.h"
#include "protocols/checksum.h"
#include "protocols/decode_error.h"
#include "protocols/registry.h"
#include "protocols/stray.h"

namespace rastro {
namespace {

ByteView bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

TEST(Checksum, HasTheCheckValuesOfItsDocuments) {
  EXPECT_EQ(crc16_x25(bytes_of("123456789")), 0x906E) << "gt06.md 1";
  EXPECT_EQ(crc16_arc(bytes_of("123456789")), 0xBB3D) << "teltonika.md 1.3";
}

std::uint16_t bitwise(std::uint16_t crc, std::uint16_t polynomial, ByteView bytes) {
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int i = 0; i < 8; ++i)
      crc = static_cast<std::uint16_t>((crc & 1) != 0 ? (crc >> 1) ^ polynomial : crc >> 1);
  }
  return crc;
}

TEST(Checksum, OfEveryLengthAndAlignmentIsThatOfTheBitwiseFormByEitherMethod) {
  std::vector<std::uint8_t> data(308);
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::uint8_t>(i * 37 + i / 7 + 11);
  for (std::size_t from = 0; from < 9; ++from) {
    for (std::size_t size = 0; size < 300; ++size) {
      const ByteView part = ByteView(data).subspan(from, size);
      const std::uint16_t arc = bitwise(0, 0xA001, part);
      const auto x25 = static_cast<std::uint16_t>(~bitwise(0xFFFF, 0x8408, part));
      ASSERT_EQ(crc16_arc(part), arc) << size;
      ASSERT_EQ(crc16_x25(part), x25) << size;
      ASSERT_EQ(checksum_method(false).arc(part), arc) << size;
      ASSERT_EQ(checksum_method(false).x25(part), x25) << size;
      if (!has_carry_less_multiplication()) continue;
      ASSERT_EQ(checksum_method(true).arc(part), arc) << size;
      ASSERT_EQ(checksum_method(true).x25(part), x25) << size;
    }
  }
}

TEST(ByteReader, ReadsBigEndianAndStaysFailedOncePastTheEnd) {
  const std::vector<std::uint8_t> data = {0x01, 0x02, 0x03, 0xFF, 0xFE, 0x07};
  ByteReader reader(data);
  EXPECT_EQ(reader.u24(), 0x010203u);
  EXPECT_EQ(reader.i16(), -2);
  EXPECT_EQ(reader.u32(), 0u) << "only one byte left";
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.u8(), 0) << "failed readers give nothing more";
}

TEST(DecodeErrors, AllHaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kDecodeErrorCount; ++i) {
    const auto name = decode_error_name(static_cast<DecodeError>(i));
    EXPECT_FALSE(name.empty());
    EXPECT_TRUE(names.insert(name).second) << name;
  }
}

TEST(Strays, AreToldByTheirFirstBytes) {
  EXPECT_EQ(find_stray(bytes_of("GET / HTTP/1.0\r\n")), "http");
  EXPECT_EQ(find_stray(bytes_of("\x16\x03\x01\x02")), "tls");
  EXPECT_EQ(find_stray(bytes_of("SSH-2.0-x")), "ssh");
  EXPECT_EQ(find_stray(bytes_of("GE")), "") << "too little to tell";
  EXPECT_EQ(find_stray(bytes_of("\x78\x78\x0D\x01")), "");
}

TEST(Registry, FindsProtocolsByName) {
  EXPECT_EQ(protocols().size(), 2u);
  ASSERT_NE(find_protocol("gt06"), nullptr);
  ASSERT_NE(find_protocol("teltonika"), nullptr);
  EXPECT_EQ(find_protocol("gt07"), nullptr);
}

}  // namespace
}  // namespace rastro

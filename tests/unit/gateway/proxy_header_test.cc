// The header of the PROXY protocol: each byte of it, cut anywhere, and what must not pass for one.
#include "gateway/net/proxy_header.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace rastro {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Kind = ProxyHeader::Kind;

const Bytes kSignature = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};

Bytes header(std::uint8_t version, std::uint8_t family, const Bytes& rest) {
  Bytes bytes = kSignature;
  bytes.insert(bytes.end(), {version, family, static_cast<std::uint8_t>(rest.size() >> 8),
                             static_cast<std::uint8_t>(rest.size())});
  bytes.insert(bytes.end(), rest.begin(), rest.end());
  return bytes;
}

Bytes tcp4(const Bytes& more = {}) {
  Bytes addresses = {203, 0, 113, 7, 10, 0, 0, 1, 0xD4, 0x31, 0x13, 0x9F};
  addresses.insert(addresses.end(), more.begin(), more.end());
  return header(0x21, 0x11, addresses);
}

Bytes tcp6() {
  Bytes addresses(36, 0);
  addresses[0] = 0x20;
  addresses[1] = 0x01;
  addresses[2] = 0x0d;
  addresses[3] = 0xb8;
  addresses[15] = 0x09;
  return header(0x21, 0x21, addresses);
}

// In memory of the exact size, so that a byte too far is seen.
ProxyHeader read(const Bytes& bytes, std::size_t size) {
  const auto exact = std::make_unique<std::uint8_t[]>(size);
  std::copy_n(bytes.begin(), size, exact.get());
  return read_proxy_header({exact.get(), size});
}
ProxyHeader read(const Bytes& bytes) { return read(bytes, bytes.size()); }

TEST(ProxyHeader, SaysWhoIsBehindTheProxy) {
  EXPECT_EQ(read(tcp4()).kind, Kind::kProxied);
  EXPECT_EQ(read(tcp4()).source.text(), "203.0.113.7");
  EXPECT_EQ(read(tcp4()).size, 28U);
  EXPECT_EQ(read(tcp6()).kind, Kind::kProxied);
  EXPECT_EQ(read(tcp6()).source.text(), "2001:db8::9");
  EXPECT_EQ(read(tcp6()).size, 52U);
}

TEST(ProxyHeader, WhatStandsBehindItIsNotLookedAt) {
  Bytes bytes = tcp4();
  bytes.insert(bytes.end(), {0x78, 0x78, 0x0D});
  EXPECT_EQ(read(bytes).kind, Kind::kProxied);
  EXPECT_EQ(read(bytes).size, 28U);
}

TEST(ProxyHeader, FurtherValuesAreLeftAside) {
  EXPECT_EQ(read(tcp4({0x04, 0x00, 0x03, 1, 2, 3})).size, 34U);
  EXPECT_EQ(read(tcp4({0x04, 0x00, 0x03, 1, 2, 3})).source.text(), "203.0.113.7");
  EXPECT_EQ(read(tcp4({0xFF, 0xFF, 0xFF})).kind, Kind::kProxied) << "even where they make no sense";
}

TEST(ProxyHeader, CutAnywhereItNeedsMoreAndNeverMoreThanItsOwn) {
  for (const Bytes& whole : {tcp4(), tcp6(), tcp4({0x04, 0x00, 0x01, 7}), header(0x20, 0x00, {})}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const ProxyHeader cut = read(whole, size);
      EXPECT_EQ(cut.kind, Kind::kNeedsMore) << size;
      EXPECT_GT(cut.size, size);
      EXPECT_LE(cut.size, whole.size());
    }
  }
}

TEST(ProxyHeader, AWrongByteOfTheFixedPartIsSeenAtOnce) {
  for (std::size_t at = 0; at < kSignature.size(); ++at) {
    Bytes bytes = tcp4();
    bytes[at] ^= 0x01;
    EXPECT_EQ(read(bytes, at + 1).kind, Kind::kBad) << at;
  }
}

TEST(ProxyHeader, OnlyVersionTwoAndItsTwoCommands) {
  for (int version = 0; version < 256; ++version) {
    Bytes bytes = tcp4();
    bytes[12] = static_cast<std::uint8_t>(version);
    const Kind kind = read(bytes).kind;
    EXPECT_EQ(kind, version == 0x21   ? Kind::kProxied
                    : version == 0x20 ? Kind::kLocal
                                      : Kind::kBad)
        << version;
  }
  EXPECT_EQ(read({'P', 'R', 'O', 'X', 'Y', ' ', 'T', 'C', 'P', '4'}).kind, Kind::kBad) << "version one";
}

TEST(ProxyHeader, OnlyFamiliesOfAStream) {
  const Bytes room(216, 1);
  for (int family = 0; family < 256; ++family) {
    const Kind kind = read(header(0x21, static_cast<std::uint8_t>(family), room)).kind;
    const bool proxied = family == 0x11 || family == 0x21;
    const bool local = family == 0x00 || family == 0x31;
    EXPECT_EQ(kind, proxied ? Kind::kProxied : local ? Kind::kLocal : Kind::kBad) << family;
  }
}

TEST(ProxyHeader, AHealthCheckSpeaksForTheProxyWhateverElseItSays) {
  EXPECT_EQ(read(header(0x20, 0x00, {})).kind, Kind::kLocal);
  EXPECT_EQ(read(header(0x20, 0x11, {1, 2, 3})).kind, Kind::kLocal);
  EXPECT_EQ(read(header(0x20, 0x11, {1, 2, 3})).size, 19U);
}

TEST(ProxyHeader, AddressesThatDoNotFitAreBad) {
  EXPECT_EQ(read(header(0x21, 0x11, Bytes(11))).kind, Kind::kBad);
  EXPECT_EQ(read(header(0x21, 0x21, Bytes(35))).kind, Kind::kBad);
  EXPECT_EQ(read(header(0x21, 0x31, Bytes(215))).kind, Kind::kBad);
}

TEST(ProxyHeader, ALengthBeyondReasonIsBadBeforeAnybodyWaitsForIt) {
  Bytes bytes = tcp4();
  bytes[14] = 0x08;
  bytes[15] = 0x00;
  EXPECT_EQ(read(bytes, 16).kind, Kind::kNeedsMore);
  EXPECT_EQ(read(bytes, 16).size, 16U + 2048U);
  bytes[15] = 0x01;
  EXPECT_EQ(read(bytes, 16).kind, Kind::kBad);
  bytes[14] = bytes[15] = 0xFF;
  EXPECT_EQ(read(bytes, 16).kind, Kind::kBad);
}

}  // namespace
}  // namespace rastro

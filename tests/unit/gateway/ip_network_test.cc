// Addresses and networks, as they are read, compared and shown.
#include "gateway/net/ip_network.h"

#include <gtest/gtest.h>

namespace rastro {
namespace {

TEST(IpAddress, BothFormsOfAnIpv4AddressAreOne) {
  EXPECT_EQ(IpAddress::parse("10.1.2.3"), IpAddress::parse("::ffff:10.1.2.3"));
  EXPECT_EQ(IpAddress::parse("::ffff:10.1.2.3")->text(), "10.1.2.3");
  EXPECT_EQ(IpAddress::parse("2001:db8::1")->text(), "2001:db8::1");
}

TEST(IpNetwork, HoldsWhatBeginsWithItsBits) {
  const auto network = IpNetwork::parse("10.32.0.0/11");
  ASSERT_TRUE(network);
  EXPECT_TRUE(network->contains(*IpAddress::parse("10.32.0.0")));
  EXPECT_TRUE(network->contains(*IpAddress::parse("10.63.255.255")));
  EXPECT_FALSE(network->contains(*IpAddress::parse("10.64.0.0")));
  EXPECT_FALSE(network->contains(*IpAddress::parse("::a20:0")));
  EXPECT_EQ(network->text(), "10.32.0.0/11");
  EXPECT_TRUE(IpNetwork::parse("fd00::/8")->contains(*IpAddress::parse("fd12::1")));
  EXPECT_FALSE(IpNetwork::parse("fd00::/8")->contains(*IpAddress::parse("fe80::1")));
}

TEST(IpNetwork, OfNoBitsHoldsItsFamilyAlone) {
  EXPECT_TRUE(IpNetwork::parse("0.0.0.0/0")->contains(*IpAddress::parse("203.0.113.9")));
  EXPECT_FALSE(IpNetwork::parse("0.0.0.0/0")->contains(*IpAddress::parse("2001:db8::1")));
  EXPECT_TRUE(IpNetwork::parse("::/0")->contains(*IpAddress::parse("2001:db8::1")));
}

TEST(IpNetwork, AnAddressAloneIsANetworkOfOne) {
  EXPECT_EQ(IpNetwork::parse("192.0.2.1"), IpNetwork::parse("192.0.2.1/32"));
  EXPECT_EQ(IpNetwork::parse("::1"), IpNetwork::parse("::1/128"));
}

TEST(IpNetwork, WhatIsNoneIsNone) {
  for (const auto* text : {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0/8",
                           "10.0.0.1/8", "2001:db8::/129", "host/8", "10.0.0.0 /8"}) {
    EXPECT_FALSE(IpNetwork::parse(text)) << text;
  }
}

TEST(IpNetwork, AListIsSeparatedByCommas) {
  const auto list = parse_networks(" 10.0.0.0/8, 2001:db8::/32 ,192.0.2.1");
  ASSERT_TRUE(list);
  ASSERT_EQ(list->size(), 3U);
  EXPECT_TRUE(any_contains(*list, *IpAddress::parse("10.9.9.9")));
  EXPECT_TRUE(any_contains(*list, *IpAddress::parse("2001:db8:1::")));
  EXPECT_FALSE(any_contains(*list, *IpAddress::parse("192.0.2.2")));
  EXPECT_TRUE(parse_networks("")->empty());
  EXPECT_FALSE(parse_networks("10.0.0.0/8,,192.0.2.1"));
  EXPECT_FALSE(parse_networks("10.0.0.0/8;192.0.2.1"));
}

}  // namespace
}  // namespace rastro

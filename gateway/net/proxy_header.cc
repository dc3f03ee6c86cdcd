#include "gateway/net/proxy_header.h"

#include <algorithm>
#include <array>

namespace rastro {
namespace {

using Kind = ProxyHeader::Kind;

constexpr std::array<std::uint8_t, 12> kSignature = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D,
                                                     0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};
constexpr std::size_t kVersionAt = 12;
constexpr std::size_t kFamilyAt = 13;
constexpr std::size_t kLengthAt = 14;
constexpr std::uint8_t kLocalV2 = 0x20;
constexpr std::uint8_t kProxyV2 = 0x21;
constexpr std::uint8_t kUnspecified = 0x00;
constexpr std::uint8_t kTcp4 = 0x11;
constexpr std::uint8_t kTcp6 = 0x21;
constexpr std::uint8_t kUnixStream = 0x31;
// Two addresses and two ports.
constexpr std::size_t kTcp4Size = 12;
constexpr std::size_t kTcp6Size = 36;
constexpr std::size_t kUnixSize = 216;
// Addresses and the TLVs behind them, which may hold a certificate's names; the specification wants it all to
// fit into a first segment.
constexpr std::size_t kMaxLength = 2048;

// Bytes of addresses that the family has; nothing when devices cannot come through it.
std::optional<std::size_t> address_size(std::uint8_t family) {
  switch (family) {
    case kUnspecified:
      return 0;
    case kTcp4:
      return kTcp4Size;
    case kTcp6:
      return kTcp6Size;
    case kUnixStream:
      return kUnixSize;
    default:
      return {};
  }
}

template <typename Bytes>
IpAddress address_at(ByteView in, std::size_t at) {
  Bytes bytes{};
  std::ranges::copy(in.subspan(at, bytes.size()), bytes.begin());
  return IpAddress(bytes);
}

}  // namespace

ProxyHeader read_proxy_header(ByteView in) {
  const std::size_t known = std::min(in.size(), kSignature.size());
  if (!std::equal(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(known), kSignature.begin())) return {};
  if (in.size() > kVersionAt && in[kVersionAt] != kLocalV2 && in[kVersionAt] != kProxyV2) return {};
  if (in.size() > kFamilyAt && !address_size(in[kFamilyAt])) return {};
  if (in.size() < kProxyHeaderFixedSize) return {Kind::kNeedsMore, kProxyHeaderFixedSize};

  const bool local = in[kVersionAt] == kLocalV2;
  const std::uint8_t family = in[kFamilyAt];
  const std::size_t length = static_cast<std::size_t>(in[kLengthAt]) << 8 | in[kLengthAt + 1];
  if (length > kMaxLength || (!local && length < *address_size(family))) return {};
  const std::size_t size = kProxyHeaderFixedSize + length;
  if (in.size() < size) return {Kind::kNeedsMore, size};
  // What it says besides with LOCAL, or of no family that has addresses, is to be left aside.
  if (!local && family == kTcp4)
    return {Kind::kProxied, size, address_at<IpAddress::V4>(in, kProxyHeaderFixedSize)};
  if (!local && family == kTcp6)
    return {Kind::kProxied, size, address_at<IpAddress::V6>(in, kProxyHeaderFixedSize)};
  return {Kind::kLocal, size};
}

}  // namespace rastro

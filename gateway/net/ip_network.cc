#include "gateway/net/ip_network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace rastro {
namespace {

constexpr IpAddress::V6 kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr std::size_t kV4At = 12;
constexpr int kV4Bits = 32;
constexpr int kV6Bits = 128;

IpAddress cut(const IpAddress& address, int bits) {
  IpAddress::V6 bytes = address.bytes();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const int kept = std::clamp(bits - static_cast<int>(8 * i), 0, 8);
    bytes[i] = static_cast<std::uint8_t>(bytes[i] & (0xFF << (8 - kept)));
  }
  return IpAddress(bytes);
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

IpAddress::IpAddress(const V4& bytes) : bytes_(kMapped) { std::ranges::copy(bytes, bytes_.begin() + kV4At); }

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string whole(text);
  V4 v4{};
  if (::inet_pton(AF_INET, whole.c_str(), v4.data()) == 1) return IpAddress(v4);
  V6 v6{};
  if (::inet_pton(AF_INET6, whole.c_str(), v6.data()) == 1) return IpAddress(v6);
  return {};
}

bool IpAddress::is_v4() const { return std::equal(kMapped.begin(), kMapped.begin() + kV4At, bytes_.begin()); }

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (is_v4()) {
    ::inet_ntop(AF_INET, bytes_.data() + kV4At, text.data(), text.size());
  } else {
    ::inet_ntop(AF_INET6, bytes_.data(), text.data(), text.size());
  }
  return text.data();
}

IpNetwork::IpNetwork(const IpAddress& within, int bits)
    : first_(cut(within, bits)), bits_(static_cast<std::uint8_t>(bits)) {}

IpNetwork::IpNetwork(const IpAddress& within, int v4_bits, int v6_bits)
    : IpNetwork(within, within.is_v4() ? kV6Bits - kV4Bits + v4_bits : v6_bits) {}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return {};
  const int most = address->is_v4() ? kV4Bits : kV6Bits;
  int length = most;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || length < 0 || length > most)
      return {};
  }
  const IpNetwork network(*address, length, length);
  if (network.first_ != *address) return {};
  return network;
}

bool IpNetwork::contains(const IpAddress& address) const { return cut(address, bits_) == first_; }

std::string IpNetwork::text() const {
  const int own = first_.is_v4() ? bits_ - (kV6Bits - kV4Bits) : bits_;
  return first_.text() + '/' + std::to_string(own);
}

std::optional<std::vector<IpNetwork>> parse_networks(std::string_view text) {
  std::vector<IpNetwork> networks;
  while (!trimmed(text).empty()) {
    const std::size_t comma = text.find(',');
    const auto network = IpNetwork::parse(trimmed(text.substr(0, comma)));
    if (!network) return {};
    networks.push_back(*network);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return networks;
}

bool any_contains(const std::vector<IpNetwork>& networks, const IpAddress& address) {
  return std::ranges::any_of(networks, [&](const IpNetwork& network) { return network.contains(address); });
}

}  // namespace rastro

std::size_t std::hash<rastro::IpNetwork>::operator()(const rastro::IpNetwork& network) const noexcept {
  const auto& bytes = network.first_.bytes();
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return std::hash<std::string_view>{}(text) ^ network.bits_;
}

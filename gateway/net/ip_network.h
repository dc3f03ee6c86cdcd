// Addresses and networks as limits count them and lists name them. Both families in one form: an IPv4 address
// is kept as IPv6 has it (::ffff:a.b.c.d), so that a device is one source whichever socket it came through.
// Values; pure; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rastro {

class IpAddress {
 public:
  using V4 = std::array<std::uint8_t, 4>;
  using V6 = std::array<std::uint8_t, 16>;

  IpAddress() = default;  // ::
  explicit IpAddress(const V4& bytes);
  explicit IpAddress(const V6& bytes) : bytes_(bytes) {}
  // Nothing when the text is no address.
  static std::optional<IpAddress> parse(std::string_view text);

  bool is_v4() const;
  const V6& bytes() const { return bytes_; }
  std::string text() const;

  friend bool operator==(const IpAddress&, const IpAddress&) = default;

 private:
  V6 bytes_{};
};

class IpNetwork {
 public:
  // Of the length that its family has. REQUIRES: `v4_bits` at most 32, `v6_bits` at most 128.
  IpNetwork(const IpAddress& within, int v4_bits, int v6_bits);
  // "10.0.0.0/8", "2001:db8::/32", or an address alone; nothing when the text is neither, or has bits behind
  // its length.
  static std::optional<IpNetwork> parse(std::string_view text);

  bool contains(const IpAddress& address) const;
  std::string text() const;

  friend bool operator==(const IpNetwork&, const IpNetwork&) = default;

 private:
  friend struct std::hash<IpNetwork>;
  IpNetwork(const IpAddress& within, int bits);

  IpAddress first_;
  std::uint8_t bits_ = 0;  // of the 128
};

// Separated by commas, blanks around them allowed; nothing when one of them is no network.
std::optional<std::vector<IpNetwork>> parse_networks(std::string_view text);

bool any_contains(const std::vector<IpNetwork>& networks, const IpAddress& address);

}  // namespace rastro

template <>
struct std::hash<rastro::IpNetwork> {
  std::size_t operator()(const rastro::IpNetwork& network) const noexcept;
};

#include "forwarder/webhooks/target.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

namespace rastro::webhooks {
namespace {

// As long as any server takes.
constexpr std::size_t kMaxUrl = 2000;

struct Block {
  std::uint32_t network;
  int bits;
};
// IANA's registry of special-purpose IPv4 addresses; the last two are multicast and what was kept for later.
constexpr std::array<Block, 15> kNotPublic = {{{0x00000000, 8},
                                               {0x0a000000, 8},
                                               {0x64400000, 10},
                                               {0x7f000000, 8},
                                               {0xa9fe0000, 16},
                                               {0xac100000, 12},
                                               {0xc0000000, 24},
                                               {0xc0000200, 24},
                                               {0xc0586300, 24},
                                               {0xc0a80000, 16},
                                               {0xc6120000, 15},
                                               {0xc6336400, 24},
                                               {0xcb007100, 24},
                                               {0xe0000000, 4},
                                               {0xf0000000, 4}}};

bool is_public_v4(std::uint32_t address) {
  return std::ranges::none_of(kNotPublic, [address](const Block& block) {
    return ((address ^ block.network) >> (32 - block.bits)) == 0;
  });
}

// Global unicast is 2000::/3 (RFC 4291); taken out: 2001::/23 (protocols, Teredo among them), 2001:db8::/32
// (documentation), 2002::/16 (6to4).
bool is_public_v6(const std::array<std::uint8_t, 16>& address) {
  if ((address[0] & 0xe0) != 0x20) return false;
  if (address[0] == 0x20 && address[1] == 0x02) return false;
  if (address[0] != 0x20 || address[1] != 0x01) return true;
  return address[2] >= 0x02 && !(address[2] == 0x0d && address[3] == 0xb8);
}

// Of a name nothing can be said yet.
bool is_public_literal(std::string host) {
  std::ranges::transform(host, host.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  if (inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1)
    return is_public_address(*reinterpret_cast<const sockaddr*>(&v4));
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  if (inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) == 1)
    return is_public_address(*reinterpret_cast<const sockaddr*>(&v6));
  return host != "localhost" && !host.ends_with(".localhost");
}

struct FreeText {
  void operator()(char* text) const { curl_free(text); }
};

std::string part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
  return std::unique_ptr<char, FreeText>(text).get();
}

}  // namespace

bool is_public_address(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof(v4));
    return is_public_v4(ntohl(v4.sin_addr.s_addr));
  }
  if (address.sa_family != AF_INET6) return false;
  sockaddr_in6 v6{};
  std::memcpy(&v6, &address, sizeof(v6));
  std::array<std::uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
  return is_public_v6(bytes);
}

TargetFault find_target_fault(const std::string& url, bool allow_private) {
  if (url.size() > kMaxUrl) return TargetFault::kTooLong;
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parts(curl_url(), &curl_url_cleanup);
  if (curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return TargetFault::kNoUrl;
  if (!url.starts_with("https://") && !url.starts_with("http://")) return TargetFault::kScheme;
  if (!part_of(parts.get(), CURLUPART_USER).empty() || !part_of(parts.get(), CURLUPART_PASSWORD).empty())
    return TargetFault::kPassword;
  const bool forbidden = !allow_private && !is_public_literal(part_of(parts.get(), CURLUPART_HOST));
  return forbidden ? TargetFault::kPrivate : TargetFault::kNone;
}

}  // namespace rastro::webhooks

#include "protocols/stray.h"

#include <algorithm>
#include <array>

namespace rastro {
namespace {

struct Stray {
  std::string_view kind;
  std::string_view start;
};

using namespace std::string_view_literals;

constexpr std::array kStrays = {
    Stray{"http"sv, "GET "sv},          Stray{"http"sv, "POST "sv},        Stray{"http"sv, "HEAD "sv},
    Stray{"http"sv, "PUT "sv},          Stray{"http"sv, "DELETE "sv},      Stray{"http"sv, "CONNECT "sv},
    Stray{"http"sv, "PRI * HTTP"sv},    Stray{"http"sv, "PROPFIND "sv},    Stray{"sip"sv, "OPTIONS sip:"sv},
    Stray{"http"sv, "OPTIONS "sv},      Stray{"sip"sv, "REGISTER sip:"sv}, Stray{"sip"sv, "INVITE sip:"sv},
    Stray{"tls"sv, "\x16\x03"sv},       Stray{"ssh"sv, "SSH-"sv},          Stray{"rdp"sv, "\x03\x00\x00"sv},
    Stray{"socks"sv, "\x05\x01\x00"sv}, Stray{"smb"sv, "\xFFSMB"sv},       Stray{"smb"sv, "\xFESMB"sv},
    Stray{"redis"sv, "*1\r\n"sv},       Stray{"http"sv, "\r\n\r\n"sv},
};

}  // namespace

std::string_view find_stray(ByteView first_bytes) {
  for (const Stray& stray : kStrays) {
    if (first_bytes.size() < stray.start.size()) continue;
    const bool same = std::equal(stray.start.begin(), stray.start.end(), first_bytes.begin(),
                                 [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
    if (same) return stray.kind;
  }
  return {};
}

}  // namespace rastro

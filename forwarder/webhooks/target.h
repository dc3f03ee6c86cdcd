// Where webhooks may go: a URL comes from somebody who configures, and must not reach what only this machine
// or its network can. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>

struct sockaddr;

namespace rastro::webhooks {

enum class TargetFault : std::uint8_t {
  kNone,
  kTooLong,
  kNoUrl,
  kScheme,    // neither http nor https
  kPassword,  // it would be shown to all who may list webhooks
  kPrivate,   // its host is an address that is not public
};

// What is wrong with a subscriber's URL, as far as it can be seen of it: the address that a name stands for
// is looked at when it is connected to.
TargetFault find_target_fault(const std::string& url, bool allow_private);

// False of every address that is not of the public Internet: loopback, private, link-local, documentation,
// multicast, reserved (RFC 6890 and the IANA special-purpose registries), and IPv6 addresses that carry one
// of IPv4.
bool is_public_address(const sockaddr& address);

}  // namespace rastro::webhooks

// The symmetric signature of the Standard Webhooks specification (standardwebhooks.com), which receivers have
// libraries for. Pure; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rastro::webhooks {

// The specification asks for 24 to 64.
using SecretBytes = std::array<std::uint8_t, 32>;

// "whsec_" and the bytes in base64.
std::string make_secret(const SecretBytes& random);

// The header webhook-signature: "v1," and the HMAC-SHA256 of "id.timestamp.body" in base64. Nothing when the
// secret is none. `timestamp_s`: seconds since 1970, as in the header webhook-timestamp.
std::optional<std::string> sign(std::string_view secret, std::string_view id, std::int64_t timestamp_s,
                                std::string_view body);

}  // namespace rastro::webhooks

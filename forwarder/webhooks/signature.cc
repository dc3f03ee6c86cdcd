#include "forwarder/webhooks/signature.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <span>
#include <vector>

namespace rastro::webhooks {
namespace {

constexpr std::string_view kMark = "whsec_";

std::string to_base64(std::span<const std::uint8_t> bytes) {
  std::vector<std::uint8_t> text((bytes.size() + 2) / 3 * 4 + 1);  // with the NUL that OpenSSL writes
  const int size = EVP_EncodeBlock(text.data(), bytes.data(), static_cast<int>(bytes.size()));
  return {text.begin(), text.begin() + size};
}

std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return {};
  const std::vector<std::uint8_t> in(text.begin(), text.end());
  std::vector<std::uint8_t> bytes(text.size() / 4 * 3);
  if (EVP_DecodeBlock(bytes.data(), in.data(), static_cast<int>(in.size())) < 0) return {};
  // OpenSSL decodes the padding as zeroes.
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  bytes.resize(bytes.size() - padding);
  return bytes;
}

}  // namespace

std::string make_secret(const SecretBytes& random) { return std::string(kMark) + to_base64(random); }

std::optional<std::string> sign(std::string_view secret, std::string_view id, std::int64_t timestamp_s,
                                std::string_view body) {
  if (!secret.starts_with(kMark)) return {};
  const auto key = from_base64(secret.substr(kMark.size()));
  if (!key) return {};
  std::string text(id);
  text.append(".").append(std::to_string(timestamp_s)).append(".").append(body);
  const std::vector<std::uint8_t> bytes(text.begin(), text.end());
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (HMAC(EVP_sha256(), key->data(), static_cast<int>(key->size()), bytes.data(), bytes.size(),
           digest.data(), &size) == nullptr) {
    return {};
  }
  return "v1," + to_base64(std::span(digest).first(size));
}

}  // namespace rastro::webhooks

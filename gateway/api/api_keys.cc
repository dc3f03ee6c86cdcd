#include "gateway/api/api_keys.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <stdexcept>

#include "schema/json.h"

namespace rastro {
namespace {

constexpr std::string_view kMark = "rastro_";
constexpr std::size_t kShownCharacters = kMark.size() + 6;

}  // namespace

KeyHash hash_api_key(std::string_view key) {
  KeyHash hash{};
  unsigned size = 0;
  if (EVP_Digest(key.data(), key.size(), hash.data(), &size, EVP_sha256(), nullptr) != 1 ||
      size != hash.size()) {
    throw std::runtime_error("SHA-256 is not available");
  }
  return hash;
}

std::string make_api_key() {
  std::array<std::uint8_t, 32> random{};
  if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) {
    throw std::runtime_error("the system gives no random bytes");
  }
  std::string key(kMark);
  append_hex(random, key);
  return key;
}

std::string api_key_prefix(const std::string& key) { return key.substr(0, kShownCharacters); }

std::string api_key_actor(const std::string& authorization) {
  constexpr std::string_view kScheme = "Bearer ";
  return "apikey " + api_key_prefix(authorization.substr(kScheme.size()));
}

void ApiKeys::replace(const std::vector<postgis::ApiKeyRow>& rows) {
  std::map<KeyHash, std::int64_t> keys;
  for (const postgis::ApiKeyRow& row : rows) {
    KeyHash hash{};
    if (row.revoked_ms || row.key_hash.size() != hash.size()) continue;
    std::ranges::copy(row.key_hash, hash.begin());
    keys.emplace(hash, row.id);
  }
  const std::lock_guard lock(mutex_);
  keys_ = std::move(keys);
}

bool ApiKeys::is_good(std::string_view key) {
  const KeyHash hash = hash_api_key(key);
  const std::lock_guard lock(mutex_);
  const auto found = keys_.find(hash);
  if (found == keys_.end()) return false;
  used_.insert(found->second);
  return true;
}

std::set<std::int64_t> ApiKeys::take_used() {
  const std::lock_guard lock(mutex_);
  return std::exchange(used_, {});
}

}  // namespace rastro

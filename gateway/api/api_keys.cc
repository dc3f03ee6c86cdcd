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

// Nothing for a role or a scope that this program does not know: a newer one made the key.
std::optional<Caller> find_caller(const postgis::ApiKeyRow& row) {
  const auto role = find_role(row.role);
  if (!role) return {};
  Caller caller{.key_id = row.id, .actor = "apikey " + row.prefix, .role = *role};
  for (const std::string& name : row.scopes) {
    const auto scope = find_scope(name);
    if (!scope) return {};
    caller.scopes.push_back(*scope);
  }
  return caller;
}

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

void ApiKeys::replace(const std::vector<postgis::ApiKeyRow>& rows) {
  std::map<KeyHash, Caller> keys;
  for (const postgis::ApiKeyRow& row : rows) {
    KeyHash hash{};
    if (row.revoked_ms || row.hash.size() != hash.size()) continue;
    std::ranges::copy(row.hash, hash.begin());
    if (auto caller = find_caller(row)) keys.emplace(hash, *std::move(caller));
  }
  const std::lock_guard lock(mutex_);
  keys_ = std::move(keys);
}

std::optional<Caller> ApiKeys::find(std::string_view key) {
  const KeyHash hash = hash_api_key(key);
  const std::lock_guard lock(mutex_);
  const auto found = keys_.find(hash);
  if (found == keys_.end()) return {};
  used_.insert(found->second.key_id);
  return found->second;
}

std::set<std::int64_t> ApiKeys::take_used() {
  const std::lock_guard lock(mutex_);
  return std::exchange(used_, {});
}

}  // namespace rastro

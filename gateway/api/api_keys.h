// API keys: made from the system's randomness, shown once, known afterwards by their SHA-256 only (a key has
// 256 bits of its own, so that a salt or a slow hash would add nothing). Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/api/permission.h"
#include "pipeline/postgis/api_key_store.h"

namespace rastro {

using KeyHash = std::array<std::uint8_t, 32>;

KeyHash hash_api_key(std::string_view key);

// "rastro_" and 64 hex digits. Throws std::runtime_error when the system has no randomness to give.
std::string make_api_key();
// What may be shown of a key afterwards.
std::string api_key_prefix(const std::string& key);
class ApiKeys {
 public:
  // Replaces everything; revoked keys are left out.
  void replace(const std::vector<postgis::ApiKeyRow>& rows);
  // Whose key it is; nothing when it is not good.
  std::optional<Caller> find(std::string_view key);
  // The keys that were used since the last call.
  std::set<std::int64_t> take_used();

 private:
  std::mutex mutex_;
  std::map<KeyHash, Caller> keys_;
  std::set<std::int64_t> used_;
};

}  // namespace rastro

// API keys: made from the system's randomness, shown once, known afterwards by their SHA-256 only (a key has
// 256 bits of its own, so that a salt or a slow hash would add nothing). Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/postgis/catalogue.h"

namespace rastro {

using KeyHash = std::array<std::uint8_t, 32>;

KeyHash hash_api_key(std::string_view key);

// "rastro_" and 64 hex digits. Throws std::runtime_error when the system has no randomness to give.
std::string make_api_key();
// What may be shown of a key afterwards.
std::string api_key_prefix(const std::string& key);
// Who asks, for the books: "apikey rastro_0123". `authorization`: the header of a request whose key is good.
std::string api_key_actor(const std::string& authorization);

class ApiKeys {
 public:
  // Replaces everything; revoked keys are left out.
  void replace(const std::vector<postgis::ApiKeyRow>& rows);
  bool is_good(std::string_view key);
  // The keys that were used since the last call.
  std::set<std::int64_t> take_used();

 private:
  std::mutex mutex_;
  std::map<KeyHash, std::int64_t> keys_;
  std::set<std::int64_t> used_;
};

}  // namespace rastro

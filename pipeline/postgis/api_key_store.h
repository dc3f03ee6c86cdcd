// The keys of the API, as they are made, listed and revoked, each act with its row in rastro.audit. One
// connection; blocking; one thread. Nothing throws.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "pipeline/postgis/kept_connection.h"
#include "schema/bytes.h"

namespace rastro::postgis {

struct NewApiKey {
  std::string name;
  std::string prefix;  // what may be shown of the key
  std::vector<std::uint8_t> hash;
  std::string role;
  std::vector<std::string> scopes = {};  // none: all
};

struct ApiKeyRow : NewApiKey {
  std::int64_t id = 0;
  std::int64_t created_ms = 0;
  std::optional<std::int64_t> last_used_ms;
  std::optional<std::int64_t> revoked_ms;
};

class ApiKeyStore {
 public:
  explicit ApiKeyStore(std::string url) : connection_(std::move(url)) {}

  Result<std::vector<ApiKeyRow>> list();  // by id
  // `actor`: who does it, for the audit. The key's number.
  Result<std::int64_t> add(const NewApiKey& key, const std::string& actor);
  // False: no such key, or revoked before.
  Result<bool> revoke(std::int64_t id, const std::string& actor);
  Result<void> mark_used(const std::set<std::int64_t>& ids);

 private:
  KeptConnection connection_;
};

}  // namespace rastro::postgis

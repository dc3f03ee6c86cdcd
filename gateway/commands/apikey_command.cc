#include "gateway/commands/apikey_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ostream>

#include "gateway/api/administration.h"
#include "gateway/api/api_keys.h"
#include "gateway/database.h"

namespace rastro {
namespace {

int fail(const AdminOutput& to, const std::string& sentence) {
  to.err << "rastro: " << sentence << '\n';
  return 1;
}

int wrong_word(const AdminOutput& to, const std::string& word, const std::string& known) {
  to.err << fmt::format("rastro: '{}' is none of {}\n", word, known);
  return 2;
}

}  // namespace

int run_apikey_create(const Config& config, const std::string& name, const std::string& role,
                      const std::vector<std::string>& scopes, const AdminOutput& to) {
  if (!find_role(role)) return wrong_word(to, role, role_names());
  for (const std::string& scope : scopes) {
    if (!find_scope(scope)) return wrong_word(to, scope, scope_names());
  }
  const std::string key = make_api_key();
  const KeyHash hash = hash_api_key(key);
  const auto id = postgis::ApiKeyStore(database_url(config))
                      .add({.name = name,
                            .prefix = api_key_prefix(key),
                            .hash = {hash.begin(), hash.end()},
                            .role = role,
                            .scopes = scopes},
                           shell_actor());
  if (!id) return fail(to, id.error().sentence);
  if (to.json) {
    to.out << fmt::format(R"({{"id":{},"key":"{}"}})", *id, key) << '\n';
    return 0;
  }
  to.err << "This key is shown once and kept as a hash only:\n";
  to.out << key << '\n';
  return 0;
}

int run_apikey_list(const Config& config, const AdminOutput& to) {
  const auto keys = postgis::ApiKeyStore(database_url(config)).list();
  if (!keys) return fail(to, keys.error().sentence);
  if (to.json) {
    const char* between = "[";
    for (const auto& key : *keys) to.out << std::exchange(between, ",\n ") << api_key_json(key);
    to.out << (keys->empty() ? "[]\n" : "]\n");
    return 0;
  }
  for (const auto& key : *keys) {
    to.out << fmt::format(
        "{:>4}  {}…  {:<8} {:<8} {:<20} {}\n", key.id, key.prefix, key.revoked_ms ? "revoked" : "good",
        key.role, key.scopes.empty() ? "all" : fmt::format("{}", fmt::join(key.scopes, ",")), key.name);
  }
  return 0;
}

int run_apikey_revoke(const Config& config, std::int64_t id, const AdminOutput& to) {
  const auto revoked = postgis::ApiKeyStore(database_url(config)).revoke(id, shell_actor());
  if (!revoked) return fail(to, revoked.error().sentence);
  if (!*revoked) return fail(to, fmt::format("there is no key {} that is not revoked already", id));
  to.out << (to.json ? std::string(R"({"changed":true})") : fmt::format("key {} is revoked", id)) << '\n';
  return 0;
}

}  // namespace rastro

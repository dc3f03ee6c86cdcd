#include "gateway/api/permission.h"

#include <algorithm>
#include <array>

namespace rastro {
namespace {

// Stored words (rastro.api_key) and those of the OpenAPI document.
constexpr std::array<std::string_view, kRoleCount> kRoles = {"viewer", "operator", "admin"};
constexpr std::array<std::string_view, kScopeCount> kScopes = {"devices",     "tracking", "clients",
                                                               "work_orders", "commands", "forwarding",
                                                               "webhooks",    "persat",   "administration"};

template <typename Word, std::size_t count>
std::optional<Word> find(const std::array<std::string_view, count>& words, std::string_view name) {
  const auto found = std::ranges::find(words, name);
  if (found == words.end()) return {};
  return static_cast<Word>(found - words.begin());
}

template <std::size_t count>
std::string list(const std::array<std::string_view, count>& words) {
  std::string text;
  for (const std::string_view word : words) text.append(text.empty() ? "" : ", ").append(word);
  return text;
}

}  // namespace

std::string_view role_name(Role role) { return kRoles[static_cast<std::size_t>(role)]; }
std::optional<Role> find_role(std::string_view name) { return find<Role>(kRoles, name); }
std::string role_names() { return list(kRoles); }

std::string_view scope_name(Scope scope) { return kScopes[static_cast<std::size_t>(scope)]; }
std::optional<Scope> find_scope(std::string_view name) { return find<Scope>(kScopes, name); }
std::string scope_names() { return list(kScopes); }

bool Caller::has_scope(Scope scope) const {
  return scopes.empty() || std::ranges::find(scopes, scope) != scopes.end();
}

}  // namespace rastro

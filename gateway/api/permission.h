// What a route needs and what a key of the API has: a role, and the scopes that it is good for. Values only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rastro {

// Each may do what those before it may.
enum class Role : std::uint8_t {
  kViewer,    // reads
  kOperator,  // acts: clients, commands, work orders
  kAdmin,     // configures: keys, webhooks, mappings; reads the audit
};
inline constexpr std::size_t kRoleCount = 3;
std::string_view role_name(Role role);
std::optional<Role> find_role(std::string_view name);
std::string role_names();  // for people: "viewer, operator, admin"

enum class Scope : std::uint8_t {
  kDevices,
  kTracking,  // positions, trips, stops, visits, statistics
  kClients,
  kWorkOrders,
  kCommands,
  kForwarding,
  kWebhooks,
  kPersat,          // the catalogue in step with Persat's
  kAdministration,  // keys, audit
};
inline constexpr std::size_t kScopeCount = 9;
std::string_view scope_name(Scope scope);
std::optional<Scope> find_scope(std::string_view name);
std::string scope_names();

struct Permission {
  Role role = Role::kAdmin;
  Scope scope = Scope::kAdministration;
};

// Whose key came with a request.
struct Caller {
  std::int64_t key_id = 0;
  std::string actor = {};  // for the books: "apikey rastro_012345"
  Role role = Role::kViewer;
  std::vector<Scope> scopes = {};  // none: all

  bool has_scope(Scope scope) const;
};

}  // namespace rastro

// The clients, as people and programs enter, change and list them. One connection of its own, opened when
// needed and again after it broke; blocking; one thread. Nothing throws.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/postgis/client.h"
#include "pipeline/postgis/connection.h"

namespace rastro::postgis {

struct ClientPage {
  std::vector<StoredClient> clients;  // by id
  std::int64_t total = 0;             // of all clients
};

struct ClientImport {
  std::uint64_t added = 0;
  std::uint64_t changed = 0;
  std::uint64_t unchanged = 0;
};

class ClientStore {
 public:
  // `actor`: in whose name clients are changed, for the audit; empty: nobody's.
  explicit ClientStore(std::string url, std::string actor = {})
      : url_(std::move(url)), actor_(std::move(actor)) {}

  // In whose name the next changes are made.
  void act_as(std::string actor) { actor_ = std::move(actor); }

  Result<ClientPage> list(std::int64_t offset, std::int64_t limit);
  // Nothing when there is none.
  Result<std::optional<StoredClient>> find(const std::string& uid);
  Result<std::optional<StoredClient>> find(std::int64_t id);
  // Whether a client other than `uid` has that name.
  Result<bool> is_name_taken(const std::string& company_name, const std::string& uid);

  // What is wrong with a GeoJSON geometry as an area, in PostGIS's words or as one of not_geojson,
  // not_polygon, empty, out_of_range; nothing when it is good.
  Result<std::optional<std::string>> find_area_fault(const std::string& geojson);

  // kAlreadyExists when there is one with that uid. The new client's id.
  Result<std::int64_t> add(const ClientEntry& client);
  // By its uid; false when there is none.
  Result<bool> change(const ClientEntry& client);
  // Adds those whose uid is new and changes the others, all or none. Each has a uid of its own.
  Result<ClientImport> import(std::span<const ClientEntry> clients);
  // False when there is none.
  Result<bool> remove(const std::string& uid);

 private:
  Result<Connection*> connection();
  Result<Rows> query(const char* sql, std::initializer_list<std::string> parameters);
  Result<std::optional<StoredClient>> find_one(const char* sql, const std::string& key);

  const std::string url_;
  std::string actor_;
  std::string named_;  // what the connection was told last
  std::optional<Connection> connection_;
};

}  // namespace rastro::postgis

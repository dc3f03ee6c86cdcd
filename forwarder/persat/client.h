// Clients: Persat's customers' customers, a point on the map each (persat-api.md 5.1). Values.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "forwarder/persat/api.h"
#include "forwarder/persat/instant.h"

namespace rastro::persat {

struct CustomFieldValue {
  std::string name;
  boost::json::value value;
};

struct Client {
  std::string uid_client;    // the client's number, unique: the key of every path
  std::string company_name;  // unique too
  std::optional<std::string> company_description{};
  std::optional<std::int64_t> type_id{};
  std::optional<std::int64_t> group_id{};  // also limits which users see it
  std::optional<double> latitude{};        // degrees
  std::optional<double> longitude{};
  std::optional<double> service_time{};               // inferred: minutes a visit
  std::optional<std::pair<double, double>> window{};  // `wt`; inferred: minutes of the day, from and to
  std::optional<std::string> street{};
  std::optional<std::string> street_nbr{};
  std::optional<std::string> neighborhood{};
  std::optional<std::string> city{};
  std::optional<std::string> country{};
  std::optional<Instant> last_updated{};
  std::map<std::string, CustomFieldValue> custom_fields{};  // by the field's id
  boost::json::object other{};                              // what is not documented
};
Result<Client> decode_client(boost::json::value data);
// What the client has, and `other`. last_updated is Persat's own and is left out.
boost::json::object encode_client(const Client& client);

struct ClientPage {
  std::vector<Client> clients;
  Paging paging;
};

// Of `limit` in practice; no page has more (persat-api.md 1.3).
inline constexpr std::uint64_t kMaxPage = 100;

Result<ClientPage> fetch_clients(Api& api, std::uint64_t offset, std::uint64_t limit = kMaxPage);
// All of them, a page at a time, until a page is short; `take` says false to stop. How many were taken. What
// others add or delete meanwhile may be missed or come twice, as with any paging by offset.
Result<std::uint64_t> for_each_client(Api& api, const std::function<bool(Client&&)>& take);
Result<Client> fetch_client(Api& api, const std::string& uid_client);
// The same as they came, for who keeps them whole.
Result<boost::json::array> fetch_clients_json(Api& api, std::uint64_t offset, std::uint64_t limit = kMaxPage);
Result<boost::json::object> fetch_client_json(Api& api, const std::string& uid_client);

// The bodies of these two and their answers are not documented; that the body has the members of the client
// object is an inference. What was answered comes back as it is. A number that is taken is kConflict.
Result<boost::json::value> create_client(Api& api, const Client& client);
Result<boost::json::value> change_client(Api& api, const std::string& uid_client,
                                         const boost::json::object& changes);
// For ever, with its history, forms and work orders. The number that was deleted.
Result<std::string> delete_client(Api& api, const std::string& uid_client);

}  // namespace rastro::persat

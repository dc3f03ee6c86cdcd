#include "gateway/commands/client_command.h"

#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <iterator>

#include "gateway/clients/client_check.h"
#include "gateway/clients/client_import.h"
#include "gateway/clients/client_json.h"
#include "gateway/database.h"
#include "pipeline/postgis/client_store.h"

namespace rastro {
namespace {

using postgis::StoredClient;

// For a list on a terminal; who has more asks the API page by page.
constexpr std::int64_t kMaxListed = 1'000'000;

int fail(const AdminOutput& to, std::string_view sentence, int exit_code = 1) {
  to.err << "rastro: " << sentence << '\n';
  return exit_code;
}

std::string no_such_client(const ClientKey& key) {
  return key.uid.empty() ? fmt::format("there is no client with the id {}", key.id)
                         : "there is no client with the uid " + key.uid;
}

postgis::Result<std::optional<StoredClient>> find(postgis::ClientStore& store, const ClientKey& key) {
  return key.uid.empty() ? store.find(key.id) : store.find(key.uid);
}

// The uid of the client that `key` means, or the exit code after it was said that there is none.
std::optional<std::string> find_uid(postgis::ClientStore& store, const ClientKey& key,
                                    const AdminOutput& to) {
  const auto found = find(store, key);
  if (found && *found) return (*found)->uid;
  fail(to, found ? no_such_client(key) : found.error().sentence);
  return {};
}

// 0 when it may be stored.
int check(postgis::ClientStore& store, const postgis::ClientEntry& client, bool is_new,
          const std::string& place, const AdminOutput& to) {
  ClientMistake mistake = check_client(client, is_new);
  if (!mistake && client.area && !client.area->empty()) {
    const auto fault = store.find_area_fault(*client.area);
    if (!fault) return fail(to, fault.error().sentence);
    if (*fault) mistake = {ClientFault::kArea, "area", **fault};
  }
  if (mistake) return fail(to, place + client_mistake_english(mistake), 2);
  if (client.radius_m && *client.radius_m > kWideRadiusM) {
    to.err << fmt::format(
        "rastro: {}warning: a radius of {} m also takes in stops that are none of the client's\n", place,
        *client.radius_m);
  }
  return 0;
}

void print(const StoredClient& client, const AdminOutput& to) {
  to.out << fmt::format("{:>6}  {:<12} {:>10.5f} {:>11.5f} {:>8}  {}\n", client.id, client.uid,
                        client.latitude_deg, client.longitude_deg,
                        client.area.empty() ? fmt::format("{:.0f}", client.radius_m) : "area",
                        client.company_name);
}

std::optional<std::string> read_file(const std::string& name) {
  if (name == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  std::ifstream in(name, std::ios::binary);
  if (!in) return {};
  return std::string(std::istreambuf_iterator<char>(in), {});
}

}  // namespace

int run_client_list(const Config& config, const AdminOutput& to) {
  const auto page = postgis::ClientStore(database_url(config)).list(0, kMaxListed);
  if (!page) return fail(to, page.error().sentence);
  if (!to.json)
    to.out << fmt::format("{:>6}  {:<12} {:>10} {:>11} {:>8}  {}\n", "id", "uid", "latitude", "longitude",
                          "radius m", "name");
  const char* between = "[";
  for (const StoredClient& client : page->clients) {
    if (!to.json) {
      print(client, to);
      continue;
    }
    to.out << between << client_json(client);
    between = ",\n ";
  }
  if (to.json) to.out << (page->clients.empty() ? "[]\n" : "]\n");
  return 0;
}

int run_client_show(const Config& config, const ClientKey& key, const AdminOutput& to) {
  postgis::ClientStore store(database_url(config), shell_actor());
  const auto client = find(store, key);
  if (!client) return fail(to, client.error().sentence);
  if (!*client) return fail(to, no_such_client(key));
  to.out << client_json(**client) << '\n';
  return 0;
}

int run_client_add(const Config& config, const postgis::ClientEntry& client, const AdminOutput& to) {
  postgis::ClientStore store(database_url(config), shell_actor());
  if (const int wrong = check(store, client, true, "", to); wrong != 0) return wrong;
  const auto id = store.add(client);
  if (!id) return fail(to, id.error().sentence);
  to.out << (to.json ? fmt::format(R"({{"id":{}}})", *id)
                     : fmt::format("client {} has the id {}", *client.company_name, *id))
         << '\n';
  return 0;
}

int run_client_change(const Config& config, const ClientKey& key, postgis::ClientEntry change,
                      const AdminOutput& to) {
  postgis::ClientStore store(database_url(config), shell_actor());
  if (const int wrong = check(store, change, false, "", to); wrong != 0) return wrong;
  const auto uid = find_uid(store, key, to);
  if (!uid) return 1;
  change.uid = *uid;
  const auto changed = store.change(change);
  if (!changed) return fail(to, changed.error().sentence);
  to.out << (to.json ? R"({"changed":true})" : "client " + *uid + " is changed") << '\n';
  return 0;
}

int run_client_remove(const Config& config, const ClientKey& key, const AdminOutput& to) {
  postgis::ClientStore store(database_url(config), shell_actor());
  const auto uid = find_uid(store, key, to);
  if (!uid) return 1;
  const auto removed = store.remove(*uid);
  if (!removed) return fail(to, removed.error().sentence);
  to.out << (to.json ? R"({"changed":true})" : "client " + *uid + " is removed") << '\n';
  return 0;
}

int run_client_import(const Config& config, const std::string& file, const AdminOutput& to) {
  const auto text = read_file(file);
  if (!text) return fail(to, "cannot read " + file);
  const ClientFile read = parse_client_file(*text);
  const auto place = [&](std::size_t number) { return fmt::format("{}:{}: ", file, number); };
  if (read.mistake) return fail(to, place(read.mistake_place) + client_mistake_english(read.mistake), 2);
  if (!read.unused.empty()) to.err << fmt::format("rastro: not used: {}\n", fmt::join(read.unused, ", "));
  postgis::ClientStore store(database_url(config), shell_actor());
  for (std::size_t i = 0; i < read.clients.size(); ++i) {
    const postgis::ClientEntry& client = read.clients[i];
    bool is_new = false;  // only asked for where that makes a difference
    if (!client.company_name || (!client.latitude_deg && !client.area)) {
      const auto known = store.find(client.uid);
      if (!known) return fail(to, known.error().sentence);
      is_new = !*known;
    }
    if (const int wrong = check(store, client, is_new, place(read.places[i]), to); wrong != 0) return wrong;
  }
  const auto done = store.import(read.clients);
  if (!done) return fail(to, done.error().sentence);
  to.out << fmt::format(fmt::runtime(to.json ? R"({{"added":{},"changed":{},"unchanged":{}}})"
                                             : "{} added, {} changed, {} unchanged"),
                        done->added, done->changed, done->unchanged)
         << '\n';
  return 0;
}

}  // namespace rastro

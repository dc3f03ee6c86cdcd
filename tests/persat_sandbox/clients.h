// The sandbox's clients (persat-api.md 5.1): list by offset, one, create, change, delete, and the lists that
// they point into. Kept as the text that is answered: a hundred thousand are some 40 MB. One thread.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "tests/persat_sandbox/message.h"
#include "tests/persat_sandbox/seed.h"

namespace persat_sandbox {

class Clients {
 public:
  explicit Clients(const Sizes& sizes);

  // Nothing when the path is not one of these.
  std::optional<Reply> answer(const Request& request);
  // As somebody does it at Persat's own pages: the members that `changes` names; a client that is not there
  // is made, {"gone": true} deletes it. `event` becomes what Persat's webhook says of it (4.3).
  Reply put(const std::string& uid, const boost::json::object& changes, Event& event);
  std::size_t size() const { return clients_.size(); }
  bool contains(const std::string& uid) const { return by_uid_.contains(uid); }
  // As work orders and visits name a client: uid_client and company_name. There must be clients.
  boost::json::object brief(std::size_t index) const;
  boost::json::object brief(const std::string& uid) const { return brief(by_uid_.at(uid)); }

 private:
  struct Stored {
    std::string uid;
    std::string name;
    std::string text;  // JSON
  };
  Reply list(const Request& request) const;
  Reply create(const Request& request);
  Reply change(const std::string& uid, const Request& request);
  Reply remove(const std::string& uid);
  // What forbids a client at that place; one that is new comes to the end.
  std::optional<Reply> check(const boost::json::object& client, std::size_t place) const;
  std::optional<std::size_t> find(const std::string& uid) const;
  void store(std::size_t place, boost::json::object client);
  void erase(std::size_t place);

  std::vector<Stored> clients_;
  std::unordered_map<std::string, std::size_t> by_uid_;  // places in clients_
  std::unordered_map<std::string, std::size_t> by_name_;
};

}  // namespace persat_sandbox

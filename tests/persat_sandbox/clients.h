// The sandbox's clients (persat-api.md 5.1): list by offset, one, create, change, delete, and the lists that
// they point into. Kept as the text that is answered: a hundred thousand are some 40 MB. One thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/persat_sandbox/message.h"
#include "tests/persat_sandbox/seed.h"

namespace persat_sandbox {

class Clients {
 public:
  explicit Clients(const Sizes& sizes);

  // Nothing when the path is not one of these.
  std::optional<Reply> answer(const Request& request);
  std::size_t size() const { return clients_.size(); }
  bool contains(std::string_view uid) const;
  // As work orders and visits name a client: uid_client and company_name. There must be clients.
  boost::json::object brief(std::size_t index) const;
  boost::json::object brief(std::string_view uid) const;

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
  std::optional<Reply> check(const boost::json::object& client, const Stored* besides) const;
  std::vector<Stored>::const_iterator find(std::string_view uid) const;

  std::vector<Stored> clients_;
};

}  // namespace persat_sandbox

// The sandbox's devices with their hours and zones, the technicians, and what is said of finished days:
// visits and statistics (persat-api.md 2 and 3). Last positions are the sandbox's, which takes them. One
// thread.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "tests/persat_sandbox/clients.h"

namespace persat_sandbox {

class Fleet {
 public:
  Fleet(const Sizes& sizes, const Clients& clients);

  // Nothing when the path is not one of these.
  std::optional<Reply> answer(const Request& request);
  bool contains(std::int64_t id) const { return devices_.contains(id); }
  bool empty() const { return devices_.empty(); }
  void add(std::int64_t id);
  // The members that `changes` names, which no documented endpoint does.
  Reply put(const std::string& id_text, const boost::json::object& changes);
  // Where a device stands that has sent nothing: its depot, at the beginning of today.
  boost::json::object parked(std::int64_t id) const;

 private:
  Reply one(const std::string& id_text) const;
  Reply zones(const Request& request) const;
  Reply set_hours(const std::string& id_text, const Request& request);
  Reply set_hours_of_many(const Request& request);
  Reply visits(const std::string& date, const std::string& id_text) const;
  Reply statistics(const std::string& date, const std::string& id_text) const;
  // The error of an id that is none or unknown.
  std::optional<Reply> check(const std::string& id_text) const;

  const Sizes sizes_;
  const Clients& clients_;
  std::map<std::int64_t, boost::json::object> devices_;
};

}  // namespace persat_sandbox
